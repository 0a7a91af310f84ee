import { ANY_OF_IDS, type Queryable } from '../database';
import type { JobOutlook } from '../job';
import { ALIVE_SECONDS } from './workerClock';

/** An estimate farther away than this says nothing. */
const LONGEST_SECONDS = 365 * 86_400;

/**
 * Of the newest run that workers processed to its end: for a queue whose workers have processed nothing in their last
 * minute.
 */
const NEWEST_RATE = `(
  SELECT (SELECT count(*) FROM run_image AS i WHERE i.run_id = newest.id AND i.state = 'COMPLETED')
           / nullif(extract(epoch FROM newest.finished_at - newest.started_at), 0)::float8
  FROM detection_run AS newest WHERE newest.status = 'SUCCEEDED' AND newest.model_sha256 IS NOT NULL ORDER BY newest.id DESC LIMIT 1
)`;

/**
 * The positions of unfinished runs in the queue, and when they will have finished if all that waits is processed in the
 * queue's order at the speed of the living workers, or else of the newest run.
 *
 * @param waitingSql a SELECT of the batches that wait, as `BatchQueue.waitingBatchesSql`
 * @returns one row for each unfinished run, but for those of external detectors, which no worker processes
 */
export function findRunOutlooks(
  database: Queryable,
  ids: readonly number[],
  waitingSql: string,
): Promise<({ runId: number } & JobOutlook)[]> {
  return database.query({
    name: 'run-outlooks',
    text: `WITH unfinished AS (
             SELECT run.id, run.status, coalesce(pending.count, 0) AS images
             FROM detection_run AS run LEFT JOIN run_pending_images AS pending ON pending.run_id = run.id
             WHERE run.status IN ('QUEUED', 'RUNNING') AND run.model_sha256 IS NOT NULL
           ), waiting AS (
             SELECT batch.* FROM (${waitingSql}) AS batch JOIN unfinished AS run ON run.id = batch.run_id
           ), placed AS (
             SELECT run_id, row_number() OVER (ORDER BY min(place)) - 1 AS position, max(images_up_to) AS images
             FROM (SELECT run_id, place, sum(images) OVER (ORDER BY place) AS images_up_to FROM waiting) AS summed GROUP BY run_id
           ), load AS (
             SELECT greatest(0, (SELECT coalesce(sum(images), 0) FROM unfinished) - (SELECT coalesce(sum(images), 0) FROM waiting)) AS in_hand,
               coalesce(nullif((
                 SELECT sum(images_per_second) FROM worker WHERE last_seen_at > clock_timestamp() - make_interval(secs => $2)
               ), 0), ${NEWEST_RATE}) AS images_per_second
           ), ahead AS (
             SELECT run.id, CASE WHEN run.status = 'QUEUED' THEN coalesce(placed.position, 0) END AS position,
               coalesce(load.in_hand + placed.images, run.images)::float8 / nullif(load.images_per_second, 0) AS seconds
             FROM unfinished AS run LEFT JOIN placed ON placed.run_id = run.id CROSS JOIN load WHERE run.id = ${ANY_OF_IDS}
           )
           SELECT id AS "runId", position::int4 AS "queuePosition",
             CASE WHEN seconds < ${LONGEST_SECONDS} THEN now() + make_interval(secs => seconds) END AS "estimatedEndAt"
           FROM ahead`,
    values: [ids, ALIVE_SECONDS],
  });
}
