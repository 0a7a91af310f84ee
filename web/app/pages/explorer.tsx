import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { PATHS } from '../../../src/http/webPaths';
import { EVERY_LESION, type LesionChoice, lesionFilterOf, searchOfChoice } from '../data/lesionChoice';
import { plural } from '../data/text';
import { useAnswer } from '../data/useAnswer';
import { GetThis } from '../parts/GetThis';
import { PageHead, SyntheticBanner } from '../parts/PageHead';
import type { ServerFile } from '../parts/ServerFiles';
import { Answered, Empty } from '../parts/States';
import { DatasetSwitch } from './DatasetSwitch';
import { Chips, NothingMatches } from './explorer/Chips';
import { Choices } from './explorer/Choices';
import { ExplorerCohortDocument } from './explorer/cohortName.generated';
import { conditionsOf } from './explorer/conditions';
import {
  ExplorerCountsDocument,
  type ExplorerCountsQuery,
  ExplorerDatasetDocument,
  type ExplorerDatasetQuery,
  ExplorerLesionsDocument,
} from './explorer/explorer.generated';
import { MissingPixels } from './explorer/MissingPixels';
import { Results } from './explorer/Results';
import { type ChangeExplorer, type ExplorerState, SORTS, searchElsewhere, useExplorerState } from './explorer/state';
import { pageVariables, useLesionRows } from './explorer/useLesionRows';
import './explorer/explorer.css';

/** It comes when someone wants to keep a selection. */
const Keep = lazy(() => import('./explorer/Keep').then(({ Keep: keep }) => ({ default: keep })));

type Named = NonNullable<ExplorerDatasetQuery['dataset']>;
/** One whose content the caller may read. */
type Dataset = Named & { readonly counts: NonNullable<Named['counts']> };

/** The lesions of a data set: chosen by facets, seen as pictures or as a table. */
export function Explorer() {
  const { slug = '' } = useParams({ strict: false });
  const [state, change] = useExplorerState();
  const query = useAnswer(ExplorerDatasetDocument, { slug });
  return (
    <Answered query={query} height="40rem">
      {({ dataset }) =>
        dataset?.counts ? (
          <OfDataset dataset={{ ...dataset, counts: dataset.counts }} state={state} change={change} />
        ) : dataset ? (
          <PageHead title="Lesions" lead={dataset.name} />
        ) : (
          <NoDataset slug={slug} />
        )
      }
    </Answered>
  );
}

function NoDataset({ slug }: { slug: string }) {
  return (
    <>
      <PageHead title="Lesions" />
      <Empty action={<Link to={PATHS.home}>Data sets of this server</Link>}>
        There is no data set “<bdi>{slug}</bdi>” here.
      </Empty>
    </>
  );
}

function OfDataset({ dataset, state, change }: { dataset: Dataset; state: ExplorerState; change: ChangeExplorer }) {
  const navigate = useNavigate();
  const { choice, sort } = state;
  const version = `${dataset.slug}@${dataset.version}`;
  const request = useMemo(
    () => ({
      filter: lesionFilterOf(choice, version),
      orderBy: [SORTS[sort]],
      sketch: dataset.counts.imagesWithPixels < dataset.counts.images,
    }),
    [choice, version, sort, dataset.counts],
  );
  const rows = useLesionRows(request);
  const countVariables = {
    filter: request.filter,
    withoutSize: lesionFilterOf({ ...choice, size: undefined }, version),
  };
  const counts = useAnswer(ExplorerCountsDocument, countVariables, { keepPrevious: true });
  const choose = (next: LesionChoice): void => change({ choice: next });
  const cohort = useAnswer(
    ExplorerCohortDocument,
    { id: choice.cohort ?? '' },
    { enabled: choice.cohort !== undefined },
  );
  const conditions = conditionsOf(choice, { counts: counts.data?.data, cohortName: cohort.data?.data.cohort?.name });
  return (
    <>
      <PageHead
        title="Lesions"
        lead={<Lead counts={counts.data?.data} />}
        actions={
          <>
            <DatasetSwitch
              shown={dataset}
              onSwitch={(slug) =>
                void navigate({ to: PATHS.datasetLesions, params: { slug }, search: searchElsewhere(state) })
              }
            />
            <Link className="button" to={PATHS.newRun} search={{ dataset: dataset.slug, ...searchOfChoice(choice) }}>
              Start a run on this
            </Link>
            <GetThis
              sources={[
                {
                  title: 'The lesions',
                  document: ExplorerLesionsDocument,
                  variables: pageVariables(request, null, true),
                },
                { title: 'The counts', document: ExplorerCountsDocument, variables: countVariables },
              ]}
              files={filesOfLesions(version, request.filter, dataset.licence)}
              downloads={[
                {
                  label: rows.total === undefined ? 'CSV' : `CSV of ${plural(rows.total, 'lesion')}`,
                  fileName: `${version}-lesions.csv`,
                  type: 'text/csv',
                  make: async () => {
                    const { csvOfLesions } = await import('./explorer/lesionCsv');
                    return csvOfLesions(version, request.filter, request.orderBy);
                  },
                },
              ]}
            >
              {(close) => (
                <Suspense fallback={null}>
                  <Keep dataset={version} filter={request.filter} onLeave={close} />
                </Suspense>
              )}
            </GetThis>
          </>
        }
      />
      <SyntheticBanner shown={dataset.synthetic} />
      <div className="explorer">
        <Choices state={state} counts={counts} onChange={choose} total={rows.total} isAny={conditions.length > 0} />
        <div className="stack explorer-list">
          <Chips conditions={conditions} onChange={choose} onClear={() => choose(EVERY_LESION)} />
          <Results
            dataset={version}
            listKey={JSON.stringify(request)}
            rows={rows}
            state={state}
            change={change}
            note={<MissingPixels counts={dataset.counts} />}
            empty={<NothingMatches conditions={conditions} onChange={choose} />}
          />
        </div>
      </div>
    </>
  );
}

/** How many there are. */
function Lead({ counts }: { counts: ExplorerCountsQuery | undefined }) {
  const all = counts?.all[0];
  if (!all) return <span className="waiting">Counting …</span>;
  if (all.lesionCount === 0) return <>No lesion matches.</>;
  return (
    <>
      {plural(all.lesionCount, 'lesion')} on {plural(all.imageCount, 'key slice')} of{' '}
      {plural(all.patientCount, 'patient')}.
    </>
  );
}

/** The lesions that are shown, in every format of the exports. */
function filesOfLesions(version: string, filter: object, licence: string): ServerFile[] {
  const query = `?${new URLSearchParams({ filter: JSON.stringify(filter) })}`;
  const files = ['lesions.csv', 'lesions.parquet', 'lesions.ndjson', 'coco.json', 'DL_info.csv'];
  return files.map((file) => ({ label: file, path: `/exports/${version}/${file}${query}`, licence }));
}
