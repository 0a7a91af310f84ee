import { useAddress } from '../../data/address';
import type { OutcomeKind, OutcomeOrderField, OutcomeVerdict, SortDirection } from '../../data/schemaTypes.generated';
import { listOf, numberOf, oneOf, textOfList } from '../../data/url';

/** Kinds of outcomes as the page shows them, the most telling first. */
export const KINDS = [
  'MISSED',
  'BACKGROUND',
  'LOCALIZATION',
  'DUPLICATE',
  'HIT',
] as const satisfies readonly OutcomeKind[];
export type ShownKind = (typeof KINDS)[number];

/** What a person reads of a kind, and what the page lists first of it. */
export const KIND_FACTS: Readonly<
  Record<ShownKind, { title: string; meaning: string; orderBy: { field: OutcomeOrderField; direction: SortDirection } }>
> = {
  MISSED: {
    title: 'Missed',
    meaning: 'lesions that no box finds, the largest first',
    orderBy: { field: 'LONG_DIAMETER', direction: 'DESC' },
  },
  BACKGROUND: {
    title: 'Background',
    meaning: 'boxes on no annotated lesion, the highest score first',
    orderBy: { field: 'SCORE', direction: 'DESC' },
  },
  LOCALIZATION: {
    title: 'Localization',
    meaning: 'boxes that overlap a lesion too little, the highest score first',
    orderBy: { field: 'SCORE', direction: 'DESC' },
  },
  DUPLICATE: {
    title: 'Duplicates',
    meaning: 'boxes on a lesion that a better box has found, the highest score first',
    orderBy: { field: 'SCORE', direction: 'DESC' },
  },
  HIT: {
    title: 'Hits',
    meaning: 'lesions that are found, the least overlap first',
    orderBy: { field: 'OVERLAP', direction: 'ASC' },
  },
};

/** What reviews say of the detections that are shown: in the address, as text, and in the graph. */
export const REVIEWED = ['any', 'lesion', 'false', 'unsure', 'unseen'] as const;
export type Reviewed = (typeof REVIEWED)[number];
export const REVIEWED_FACTS: Readonly<Record<Reviewed, { label: string; verdicts: readonly OutcomeVerdict[] | null }>> =
  {
    any: { label: 'anything, or nothing', verdicts: null },
    lesion: { label: 'a real lesion', verdicts: ['LESION'] },
    false: { label: 'truly false', verdicts: ['NOT_A_LESION'] },
    unsure: { label: 'undecided', verdicts: ['UNSURE'] },
    unseen: { label: 'not yet reviewed', verdicts: ['NONE'] },
  };

/** Side by side on a wide screen. */
export const MAX_SIDES = 2;
export const DEFAULT_SCORE = 0.3;
const DEFAULT_IOU = 0.5;
export const PAGE = 24;
const MOST_TILES = 480;

/** What the address says of the page. */
export interface ErrorsState {
  /** global ids of evaluations; empty: the page chooses */
  readonly ids: readonly string[];
  readonly kind: ShownKind;
  /** of detections alone: missed lesions have none */
  readonly reviewed: Reviewed;
  readonly stratum: string;
  readonly iouThreshold: number;
  /** of each side */
  readonly scores: readonly number[];
  /** how many pictures of each side are shown */
  readonly tiles: number;
}

/** The state of the page, and how to change it. */
export function useErrorsState(): [
  ErrorsState,
  (changes: Partial<Omit<ErrorsState, 'scores'>>) => void,
  (side: number, score: number) => void,
] {
  const [search, setSearch] = useAddress();
  const state: ErrorsState = {
    ids: listOf(search.e).slice(0, MAX_SIDES),
    kind: oneOf(search.kind, KINDS, 'MISSED'),
    reviewed: oneOf(search.r, REVIEWED, 'any'),
    stratum: search.s ?? 'ALL',
    iouThreshold: numberOf(search.iou, DEFAULT_IOU, 0.001, 0.999),
    scores: [numberOf(search.t, DEFAULT_SCORE, 0, 1), numberOf(search.t2, DEFAULT_SCORE, 0, 1)],
    tiles: numberOf(search.n, PAGE, PAGE, MOST_TILES),
  };
  const change = (changes: Partial<Omit<ErrorsState, 'scores'>>): void => {
    const next = { ...state, tiles: PAGE, ...changes };
    setSearch({
      e: textOfList(next.ids),
      kind: next.kind === 'MISSED' ? undefined : next.kind,
      r: next.reviewed === 'any' ? undefined : next.reviewed,
      s: next.stratum === 'ALL' ? undefined : next.stratum,
      iou: next.iouThreshold === DEFAULT_IOU ? undefined : String(next.iouThreshold),
      n: next.tiles === PAGE ? undefined : String(next.tiles),
    });
  };
  const setScore = (side: number, score: number): void =>
    setSearch({ [side === 0 ? 't' : 't2']: score === DEFAULT_SCORE ? undefined : String(score) }, { replace: true });
  return [state, change, setScore];
}
