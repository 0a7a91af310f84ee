import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { formatTime, plural, wordsOf } from '../../data/text';
import { ProgressBar } from '../../parts/ProgressBar';
import { RunStatus } from '../../parts/RunStatus';
import { nameOfRun, sentenceOfProgress } from '../runs/rows';
import type { OperationsQuery } from './operations.generated';

type QueuedRun = OperationsQuery['detectionRuns']['nodes'][number];

/** The runs that are not finished, in the order in which they were requested. */
export function Queue({
  runs,
  totalCount,
  stranded,
}: {
  runs: readonly QueuedRun[];
  totalCount: number;
  stranded: number;
}) {
  return (
    <section className="card stack" aria-label="Queue">
      <div className="spread">
        <h2>Queue</h2>
        <Link to={PATHS.runs} search={{ status: 'unfinished' }}>
          {totalCount > runs.length ? `All ${plural(totalCount, 'unfinished run')}` : 'Unfinished runs'}
        </Link>
      </div>
      {stranded > 0 && (
        <p className="banner">
          No living worker can process {plural(stranded, 'run')}: a model or images are missing on their machines.
        </p>
      )}
      {runs.length === 0 ? (
        <p className="muted">Nothing waits.</p>
      ) : (
        <ul className="queue-list">
          {runs.map((run) => (
            <li key={run.id} className="stack-tight">
              <div className="spread">
                <Link to={PATHS.run} params={{ runId: run.id }}>
                  <bdi>{nameOfRun(run)}</bdi>
                </Link>
                <RunStatus status={run.status} progress={run.progress} />
              </div>
              <ProgressBar progress={run.progress} label={`Progress of ${nameOfRun(run)}`} />
              <p className="small muted">
                {sentenceOfProgress(run, Date.now())}, {wordsOf(run.priority)} priority, requested{' '}
                {formatTime(run.createdAt)}
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
