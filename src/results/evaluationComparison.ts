import type { Queryable } from '../database';
import { NotFound } from '../errors';
import {
  bestOverlapOfLesions,
  compareAccuracy,
  countDiscordant,
  type DiscordantCounts,
  fromThousandths,
  hitLevels,
  mcNemarP,
  overlapOf,
  rankDetections,
  type Stratum,
  toThousandths,
} from '../evaluation';
import { checkComparable } from './comparisonRules';
import { type DataRequest, type EvaluationData, loadEvaluationData } from './evaluationData';
import type { EvaluationProtocol } from './evaluationProtocol';
import { findEvaluations } from './evaluationRows';
import { mergeOwnStrata } from './ownStrata';
import { strataOfData, stratumNamed } from './strata';

/** Each but the baseline takes a second for thousands of images; so many curves are also the most that a plot shows. */
export const MAX_COMPARED = 20;

/** The accuracy of two runs on the same lesions at one threshold. */
export interface AccuracyDifference {
  iouThreshold: number;
  /** lesions that the run of the first evaluation hits */
  correctFirst: number;
  correctSecond: number;
  total: number;
  /** first less second, −1..1; null without lesions */
  difference: number | null;
  /** 95 % interval, paired over patients; null if the lesions come from fewer than two patients */
  ciLow: number | null;
  ciHigh: number | null;
  /** lesions that only the first, only the second, both and neither hit */
  onlyFirst: number;
  onlySecond: number;
  both: number;
  neither: number;
  /** exact two-sided McNemar test, lesions taken as independent */
  mcNemarP: number;
}

export interface EvaluationComparison {
  stratum: string;
  topK: number;
  /** images that both runs completed: the comparison is over these */
  imageCount: number;
  /** by rising threshold; those that both evaluations have */
  points: AccuracyDifference[];
}

/** What of two evaluations is compared. */
export interface ComparisonSelection {
  /** ALL unless given */
  stratum?: string;
  /** the first evaluation's unless given */
  topK?: number;
}

/** Two runs over the images that both completed, by the protocol of the first evaluation. */
export interface ComparedRuns {
  protocol: EvaluationProtocol;
  first: EvaluationData;
  second: EvaluationData;
  stratum: Stratum;
  topK: number;
  /** that both evaluations have, rising, in thousandths */
  milli: number[];
}

/** Reads the boxes of a run. */
type LoadData = (database: Queryable, request: DataRequest) => Promise<EvaluationData>;

/**
 * Reads two evaluations' boxes for a comparison.
 *
 * @param loadSecond reads those of the second one
 * @throws NotFound if one is not there
 * @throws BadUserInput if they are of different data sets or protocols, or the selection is of neither
 */
export async function loadComparedRuns(
  database: Queryable,
  firstId: number,
  secondId: number,
  selection: ComparisonSelection,
  loadSecond: LoadData = loadEvaluationData,
): Promise<ComparedRuns> {
  const rows = await findEvaluations(database, [firstId, secondId]);
  const [first, second] = [firstId, secondId].map((id) => rows.find((row) => row.id === id));
  if (!first || !second) throw new NotFound('Expected evaluations that exist; list them with `evaluations`.', 'ids');
  checkComparable(first, second);
  const imageIds = await findCommonImages(database, first.runId, second.runId);
  const request = {
    categorization: first.protocol.categorization?.id ?? null,
    possiblyNoisyLesions: first.protocol.possiblyNoisyLesions,
    reviews: first.protocol.reviews ?? null,
    scoreFloor: first.protocol.detections.scoreFloor,
    strata: mergeOwnStrata(first.protocol.strata, second.protocol.strata),
    imageIds,
  };
  const ofFirst = await loadEvaluationData(database, { ...request, runId: first.runId });
  const stratum = stratumNamed(strataOfData(ofFirst), selection.stratum ?? 'ALL', 'these evaluations');
  return {
    protocol: first.protocol,
    first: ofFirst,
    second: await loadSecond(database, { ...request, runId: second.runId }),
    stratum,
    topK: selection.topK ?? first.protocol.accuracy.defaultTopK,
    milli: first.protocol.accuracy.iouThresholds
      .filter((threshold) => second.protocol.accuracy.iouThresholds.includes(threshold))
      .map(toThousandths),
  };
}

