import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { ask } from '../../data/graph';
import { formatTime, plural, titleOf } from '../../data/text';
import { useHas, useMay } from '../../data/viewer';
import { DeleteButton } from '../../parts/DeleteButton';
import { Needs } from '../../parts/Needs';
import { RunStatus } from '../../parts/RunStatus';
import { Problem } from '../../parts/States';
import type { ClustersCategorizationQuery } from './clusters.generated';
import { CancelCategorizationDocument } from './work.generated';

type Categorization = NonNullable<ClustersCategorizationQuery['categorization']>;

/** Whether a worker has it, or will have it. */
export const isAtWork = ({ status }: Pick<Categorization, 'status'>): boolean =>
  status === 'QUEUED' || status === 'RUNNING';

/** How a categorization was made, or how far it is. */
export function Summary({ categorization }: { categorization: Categorization }) {
  const { name, method, source, status, error, warnings, createdAt, command, encoder, assignedFrom, progress } =
    categorization;
  return (
    <section className="card stack-tight">
      <div className="spread">
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <div className="row">
          {status !== 'SUCCEEDED' && <RunStatus status={status} progress={progress} />}
          {!isAtWork(categorization) && <Delete categorization={categorization} />}
        </div>
      </div>
      {isAtWork(categorization) && <AtWork categorization={categorization} />}
      {error && <p className="problem">{error}</p>}
      <dl className="facts small">
        <dt>Method</dt>
        <dd>
          {method}
          {encoder && `, on features of the encoder ${encoder.name} ${encoder.version}`}
        </dd>
        <dt>Made</dt>
        <dd>
          {titleOf(source)}, {formatTime(createdAt)}
          {assignedFrom && `, with the centroids of ${assignedFrom.name} (${assignedFrom.dataset.slug})`}
        </dd>
        {command && (
          <>
            <dt>Command</dt>
            <dd>
              <code>{command}</code>
            </dd>
          </>
        )}
      </dl>
      {warnings.length > 0 && (
        <details>
          <summary>{plural(warnings.length, 'note')}</summary>
          <ul>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** For those who may; afterwards, another categorization of the data set is shown. */
function Delete({ categorization: { id, name } }: { categorization: Categorization }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { slug = '' } = useParams({ strict: false });
  if (!useHas('operate')) return null;
  const leave = async (): Promise<void> => {
    await navigate({ to: PATHS.datasetClusters, params: { slug } });
    await queries.invalidateQueries();
  };
  return <DeleteButton thing={{ kind: 'CATEGORIZATION', id, name }} onDeleted={leave} />;
}

/** How many lesions are done, and the way to stop. */
function AtWork({ categorization: { id, name, progress } }: { categorization: Categorization }) {
  const queries = useQueryClient();
  const right = useMay('detect', 'curate', 'operate');
  const [error, setError] = useState<Error | null>(null);
  const cancel = async (): Promise<void> => {
    try {
      setError(null);
      await ask(CancelCategorizationDocument, { input: { id } });
      await queries.invalidateQueries();
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  };
  return (
    <>
      <div className="row">
        <progress
          aria-label={`Progress of ${name}`}
          max={Math.max(progress.total, 1)}
          value={progress.completed + progress.failed}
        />
        <span>
          {progress.completed} of {plural(progress.total, 'lesion')}
        </span>
        <button type="button" disabled={!right.isGiven} onClick={() => void cancel()}>
          Cancel it
        </button>
      </div>
      <Needs right={right} />
      {error && <Problem error={error} />}
    </>
  );
}
