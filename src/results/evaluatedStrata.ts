import { ANY_OF_IDS, type Queryable } from '../database';
import { BadUserInput } from '../errors';

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
 * Explains why a curve is empty: to be called by code that reads one.
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
