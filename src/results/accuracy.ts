import type { Queryable } from '../database';
import { BadUserInput } from '../errors';
import {
  bestOverlapOfLesions,
  bootstrapAccuracy,
  countHits,
  fromThousandths,
  hitLevels,
  overlapOf,
  toThousandths,
} from '../evaluation';
import type { EvaluationProtocol } from './evaluationProtocol';
import { EMPTY_COLUMNS, type Evaluated, type MetricPoint } from './metric';

/**
 * Numbers that the bootstrap keeps until it sorts them: 256 MiB. 50 strata with 10,000 resamples and the usual
 * thresholds and counts are 28 million.
 */
const MAX_DRAWS = 32 * 2 ** 20;

/** @throws BadUserInput if the draws of all points would not fit into memory */
function checkDraws(draws: number): void {
  if (draws > MAX_DRAWS)
    throw new BadUserInput(
      `Expected resamples × strata × topK × IoU thresholds to be at most ${MAX_DRAWS}, got ${draws}: ask for ` +
        'fewer resamples, or fewer of the others.',
      'resamples',
    );
}

/**
 * ACCURACY: numerator lesions hit of denominator lesions, with its interval over patients. All strata and values of k
 * share their draws.
 */
export function* accuracyPoints(
  { data: { images, patientOf, patientCount }, ranking, strata }: Evaluated,
  { accuracy, intervals: { resamples, seed } }: EvaluationProtocol,
): Generator<MetricPoint[]> {
  const milli = accuracy.iouThresholds.map(toThousandths);
  const thresholds = fromThousandths(milli);
  const overlap = overlapOf(accuracy.criterion, accuracy.boxMeasure);
  const levels = accuracy.topK.map((topK) =>
    hitLevels(bestOverlapOfLesions(images, ranking, topK, overlap), thresholds, accuracy.comparator),
  );
  checkDraws(accuracy.topK.length * strata.length * milli.length * resamples);
  const resampling = { patientOf, patientCount, resamples, seed };
  const intervals = bootstrapAccuracy(levels, strata, milli.length, resampling);
  for (const [k, topK] of accuracy.topK.entries())
    for (const [s, stratum] of strata.entries()) {
      const { correct, total } = countHits(levels[k]!, stratum, milli.length);
      yield milli.map((iouThresholdMilli, t) => ({
        ...EMPTY_COLUMNS,
        kind: 'ACCURACY',
        stratum: stratum.name,
        topK,
        iouThresholdMilli,
        numerator: correct[t]!,
        denominator: total,
        value: total === 0 ? null : correct[t]! / total,
        ciLow: intervals[k]![s]![t]?.low ?? null,
        ciHigh: intervals[k]![s]![t]?.high ?? null,
      }));
    }
}

/** One point of an accuracy curve: `correct` of `total` lesions are hit. */
export interface AccuracyPoint {
  evaluationId: number;
  stratum: string;
  topK: number;
  iouThreshold: number;
  /** null without lesions */
  accuracy: number | null;
  correct: number;
  total: number;
  /** 95 % interval over patients; null if the lesions come from fewer than two patients */
  ciLow: number | null;
  ciHigh: number | null;
}

/**
 * The accuracy curves of one stratum, in the order of the ids, by rising threshold.
 *
 * @param selection without topK that of the run
 */
export async function findAccuracyPoints(
  database: Queryable,
  evaluationIds: readonly number[],
  { stratum = 'ALL', topK = null }: { stratum?: string; topK?: number | null } = {},
): Promise<AccuracyPoint[]> {
  const keys = evaluationIds.map((evaluationId) => ({ evaluationId, stratum, topK }));
  return (await findAccuracyCurves(database, keys)).flat();
}

/** One accuracy curve: a stratum of an evaluation at one k. */
export interface AccuracyCurveKey {
  evaluationId: number;
  /** the name of a stratum */
  stratum: string;
  /** null: that of the run */
  topK: number | null;
}

/**
 * Many accuracy curves in one statement.
 *
 * @returns the points of each key, by rising threshold, in the order of the keys
 */
export async function findAccuracyCurves(
  database: Queryable,
  keys: readonly AccuracyCurveKey[],
): Promise<AccuracyPoint[][]> {
  const points = await database.query<AccuracyPoint & { wanted: number }>({
    name: 'accuracy-curves',
    text: `
      SELECT wanted.n AS wanted, point.evaluation_id AS "evaluationId", point.stratum, point.top_k AS "topK",
        point.iou_threshold_milli / 1000.0::float8 AS "iouThreshold", point.value AS accuracy, point.numerator AS correct,
        point.denominator AS total, point.ci_low AS "ciLow", point.ci_high AS "ciHigh"
      FROM unnest($1::int4[], $2::text[], $3::int4[]) WITH ORDINALITY AS wanted (evaluation_id, stratum, top_k, n)
      JOIN evaluation ON evaluation.id = wanted.evaluation_id
      JOIN metric_point point ON point.evaluation_id = evaluation.id AND point.kind = 'ACCURACY' AND point.stratum = wanted.stratum
        AND point.top_k = coalesce(wanted.top_k, (evaluation.protocol #>> '{accuracy,defaultTopK}')::int)
      ORDER BY wanted.n, point.iou_threshold_milli`,
    values: [
      keys.map(({ evaluationId }) => evaluationId),
      keys.map(({ stratum }) => stratum),
      keys.map(({ topK }) => topK),
    ],
  });
  const curves: AccuracyPoint[][] = keys.map(() => []);
  for (const { wanted, ...point } of points) curves[wanted - 1]?.push(point);
  return curves;
}
