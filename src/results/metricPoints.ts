/** The table `metric_point`. */
import { ANY_OF_IDS, type Columns, type Queryable, selectColumns } from '../database';
import type { MetricPoint } from './metric';

/** Inserts all points in one statement, whatever their number. */
export async function insertMetricPoints(
  transaction: Queryable,
  evaluationId: number,
  points: readonly MetricPoint[],
): Promise<void> {
  const column = <Name extends keyof MetricPoint>(name: Name): MetricPoint[Name][] =>
    points.map((point) => point[name]);
  await transaction.query({
    text: `
      INSERT INTO metric_point (evaluation_id, kind, stratum, top_k, iou_threshold_milli, abscissa, numerator, denominator,
        value, ci_low, ci_high, score_threshold)
      SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[], $5::int[], $6::float8[], $7::int[], $8::int[],
        $9::float8[], $10::float8[], $11::float8[], $12::float8[])`,
    values: [
      evaluationId,
      column('kind'),
      column('stratum'),
      column('topK'),
      column('iouThresholdMilli'),
      column('abscissa'),
      column('numerator'),
      column('denominator'),
      column('value'),
      column('ciLow'),
      column('ciHigh'),
      column('scoreThreshold'),
    ],
  });
}

/** A stored point, with the evaluation that it belongs to. */
export interface StoredPoint extends MetricPoint {
  evaluationId: number;
}

const POINT_COLUMNS: Columns<StoredPoint> = {
  evaluationId: 'evaluation_id',
  kind: 'kind',
  stratum: 'stratum',
  topK: 'top_k',
  iouThresholdMilli: 'iou_threshold_milli',
  abscissa: 'abscissa',
  numerator: 'numerator',
  denominator: 'denominator',
  value: 'value',
  ciLow: 'ci_low',
  ciHigh: 'ci_high',
  scoreThreshold: 'score_threshold',
};

/**
 * The points of one kind in one stratum, by rising threshold and abscissa. The metrics that dashboards read most have
 * their own statements next to their computation; this one serves all others.
 */
export function findMetricPoints(
  database: Queryable,
  evaluationIds: readonly number[],
  { kind, stratum = 'ALL' }: { kind: string; stratum?: string },
): Promise<StoredPoint[]> {
  return database.query({
    name: 'metric-points',
    text: `
      SELECT ${selectColumns(POINT_COLUMNS, 'metric_point')} FROM metric_point
      WHERE evaluation_id = ${ANY_OF_IDS} AND kind = $2 AND stratum = $3
      ORDER BY evaluation_id, top_k, iou_threshold_milli, abscissa`,
    values: [evaluationIds, kind, stratum],
  });
}
