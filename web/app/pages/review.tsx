import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { PATHS } from '../../../src/http/webPaths';
import { ask } from '../data/graph';
import { useAnswer } from '../data/useAnswer';
import { PageHead } from '../parts/PageHead';
import { Answered, Empty, Problem, Skeleton } from '../parts/States';
import { Desk } from './review/Desk';
import { ReviewableRunsDocument, ReviewQueueCountDocument, ReviewRunDocument } from './review/review.generated';
import { useReviewState } from './review/state';
import { useReviewer } from './review/useReviewer';
import { namedWindows } from './slice/image';
import './review/review.css';

/** `/review`: the false positives of a run, one after another, for a radiologist's verdict. */
export function Review() {
  const [state, change] = useReviewState();
  if (state.run === undefined) return <NewestRun onFound={(run) => change({ run })} />;
  return <ReviewOfRun key={state.run} run={state.run} />;
}

/** The newest run that has something to review. */
async function findRun(signal: AbortSignal): Promise<string | null> {
  const { data } = await ask(ReviewableRunsDocument, {}, signal);
  for (const { id } of data.detectionRuns.nodes) {
    const count = await ask(ReviewQueueCountDocument, { run: id }, signal);
    if (count.data.reviewQueue.totalCount > 0) return id;
  }
  return data.detectionRuns.nodes[0]?.id ?? null;
}

function NewestRun({ onFound }: { onFound: (run: string) => void }) {
  const query = useQuery({
    queryKey: ['newest run to review'],
    queryFn: ({ signal }) => findRun(signal),
    staleTime: 0,
  });
  const found = query.isFetching ? undefined : query.data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address changes once, when the run is found
  useEffect(() => {
    if (found) onFound(found);
  }, [found]);
  return (
    <>
      <PageHead title="Review" />
      {query.error ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : found === null ? (
        <Empty action={<Link to={PATHS.newRun}>Start a run</Link>}>
          No run has succeeded yet. The false positives of a run are reviewed here.
        </Empty>
      ) : (
        <Skeleton height="40rem" />
      )}
    </>
  );
}

/** The page has its title before it has its run. */
function Opening() {
  return (
    <>
      <PageHead title="Review" />
      <Skeleton height="40rem" />
    </>
  );
}

function ReviewOfRun({ run: id }: { run: string }) {
  const [state, change] = useReviewState();
  const reviewer = useReviewer();
  const query = useAnswer(ReviewRunDocument, { run: id });
  if (query.isPending || (query.data && !reviewer)) return <Opening />;
  return (
    <Answered query={query} height="40rem">
      {({ detectionRun, serverInfo }) =>
        detectionRun && reviewer ? (
          <Desk
            // Another choice of boxes is another sitting.
            key={[state.order, state.minScore, state.maxRank, state.isSecondReading && reviewer.name].join()}
            run={detectionRun}
            presets={namedWindows(serverInfo.windowPresets)}
            state={state}
            change={change}
            reviewer={reviewer}
          />
        ) : (
          <>
            <PageHead title="Review" />
            <Empty
              action={
                <button type="button" onClick={() => change({ run: undefined })}>
                  Show the newest run
                </button>
              }
            >
              No run has this id.
            </Empty>
          </>
        )
      }
    </Answered>
  );
}
