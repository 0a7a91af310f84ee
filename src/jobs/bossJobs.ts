/**
 * The tables of pg-boss: the names of its queues and every statement on them that pg-boss itself does not have. They
 * follow pg-boss 10.4; what an upgrade may change is in this file and in the calls of `queue.ts`.
 */
import type { Queryable } from '../database';
import { type Flow, type RefusedIds, STRANDED_SECONDS } from '../runs';

export const QUEUES = {
  batches: 'detection-batch',
  batchesGivenUp: 'detection-batch-given-up',
  categorizations: 'categorization',
  categorizationsGivenUp: 'categorization-given-up',
  webhooks: 'run-webhook',
  submissions: 'submission',
  submissionsGivenUp: 'submission-given-up',
  exports: 'export',
  exportsGivenUp: 'export-given-up',
} as const;
export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];

/** A job that was delivered: what pg-boss tells of it and we need. */
export interface TakenJob {
  id: string;
  data: unknown;
  priority: number;
  /** which delivery it is, from 0 */
  retryCount: number;
}

/** One delivery of one job. `attempt` is the fencing token: every delivery of a job has its own. */
export interface Delivery {
  queue: QueueName;
  id: string;
  attempt: number;
}

/**
 * Renews a delivery. pg-boss takes a job back if `started_on` is older than its `expire_in`, both on the database's
 * clock, and knows no other sign of life: so `started_on` is updated.
 *
 * @returns false if the job was delivered to another worker meanwhile, or has ended
 */
export async function renewDelivery(queryable: Queryable, { queue, id, attempt }: Delivery): Promise<boolean> {
  const rows = await queryable.query({
    name: 'renew-lease',
    text: `UPDATE pgboss.job SET started_on = clock_timestamp()
           WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3 RETURNING id`,
    values: [queue, id, attempt],
  });
  return rows.length > 0;
}

/**
 * Takes the next job as pg-boss's `fetch` does (the same order, the same change of the row), among those that fulfil a
 * condition.
 *
 * @param next `{ from, where }` of the statement: `from` names the table `job`
 */
const takeSql = ({ from, where }: { from: string; where: string }): string =>
  `WITH next AS (
     SELECT job.id FROM ${from} WHERE job.name = $1 AND job.state < 'active' AND job.start_after < now() AND ${where}
     ORDER BY job.priority DESC, job.created_on, job.id LIMIT 1 FOR UPDATE OF job SKIP LOCKED
   )
   UPDATE pgboss.job AS job SET state = 'active', started_on = now(),
     retry_count = CASE WHEN job.started_on IS NOT NULL THEN job.retry_count + 1 ELSE job.retry_count END
   FROM next WHERE job.name = $1 AND job.id = next.id
   RETURNING job.id, job.data, job.priority, job.retry_count AS "retryCount"`;

/**
 * Takes the next batch, except those of runs that its worker refuses. Those of finished runs are taken nevertheless, so
 * that they leave the queue.
 */
export async function takeServableBatch(
  database: Queryable,
  { detectorIds, datasetIds }: RefusedIds,
): Promise<TakenJob | undefined> {
  const [job] = await database.query<TakenJob>({
    name: 'take-servable-batch',
    text: takeSql({
      from: 'pgboss.job AS job',
      where: `NOT EXISTS (
        SELECT FROM detection_run AS run
        WHERE run.id = (job.data ->> 'runId')::int4 AND run.status IN ('QUEUED', 'RUNNING')
          AND (run.detector_id = ANY($2::int4[]) OR run.dataset_id = ANY($3::int4[]))
      )`,
    }),
    values: [QUEUES.batches, detectorIds, datasetIds],
  });
  return job;
}

/** SQL: scheme, host and port of the address that the message of a job goes to. */
const receiverOf = (job: string): string => `substring(coalesce(
  (SELECT url FROM run_webhook WHERE run_id = (${job}.data ->> 'runId')::int4),
  (SELECT url FROM export_webhook WHERE export_id = (${job}.data ->> 'exportId')::int4)
) from '^[^/]*//[^/?#]+')`;

