import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { plural } from '../../data/text';
import { useAction } from '../../data/useAction';
import { randomUuid } from '../../data/uuid';
import { useMay } from '../../data/viewer';
import { Needs } from '../../parts/Needs';
import { Dialog } from '../../parts/Popup';
import { Problem } from '../../parts/States';
import { isUnfinished } from '../runs/rows';
import { CancelRunDocument, RetryRunDocument, RunDocument } from './run.generated';
import type { RunDetails } from './useRun';

/** Cancel, which asks first; retry, where images are without a result. */
export function Actions({ run }: { run: RunDetails }) {
  const { status, progress } = run;
  const without = progress.total - progress.completed;
  if (isUnfinished(run)) return <Cancel run={run} />;
  if ((status === 'SUCCEEDED' || status === 'FAILED') && without > 0) return <Retry run={run} count={without} />;
  return null;
}

function Cancel({ run: { id, progress } }: { run: RunDetails }) {
  const client = useQueryClient();
  const right = useMay('detect', 'curate', 'operate');
  const [isAsking, setAsking] = useState(false);
  const cancel = useAction(CancelRunDocument, async () => {
    setAsking(false);
    await client.invalidateQueries({ queryKey: [RunDocument.name, { id }] });
  });
  return (
    <>
      <button type="button" disabled={!right.isGiven} onClick={() => setAsking(true)}>
        Cancel the run
      </button>
      <Needs right={right} />
      <Dialog open={isAsking} onClose={() => setAsking(false)} title="Cancel this run?">
        <p>
          {plural(progress.completed, 'image')} of {progress.total} have a result. They stay, but a cancelled run is not
          evaluated and cannot go on.
        </p>
        {cancel.error && <Problem error={cancel.error} />}
        <div className="row">
          <button type="button" className="danger" disabled={cancel.isPending} onClick={() => cancel.mutate({ id })}>
            Cancel the run
          </button>
          <button type="button" onClick={() => setAsking(false)}>
            Let it go on
          </button>
        </div>
      </Dialog>
    </>
  );
}

function Retry({ run: { id }, count }: { run: RunDetails; count: number }) {
  const navigate = useNavigate();
  const right = useMay('detect');
  // A second press, after an answer that was lost, starts no second run.
  const key = useRef(randomUuid());
  const retry = useAction(RetryRunDocument, ({ retryDetectionRun }) =>
    navigate({ to: PATHS.run, params: { runId: retryDetectionRun.run.id } }),
  );
  return (
    <>
      <button
        type="button"
        disabled={retry.isPending || !right.isGiven}
        onClick={() => retry.mutate({ id, key: key.current })}
      >
        Retry {plural(count, 'image')}
      </button>
      <Needs right={right} />
      {retry.error && <Problem error={retry.error} />}
    </>
  );
}
