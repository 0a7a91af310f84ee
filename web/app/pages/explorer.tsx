import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { PATHS } from '../../../src/http/webPaths';
import { csvOf } from '../data/csv';
import { EVERY_LESION, type LesionChoice, lesionFilterOf, searchOfChoice } from '../data/lesionChoice';
import { formatCount, plural } from '../data/text';
import { useAnswer } from '../data/useAnswer';
import { GetThis } from '../parts/GetThis';
import { PageHead, SyntheticBanner } from '../parts/PageHead';
import { Dialog } from '../parts/Popup';
import { Answered, Empty, Problem, Skeleton } from '../parts/States';
import { useMediaQuery } from '../parts/useMediaQuery';
import { DatasetSwitch } from './DatasetSwitch';
import { Chips, NothingMatches } from './explorer/Chips';
import { conditionsOf } from './explorer/conditions';
import {
  ExplorerCountsDocument,
  type ExplorerCountsQuery,
  ExplorerDatasetDocument,
  type ExplorerDatasetQuery,
  ExplorerLesionsDocument,
} from './explorer/explorer.generated';
import { Facets } from './explorer/Facets';
import { CSV_HEADER, readLesions, rowOfLesion } from './explorer/lesionCsv';
import { Results } from './explorer/Results';
import { type ChangeExplorer, type ExplorerState, SORTS, searchElsewhere, useExplorerState } from './explorer/state';
import { pageVariables, useLesionRows } from './explorer/useLesionRows';
import './explorer/explorer.css';

type Dataset = NonNullable<ExplorerDatasetQuery['dataset']>;

/** The width from which the choices stand beside the lesions. */
const WIDE = '(min-width: 64rem)';

/** The lesions of a data set: chosen by facets, seen as pictures or as a table. */
export function Explorer() {
  const { slug = '' } = useParams({ strict: false });
  const [state, change] = useExplorerState();
  const query = useAnswer(ExplorerDatasetDocument, { slug });
  return (
    <Answered query={query} height="40rem">
      {({ dataset }) =>
        dataset ? <OfDataset dataset={dataset} state={state} change={change} /> : <NoDataset slug={slug} />
      }
    </Answered>
  );
}

function NoDataset({ slug }: { slug: string }) {
  return (
    <>
      <PageHead title="Lesions" />
      <Empty action={<Link to={PATHS.home}>Data sets of this server</Link>}>
        There is no data set <bdi>{slug}</bdi> here.
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
  const conditions = conditionsOf(choice, counts.data?.data);
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
              downloads={[
                {
                  label: rows.total === undefined ? 'CSV' : `CSV of ${plural(rows.total, 'lesion')}`,
                  fileName: `${version}-lesions.csv`,
                  type: 'text/csv',
                  make: async () => {
                    const lesions = await readLesions(request.filter, request.orderBy);
                    return csvOf(
                      CSV_HEADER,
                      lesions.map((lesion) => rowOfLesion(lesion, version)),
                    );
                  },
                },
              ]}
            />
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
            note={<MissingPixels dataset={dataset} />}
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
  return (
    <>
      {plural(all.lesionCount, 'lesion')} on {plural(all.imageCount, 'key slice')} of{' '}
      {plural(all.patientCount, 'patient')}.
    </>
  );
}

/** Why some lesions are no pictures, and what is drawn of them. */
function MissingPixels({ dataset: { counts } }: { dataset: Dataset }) {
  if (counts.imagesWithPixels === counts.images) return null;
  return (
    <p className="muted small sketch-note">
      {counts.imagesWithPixels === 0
        ? 'The pixels of this data set are not on this server.'
        : `The pixels of ${formatCount(counts.imagesWithPixels)} of ${plural(counts.images, 'key slice')} are on this server.`}{' '}
      Lesions without pixels are drawn as they were measured: <SketchKey look="sketch-long" /> long diameter,{' '}
      <SketchKey look="sketch-short" /> short diameter, with a scale of 10 mm.
    </p>
  );
}

function SketchKey({ look }: { look: string }) {
  return (
    <svg width="18" height="6" aria-hidden="true" className="sketch-key">
      <line x1="0" x2="18" y1="3" y2="3" className={look} />
    </svg>
  );
}

/** The facets: beside the lesions, or on a small screen in a sheet that a button opens. */
function Choices({
  state,
  counts,
  onChange,
  total,
  isAny,
}: {
  state: ExplorerState;
  counts: ReturnType<typeof useAnswer<ExplorerCountsQuery, unknown>>;
  onChange: (choice: LesionChoice) => void;
  total: number | undefined;
  isAny: boolean;
}) {
  const isWide = useMediaQuery(WIDE);
  const [open, setOpen] = useState(false);
  const facets = counts.data ? (
    <Facets choice={state.choice} counts={counts.data.data} onChange={onChange} />
  ) : counts.error ? (
    <Problem error={counts.error} onRetry={() => void counts.refetch()} />
  ) : (
    <Skeleton height="40rem" label="Counting" />
  );
  if (isWide) {
    return (
      <section className="explorer-facets" aria-label="Choose lesions">
        {facets}
      </section>
    );
  }
  return (
    <div>
      <button type="button" onClick={() => setOpen(true)}>
        Choose lesions{isAny && ' (filtered)'}
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Choose lesions">
        {facets}
        <button type="button" className="primary sheet-done" onClick={() => setOpen(false)}>
          {total === undefined ? 'Show them' : `Show ${formatCount(total)}`}
        </button>
      </Dialog>
    </div>
  );
}