/** At how many of the thresholds each lesion is hit, by the rules of a protocol. */
export function levelsOf(
  { images }: EvaluationData,
  topK: number,
  milli: readonly number[],
  { accuracy: { criterion, comparator, boxMeasure } }: EvaluationProtocol,
): Uint16Array {
  const best = bestOverlapOfLesions(images, rankDetections(images), topK, overlapOf(criterion, boxMeasure));
  return hitLevels(best, fromThousandths(milli), comparator);
}

/**
 * Compares two evaluations lesion by lesion over the images that both runs completed. The interval is paired: both runs
 * are resampled with the same patients.
 *
 * @throws NotFound, BadUserInput as {@link loadComparedRuns}
 */
export async function compareEvaluations(
  database: Queryable,
  firstId: number,
  secondId: number,
  selection: ComparisonSelection = {},
  loadSecond?: LoadData,
): Promise<EvaluationComparison> {
  const { protocol, first, second, stratum, topK, milli } = await loadComparedRuns(
    database,
    firstId,
    secondId,
    selection,
    loadSecond,
  );
  const levels = [first, second].map((data) => levelsOf(data, topK, milli, protocol));
  const { patientOf, patientCount } = first;
  const { resamples, seed } = protocol.intervals;
  const differences = compareAccuracy(levels[0]!, levels[1]!, stratum, milli.length, {
    patientOf,
    patientCount,
    resamples,
    seed,
  });
  const discordant = countDiscordant(levels[0]!, levels[1]!, stratum.lesions, milli.length);
  return {
    stratum: stratum.name,
    topK,
    imageCount: first.imageIds.length,
    points: differences.map(({ correctA, correctB, total, difference, interval }, t) => ({
      iouThreshold: milli[t]! / 1000,
      correctFirst: correctA,
      correctSecond: correctB,
      total,
      difference,
      ciLow: interval?.low ?? null,
      ciHigh: interval?.high ?? null,
      ...describeDiscordant(discordant[t]!),
    })),
  };
}

/**
 * Compares each of the evaluations with one baseline, as `compareEvaluations` does. The boxes of the baseline are read
 * again only for an evaluation that shares other images with it.
 *
 * @returns one comparison per id, in their order
 * @throws NotFound, BadUserInput as {@link loadComparedRuns}, before anything is computed if a protocol does not fit
 */
export async function compareWithBaseline(
  database: Queryable,
  firstIds: readonly number[],
  baselineId: number,
  selection: ComparisonSelection = {},
): Promise<EvaluationComparison[]> {
  const rows = await findEvaluations(database, [baselineId, ...firstIds]);
  const baseline = rows.find(({ id }) => id === baselineId);
  if (baseline) for (const row of rows) checkComparable(row, baseline);
  const loadBaseline = rememberingLast();
  const comparisons: EvaluationComparison[] = [];
  for (const firstId of firstIds)
    comparisons.push(await compareEvaluations(database, firstId, baselineId, selection, loadBaseline));
  return comparisons;
}

/** @returns a function that keeps the boxes that it read last */
export function rememberingLast(): LoadData {
  let last: { settings: string; imageIds: ReadonlySet<number> | undefined; data: EvaluationData } | undefined;
  return async (database, { imageIds, ...rest }) => {
    const settings = JSON.stringify(rest);
    if (last && last.settings === settings && haveSame(last.imageIds, imageIds)) return last.data;
    // Two of them are not held at once: each may take a third of the memory of the thread.
    last = undefined;
    const data = await loadEvaluationData(database, { ...rest, imageIds });
    last = { settings, imageIds, data };
    return data;
  };
}

function haveSame(a: ReadonlySet<number> | undefined, b: ReadonlySet<number> | undefined): boolean {
  return a?.size === b?.size && [...(a ?? [])].every((id) => b?.has(id));
}

function describeDiscordant({ onlyA, onlyB, both, neither }: DiscordantCounts) {
  return { onlyFirst: onlyA, onlySecond: onlyB, both, neither, mcNemarP: mcNemarP(onlyA, onlyB) };
}

/** The images that both runs completed. */
export async function findCommonImages(database: Queryable, firstRun: number, secondRun: number): Promise<Set<number>> {
  const rows = await database.query<{ id: number }>({
    name: 'images-of-both-runs',
    text: `
      SELECT image_id AS id FROM run_image WHERE run_id = $1 AND state = 'COMPLETED'
      INTERSECT
      SELECT image_id FROM run_image WHERE run_id = $2 AND state = 'COMPLETED'`,
    values: [firstRun, secondRun],
  });
  return new Set(rows.map((row) => row.id));
}
