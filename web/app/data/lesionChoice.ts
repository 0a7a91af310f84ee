import { listOf, numberOf, rangeOf, type Search, textOfList, textOfRange } from './url';

/**
 * Which lesions a page shows, as its address says it: `type=LUNG,LIVER&size=10..30`. The page of a new run reads the
 * same parameters, so that "start a run on this" is a link.
 */
export const COARSE_TYPES = [
  'LUNG',
  'MEDIASTINUM',
  'LIVER',
  'ABDOMEN',
  'KIDNEY',
  'PELVIS',
  'SOFT_TISSUE',
  'BONE',
  'UNKNOWN',
] as const;
export const SPLITS = ['TRAIN', 'VALIDATION', 'TEST', 'UNASSIGNED'] as const;
export const SEXES = ['FEMALE', 'MALE', 'UNKNOWN'] as const;

export type CoarseType = (typeof COARSE_TYPES)[number];
export type Split = (typeof SPLITS)[number];
export type Sex = (typeof SEXES)[number];

/** Both bounds belong to it; one that is not there is open. */
export interface Range {
  readonly gte?: number;
  readonly lte?: number;
}

/** Conditions that all hold; what is empty or undefined holds for every lesion. */
export interface LesionChoice {
  readonly types: readonly CoarseType[];
  readonly splits: readonly Split[];
  readonly sexes: readonly Sex[];
  /** age at the time of the study, years */
  readonly ages?: Range;
  /** long diameter, mm */
  readonly size?: Range;
  /** position from head (0) to feet (1) */
  readonly location?: Range;
  /** global id of a pseudo-cluster */
  readonly cluster?: string;
  /** global id of a cohort */
  readonly cohort?: string;
  readonly noisy?: boolean;
  /** only those whose pixels are on this server */
  readonly withPixels?: true;
  readonly patient?: number;
}

export const EVERY_LESION: LesionChoice = { types: [], splits: [], sexes: [] };

const MAX_INDEX = 2_147_483_647;

/** Words that are none of the graph's are passed over: an address may come from anywhere. */
function wordsOf<Word extends string>(text: string | undefined, words: readonly Word[]): Word[] {
  const given = new Set(listOf(text).map((word) => word.toUpperCase()));
  return words.filter((word) => given.has(word));
}

/** Reads the conditions of an address. */
export function choiceOf(search: Search): LesionChoice {
  const patient = numberOf(search.patient, -1, -1, MAX_INDEX);
  return {
    types: wordsOf(search.type, COARSE_TYPES),
    splits: wordsOf(search.split, SPLITS),
    sexes: wordsOf(search.sex, SEXES),
    ages: rangeOf(search.age),
    size: rangeOf(search.size),
    location: rangeOf(search.z),
    cluster: search.cluster || undefined,
    cohort: search.cohort || undefined,
    noisy: search.noisy === '1' ? true : search.noisy === '0' ? false : undefined,
    withPixels: search.pixels === '1' ? true : undefined,
    patient: Number.isInteger(patient) && patient >= 0 ? patient : undefined,
  };
}

/** Writes them; every parameter is there, undefined where it is left out, so that the result replaces earlier ones. */
export function searchOfChoice(choice: LesionChoice): Search {
  const { types, splits, sexes, ages, size, location, cluster, cohort, noisy, withPixels, patient } = choice;
  return {
    type: textOfList(types),
    split: textOfList(splits),
    sex: textOfList(sexes),
    age: textOfRange(ages),
    size: textOfRange(size),
    z: textOfRange(location),
    cluster,
    cohort,
    noisy: noisy === undefined ? undefined : noisy ? '1' : '0',
    pixels: withPixels ? '1' : undefined,
    patient: patient === undefined ? undefined : String(patient),
  };
}

/** `LesionFilter` of the graph, without a field for what is not chosen. */
export interface LesionFilterOfChoice {
  dataset: string;
  coarseType?: CoarseType[];
  split?: Split[];
  sex?: Sex[];
  ageYears?: Range;
  longDiameterMm?: Range;
  locationZ?: Range;
  pseudoCluster?: string;
  cohort?: string;
  possiblyNoisy?: boolean;
  hasPixels?: boolean;
  patientIndex?: number;
}

/** @param dataset slug, or `slug@version` */
export function lesionFilterOf(choice: LesionChoice, dataset: string): LesionFilterOfChoice {
  const { types, splits, sexes, ages, size, location, cluster, cohort, noisy, withPixels, patient } = choice;
  return {
    dataset,
    ...(types.length > 0 && { coarseType: [...types] }),
    ...(splits.length > 0 && { split: [...splits] }),
    ...(sexes.length > 0 && { sex: [...sexes] }),
    ...(ages && { ageYears: ages }),
    ...(size && { longDiameterMm: size }),
    ...(location && { locationZ: location }),
    ...(cluster && { pseudoCluster: cluster }),
    ...(cohort && { cohort }),
    ...(noisy !== undefined && { possiblyNoisy: noisy }),
    ...(withPixels && { hasPixels: true }),
    ...(patient !== undefined && { patientIndex: patient }),
  };
}
