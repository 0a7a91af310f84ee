import type { Queryable } from '../database';
import type { RefusedIds } from '../runs';

/** A job that was delivered: what pg-boss tells of it and we need. */
export interface TakenJob {
  id: string;
  data: unknown;
  priority: number;
  /** which delivery it is, from 0 */
  retryCount: number;
}

/**
 * Takes the next batch as pg-boss does (`fetch` of 10.4: the same order, the same change of the row), but none of a run that its worker
 * leaves to others. Those of runs that have ended are taken nevertheless, so that they leave the queue.
 */
export async function takeServableBatch(
  database: Queryable,
  queue: string,
  { detectorIds, datasetIds }: RefusedIds,
): Promise<TakenJob | undefined> {
  const [job] = await database.query<TakenJob>({
    name: 'take-servable-batch',
    text: `WITH next AS (
             SELECT job.id FROM pgboss.job AS job
             WHERE job.name = $1 AND job.state < 'active' AND job.start_after < now() AND NOT EXISTS (
               SELECT FROM detection_run AS run
               WHERE run.id = (job.data ->> 'runId')::int4 AND run.status IN ('QUEUED', 'RUNNING')
                 AND (run.detector_id = ANY($2::int4[]) OR run.dataset_id = ANY($3::int4[]))
             )
             ORDER BY job.priority DESC, job.created_on, job.id LIMIT 1 FOR UPDATE SKIP LOCKED
           )
           UPDATE pgboss.job AS job SET state = 'active', started_on = now(),
             retry_count = CASE WHEN job.started_on IS NOT NULL THEN job.retry_count + 1 ELSE job.retry_count END
           FROM next WHERE job.name = $1 AND job.id = next.id
           RETURNING job.id, job.data, job.priority, job.retry_count AS "retryCount"`,
    values: [queue, detectorIds, datasetIds],
  });
  return job;
}
