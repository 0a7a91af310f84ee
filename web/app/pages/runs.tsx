import { Link, useNavigate } from '@tanstack/react-router';
import { PATHS } from '../../../src/http/webPaths';
import { csvOf } from '../data/csv';
import { plural } from '../data/text';
import { useMay } from '../data/viewer';
import { GetThis } from '../parts/GetThis';
import { usePageKeys } from '../parts/KeySheet';
import { PageHead, SyntheticBanner, syntheticAmong } from '../parts/PageHead';
import { Answered, Empty } from '../parts/States';
import { Filters } from './runs/Filters';
import { RunTable } from './runs/RunTable';
import { CSV_HEADER, comparisonOf, csvRowOf, type RunRow } from './runs/rows';
import { RunsChangedDocument, RunsDocument, type RunsQuery } from './runs/runs.generated';
import { SelectionBar } from './runs/SelectionBar';
import { type RunsState, runsVariables } from './runs/search';
import { useRunsState } from './runs/state';
import { useRuns, useSelectedRuns } from './runs/useRuns';
import './runs/runs.css';

/** Runs of detectors over data sets, the newest first, as they go on; some can be chosen to be compared. */
export function Runs() {
  const [state, change] = useRunsState();
  const { query, stream } = useRuns(state);
  const right = useMay('detect');
  const list = query.data?.data.detectionRuns;
  const runs = list?.nodes ?? [];
  return (
    <>
      <PageHead
        title="Runs"
        lead="Detectors over the images of a data set, the newest first."
        actions={
          <>
            {right.isGiven && (
              <Link to={PATHS.newRun} className="button primary">
                New run <kbd className="on-accent hide-narrow">n</kbd>
              </Link>
            )}
            <Link className="button" to={PATHS.board} search={{ d: state.dataset?.split('@')[0] }}>
              Board
            </Link>
            <GetThis
              sources={[
                { title: 'These runs', document: RunsDocument, variables: runsVariables(state) },
                {
                  title: 'Their changes, as a stream at /graphql/stream',
                  document: RunsChangedDocument,
                  variables: { dataset: state.dataset ?? null },
                },
              ]}
              downloads={[
                {
                  label: 'CSV',
                  fileName: 'runs.csv',
                  type: 'text/csv',
                  make: () => csvOf(CSV_HEADER, runs.map(csvRowOf)),
                },
              ]}
            />
          </>
        }
      />
      {stream === 'PAUSED' && (
        <p className="quiet-bar" role="status">
          Live updates paused; the list is asked for every 5 s.
        </p>
      )}
      <div className="stack">
        <Filters state={state} change={change} />
        <Answered query={query} height="30rem">
          {(data) => <List data={data} state={state} change={change} />}
        </Answered>
      </div>
    </>
  );
}

interface ListProps {
  readonly data: RunsQuery;
  readonly state: RunsState;
  readonly change: (changes: Partial<RunsState>) => void;
}

function List({ data: { detectionRuns: list }, state, change }: ListProps) {
  const rows = useSelectedRuns(state.selected, list.nodes);
  const comparison = comparisonOf(state.selected, rows);
  const toggle = (id: string): void => {
    const { selected } = state;
    change({ selected: selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id] });
  };
  useListKeys(list.nodes, toggle, comparison.evaluations);
  if (list.nodes.length === 0) return <NoRuns state={state} change={change} />;
  return (
    <>
      <SyntheticBanner shown={syntheticAmong(list.nodes.map(({ dataset }) => dataset))} />
      <RunTable runs={list.nodes} selected={state.selected} onToggle={toggle} />
      <div className="spread">
        <p className="muted">{plural(list.totalCount, 'run')} in all</p>
        <Pages data={list} change={change} />
      </div>
      <SelectionBar count={state.selected.length} comparison={comparison} onClear={() => change({ selected: [] })} />
    </>
  );
}

function NoRuns({ state, change }: Omit<ListProps, 'data'>) {
  const { status, detector, dataset } = state;
  if (status === undefined && detector === undefined && dataset === undefined) {
    return <Empty action={<Link to={PATHS.newRun}>Start a run</Link>}>No detector has run yet.</Empty>;
  }
  return (
    <Empty
      action={
        <button type="button" onClick={() => change({ status: undefined, detector: undefined, dataset: undefined })}>
          Show all runs
        </button>
      }
    >
      No run has{' '}
      {[status && 'this status', detector && 'this detector', dataset && 'this data set'].filter(Boolean).join(', ')}.
    </Empty>
  );
}

function Pages({ data: { pageInfo }, change }: { data: RunsQuery['detectionRuns']; change: ListProps['change'] }) {
  const { hasPreviousPage, hasNextPage, startCursor, endCursor } = pageInfo;
  if (!hasPreviousPage && !hasNextPage) return null;
  return (
    <nav className="row" aria-label="Pages of the list">
      <button
        type="button"
        disabled={!hasPreviousPage}
        onClick={() => change({ before: startCursor ?? undefined, after: undefined })}
      >
        Newer
      </button>
      <button
        type="button"
        disabled={!hasNextPage}
        onClick={() => change({ after: endCursor ?? undefined, before: undefined })}
      >
        Older
      </button>
    </nav>
  );
}

/** Rows by keyboard: the link of the current run has the focus. */
function useListKeys(runs: readonly RunRow[], toggle: (id: string) => void, evaluations: readonly string[]): void {
  const navigate = useNavigate();
  const links = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-run]')];
  const current = (): number => {
    const row = document.activeElement?.closest('tr');
    return links().findIndex((link) => row?.contains(link));
  };
  const move = (step: number): void => {
    const all = links();
    all[Math.min(all.length - 1, Math.max(0, current() + step))]?.focus();
  };
  usePageKeys([
    { keys: 'j', label: 'Next run', run: () => move(1) },
    { keys: 'k', label: 'Previous run', run: () => move(-1) },
    {
      keys: 'x',
      label: 'Choose this run for a comparison',
      run: () => {
        const run = runs[current()];
        if (run && run.evaluations.length > 0) toggle(run.id);
      },
    },
    {
      keys: 'c',
      label: 'Compare the chosen runs',
      run: () => {
        if (evaluations.length > 0) void navigate({ to: PATHS.accuracy, search: { e: evaluations.join(',') } });
      },
    },
    { keys: 'n', label: 'New run', run: () => void navigate({ to: PATHS.newRun }) },
  ]);
}
