import { ANY_OF_IDS, type Queryable } from '../database';
import { BadUserInput } from '../errors';
import { FROC_RATES, meanOfDefined } from '../evaluation';
import { parseThresholds } from './evaluationProtocol';

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
  /** 95 % interval over patients; null when the lesions come from fewer than two patients */
  ciLow: number | null;
  ciHigh: number | null;
}

/** The accuracy curves of one stratum, in the order of the ids, by rising threshold. @param selection without topK that of the run */
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

/** Many accuracy curves in one statement. @returns the points of each key, by rising threshold, in the order of the keys */
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

/** Sensitivity at a rate of false positives, or one step of the curve. */
export interface FrocPoint {
  evaluationId: number;
  stratum: string;
  iouThreshold: number;
  falsePositivesPerImage: number;
  /** null without lesions */
  sensitivity: number | null;
  truePositives: number;
  total: number;
  /** 95 % interval over patients, at the rates of the protocol; null at others, and when the lesions come from fewer than two patients */
  ciLow: number | null;
  ciHigh: number | null;
  /** boxes from this score on; null before the first box */
  scoreThreshold: number | null;
  /** false when the detections run out before this rate: the sensitivity is then that of all detections */
  reachedFalsePositivesPerImage: boolean;
}

export interface FrocSelection {
  stratum?: string;
  /** overlap threshold, 0.5 unless given */
  iouThreshold?: number;
}

/** The FROC read at rates of false positives an image, 0.125 … 16 unless given, by rising rate. */
export async function findFrocPoints(
  database: Queryable,
  evaluationIds: readonly number[],
  selection: FrocSelection & { falsePositivesPerImage?: readonly number[] } = {},
): Promise<FrocPoint[]> {
  return database.query<FrocPoint>({
    name: 'froc-points',
    text: `
      SELECT evaluation.id AS "evaluationId", point.stratum, point.iou_threshold_milli / 1000.0::float8 AS "iouThreshold",
        rate AS "falsePositivesPerImage", point.value AS sensitivity, point.numerator AS "truePositives",
        point.denominator AS total, point.score_threshold AS "scoreThreshold", band.ci_low AS "ciLow", band.ci_high AS "ciHigh",
        curve_end.abscissa >= rate AS "reachedFalsePositivesPerImage"
      FROM unnest($1::int[]) AS evaluation (id)
      CROSS JOIN unnest($4::float8[]) AS rate
      CROSS JOIN LATERAL (
        SELECT max(abscissa) AS abscissa FROM metric_point
        WHERE evaluation_id = evaluation.id AND kind = 'FROC' AND stratum = $2 AND top_k IS NULL AND iou_threshold_milli = $3
      ) AS curve_end
      CROSS JOIN LATERAL (
        SELECT * FROM metric_point
        WHERE evaluation_id = evaluation.id AND kind = 'FROC' AND stratum = $2 AND top_k IS NULL AND iou_threshold_milli = $3
          AND abscissa <= rate
        ORDER BY abscissa DESC LIMIT 1
      ) AS point
      LEFT JOIN metric_point AS band ON band.evaluation_id = evaluation.id AND band.kind = 'FROC_BAND' AND band.stratum = $2
        AND band.iou_threshold_milli = $3 AND band.abscissa = rate
      ORDER BY evaluation.id, rate`,
    values: [...curveKey(evaluationIds, selection), selection.falsePositivesPerImage ?? FROC_RATES],
  });
}

/** The FROC as whole step curve, by rising rate of false positives. */
export async function findFrocCurve(
  database: Queryable,
  evaluationIds: readonly number[],
  selection: FrocSelection = {},
): Promise<FrocPoint[]> {
  return database.query<FrocPoint>({
    name: 'froc-curve',
    text: `
      SELECT evaluation_id AS "evaluationId", stratum, iou_threshold_milli / 1000.0::float8 AS "iouThreshold",
        abscissa AS "falsePositivesPerImage", value AS sensitivity, numerator AS "truePositives", denominator AS total,
        score_threshold AS "scoreThreshold", NULL::float8 AS "ciLow", NULL::float8 AS "ciHigh", true AS "reachedFalsePositivesPerImage"
      FROM metric_point
      WHERE evaluation_id = ${ANY_OF_IDS} AND kind = 'FROC' AND stratum = $2 AND iou_threshold_milli = $3
      ORDER BY evaluation_id, abscissa`,
    values: curveKey(evaluationIds, selection),
  });
}

function curveKey(evaluationIds: readonly number[], { stratum, iouThreshold }: FrocSelection): unknown[] {
  return [evaluationIds, stratum ?? 'ALL', parseThresholds([iouThreshold ?? 0.5], 'iouThreshold')[0]];
}

/** The best precision at a recall or a higher one, as COCO interpolates; 101 recalls, 0 precision beyond the greatest recall. */
export interface PrecisionRecallPoint {
  evaluationId: number;
  iouThreshold: number;
  recall: number;
  precision: number;
  /** null beyond the greatest recall */
  scoreThreshold: number | null;
}

