import { useMemo } from 'react';
import { useAddress } from '../../data/address';
import { choiceOf, EVERY_LESION, type LesionChoice, searchOfChoice } from '../../data/lesionChoice';
import { rowsOf, textOfRows } from '../../data/rows';
import type { LesionOrder } from '../../data/schemaTypes.generated';
import { oneOf } from '../../data/url';

/** Words of `sort=`: a minus in front is descending. */
export const SORTS = {
  '-size': { field: 'LONG_DIAMETER_MM', direction: 'DESC' },
  size: { field: 'LONG_DIAMETER_MM', direction: 'ASC' },
  '-short': { field: 'SHORT_DIAMETER_MM', direction: 'DESC' },
  short: { field: 'SHORT_DIAMETER_MM', direction: 'ASC' },
  row: { field: 'SOURCE_ROW_INDEX', direction: 'ASC' },
  '-row': { field: 'SOURCE_ROW_INDEX', direction: 'DESC' },
  type: { field: 'COARSE_TYPE', direction: 'ASC' },
  '-type': { field: 'COARSE_TYPE', direction: 'DESC' },
  split: { field: 'SPLIT', direction: 'ASC' },
  '-split': { field: 'SPLIT', direction: 'DESC' },
} as const satisfies Record<string, LesionOrder>;
export type Sort = keyof typeof SORTS;
const SORT_WORDS = Object.keys(SORTS).filter((word): word is Sort => word in SORTS);
const FIRST_SORT: Sort = '-size';

export const SORT_LABELS: Record<Sort, string> = {
  '-size': 'Largest first',
  size: 'Smallest first',
  '-short': 'Longest short diameter first',
  short: 'Shortest short diameter first',
  row: 'Row of the source',
  '-row': 'Row of the source, last first',
  type: 'Type',
  '-type': 'Type, in reverse',
  split: 'Split',
  '-split': 'Split, in reverse',
};

export const VIEWS = ['grid', 'table'] as const;
export type View = (typeof VIEWS)[number];

/** What the address says of the explorer. */
export interface ExplorerState {
  readonly choice: LesionChoice;
  readonly sort: Sort;
  readonly view: View;
  /** rows of the source that are selected, ascending */
  readonly selected: readonly number[];
}

export type ChangeExplorer = (changes: Partial<ExplorerState>, options?: { replace?: boolean }) => void;

/** The state of the explorer, and how to change it. A change of the selection is no step back in the history. */
export function useExplorerState(): [ExplorerState, ChangeExplorer] {
  const [search, setSearch] = useAddress();
  const state = useMemo<ExplorerState>(
    () => ({
      choice: choiceOf(search),
      sort: oneOf(search.sort, SORT_WORDS, FIRST_SORT),
      view: oneOf(search.view, VIEWS, 'grid'),
      selected: rowsOf(search.sel),
    }),
    [search],
  );
  const change: ChangeExplorer = ({ choice, sort, view, selected }, options) =>
    setSearch(
      {
        ...(choice && searchOfChoice(choice)),
        ...(sort && { sort: sort === FIRST_SORT ? undefined : sort }),
        ...(view && { view: view === 'grid' ? undefined : view }),
        ...(selected && { sel: textOfRows(selected) }),
      },
      options,
    );
  return [state, change];
}

/** What remains of a choice in another data set: its clusters, cohorts, patients and rows are others. */
export function searchElsewhere({ choice, sort, view }: ExplorerState): Record<string, string | undefined> {
  return {
    ...searchOfChoice({ ...choice, cluster: undefined, cohort: undefined, patient: undefined }),
    sort: sort === FIRST_SORT ? undefined : sort,
    view: view === 'grid' ? undefined : view,
  };
}

export const isEveryLesion = (choice: LesionChoice): boolean =>
  JSON.stringify(searchOfChoice(choice)) === JSON.stringify(searchOfChoice(EVERY_LESION));