/**
 * Takes the next message, except those to a receiver that any server is sending one to already: a receiver that
 * responds slowly delays only its own messages.
 */
export async function takeNextWebhook(database: Queryable): Promise<TakenJob | undefined> {
  const [job] = await database.query<TakenJob>({
    name: 'take-next-webhook',
    text: takeSql({
      from: 'pgboss.job AS job',
      where: `NOT EXISTS (
        SELECT FROM pgboss.job AS busy
        WHERE busy.name = $1 AND busy.state = 'active' AND ${receiverOf('busy')} = ${receiverOf('job')}
      )`,
    }),
    values: [QUEUES.webhooks],
  });
  return job;
}

/** SQL: what waits in a queue, in the order in which `fetch` and `takeSql` take it. */
const waitingSql = (queue: QueueName, columns: string): string =>
  `SELECT row_number() OVER (ORDER BY priority DESC, created_on, id)::int4 AS place, ${columns}
   FROM pgboss.job WHERE name = '${queue}' AND state < 'active'`;

/** SELECT of the batches that wait, for `BatchQueue`. */
export const WAITING_BATCHES_SQL = waitingSql(
  QUEUES.batches,
  `(data ->> 'runId')::int4 AS run_id, jsonb_array_length(data -> 'imageIds') AS images`,
);

/** SELECT of the categorizations that wait, for `CategorizationQueue`. */
export const WAITING_CATEGORIZATIONS_SQL = waitingSql(
  QUEUES.categorizations,
  `(data ->> 'categorizationId')::int4 AS categorization_id`,
);

/** SQL: whether these queues have a waiting or active job whose data have the value of `column` under `key`. */
function hasJobSql(
  queues: readonly QueueName[],
  key: 'runId' | 'categorizationId' | 'exportId',
  column: string,
): string {
  const names = queues.map((name) => `'${name}'`).join(', ');
  return `EXISTS (
    SELECT FROM pgboss.job AS job
    WHERE job.name IN (${names}) AND job.state <= 'active' AND (job.data ->> '${key}')::int4 = ${column}
  )`;
}

/** SQL: whether the message of the run or export in `column` has a job. */
export const hasWebhookJobSql = (key: 'runId' | 'exportId', column: string): string =>
  hasJobSql([QUEUES.webhooks], key, column);

/** An unfinished run for which nothing is queued, with the images that have no outcome. */
export interface StrandedRun extends Flow {
  runId: number;
  imageIds: number[];
}

/**
 * Jobs can be lost with pg-boss's tables: by a backup without them, or in a queue that no worker served for the two
 * weeks that it keeps jobs. Runs of external detectors have no batches.
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
             AND run.model_sha256 IS NOT NULL
             AND NOT ${hasJobSql([QUEUES.batches, QUEUES.batchesGivenUp], 'runId', 'run.id')}
           FOR UPDATE OF run SKIP LOCKED`,
    values: [STRANDED_SECONDS],
  });
}

/** The same for runs whose detections come from a file. @returns their row ids */
export async function findStrandedSubmissions(transaction: Queryable): Promise<number[]> {
  const rows = await transaction.query<{ id: number }>({
    text: `SELECT run.id FROM detection_run AS run JOIN detection_submission AS submission ON submission.run_id = run.id
           WHERE run.status IN ('QUEUED', 'RUNNING') AND run.created_at < now() - make_interval(secs => $1)
             AND NOT ${hasJobSql([QUEUES.submissions, QUEUES.submissionsGivenUp], 'runId', 'run.id')}
           FOR UPDATE OF run SKIP LOCKED`,
    values: [STRANDED_SECONDS],
  });
  return rows.map(({ id }) => id);
}

