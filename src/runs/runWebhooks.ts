import type { Queryable } from '../database';

import type { JobStatus } from '../job';
import { STRANDED_SECONDS } from './workerClock';

export const WEBHOOK_STATES = ['WAITING', 'DUE', 'QUEUED', 'DELIVERED', 'FAILED'] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];

/** The message of a run's end, as the reads return it. */
export interface RunWebhookRow {
  runId: number;
  url: string;
  state: WebhookState;
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
  /** null before the first attempt */
  lastAttemptAt: Date | null;
}

/** The message, and its receiver. */
export interface WebhookMessage {
  url: string;
  /** id of the run outside the database */
  runUuid: string;
  /** the same in every attempt */
  messageId: string;
  attempts: number;
  status: JobStatus;
  completed: number;
  failed: number;
  total: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date;
  /** slug of its data set */
  dataset: string;
  /** who made the run */
  clientKey: string;
}

/** The result of an attempt. */
export interface WebhookAttempt {
  state: WebhookState;
  /** HTTP status of the response; null if none came */
  status: number | null;
  error: string | null;
}

/** A message is given up after this number of failed attempts. */
export const MAX_WEBHOOK_ATTEMPTS = 8;

/** Stores that a message is to be sent when the run ends; the trigger `detection_run_webhook` makes it due. */
export async function insertWebhook(transaction: Queryable, runId: number, url: string): Promise<void> {
  await transaction.prisma.runWebhook.create({ data: { runId, url }, select: { runId: true } });
}

/** @returns the webhooks of those runs that have one */
export function findWebhooksOfRuns(database: Queryable, runIds: readonly number[]): Promise<RunWebhookRow[]> {
  return database.query({
    name: 'webhooks-of-runs',
    text: `SELECT run_id AS "runId", url, state, attempts, last_status AS "lastStatus", last_error AS "lastError",
             last_attempt_at AS "lastAttemptAt"
           FROM run_webhook WHERE run_id = ANY($1::int4[])`,
    values: [runIds],
  });
}

/**
 * Takes the messages that are due, and those whose job was lost, for one job each.
 *
 * @param hasJobSql SQL that says whether the run in a column has a job that sends its message
 * @returns row ids of their runs; the caller queues the jobs in the same transaction
 */
export async function takeDueWebhooks(
  transaction: Queryable,
  hasJobSql: (runIdColumn: string) => string,
): Promise<number[]> {
  const rows = await transaction.query<{ runId: number }>({
    name: 'due-webhooks',
    text: `UPDATE run_webhook SET state = 'QUEUED', changed_at = clock_timestamp()
           WHERE run_id IN (
             SELECT run_id FROM run_webhook AS hook
             WHERE state = 'DUE' OR state = 'QUEUED' AND changed_at < now() - make_interval(secs => $1)
               AND NOT ${hasJobSql('hook.run_id')}
             FOR UPDATE SKIP LOCKED
           ) RETURNING run_id AS "runId"`,
    values: [STRANDED_SECONDS],
  });
  return rows.map(({ runId }) => runId);
}

/** @returns the message of a run that was queued and not delivered; undefined if there is none */
export async function findWebhookMessage(database: Queryable, runId: number): Promise<WebhookMessage | undefined> {
  const [message] = await database.query<WebhookMessage>({
    name: 'webhook-message',
    text: `SELECT hook.url, run.uuid AS "runUuid", hook.message_id AS "messageId", hook.attempts, run.status, run.created_at AS "createdAt",
             run.started_at AS "startedAt", run.finished_at AS "finishedAt",
             count(*) FILTER (WHERE i.state = 'COMPLETED') AS completed, count(*) FILTER (WHERE i.state = 'FAILED') AS failed,
             count(i.image_id) AS total, dataset.slug AS dataset, run.client_key AS "clientKey"
           FROM run_webhook AS hook JOIN detection_run AS run ON run.id = hook.run_id JOIN dataset ON dataset.id = run.dataset_id
           LEFT JOIN run_image AS i ON i.run_id = run.id
           WHERE hook.run_id = $1 AND hook.state = 'QUEUED' AND run.finished_at IS NOT NULL GROUP BY hook.run_id, run.id, dataset.id`,
    values: [runId],
  });
  return message;
}

/** Records an attempt and the outcome of the message. */
export async function recordAttempt(database: Queryable, runId: number, attempt: WebhookAttempt): Promise<void> {
  await database.query({
    name: 'webhook-attempt',
    text: `UPDATE run_webhook SET state = $2::run_webhook_state, attempts = attempts + 1, last_status = $3, last_error = $4,
             last_attempt_at = clock_timestamp(), changed_at = clock_timestamp() WHERE run_id = $1`,
    values: [runId, attempt.state, attempt.status, attempt.error],
  });
}

/** Messages by what is to be done about them. */
export interface WebhookCounts {
  /** neither delivered nor given up */
  open: number;
  /** those of them that go to http:// addresses */
  unencrypted: number;
  /** given up */
  failed: number;
}

export async function countWebhooks({ prisma }: Queryable): Promise<WebhookCounts> {
  const open = { state: { in: ['WAITING', 'DUE', 'QUEUED'] satisfies WebhookState[] } };
  return {
    open: await prisma.runWebhook.count({ where: open }),
    unencrypted: await prisma.runWebhook.count({ where: { ...open, url: { startsWith: 'http:' } } }),
    failed: await prisma.runWebhook.count({ where: { state: 'FAILED' } }),
  };
}
