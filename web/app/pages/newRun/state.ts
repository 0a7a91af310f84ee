import { useAddress } from '../../data/address';
import { listOf, oneOf, rangeOf, type Search, textOfList, textOfRange } from '../../data/url';
import type { BookmarkedImageFilter, CoarseType, RunDetectionInput, Sex, Split } from './newRun.generated';

export const SPLITS = ['TRAIN', 'VALIDATION', 'TEST', 'UNASSIGNED'] as const satisfies readonly Split[];
export const SEXES = ['FEMALE', 'MALE', 'UNKNOWN'] as const satisfies readonly Sex[];
export const COARSE_TYPES = [
  'BONE',
  'ABDOMEN',
  'MEDIASTINUM',
  'LIVER',
  'LUNG',
  'KIDNEY',
  'SOFT_TISSUE',
  'PELVIS',
  'UNKNOWN',
] as const satisfies readonly CoarseType[];
export const PRIORITIES = ['auto', 'interactive', 'normal', 'background'] as const;
type Priority = (typeof PRIORITIES)[number];

/** A closed interval; an omitted end is open. */
export type Range = { gte?: number; lte?: number };

/** What the address says of a run that has not been requested yet. */
export interface NewRunState {
  /** `slug` or `slug@version`; undefined: the newest one */
  readonly dataset: string | undefined;
  /** `name` or `name@version`; undefined: the first that is ready */
  readonly detector: string | undefined;
  readonly types: readonly CoarseType[];
  readonly splits: readonly Split[];
  readonly sexes: readonly Sex[];
  /** years */
  readonly age: Range | undefined;
  /** of the long diameter, in mm */
  readonly size: Range | undefined;
  /** global id of a pseudo-cluster */
  readonly cluster: string | undefined;
  /** images whose pixel file is not on this server would fail */
  readonly onlyWithPixels: boolean;
  readonly scoreThreshold: number | undefined;
  readonly maxDetections: number | undefined;
  readonly topK: number | undefined;
  /** in addition to 0.05 to 0.95 */
  readonly iouThresholds: readonly number[];
  readonly priority: Priority;
}

/** Parses the parameters of the address; the facets have the names that the explorer of lesions gives them. */
export function newRunStateOf(search: Search): NewRunState {
  return {
    dataset: search.dataset || undefined,
    detector: search.detector || undefined,
    types: wordsOf(search.type, COARSE_TYPES),
    splits: wordsOf(search.split, SPLITS),
    sexes: wordsOf(search.sex, SEXES),
    age: rangeOf(search.age),
    size: rangeOf(search.size),
    cluster: search.cluster || undefined,
    onlyWithPixels: search.px !== 'all',
    scoreThreshold: numberIn(search.score, 0, 1),
    maxDetections: countOf(search.max),
    topK: countOf(search.k),
    iouThresholds: listOf(search.iou).flatMap((text) => numberIn(text, 0, 1) ?? []),
    priority: oneOf(search.p, PRIORITIES, 'auto'),
  };
}

/** The opposite of `newRunStateOf`. */
export function searchOfNewRun(state: NewRunState): Search {
  return {
    dataset: state.dataset,
    detector: state.detector,
    type: textOfList(state.types),
    split: textOfList(state.splits),
    sex: textOfList(state.sexes),
    age: textOfRange(state.age),
    size: textOfRange(state.size),
    cluster: state.cluster,
    px: state.onlyWithPixels ? undefined : 'all',
    score: textOf(state.scoreThreshold),
    max: textOf(state.maxDetections),
    k: textOf(state.topK),
    iou: textOfList(state.iouThresholds.map(String)),
    p: state.priority === 'auto' ? undefined : state.priority,
  };
}

const textOf = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value));

function numberIn(text: string | undefined, low: number, high: number): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return value >= low && value <= high ? value : undefined;
}

function countOf(text: string | undefined): number | undefined {
  const value = numberIn(text, 1, 1000);
  return value !== undefined && Number.isInteger(value) ? value : undefined;
}

/** The words of a list that are known, in any case; a link that was typed by hand works as well. */
function wordsOf<Word extends string>(text: string | undefined, words: readonly Word[]): Word[] {
  const given = new Set(listOf(text).map((word) => word.toUpperCase()));
  return words.filter((word) => given.has(word));
}

/** Which images: what is left out of the state is left out of the filter. */
export function imageFilterOf(state: NewRunState): BookmarkedImageFilter {
  return {
    ...(state.types.length > 0 && { coarseType: [...state.types] }),
    ...(state.splits.length > 0 && { split: [...state.splits] }),
    ...(state.sexes.length > 0 && { sex: [...state.sexes] }),
    ...(state.age && { ageYears: state.age }),
    ...(state.size && { longDiameterMm: state.size }),
    ...(state.cluster !== undefined && { pseudoCluster: state.cluster }),
  };
}

/**
 * The request as it is sent, without its idempotency key.
 *
 * @param webhookUrl is not in the address, because it may contain a secret
 */
export function inputOf(
  state: NewRunState,
  dataset: string,
  detector: { name: string; version: string },
  webhookUrl = '',
): RunDetectionInput {
  const filter = { ...imageFilterOf(state), ...(state.onlyWithPixels && { hasPixels: true }) };
  return {
    detector: detector.name,
    detectorVersion: detector.version,
    dataset,
    ...(Object.keys(filter).length > 0 && { filter }),
    ...(state.scoreThreshold !== undefined && { scoreThreshold: state.scoreThreshold }),
    ...(state.maxDetections !== undefined && { maxDetectionsPerImage: state.maxDetections }),
    ...(state.topK !== undefined && { topK: state.topK }),
    ...(state.iouThresholds.length > 0 && { iouThresholds: [...state.iouThresholds] }),
    ...(state.priority !== 'auto' && { priority: PRIORITY_VALUES[state.priority] }),
    ...(webhookUrl !== '' && { webhookUrl }),
  };
}

const PRIORITY_VALUES = { interactive: 'INTERACTIVE', normal: 'NORMAL', background: 'BACKGROUND' } as const;

/** The state of the form, and how to change it: a change is no step of the browser's history. */
export function useNewRunState(): [NewRunState, (changes: Partial<NewRunState>) => void] {
  const [search, setSearch] = useAddress();
  const state = newRunStateOf(search);
  return [state, (changes) => setSearch(searchOfNewRun({ ...state, ...changes }), { replace: true })];
}
