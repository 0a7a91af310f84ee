import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { plural } from '../../data/text';
import { usePageKeys } from '../../parts/KeySheet';
import type { KeyAction } from '../../parts/keys';
import { Empty, Problem, Skeleton } from '../../parts/States';
import type { ReviewedRun } from './ReviewCurve';
import type { Sitting } from './useSession';

/** After the last box, and where there is none: what can be done next. */
export function End({
  sitting: { session, totalCount, hasMore, error, retry },
  keys,
  run,
  onUndo,
}: {
  sitting: Sitting;
  keys: readonly KeyAction[];
  run: ReviewedRun;
  onUndo: () => void;
}) {
  usePageKeys(keys);
  if (error) return <Problem error={error} onRetry={retry} />;
  if (totalCount === undefined || hasMore) return <Skeleton height="32rem" />;
  const links: ReactNode = (
    <p className="row" style={{ justifyContent: 'center' }}>
      {session.log.length > 0 && (
        <button type="button" onClick={onUndo}>
          Undo the last verdict
        </button>
      )}
      <Link to={PATHS.run} params={{ runId: run.id }}>
        Go to the run
      </Link>
    </p>
  );
  if (session.items.length === 0) {
    return (
      <Empty action={links}>
        Nothing is left to review here: each false positive of this run that fits has a verdict. A second reading shows
        those that others have reviewed.
      </Empty>
    );
  }
  return (
    <Empty action={links}>
      That was the last box. Evaluate the run again to see what {plural(session.given.size, 'verdict')} change.
    </Empty>
  );
}
