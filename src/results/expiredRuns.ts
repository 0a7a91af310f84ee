import type { Queryable } from '../database';

/** A tag with which people keep a run. */
const KEEPING_TAG = 'keep';

/** A run that is older than its rule allows, and that nothing rests on. */
export interface ExpiredRun {
  id: number;
  uuid: string;
  finishedAt: Date;
}

/**
 * Kept are, at any age: runs that have not finished; those of external detectors, which nothing can compute again; runs
 * with a name, a note or the tag `keep`; runs with a verdict on one of their detections, or with an evaluation that
 * includes verdicts; runs that another run retries; and the latest run of each detector on each data set version that
 * has succeeded.
 */
const EXPIRED = `run.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED') AND run.finished_at < $1 AND run.model_sha256 IS NOT NULL
  AND run.name IS NULL AND run.note IS NULL AND NOT $2 = ANY(run.tags)
  AND NOT EXISTS (SELECT FROM detection_run AS retry WHERE retry.retry_of_id = run.id)
  AND (run.status <> 'SUCCEEDED' OR EXISTS (SELECT FROM detection_run AS later
    WHERE later.dataset_id = run.dataset_id AND later.detector_id = run.detector_id AND later.status = 'SUCCEEDED'
      AND (later.finished_at, later.id) > (run.finished_at, run.id)))
  AND NOT EXISTS (SELECT FROM evaluation WHERE evaluation.run_id = run.id AND evaluation.protocol ? 'reviews'
    AND jsonb_typeof(evaluation.protocol -> 'reviews') <> 'null')
  AND NOT EXISTS (SELECT FROM detection_review AS review JOIN detection ON detection.id = review.detection_id
    WHERE detection.run_id = run.id)`;

/**
 * @param before when such runs must have finished
 * @param limit how many are returned at most
 * @returns those that finished first come first
 */
export function findExpiredRuns(database: Queryable, before: Date, limit: number): Promise<ExpiredRun[]> {
  return database.query({
    text: `SELECT run.id, run.uuid, run.finished_at AS "finishedAt" FROM detection_run AS run
           WHERE ${EXPIRED} ORDER BY run.finished_at, run.id LIMIT $3`,
    values: [before, KEEPING_TAG, limit],
  });
}

/** Whether a run still is one of those; a lock on it keeps the answer true. */
export async function isExpiredRun(database: Queryable, id: number, before: Date): Promise<boolean> {
  const rows = await database.query({
    text: `SELECT FROM detection_run AS run WHERE ${EXPIRED} AND run.id = $3`,
    values: [before, KEEPING_TAG, id],
  });
  return rows.length > 0;
}

/** @returns how many such runs there are */
export async function countExpiredRuns(database: Queryable, before: Date): Promise<number> {
  const [row] = await database.query<{ count: number }>({
    text: `SELECT count(*) AS count FROM detection_run AS run WHERE ${EXPIRED}`,
    values: [before, KEEPING_TAG],
  });
  return row?.count ?? 0;
}
