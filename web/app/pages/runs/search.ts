import type { DetectionRunStatus } from '../../data/schemaTypes.generated';
import { listOf, type Search, textOfList } from '../../data/url';
import type { RunsQueryVariables } from './runs.generated';

const PAGE_SIZE = 50;
/** More lines than this are not told apart in a figure. */
export const MAX_SELECTED = 20;

/** Groups of statuses to choose from, under the word that stands in the address. */
export const STATUS_GROUPS = {
  unfinished: { label: 'unfinished', statuses: ['QUEUED', 'RUNNING'] },
  succeeded: { label: 'succeeded', statuses: ['SUCCEEDED'] },
  failed: { label: 'failed', statuses: ['FAILED'] },
  cancelled: { label: 'cancelled', statuses: ['CANCELLED'] },
} as const satisfies Record<string, { label: string; statuses: readonly DetectionRunStatus[] }>;
type StatusGroup = keyof typeof STATUS_GROUPS;
export const STATUS_WORDS = ['unfinished', 'succeeded', 'failed', 'cancelled'] as const;

/** What the address says of the list of runs. */
export interface RunsState {
  readonly status: StatusGroup | undefined;
  readonly detector: string | undefined;
  readonly dataset: string | undefined;
  /** ids of the runs that are chosen for a comparison, in the order in which they were chosen */
  readonly selected: readonly string[];
  /** cursor of the page: the runs after it (older ones) or before it (newer ones) */
  readonly after: string | undefined;
  readonly before: string | undefined;
}

/** Parses the parameters of the address. */
export function runsStateOf(search: Search): RunsState {
  return {
    status: STATUS_WORDS.find((word) => word === search.status),
    detector: search.detector || undefined,
    dataset: search.dataset || undefined,
    selected: [...new Set(listOf(search.sel))].slice(0, MAX_SELECTED),
    after: search.after || undefined,
    before: search.before || undefined,
  };
}

/** The opposite of `runsStateOf`. */
export function searchOfRuns({ selected, ...state }: RunsState): Search {
  return { ...state, sel: textOfList(selected) };
}

/** Variables of the query that lists what the state says. */
export function runsVariables({ status, detector, dataset, after, before }: RunsState): RunsQueryVariables {
  const filter = { detector, dataset, status: status && [...STATUS_GROUPS[status].statuses] };
  return before === undefined ? { filter, first: PAGE_SIZE, after } : { filter, last: PAGE_SIZE, before };
}