/** The same for categorizations. @returns their row ids */
export async function findStrandedCategorizations(transaction: Queryable): Promise<number[]> {
  const rows = await transaction.query<{ id: number }>({
    text: `SELECT c.id FROM categorization AS c
           WHERE c.status IN ('QUEUED', 'RUNNING') AND c.created_at < now() - make_interval(secs => $1)
             AND NOT ${hasJobSql([QUEUES.categorizations, QUEUES.categorizationsGivenUp], 'categorizationId', 'c.id')}
           FOR UPDATE OF c SKIP LOCKED`,
    values: [STRANDED_SECONDS],
  });
  return rows.map(({ id }) => id);
}

/** The same for exports. @returns their row ids */
export async function findStrandedExports(transaction: Queryable): Promise<number[]> {
  const rows = await transaction.query<{ id: number }>({
    text: `SELECT id FROM export_job
           WHERE status IN ('QUEUED', 'RUNNING') AND created_at < now() - make_interval(secs => $1)
             AND NOT ${hasJobSql([QUEUES.exports, QUEUES.exportsGivenUp], 'exportId', 'export_job.id')}
           FOR UPDATE SKIP LOCKED`,
    values: [STRANDED_SECONDS],
  });
  return rows.map(({ id }) => id);
}

/** The range of priorities of the waiting and active batches, negated; 0 if there are none. */
export interface PriorityRange {
  /** the smallest of all */
  now: number;
  /** the largest of one flow */
  last: number;
}

export async function findPriorityRange(transaction: Queryable, flow: Flow): Promise<PriorityRange> {
  const [range] = await transaction.query<PriorityRange>({
    name: 'fair-clock',
    text: `SELECT coalesce(-max(priority), 0) AS now, coalesce(-min(priority) FILTER (WHERE data -> 'flow' = $2::jsonb), 0) AS last
           FROM pgboss.job WHERE name = $1 AND state <= 'active'`,
    values: [QUEUES.batches, JSON.stringify(flow)],
  });
  return range ?? { now: 0, last: 0 };
}

/** The queue of detection batches at one moment. */
export interface QueueDepth {
  /** batches that no worker has */
  waiting: number;
  /** batches that a worker processes, or one that died a moment ago */
  active: number;
  /** waiting time of the batch that has waited longest, in seconds; 0 if none waits */
  oldestWaitingSeconds: number;
}

const EMPTY: QueueDepth = { waiting: 0, active: 0, oldestWaitingSeconds: 0 };

/** @returns zeros if the queue has no tables yet */
export async function findQueueDepth(database: Queryable): Promise<QueueDepth> {
  if (!(await hasTables(database))) return EMPTY;
  const [row] = await database.query<QueueDepth>({
    name: 'queue-depth',
    text: `SELECT count(*) FILTER (WHERE state IN ('created', 'retry')) AS waiting, count(*) FILTER (WHERE state = 'active') AS active,
             coalesce(extract(epoch FROM now() - min(created_on) FILTER (WHERE state IN ('created', 'retry'))), 0)::float8
               AS "oldestWaitingSeconds"
           FROM pgboss.job WHERE name = $1 AND state <= 'active'`,
    values: [QUEUES.batches],
  });
  return row ?? EMPTY;
}

/** A batch that was processed completely. */
export interface FinishedBatch {
  id: string;
  /** from the start of its first image to the end of the job, the time in the queue not counted; ms */
  milliseconds: number;
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
           WHERE job.name = $1 AND job.state = 'completed' AND job.completed_on > now() - $2::float8 * interval '1 second'
             AND first.started_at < job.completed_on`,
    values: [QUEUES.batches, seconds],
  });
}

async function hasTables(database: Queryable): Promise<boolean> {
  const [row] = await database.query<{ present: boolean }>({
    name: 'queue-has-tables',
    text: `SELECT to_regclass('pgboss.job') IS NOT NULL AS present`,
  });
  return row?.present === true;
}
