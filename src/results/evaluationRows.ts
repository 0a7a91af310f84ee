import { canonicalJson } from '../canonicalJson';
import { ANY_OF_IDS, type Columns, type Queryable, selectColumns } from '../database';
import type { GlobalKeys } from '../globalId';
import type { EvaluationProtocol } from './evaluationProtocol';

/** One protocol applied to one run. Its metrics are read by metricReads.ts. */
export interface EvaluationRow {
  id: number;
  /** its id outside the database */
  uuid: string;
  runId: number;
  protocol: EvaluationProtocol;
  /** sha256 of the canonical protocol */
  protocolKey: string;
  /** version of the server that evaluated; null for evaluations of older servers */
  codeVersion: string | null;
  imageCount: number;
  lesionCount: number;
  detectionCount: number;
  createdAt: Date;
}

export const EVALUATION_COLUMNS: Columns<EvaluationRow> = {
  id: 'id',
  uuid: 'uuid',
  runId: 'run_id',
  protocol: 'protocol',
  protocolKey: 'protocol_key',
  codeVersion: 'code_version',
  imageCount: 'image_count',
  lesionCount: 'lesion_count',
  detectionCount: 'detection_count',
  createdAt: 'created_at',
};

/** The select list and the RETURNING list of an evaluation. */
export const EVALUATION_SQL = selectColumns(EVALUATION_COLUMNS, 'evaluation');

/** @returns the evaluations that exist, in no order */
export function findEvaluations(database: Queryable, ids: readonly number[]): Promise<EvaluationRow[]> {
  return database.query({
    name: 'evaluations-by-id',
    text: `SELECT ${EVALUATION_SQL} FROM evaluation WHERE evaluation.id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** @returns the evaluations that exist, in no order */
export function findEvaluationsByKey(
  database: Queryable,
  keys: readonly GlobalKeys['Evaluation'][],
): Promise<EvaluationRow[]> {
  return database.query({
    name: 'evaluations-by-uuid',
    text: `SELECT ${EVALUATION_SQL} FROM evaluation WHERE evaluation.uuid = ANY($1::uuid[])`,
    values: [keys.map(({ uuid }) => uuid)],
  });
}

export const evaluationKey = ({ uuid }: EvaluationRow): GlobalKeys['Evaluation'] => ({ uuid });

/** Each has thousands of points; clients that need more metrics of one run select some of its evaluations. */
export const MAX_EVALUATIONS_OF_RUN = 500;

/**
 * @param first how many of each run
 * @returns the latest evaluations of the runs, the latest of a run first
 */
export function findEvaluationsOfRuns(
  database: Queryable,
  runIds: readonly number[],
  first = MAX_EVALUATIONS_OF_RUN,
): Promise<EvaluationRow[]> {
  return database.query({
    name: 'evaluations-of-runs',
    text: `
      SELECT ${EVALUATION_SQL}
      FROM unnest($1::int4[]) AS wanted (run_id) CROSS JOIN LATERAL (
        SELECT * FROM evaluation WHERE evaluation.run_id = wanted.run_id ORDER BY id DESC LIMIT $2
      ) AS evaluation
      ORDER BY evaluation.run_id, evaluation.id DESC`,
    values: [runIds, first],
  });
}

/** @returns the number of evaluations of each run; no row for a run without one */
export function countEvaluationsOfRuns(
  database: Queryable,
  runIds: readonly number[],
): Promise<{ runId: number; count: number }[]> {
  return database.query({
    name: 'counts-of-evaluations',
    text: `SELECT run_id AS "runId", count(*) FROM evaluation WHERE run_id = ${ANY_OF_IDS} GROUP BY run_id`,
    values: [runIds],
  });
}

/**
 * The evaluation of the same run whose protocol differs in nothing but that reviews are ignored.
 *
 * @returns null if that one is not stored, or reviews are ignored by this one itself
 */
export async function findUnreviewed(
  database: Queryable,
  { runId, protocol }: EvaluationRow,
): Promise<EvaluationRow | null> {
  if (!protocol.reviews) return null;
  const wanted = withoutReviews(protocol);
  // The draws limit this to a handful, however many evaluations the run has.
  const others = await database.query<EvaluationRow>({
    name: 'unreviewed-evaluations',
    text: `SELECT ${EVALUATION_SQL} FROM evaluation
           WHERE run_id = $1 AND protocol -> 'intervals' = $2::jsonb AND coalesce(protocol -> 'reviews', 'null') = 'null' ORDER BY id DESC`,
    values: [runId, JSON.stringify(protocol.intervals)],
  });
  return others.find((one) => withoutReviews(one.protocol) === wanted) ?? null;
}

/** Reviews change the population: they add lesions and their patients, and images that had no lesion count. */
function withoutReviews({ reviews: _, population, ...rest }: EvaluationProtocol): string {
  const { imagesCompleted, imagesFailed, imagesPending, lesionsLeftOut } = population;
  return canonicalJson({ ...rest, population: { imagesCompleted, imagesFailed, imagesPending, lesionsLeftOut } });
}
