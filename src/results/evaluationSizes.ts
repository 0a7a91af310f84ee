/** How long the lists of evaluations are, for the price of a query: numbers of rows, never the rows. */
import { ANY_OF_IDS, type Queryable } from '../database';

/**
 * The lengths of the lists of one evaluation. They never change: an evaluation is written once, with all its points.
 */
export interface EvaluationSizes {
  evaluationId: number;
  /** strata that it has accuracy curves of */
  strata: number;
  /** points of an accuracy curve: its IoU thresholds, which are the same in every stratum and for every topK */
  accuracyPoints: number;
}

/** @returns the sizes of the evaluations that have points, in no order */
export function sizesOfEvaluations(database: Queryable, evaluationIds: readonly number[]): Promise<EvaluationSizes[]> {
  return database.query({
    name: 'sizes-of-evaluations',
    text: `
      SELECT evaluation_id AS "evaluationId", count(DISTINCT stratum)::int4 AS strata,
        count(DISTINCT iou_threshold_milli)::int4 AS "accuracyPoints"
      FROM metric_point
      WHERE evaluation_id = ${ANY_OF_IDS} AND kind = 'ACCURACY'
      GROUP BY evaluation_id`,
    values: [evaluationIds],
  });
}

/**
 * @param first how many of each run
 * @returns the ids of the latest evaluations of the runs, as findEvaluationsOfRuns finds them
 */
export function idsOfEvaluationsOfRuns(
  database: Queryable,
  runIds: readonly number[],
  first: number,
): Promise<{ runId: number; evaluationId: number }[]> {
  return database.query({
    name: 'ids-of-evaluations-of-runs',
    text: `
      SELECT wanted.run_id AS "runId", evaluation.id AS "evaluationId"
      FROM unnest($1::int4[]) AS wanted (run_id) CROSS JOIN LATERAL (
        SELECT id FROM evaluation WHERE evaluation.run_id = wanted.run_id ORDER BY id DESC LIMIT $2
      ) AS evaluation`,
    values: [runIds, first],
  });
}
