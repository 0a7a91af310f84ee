import type { Queryable } from '../database';
import { BadUserInput, NotFound } from '../errors';
import {
  type ArmComparison,
  bestOverlapOfLesions,
  compareArms,
  fromThousandths,
  hitLevels,
  overlapOf,
  rankDetections,
  toThousandths,
} from '../evaluation';
import { checkComparable } from './comparisonRules';
import { findCommonImages } from './evaluationComparison';
import { type EvaluationData, loadEvaluationData } from './evaluationData';
import { type EvaluationRow, findEvaluations } from './evaluationRows';
import { strataOf } from './strata';

/** Two arms of trainings over one stratum. */
export interface ArmsOnStratum {
  stratum: string;
  lesions: number;
  topK: number;
  /** by rising threshold */
  points: ({ iouThreshold: number } & ArmComparison)[];
}

/** Two arms of trainings over the images that all their runs completed. */
export interface ArmsComparison {
  images: number;
  patients: number;
  lesions: number;
  /** ALL first; each topK in the order requested */
  strata: ArmsOnStratum[];
}

/**
 * Compares two arms of trainings, for example single-class and multi-class with the same seeds, lesion by lesion in
 * every stratum.
 *
 * @param firstIds,secondIds evaluations, one per training, paired by their position
 * @throws NotFound if one is not there
 * @throws BadUserInput if they are of different data sets, or the arms have not equally many
 */
export async function compareTrainingArms(
  database: Queryable,
  firstIds: readonly number[],
  secondIds: readonly number[],
  topK: readonly number[],
): Promise<ArmsComparison> {
  if (firstIds.length === 0 || firstIds.length !== secondIds.length)
    throw new BadUserInput(
      `Expected as many evaluations in both arms, got ${firstIds.length} and ${secondIds.length}.`,
      'second',
    );
  const ids = [...firstIds, ...secondIds];
  const rows = await findEvaluations(database, ids);
  const evaluations = ids.map((id) => {
    const row = rows.find((one) => one.id === id);
    if (!row) throw new NotFound('Expected evaluations that exist; list them with `evaluations`.', 'first');
    return row;
  });
  for (const other of evaluations.slice(1)) checkComparable(evaluations[0]!, other);
  const data = await loadAll(database, evaluations);
  const milli = evaluations[0]!.protocol.accuracy.iouThresholds.map(toThousandths);
  const { patientOf, patientCount, lesions, imageIds } = data[0]!;
  const { resamples, seed } = evaluations[0]!.protocol.intervals;
  const { criterion, comparator, boxMeasure } = evaluations[0]!.protocol.accuracy;
  const overlap = overlapOf(criterion, boxMeasure);
  const ranked = data.map(({ images }) => ({ images, ranking: rankDetections(images) }));
  const comparisons = topK.flatMap((k) => {
    const levels = ranked.map(({ images, ranking }) =>
      hitLevels(bestOverlapOfLesions(images, ranking, k, overlap), fromThousandths(milli), comparator),
    );
    const [first, second] = [levels.slice(0, firstIds.length), levels.slice(firstIds.length)];
    return strataOf(lesions).map((stratum): ArmsOnStratum => {
      const points = compareArms(first, second, stratum, milli.length, { patientOf, patientCount, resamples, seed });
      return {
        stratum: stratum.name,
        lesions: stratum.lesions.length,
        topK: k,
        points: points.map((point, t) => ({ iouThreshold: milli[t]! / 1000, ...point })),
      };
    });
  });
  return { images: imageIds.length, patients: patientCount, lesions: lesions.length, strata: comparisons };
}

/** The lesions and detections of all runs, over the images that every one of them completed. */
async function loadAll(database: Queryable, evaluations: readonly EvaluationRow[]): Promise<EvaluationData[]> {
  let imageIds: Set<number> | undefined;
  for (const { runId } of evaluations.slice(1)) {
    const common = await findCommonImages(database, evaluations[0]!.runId, runId);
    const before: Set<number> | undefined = imageIds;
    imageIds = before ? new Set([...common].filter((id) => before.has(id))) : common;
  }
  const { categorization, possiblyNoisyLesions, reviews, detections } = evaluations[0]!.protocol;
  const data: EvaluationData[] = [];
  for (const { runId } of evaluations)
    data.push(
      await loadEvaluationData(database, {
        runId,
        categorization: categorization?.id ?? null,
        possiblyNoisyLesions,
        reviews: reviews ?? null,
        scoreFloor: detections.scoreFloor,
        imageIds,
      }),
    );
  return data;
}
