import type { Queryable } from '../database';
import { type Flow, STRANDED_SECONDS } from '../runs';

/** A run that has not ended although nothing is queued for it, with the images that have no outcome. */
export interface StrandedRun extends Flow {
  runId: number;
  imageIds: number[];
}

/**
 * Jobs can be lost with pg-boss's tables: a backup without them, or a queue that nobody worked on for the two weeks that it keeps jobs.
 *
 * @returns the runs, locked until the transaction ends, so that two workers never find the same one
 */
export function findStrandedRuns(transaction: Queryable): Promise<StrandedRun[]> {
  return transaction.query({
    text: `SELECT run.id AS "runId", run.client_key AS client, run.priority, coalesce((
               SELECT array_agg(i.image_id ORDER BY i.image_id) FROM run_image AS i WHERE i.run_id = run.id AND i.state = 'PENDING'
             ), '{}') AS "imageIds"
           FROM detection_run AS run
           WHERE run.status IN ('QUEUED', 'RUNNING') AND run.created_at < now() - make_interval(secs => $1)
             AND NOT EXISTS (
               SELECT FROM pgboss.job AS job
               WHERE job.name IN ('detection-batch', 'detection-batch-given-up') AND job.state <= 'active'
                 AND (job.data ->> 'runId')::int4 = run.id
             )
           FOR UPDATE OF run SKIP LOCKED`,
    values: [STRANDED_SECONDS],
  });
}

/** The same for categorizations. @returns their row ids */
export async function findStrandedCategorizations(transaction: Queryable): Promise<number[]> {
  const rows = await transaction.query<{ id: number }>({
    text: `SELECT c.id FROM categorization AS c
           WHERE c.status IN ('QUEUED', 'RUNNING') AND c.created_at < now() - make_interval(secs => $1)
             AND NOT EXISTS (
               SELECT FROM pgboss.job AS job
               WHERE job.name IN ('categorization', 'categorization-given-up') AND job.state <= 'active'
                 AND (job.data ->> 'categorizationId')::int4 = c.id
             )
           FOR UPDATE OF c SKIP LOCKED`,
    values: [STRANDED_SECONDS],
  });
  return rows.map(({ id }) => id);
}
