/** Messages about the end of jobs: a table for each kind of job, whose rows a trigger makes due in the transaction that ends the job. */
import type { Queryable } from '../database';
import { STRANDED_SECONDS } from './workerClock';

export const WEBHOOK_STATES = ['WAITING', 'DUE', 'QUEUED', 'DELIVERED', 'FAILED'] as const;
type WebhookState = (typeof WEBHOOK_STATES)[number];

/** A message is given up after this number of failed attempts. */
export const MAX_WEBHOOK_ATTEMPTS = 8;

/** The message of a job's end, as the reads return it. */
export interface WebhookRow {
  /** row id of the run or the export */
  jobId: number;
  url: string;
  state: WebhookState;
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
  /** null before the first attempt */
  lastAttemptAt: Date | null;
}

/** A message that is to be sent now. */
export interface WebhookMessage {
  url: string;
  /** the same in every attempt */
  messageId: string;
  /** those that were made before */
  attempts: number;
}

/** The result of an attempt. */
interface WebhookAttempt {
  state: WebhookState;
  /** HTTP status of the response; null if none came */
  status: number | null;
  error: string | null;
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

/** The messages of one kind of job. */
export interface WebhookOutbox {
  /** Stores that a message is to be sent when the job ends. */
  insert(transaction: Queryable, jobId: number, url: string): Promise<void>;
  /** @returns the webhooks of those jobs that have one */
  find(database: Queryable, jobIds: readonly number[]): Promise<WebhookRow[]>;
  /**
   * Takes the messages that are due, and those whose job in the queue was lost, for one job in the queue each.
   *
   * @param hasJobSql SQL that says whether the queue has a job that sends the message of the run or export in a column
   * @returns row ids of their runs or exports; the caller queues the jobs in the same transaction
   */
  takeDue(transaction: Queryable, hasJobSql: (column: string) => string): Promise<number[]>;
  /** @returns the message of a job that was queued and not delivered; undefined if there is none */
  findQueued(database: Queryable, jobId: number): Promise<WebhookMessage | undefined>;
  /** Records an attempt and the outcome of the message. */
  record(database: Queryable, jobId: number, attempt: WebhookAttempt): Promise<void>;
  count(database: Queryable): Promise<WebhookCounts>;
}

/**
 * @param table of the messages
 * @param key its column with the row id of the job
 */
export function webhookOutbox(table: string, key: string): WebhookOutbox {
  return {
    async insert(transaction, jobId, url) {
      await transaction.query({ text: `INSERT INTO ${table} (${key}, url) VALUES ($1, $2)`, values: [jobId, url] });
    },
    find: (database, jobIds) =>
      database.query({
        name: `${table}.of-jobs`,
        text: `SELECT ${key} AS "jobId", url, state, attempts, last_status AS "lastStatus", last_error AS "lastError",
                 last_attempt_at AS "lastAttemptAt"
               FROM ${table} WHERE ${key} = ANY($1::int4[])`,
        values: [jobIds],
      }),
    async takeDue(transaction, hasJobSql) {
      const rows = await transaction.query<{ jobId: number }>({
        name: `${table}.due`,
        text: `UPDATE ${table} SET state = 'QUEUED', changed_at = clock_timestamp()
               WHERE ${key} IN (
                 SELECT ${key} FROM ${table} AS hook
                 WHERE state = 'DUE' OR state = 'QUEUED' AND changed_at < now() - make_interval(secs => $1)
                   AND NOT ${hasJobSql(`hook.${key}`)}
                 FOR UPDATE SKIP LOCKED
               ) RETURNING ${key} AS "jobId"`,
        values: [STRANDED_SECONDS],
      });
      return rows.map(({ jobId }) => jobId);
    },
    async findQueued(database, jobId) {
      const [message] = await database.query<WebhookMessage>({
        name: `${table}.message`,
        text: `SELECT url, message_id AS "messageId", attempts FROM ${table} WHERE ${key} = $1 AND state = 'QUEUED'`,
        values: [jobId],
      });
      return message;
    },
    async record(database, jobId, { state, status, error }) {
      await database.query({
        name: `${table}.attempt`,
        text: `UPDATE ${table} SET state = $2::run_webhook_state, attempts = attempts + 1, last_status = $3, last_error = $4,
                 last_attempt_at = clock_timestamp(), changed_at = clock_timestamp() WHERE ${key} = $1`,
        values: [jobId, state, status, error],
      });
    },
    async count(database) {
      const [counts] = await database.query<WebhookCounts>({
        text: `SELECT count(*) FILTER (WHERE is_open)::int4 AS open, count(*) FILTER (WHERE is_open AND url LIKE 'http:%')::int4 AS unencrypted,
                 count(*) FILTER (WHERE state = 'FAILED')::int4 AS failed
               FROM (SELECT url, state, state IN ('WAITING', 'DUE', 'QUEUED') AS is_open FROM ${table}) AS hook`,
      });
      return counts ?? { open: 0, unencrypted: 0, failed: 0 };
    },
  };
}