/** Precision–recall curves at one IoU threshold (0.5 or 0.75), by rising recall; none where there are no lesions. */
export async function findPrecisionRecall(
  database: Queryable,
  evaluationIds: readonly number[],
  iouThreshold = 0.5,
): Promise<PrecisionRecallPoint[]> {
  return database.query<PrecisionRecallPoint>({
    name: 'precision-recall',
    text: `
      SELECT evaluation_id AS "evaluationId", iou_threshold_milli / 1000.0::float8 AS "iouThreshold", abscissa AS recall,
        value AS precision, score_threshold AS "scoreThreshold"
      FROM metric_point
      WHERE evaluation_id = ${ANY_OF_IDS} AND kind = 'PRECISION_RECALL' AND iou_threshold_milli = $2
      ORDER BY evaluation_id, abscissa`,
    values: [evaluationIds, parseThresholds([iouThreshold], 'iouThreshold')[0]],
  });
}

/** COCO's AP of one evaluation; null without lesions. */
export interface AveragePrecision {
  evaluationId: number;
  /** mean over IoU 0.50 … 0.95 */
  mean: number | null;
  lesionCount: number;
  /** by rising threshold */
  atThresholds: { iouThreshold: number; averagePrecision: number | null }[];
}

export const LESION_AREAS = ['ALL', 'SMALL', 'MEDIUM', 'LARGE'] as const;
/** COCO's sizes of a box: up to 32² square pixels, up to 96², and above. */
export type LesionArea = (typeof LESION_AREAS)[number];

/** AP at each of COCO's ten thresholds and their mean, which is made from the unrounded ten. Evaluations made before there were areas lack them. */
export async function findAveragePrecision(
  database: Queryable,
  evaluationIds: readonly number[],
  area: LesionArea = 'ALL',
): Promise<AveragePrecision[]> {
  const rows = await database.query<{ evaluationId: number; milli: number; value: number | null; total: number }>({
    name: 'average-precision',
    text: `
      SELECT evaluation_id AS "evaluationId", iou_threshold_milli AS milli, value, denominator AS total
      FROM metric_point
      WHERE evaluation_id = ${ANY_OF_IDS} AND kind = 'AVERAGE_PRECISION' AND stratum = $2
      ORDER BY evaluation_id, iou_threshold_milli`,
    values: [evaluationIds, area === 'ALL' ? 'ALL' : `area:${area.toLowerCase()}`],
  });
  const found = [...new Set(rows.map((row) => row.evaluationId))];
  return found.map((evaluationId) => {
    const points = rows.filter((row) => row.evaluationId === evaluationId);
    return {
      evaluationId,
      mean: meanOfDefined(points.map((point) => point.value)),
      lesionCount: points[0]!.total,
      atThresholds: points.map(({ milli, value }) => ({ iouThreshold: milli / 1000, averagePrecision: value })),
    };
  });
}

export interface EvaluatedStratum {
  evaluationId: number;
  stratum: string;
  lesionCount: number;
}

/** The strata of the evaluations, ALL first. */
export async function findStrata(database: Queryable, evaluationIds: readonly number[]): Promise<EvaluatedStratum[]> {
  return database.query<EvaluatedStratum>({
    name: 'evaluated-strata',
    text: `
      SELECT evaluation_id AS "evaluationId", stratum, max(denominator) AS "lesionCount"
      FROM metric_point
      WHERE evaluation_id = ${ANY_OF_IDS} AND kind = 'ACCURACY'
      GROUP BY evaluation_id, stratum
      ORDER BY evaluation_id, stratum <> 'ALL', min(id)`,
    values: [evaluationIds],
  });
}

/**
 * Says why a curve came back empty: to be called by those who read one.
 *
 * @throws BadUserInput naming the argument, with what the evaluation has
 */
export async function explainMissingCurve(
  database: Queryable,
  evaluationId: number,
  selection: { stratum?: string; topK?: number; iouThreshold?: number },
): Promise<void> {
  const strata = (await findStrata(database, [evaluationId])).map((row) => row.stratum);
  const refuse = (argument: string, asked: unknown, known: readonly unknown[]): never => {
    throw new BadUserInput(`No ${argument} "${asked}" in this evaluation. Known: ${known.join(', ')}.`, argument);
  };
  if (selection.stratum !== undefined && !strata.includes(selection.stratum))
    refuse('stratum', selection.stratum, strata);
  const [evaluation] = await database.query<{ topK: number[]; thresholds: number[] }>({
    name: 'evaluated-selections',
    text: `
      SELECT protocol #> '{accuracy,topK}' AS "topK", protocol #> '{froc,thresholds}' AS thresholds
      FROM evaluation WHERE id = $1`,
    values: [evaluationId],
  });
  if (!evaluation) return;
  const { topK, iouThreshold } = selection;
  if (topK !== undefined && !evaluation.topK.includes(topK)) refuse('topK', topK, evaluation.topK);
  if (iouThreshold !== undefined && !evaluation.thresholds.includes(iouThreshold)) {
    refuse('iouThreshold', iouThreshold, evaluation.thresholds);
  }
}
