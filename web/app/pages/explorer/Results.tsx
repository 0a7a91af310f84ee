import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { MAX_SELECTED, toggledRow } from '../../data/rows';
import { formatCount } from '../../data/text';
import { usePageKeys } from '../../parts/KeySheet';
import { Problem, Skeleton } from '../../parts/States';
import { Grid } from './Grid';
import { SelectionBar, useCopyIds } from './SelectionBar';
import { type ChangeExplorer, type ExplorerState, SORT_LABELS, SORTS, type Sort, VIEWS } from './state';
import type { LesionRows } from './useLesionRows';
import { placeIn } from './useRoving';

/** It comes when it is chosen. */
const TableView = lazy(() => import('./TableView'));

/** What both views of the list are given. */
export interface ListProps {
  /** names the list: another filter or order is another list */
  readonly listKey: string;
  readonly rows: LesionRows;
  readonly total: number;
  readonly selected: ReadonlySet<number>;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly onToggle: (row: number) => void;
  readonly onOpen: (index: number) => void;
}

/** The lesions that match, as pictures or as a table, with what is selected of them. */
export function Results({
  dataset,
  listKey,
  rows,
  state,
  change,
  note,
  empty,
}: {
  /** `slug@version` */
  dataset: string;
  listKey: string;
  rows: LesionRows;
  state: ExplorerState;
  change: ChangeExplorer;
  /** stands above the lesions */
  note: ReactNode;
  /** stands here if nothing matches */
  empty: ReactNode;
}) {
  const { view, sort, selected } = state;
  const navigate = useNavigate();
  const toggle = (row: number): void => change({ selected: toggledRow(selected, row) }, { replace: true });
  const open = (index: number): void => {
    const lesion = rows.rowAt(index);
    if (!lesion) return;
    void navigate({ to: PATHS.image, params: { imageId: lesion.image.id }, search: { lesion: lesion.id } });
  };
  const atHand = () => rows.rowAt(placeIn(listKey));
  const [message, copyIds] = useCopyIds(dataset, selected, atHand);
  usePageKeys([
    { keys: '← → ↑ ↓ Home End', label: 'Move through the lesions, once one of them has the focus' },
    { keys: 'Enter', label: 'Open the slice of the lesion that has the focus' },
    {
      keys: 'x',
      label: 'Select the lesion, or take it out of the selection',
      run: () => {
        const lesion = atHand();
        if (lesion) toggle(lesion.sourceRowIndex);
      },
    },
    { keys: 'c', label: 'Copy the ids of what is selected, or of the lesion', run: copyIds },
    {
      keys: 'v',
      label: 'Switch between pictures and table',
      run: () => change({ view: view === 'grid' ? 'table' : 'grid' }),
    },
  ]);
  const list: Omit<ListProps, 'total'> = {
    listKey,
    rows,
    selected: new Set(selected),
    sort,
    onSort: (next) => change({ sort: next }),
    onToggle: toggle,
    onOpen: open,
  };
  return (
    <section className="stack" aria-label="Lesions that match" aria-busy={rows.isStale}>
      <Toolbar state={state} change={change} rows={rows} />
      {note}
      {rows.error && <Problem error={rows.error} onRetry={rows.retry} />}
      {rows.total === undefined ? (
        !rows.error && <Skeleton height="40rem" />
      ) : rows.total === 0 ? (
        empty
      ) : view === 'grid' ? (
        <Grid {...list} total={rows.total} />
      ) : (
        <Suspense fallback={<Skeleton height="40rem" />}>
          <TableView {...list} total={rows.total} />
        </Suspense>
      )}
      <SelectionBar
        dataset={dataset}
        selected={selected}
        isFull={selected.length >= MAX_SELECTED}
        message={message}
        onCopyIds={copyIds}
        onClear={() => change({ selected: [] }, { replace: true })}
      />
    </section>
  );
}

function Toolbar({ state, change, rows }: { state: ExplorerState; change: ChangeExplorer; rows: LesionRows }) {
  return (
    <div className="spread explorer-tools">
      <p className="muted">
        {rows.total === undefined ? 'Counting …' : `${formatCount(rows.total)} in this list`}
        {rows.isStale && ', looking again …'}
      </p>
      <div className="row">
        <label className="row">
          <span className="muted">Order</span>
          <select value={state.sort} onChange={({ target }) => change({ sort: sortOf(target.value) })}>
            {Object.entries(SORT_LABELS).map(([word, label]) => (
              <option key={word} value={word}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <fieldset className="segments">
          <legend className="visually-hidden">View</legend>
          {VIEWS.map((view) => (
            <button key={view} type="button" aria-pressed={state.view === view} onClick={() => change({ view })}>
              {view === 'grid' ? 'Pictures' : 'Table'}
            </button>
          ))}
        </fieldset>
      </div>
    </div>
  );
}

const sortOf = (word: string): Sort => Object.keys(SORTS).find((one): one is Sort => one === word) ?? '-size';
