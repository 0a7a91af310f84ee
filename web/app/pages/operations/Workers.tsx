import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { formatNumber, formatTime } from '../../data/text';
import { Empty } from '../../parts/States';
import { nameOfRun } from '../runs/rows';
import type { OperationsQuery } from './operations.generated';

type Worker = OperationsQuery['workers'][number];

/** Each worker: where it is, what it is at, how fast it is, and what it lacks. */
export function Workers({ workers }: { workers: readonly Worker[] }) {
  return (
    <section className="card stack" aria-label="Workers">
      <h2>Workers</h2>
      {workers.length === 0 ? (
        <Empty>
          No worker is known. The server has one of its own unless it was started without;{' '}
          <code>deeplesion worker</code> adds more.
        </Empty>
      ) : (
        <ul className="worker-list">
          {workers.map((worker) => (
            <WorkerItem key={worker.id} worker={worker} />
          ))}
        </ul>
      )}
    </section>
  );
}

function WorkerItem({ worker }: { worker: Worker }) {
  const { id, host, processId, device, executionProviders, alive, imagesPerSecond, problems } = worker;
  const { startedAt, lastSeenAt, codeVersion, currentBatch } = worker;
  return (
    <li className="worker">
      <div className="spread">
        <h3>
          <bdi>{host}</bdi> <span className="muted">process {processId}</span>
        </h3>
        <span className={`badge ${alive ? 'good' : 'bad'}`}>{alive ? 'living' : 'not living'}</span>
      </div>
      <p>
        {currentBatch ? (
          <>
            At{' '}
            <Link to={PATHS.run} params={{ runId: currentBatch.run.id }}>
              <bdi>{nameOfRun(currentBatch.run)}</bdi>
            </Link>
            , {currentBatch.imagesDone} of {currentBatch.imagesTotal} images of its batch
          </>
        ) : alive ? (
          'Waits for work'
        ) : (
          `Last seen ${formatTime(lastSeenAt)}`
        )}
        {alive && imagesPerSecond > 0 && `, ${formatNumber(imagesPerSecond)} images/s`}
      </p>
      {problems.length > 0 && (
        <ul className="banner stack-tight" aria-label="What it lacks">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <dl className="facts small">
        <dt>Device</dt>
        <dd>
          {executionProviders.length > 0 ? executionProviders.join(', ').toLowerCase() : 'no model opened yet'}
          {device && (
            <>
              , <bdi>{device}</bdi>
            </>
          )}
        </dd>
        <dt>Since</dt>
        <dd>
          {formatTime(startedAt)}, version {codeVersion}
        </dd>
        <dt>Id</dt>
        <dd className="mono">{id}</dd>
      </dl>
    </li>
  );
}
