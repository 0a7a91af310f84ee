import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { PATHS } from '../../../src/http/webPaths';
import { useAddress } from '../data/address';
import { csvOf } from '../data/csv';
import { formatTime, plural } from '../data/text';
import { useAnswer } from '../data/useAnswer';
import { GetThis } from '../parts/GetThis';
import { PageHead, SyntheticBanner } from '../parts/PageHead';
import { Answered, Empty, Problem, Skeleton } from '../parts/States';
import {
  ClustersCategorizationDocument,
  ClustersDatasetDocument,
  type ClustersDatasetQuery,
} from './clusters/clusters.generated';
import { agreementCsv, CLUSTER_CSV_HEADER, rowOfCluster } from './clusters/clusterTexts';
import { Found } from './clusters/Found';
import { NewCategorization } from './clusters/NewCategorization';
import { isAtWork } from './clusters/Summary';
import { DatasetSwitch } from './DatasetSwitch';
import './clusters/clusters.css';

type Dataset = NonNullable<ClustersDatasetQuery['dataset']>;

const POLL_MS = 5000;

/** The pseudo-clusters of a categorization: what unsupervised mining made of the lesions. */
export function Clusters() {
  const { slug = '' } = useParams({ strict: false });
  const query = useAnswer(ClustersDatasetDocument, { slug });
  return (
    <Answered query={query} height="40rem">
      {({ dataset }) =>
        dataset ? (
          <OfDataset dataset={dataset} />
        ) : query.data?.data && query.data.problems.length > 0 ? (
          <PageHead title="Clusters" />
        ) : (
          <>
            <PageHead title="Clusters" />
            <Empty action={<Link to={PATHS.home}>Data sets of this server</Link>}>
              There is no data set “<bdi>{slug}</bdi>” here.
            </Empty>
          </>
        )
      }
    </Answered>
  );
}

function OfDataset({ dataset }: { dataset: Dataset }) {
  const { categorizationId } = useParams({ strict: false });
  const navigate = useNavigate();
  const [search, setSearch] = useAddress();
  const listed = dataset.categorizations.nodes;
  const newest = listed.find(({ status }) => status === 'SUCCEEDED') ?? listed[0];
  const id = categorizationId ?? newest?.id;
  const query = useAnswer(
    ClustersCategorizationDocument,
    { id: id ?? '' },
    {
      enabled: id !== undefined,
      keepPrevious: true,
      pollMs: (answer) => {
        const found = answer?.data.categorization;
        return found && isAtWork(found) ? POLL_MS : false;
      },
    },
  );
  const categorization = query.data?.data.categorization;
  const queries = useQueryClient();
  const status = categorization?.status;
  const listedStatus = listed.find((one) => one.id === categorization?.id)?.status;
  // The list learns of an end from the one that is looked at.
  useEffect(() => {
    if (status !== undefined && listedStatus !== undefined && status !== listedStatus)
      void queries.invalidateQueries({ queryKey: ['ClustersDataset'] });
  }, [status, listedStatus, queries]);
  const clusters = categorization?.pseudoClusters.nodes ?? [];
  return (
    <>
      <PageHead
        title="Clusters"
        lead="Lesions that look alike to an encoder. A cluster is a pseudo-label, not a diagnosis."
        actions={
          <>
            <DatasetSwitch
              shown={dataset}
              onSwitch={(slug) => void navigate({ to: PATHS.datasetClusters, params: { slug } })}
            />
            {(dataset.counts?.imagesWithPixels ?? 0) > 0 && (
              <NewCategorization slug={dataset.slug} version={dataset.version} />
            )}
            {id !== undefined && (
              <>
                <CategorizationSwitch
                  dataset={dataset}
                  chosen={id}
                  onChoose={(next) =>
                    void navigate({
                      to: PATHS.categorization,
                      params: { slug: dataset.slug, categorizationId: next },
                    })
                  }
                />
                <GetThis
                  sources={[
                    { title: 'The clusters', document: ClustersCategorizationDocument, variables: { id } },
                    {
                      title: 'The categorizations',
                      document: ClustersDatasetDocument,
                      variables: { slug: dataset.slug },
                    },
                  ]}
                  downloads={[
                    {
                      label: 'CSV of the clusters',
                      fileName: `${dataset.slug}-clusters.csv`,
                      type: 'text/csv',
                      make: () =>
                        csvOf(
                          CLUSTER_CSV_HEADER,
                          clusters.map((cluster) => rowOfCluster(cluster, id)),
                        ),
                    },
                    {
                      label: 'CSV of the agreement',
                      fileName: `${dataset.slug}-clusters-by-type.csv`,
                      type: 'text/csv',
                      make: () => agreementCsv(categorization?.agreementWithCoarseTypes ?? null),
                    },
                  ]}
                />
              </>
            )}
          </>
        }
      />
      <SyntheticBanner shown={dataset.synthetic} />
      {id === undefined ? (
        <NoCategorization slug={dataset.slug} />
      ) : query.error && !query.data ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <Skeleton height="40rem" />
      ) : categorization ? (
        <Found
          categorization={categorization}
          problems={query.data.problems}
          others={listed.filter((other) => other.id !== id && other.status === 'SUCCEEDED')}
          slug={dataset.slug}
          search={search}
          setSearch={setSearch}
        />
      ) : (
        <Empty
          action={
            <Link to={PATHS.datasetClusters} params={{ slug: dataset.slug }}>
              The newest one of this data set
            </Link>
          }
        >
          No categorization has this id.
        </Empty>
      )}
    </>
  );
}

function NoCategorization({ slug }: { slug: string }) {
  return (
    <Empty>
      The lesions of this data set have not been categorized yet.{' '}
      <code>npx deeplesion categorize lesions --dataset {slug} --name NAME</code> does it; it needs the pixels of the
      key slices.
    </Empty>
  );
}

function CategorizationSwitch({
  dataset,
  chosen,
  onChoose,
}: {
  dataset: Dataset;
  chosen: string;
  onChoose: (id: string) => void;
}) {
  const { nodes } = dataset.categorizations;
  if (nodes.length < 2) return null;
  return (
    <select aria-label="Categorization" value={chosen} onChange={({ target }) => onChoose(target.value)}>
      {nodes.map(({ id, name, clusterCount, createdAt }) => (
        <option key={id} value={id}>
          {name}, {plural(clusterCount, 'cluster')}, {formatTime(createdAt)}
        </option>
      ))}
    </select>
  );
}
