import { formatBytes, formatCount, formatNumber } from '../../data/text';
import type { OperationsQuery } from './operations.generated';

/** The state of the server in six numbers. */
export function Figures({ data: { workers, queueStatus, storage, readiness } }: { data: OperationsQuery }) {
  const alive = workers.filter((worker) => worker.alive);
  const rate = alive.reduce((sum, { imagesPerSecond }) => sum + imagesPerSecond, 0);
  const isReady = readiness.every(({ ok }) => ok);
  return (
    <section className="card stack" aria-label="State">
      <p className="row">
        <span className={`badge ${isReady ? 'good' : 'bad'}`}>{isReady ? 'ready' : 'not ready'}</span>
        {alive.length === 0 && <span className="warn-text">No worker is living: runs wait.</span>}
        {queueStatus.stranded > 0 && (
          <span className="warn-text">
            {queueStatus.stranded === 1 ? '1 run' : `${queueStatus.stranded} runs`} cannot be processed by any worker.
          </span>
        )}
      </p>
      <dl className="figures">
        <Figure value={formatCount(alive.length)} label={alive.length === 1 ? 'worker' : 'workers'} />
        <Figure value={formatNumber(rate)} label="images/s" />
        <Figure value={formatCount(queueStatus.runningRuns)} label="running" />
        <Figure value={formatCount(queueStatus.queuedRuns)} label="queued" />
        <Figure value={formatCount(queueStatus.queuedImages)} label="images waiting" />
        {storage.databaseBytes !== null && <Figure value={formatBytes(storage.databaseBytes)} label="database" />}
      </dl>
    </section>
  );
}

function Figure({ value, label }: { value: string; label: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
