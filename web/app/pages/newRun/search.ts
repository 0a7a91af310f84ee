import {
  choiceOf,
  EVERY_LESION,
  type LesionChoice,
  type LesionFilterOfChoice,
  lesionFilterOf,
  searchOfChoice,
} from '../../data/lesionChoice';
import type { BookmarkedImageFilter, RunDetectionInput } from '../../data/schemaTypes.generated';
import { listOf, oneOf, type Search, textOfList } from '../../data/url';

export const PRIORITIES = ['auto', 'interactive', 'normal', 'background'] as const;
type Priority = (typeof PRIORITIES)[number];

/** What the address says of a run that has not been requested yet. */
export interface NewRunState {
  /** `slug` or `slug@version`; undefined: the newest one */
  readonly dataset: string | undefined;
  /** `name` or `name@version`; undefined: the first that is ready */
  readonly detector: string | undefined;
  /** the images with at least one of these lesions; under the same names as in the explorer of lesions */
  readonly lesions: LesionChoice;
  /** images whose pixel file is not on this server would fail */
  readonly onlyWithPixels: boolean;
  readonly scoreThreshold: number | undefined;
  readonly maxDetections: number | undefined;
  readonly topK: number | undefined;
  /** in addition to 0.05 to 0.95 */
  readonly iouThresholds: readonly number[];
  readonly priority: Priority;
}

/** Parses the parameters of the address. */
export function newRunStateOf(search: Search): NewRunState {
  return {
    dataset: search.dataset || undefined,
    detector: search.detector || undefined,
    lesions: choiceOf(search),
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
    ...searchOfChoice(state.lesions),
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

/** Which images: those with at least one of the chosen lesions; all if every lesion is chosen. */
export function imageFilterOf(lesions: LesionChoice, dataset: string): BookmarkedImageFilter {
  const { dataset: _, ...filter }: LesionFilterOfChoice = lesionFilterOf(lesions, dataset);
  return Object.keys(filter).length === 0 ? {} : { lesion: filter };
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
  const filter = { ...imageFilterOf(state.lesions, dataset), ...(state.onlyWithPixels && { hasPixels: true }) };
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

/** Conditions that the form has no field for, but that an address may bring. */
export function otherConditions({ location, cohort, noisy, withPixels, patient }: LesionChoice): string[] {
  return [
    ...(cohort === undefined ? [] : ['a lesion of a cohort']),
    ...(location ? [`a lesion at ${location.gte ?? 0} to ${location.lte ?? 1} between head and feet`] : []),
    ...(noisy === undefined ? [] : [noisy ? 'a lesion that may be noise' : 'a lesion that is no noise']),
    ...(withPixels ? ['pixel files on this server'] : []),
    ...(patient === undefined ? [] : [`of patient ${patient}`]),
  ];
}

/** The choice without those conditions. */
export const withoutOthers = ({ types, splits, sexes, ages, size, cluster }: LesionChoice): LesionChoice => ({
  ...EVERY_LESION,
  types,
  splits,
  sexes,
  ages,
  size,
  cluster,
});
