import type { Queryable } from '../database';

/** The queue of detection batches at one moment. */
export interface QueueDepth {
  /** batches that no worker has */
  waiting: number;
  /** batches in the hands of a worker, or of one that was lost a moment ago */
  active: number;
  /** since when the batch that waits longest has waited, in seconds; 0 where none waits */
  oldestWaitingSeconds: number;
}

/** A batch that was worked on to its end. */
export interface FinishedBatch {
  id: string;
  /** from the start of its first image to the end of the job, queue not counted; ms */
  milliseconds: number;
}

const EMPTY: QueueDepth = { waiting: 0, active: 0, oldestWaitingSeconds: 0 };

/** @returns zeros where the queue has no tables yet */
export async function findQueueDepth(database: Queryable): Promise<QueueDepth> {
  if (!(await hasTables(database))) return EMPTY;
  const [row] = await database.query<QueueDepth>({
    name: 'queue-depth',
    text: `SELECT count(*) FILTER (WHERE state IN ('created', 'retry')) AS waiting, count(*) FILTER (WHERE state = 'active') AS active,
             coalesce(extract(epoch FROM now() - min(created_on) FILTER (WHERE state IN ('created', 'retry'))), 0)::float8
               AS "oldestWaitingSeconds"
           FROM pgboss.job WHERE name = 'detection-batch' AND state <= 'active'`,
  });
  return row ?? EMPTY;
}

/** @returns the batches that were finished in the last `seconds` and had an image that was completed */
export async function findFinishedBatches(database: Queryable, seconds: number): Promise<FinishedBatch[]> {
  if (!(await hasTables(database))) return [];
  return database.query({
    name: 'finished-batches',
    text: `SELECT job.id, 1000 * extract(epoch FROM job.completed_on - first.started_at)::float8 AS milliseconds
           FROM pgboss.job AS job CROSS JOIN LATERAL (
             SELECT min(i.finished_at - i.milliseconds * interval '1 millisecond') AS started_at FROM run_image AS i
             WHERE i.run_id = (job.data ->> 'runId')::int4
               AND i.image_id = ANY(ARRAY(SELECT jsonb_array_elements_text(job.data -> 'imageIds')::int4))
           ) AS first
           WHERE job.name = 'detection-batch' AND job.state = 'completed' AND job.completed_on > now() - $1::float8 * interval '1 second'
             AND first.started_at < job.completed_on`,
    values: [seconds],
  });
}

async function hasTables(database: Queryable): Promise<boolean> {
  const [row] = await database.query<{ present: boolean }>({
    name: 'queue-has-tables',
    text: `SELECT to_regclass('pgboss.job') IS NOT NULL AS present`,
  });
  return row?.present === true;
}
