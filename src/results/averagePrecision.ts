import { ANY_OF_IDS, type Queryable } from '../database';
import {
  AREA_RANGES,
  matchCoco,
  meanOfDefined,
  meanPrecision,
  precisionRecall,
  RECALL_POINTS,
  toCocoThresholds,
  toThousandths,
} from '../evaluation';
import { type EvaluationProtocol, parseThresholds } from './evaluationProtocol';
import { EMPTY_COLUMNS, type Evaluated, type MetricPoint } from './metric';

/**
 * AVERAGE_PRECISION: value AP, denominator lesions, of all lesions and of small, medium and large ones (COCO's areas).
 * PRECISION_RECALL: abscissa recall, value the best precision at that recall or a higher one. Neither is a quotient of
 * two counts, so that the numerator stays empty.
 */
export function* precisionPoints(
  { data: { images }, ranking }: Evaluated,
  { averagePrecision }: EvaluationProtocol,
): Generator<MetricPoint[]> {
  const milli = averagePrecision.iouThresholds.map(toThousandths);
  const limit = averagePrecision.maxDetectionsPerImage;
  const curveAt = new Set(averagePrecision.precisionRecallAt.map(toThousandths));
  for (const area of ['all', 'small', 'medium', 'large'] as const) {
    const matches = matchCoco(images, ranking, toCocoThresholds(milli), AREA_RANGES[area], limit);
    for (const [t, iouThresholdMilli] of milli.entries()) {
      const curve = precisionRecall(images, ranking, matches, t, limit);
      const common = { ...EMPTY_COLUMNS, iouThresholdMilli, numerator: null, denominator: matches.lesionCount };
      const stratum = area === 'all' ? 'ALL' : `area:${area}`;
      yield [{ ...common, stratum, kind: 'AVERAGE_PRECISION', value: curve && meanPrecision(curve) }];
      if (area !== 'all' || !curve || !curveAt.has(iouThresholdMilli)) continue;
      yield Array.from(RECALL_POINTS, (_, r) => ({
        ...common,
        stratum,
        kind: 'PRECISION_RECALL',
        abscissa: r / 100,
        value: curve.precision[r]!,
        scoreThreshold: curve.scoreThresholds[r]!,
      }));
    }
  }
}

/**
 * The best precision at a recall or a higher one, as COCO interpolates; 101 recalls, 0 precision beyond the greatest
 * recall.
 */
export interface PrecisionRecallPoint {
  evaluationId: number;
  iouThreshold: number;
  recall: number;
  precision: number;
  /** null beyond the greatest recall */
  scoreThreshold: number | null;
}

/** Precision–recall curves at one IoU threshold (0.5 or 0.75), by rising recall; none if there are no lesions. */
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

/**
 * AP at each of COCO's ten thresholds and their mean, which is computed from the unrounded ten. Evaluations of older
 * servers lack the areas.
 */
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
