import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { PATHS } from '../../../src/http/webPaths';
import { formatCount, formatTime, plural } from '../data/text';
import { useAnswer } from '../data/useAnswer';
import { useHas } from '../data/viewer';
import { DeleteButton } from '../parts/DeleteButton';
import { GetThis } from '../parts/GetThis';
import { PageHead, SyntheticBanner, syntheticAmong } from '../parts/PageHead';
import { Answered, Empty, Problem } from '../parts/States';
import {
  type HeldDatasetFragment,
  HeldDatasetsDocument,
  KeysOfDatasetsDocument,
  type KeysOfDatasetsQuery,
} from './rights/rights.generated';
import { Visibility } from './rights/Visibility';
import './rights/rights.css';

/** It comes when it is opened. */
const VersionDiff = lazy(() => import('./rights/VersionDiff'));

type Dataset = HeldDatasetFragment;
type Key = KeysOfDatasetsQuery['apiKeys']['nodes'][number];

/** `/datasets`: all versions of all data sets, and which keys are bound to them. */
export function Datasets() {
  const query = useAnswer(HeldDatasetsDocument, {}, { staleMs: 0 });
  return (
    <>
      <PageHead
        title="Versions and rights"
        lead="Every version of every data set, who sees it, and the keys that are bound to it."
        actions={
          <GetThis
            sources={[
              { title: 'The data sets', document: HeldDatasetsDocument, variables: {} },
              { title: 'The keys', document: KeysOfDatasetsDocument, variables: {} },
            ]}
          />
        }
      />
      <Answered query={query} height="20rem">
        {({ latest, superseded }) => <Table datasets={[...latest.nodes, ...superseded.nodes].sort(bySlugAndVersion)} />}
      </Answered>
    </>
  );
}

/** The newest version of each data set first. */
const bySlugAndVersion = (one: Dataset, other: Dataset): number =>
  one.slug === other.slug ? other.version - one.version : one.slug < other.slug ? -1 : 1;

function Table({ datasets }: { datasets: readonly Dataset[] }) {
  const mayManageKeys = useHas('keys');
  const mayOperate = useHas('operate');
  const keys = useAnswer(KeysOfDatasetsDocument, {}, { enabled: mayManageKeys, staleMs: 0 });
  const listed = keys.data?.data.apiKeys;
  if (datasets.length === 0) return <Empty>No data set has been imported.</Empty>;
  return (
    <div className="stack">
      <SyntheticBanner shown={syntheticAmong(datasets)} />
      {keys.error && <Problem error={keys.error} onRetry={() => void keys.refetch()} />}
      <div className="card row-cards datasets-table">
        <table>
          <thead>
            <tr>
              <th scope="col">Data set</th>
              <th scope="col">Contents</th>
              <th scope="col">Who sees it</th>
              <th scope="col">Imported</th>
              {mayManageKeys && <th scope="col">Keys bound to it</th>}
              {mayOperate && (
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {datasets.map((dataset) => (
              <Row
                key={dataset.id}
                dataset={dataset}
                before={datasets.find(({ slug, version }) => slug === dataset.slug && version < dataset.version)}
                keys={mayManageKeys ? listed?.nodes : undefined}
                hasKeys={mayManageKeys}
                mayOperate={mayOperate}
              />
            ))}
          </tbody>
        </table>
      </div>
      {listed && listed.totalCount > listed.nodes.length && (
        <p className="small muted">
          The first {formatCount(listed.nodes.length)} of {formatCount(listed.totalCount)} keys are looked at.
        </p>
      )}
    </div>
  );
}

function Row({
  dataset,
  before,
  keys,
  hasKeys,
  mayOperate,
}: {
  dataset: Dataset;
  /** the version before it that is still here */
  before: Dataset | undefined;
  keys: readonly Key[] | undefined;
  hasKeys: boolean;
  mayOperate: boolean;
}) {
  const { id, slug, version, isLatest, name, synthetic, licence, sourceFile, importedAt, counts } = dataset;
  const client = useQueryClient();
  const reference = `${slug}@${version}`;
  return (
    <tr>
      <td>
        <Link to={PATHS.datasetLesions} params={{ slug: isLatest ? slug : reference }}>
          <bdi>{name}</bdi>
        </Link>{' '}
        {synthetic && <span className="badge warn">synthetic</span>}
        <p className="small muted mono">
          {reference}
          {!isLatest && ', superseded'}
        </p>
      </td>
      <td data-label="Contents">
        {counts ? (
          <>
            {plural(counts.lesions, 'lesion')} on {plural(counts.images, 'key slice')}
            <p className="small muted">{formatCount(counts.imagesWithPixels)} with pixels</p>
          </>
        ) : (
          'You have not accepted its terms.'
        )}
        {before?.counts && counts && <Differing before={before} after={dataset} />}
      </td>
      <td data-label="Who sees it">
        <Visibility dataset={dataset} mayChange={mayOperate} />
      </td>
      <td data-label="Imported">
        {formatTime(importedAt)}
        <p className="small muted">
          of <bdi>{sourceFile}</bdi>
          {licence && `, ${licence}`}
        </p>
      </td>
      {hasKeys && (
        <td data-label="Keys bound to it">
          <BoundKeys slug={slug} keys={keys} />
        </td>
      )}
      {mayOperate && (
        <td>
          <DeleteButton thing={{ kind: 'DATASET', id, name: reference }} onDeleted={() => client.invalidateQueries()} />
        </td>
      )}
    </tr>
  );
}

/** Opens what a version changed of the one before. */
function Differing({ before, after }: { before: Dataset; after: Dataset }) {
  const [isOpen, setOpen] = useState(false);
  const referenceOf = ({ slug, version }: Dataset): string => `${slug}@${version}`;
  return (
    <>
      <button type="button" className="link small" onClick={() => setOpen(true)}>
        What it changed of version {before.version}
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <VersionDiff before={referenceOf(before)} after={referenceOf(after)} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

/** The keys that name this data set, and how many may touch all of them. */
function BoundKeys({ slug, keys }: { slug: string; keys: readonly Key[] | undefined }) {
  if (!keys) return '…';
  const bound = keys.filter(({ datasets }) => datasets?.includes(slug));
  const unbound = keys.filter(({ datasets }) => datasets === null);
  return (
    <>
      {bound.length === 0 ? (
        <p>none</p>
      ) : (
        <ul>
          {bound.map(({ id, name, prefix }) => (
            <li key={id}>
              <bdi>{name}</bdi> <span className="small muted mono">{prefix}_…</span>
            </li>
          ))}
        </ul>
      )}
      {unbound.length > 0 && <p className="small muted">and {plural(unbound.length, 'key')} for all data sets</p>}
    </>
  );
}
