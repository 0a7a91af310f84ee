import PgBoss from 'pg-boss';
import { z } from 'zod';
import { Bell } from '../bell';
import type { CategorizationQueue, LeasedCategorization } from '../categorization';
import type { Database, Transaction } from '../database';
import { messageOf } from '../errors';
import type { ExportQueue, LeasedExport } from '../exports';
import type { Lease } from '../job';
import type { Logger } from '../log';
import {
  type BatchQueue,
  cutIntoBatches,
  EXPIRED_LEASES_LOOK_SECONDS,
  type Flow,
  LEASE_SECONDS,
  type LeasedBatch,
  MAX_WEBHOOK_ATTEMPTS,
  type RefusedIds,
  RUN_PRIORITIES,
} from '../runs';
import type { LeasedSubmission, SubmissionQueue, SubmissionRest } from '../submissions';
import {
  findStrandedCategorizations,
  findStrandedExports,
  findStrandedRuns,
  findStrandedSubmissions,
  hasWebhookJobSql,
  QUEUES,
  type QueueName,
  type TakenJob,
  takeNextWebhook,
  takeServableBatch,
  WAITING_BATCHES_SQL,
  WAITING_CATEGORIZATIONS_SQL,
} from './bossJobs';
import { findTurns } from './fairness';
import { holdLease } from './lease';
import { WEBHOOK_KINDS, WebhookJob } from './webhooks';

/** A run whose file of detections waits to be read. */
const Submission = z.object({ runId: z.number().int() });
/** An export that waits to be written. */
const Writing = z.object({ exportId: z.number().int() });
/** The subject of a job, for the log. */
const Subject = z.object({
  runId: z.number().optional(),
  categorizationId: z.number().optional(),
  exportId: z.number().optional(),
});
/** A batch in the queue: images of one run, and their client. */
const Batch = z.object({
  runId: z.number().int(),
  imageIds: z.array(z.number().int()),
  // Batches that an earlier version queued have none.
  flow: z.object({ client: z.string(), priority: z.enum(RUN_PRIORITIES) }).default({ client: '', priority: 'NORMAL' }),
});
type Batch = z.infer<typeof Batch>;
/** A categorization that waits for its worker. */
const Sorting = z.object({ categorizationId: z.number().int() });

/** The handlers of a worker's jobs. */
export interface JobHandlers {
  /** the runs whose batches it does not take at present; omitted: none */
  resting?(): RefusedIds;
  /** @returns the remaining images, which are requeued */
  work(batch: LeasedBatch): Promise<readonly number[]>;
  /** called with a batch that no worker could finish in several deliveries */
  giveUp(batch: LeasedBatch): Promise<void>;
  /** @returns whether work remains: then it is requeued */
  categorize(job: LeasedCategorization): Promise<boolean>;
  /** called with a categorization that no worker could finish in several deliveries */
  giveUpCategorization(categorizationId: number): Promise<void>;
  /** reads the file of a run; omitted if this process has no uploads */
  submit?(job: LeasedSubmission): Promise<SubmissionRest>;
  /** called with a run whose file no process could read in several deliveries */
  giveUpSubmission?(runId: number): Promise<void>;
  /** @returns whether work remains: then it is requeued; omitted if this process keeps no files of exports */
  writeExport?(job: LeasedExport): Promise<boolean>;
  /** called with an export that no process could write in several deliveries */
  giveUpExport?(exportId: number): Promise<void>;
  /** sends the message of a job's end, and throws if it has to be sent again; omitted if this process sends none */
  deliverWebhook?(job: WebhookJob): Promise<void>;
}

/** The queue of this PostgreSQL: pg-boss, with what the rooms need of it. */
export interface JobQueue extends BatchQueue, CategorizationQueue, SubmissionQueue, ExportQueue {
  /**
   * Passes jobs to `handlers`, one batch and one categorization at a time, until `stop`. A job whose worker dies is
   * delivered again.
   */
  work(handlers: JobHandlers): void;
  /** Waits for the current jobs, then closes the queue. */
  stop(): Promise<void>;
}

/** Requeues what a handler left, in the transaction that ends its job. */
type PutBack = (transaction: Transaction) => Promise<void>;

/** The outcome of one poll of a queue. */
type Delivered = 'done' | 'failed' | 'nothing';

/** Queues of jobs that are delivered as a whole; runs are cut into batches. */
type WholeJob = 'categorizations' | 'exports' | 'submissions';

/** One of pg-boss's queues and the handling of its jobs. */
interface Line<Payload> {
  queue: QueueName;
  pollMs: number;
  payload: z.ZodType<Payload>;
  /** a job that fails says nothing about the others: the next one does not wait */
  failsAlone?: boolean;
  /** takes the next job in another way than pg-boss */
  take?(): Promise<TakenJob | undefined>;
  /** @param turn the job's place in the queue, as pg-boss has it */
  handle(payload: Payload, lease: Lease, turn: number): Promise<PutBack | null>;
}

/**
 * Deliveries are lost with workers that are killed, which is not a fault of the batch; a batch that fails by itself
 * fails every time.
 */
const RETRIES = 10;
const RETRY_SECONDS = 1;
const DELIVERY = { expireInSeconds: LEASE_SECONDS, retryLimit: RETRIES, retryDelay: RETRY_SECONDS };
/** Eight failed attempts within half an hour: after 15 s, 30 s, 1 min … 16 min. */
const WEBHOOK_DELIVERY = {
  expireInSeconds: LEASE_SECONDS,
  retryLimit: MAX_WEBHOOK_ATTEMPTS - 1,
  retryDelay: 15,
  retryBackoff: true,
};
const WEBHOOK_POLL_MS = 1_000;
/** The file of a submission lies on another machine, whose process may be away for the moment. */
const ELSEWHERE_SECONDS = 5;
/**
 * Number of receivers that are sent a message at once: each one that does not respond occupies one of these until the
 * time limit.
 */
const WEBHOOK_LINES = 4;
/**
 * An error in a delivery is the database's fault and not the job's: a loop waits longer after each, so that no job is
 * used up in an outage.
 */
const FAILURE_PAUSE_MS = { first: 1_000, longest: 30_000 };
const POLL_MS = 500;
const GIVEN_UP_POLL_MS = 2_000;
/** How often runs without jobs are searched for. */
const STRANDED_LOOK_MS = 30_000;

/** Opens the queue; its tables, in a separate schema, are created the first time. */
export async function createQueue({ database, log }: { database: Database; log: Logger }): Promise<JobQueue> {
  const db = { executeSql: (text: string, values: unknown[] = []) => database.pool.query(text, values) };
  const boss = new PgBoss({ db, maintenanceIntervalSeconds: EXPIRED_LEASES_LOOK_SECONDS, schedule: false });
  boss.on('error', (failure) => log.warn({ reason: messageOf(failure) }, 'job queue'));
  await boss.start();
  // A dead-letter queue has to exist before the queue that names it.
  const { batchesGivenUp, batches, categorizationsGivenUp, categorizations, webhooks } = QUEUES;
  const { submissionsGivenUp, submissions } = QUEUES;
  for (const name of [batchesGivenUp, batches, categorizationsGivenUp, categorizations, webhooks])
    await boss.createQueue(name);
  for (const name of [submissionsGivenUp, submissions]) await boss.createQueue(name);
  for (const name of [QUEUES.exportsGivenUp, QUEUES.exports]) await boss.createQueue(name);
  return new BossQueue(boss, database, log);
}

class BossQueue implements JobQueue {
  readonly waitingBatchesSql = WAITING_BATCHES_SQL;
  readonly waitingCategorizationsSql = WAITING_CATEGORIZATIONS_SQL;
  private readonly bell = new Bell();
  private readonly loops: Promise<void>[] = [];
  private stopped = false;

  constructor(
    private readonly boss: PgBoss,
    private readonly database: Database,
    private readonly log: Logger,
  ) {}

  async sendBatches(
    transaction: Transaction,
    runId: number,
    batches: readonly (readonly number[])[],
    flow: Flow,
  ): Promise<void> {
    const sizes = batches.map(({ length }) => length);
    const turns = await findTurns(transaction, flow, sizes);
    const jobs = batches.map((imageIds, index) =>
      batchJob({ runId, imageIds: [...imageIds], flow }, turns[index] ?? 0),
    );
    await this.boss.insert(jobs, { db: within(transaction) });
  }

  sendCategorization(transaction: Transaction, categorizationId: number): Promise<void> {
    return this.send(transaction, 'categorizations', { categorizationId });
  }

  sendSubmission(transaction: Transaction, runId: number, afterSeconds = 0): Promise<void> {
    return this.send(transaction, 'submissions', { runId }, afterSeconds);
  }

  sendExport(transaction: Transaction, exportId: number): Promise<void> {
    return this.send(transaction, 'exports', { exportId });
  }

  /** Adds a job that is given up by the queue beside its own after so many retries. */
  private async send(transaction: Transaction, queue: WholeJob, data: object, afterSeconds = 0): Promise<void> {
    const start = afterSeconds > 0 ? { startAfter: new Date(Date.now() + 1_000 * afterSeconds) } : {};
    const job = { name: QUEUES[queue], data, deadLetter: QUEUES[`${queue}GivenUp`], ...start, ...DELIVERY };
    await this.boss.insert([job], { db: within(transaction) });
  }

  wake(): void {
    this.bell.ring();
  }

  work(handlers: JobHandlers): void {
    const nothing = async (done: Promise<void>): Promise<null> => done.then(() => null);
    this.loops.push(
      this.deliver({
        queue: QUEUES.batches,
        pollMs: POLL_MS,
        payload: Batch,
        take: () => this.takeBatch(handlers.resting?.()),
        handle: async (batch, lease, turn) => {
          const left = [...(await handlers.work({ ...batch, ...lease }))];
          // A requeued job keeps its priority.
          const job = batchJob({ ...batch, imageIds: left }, turn);
          return left.length > 0 ? (transaction) => this.boss.insert([job], { db: within(transaction) }) : null;
        },
      }),
      this.deliver({
        queue: QUEUES.batchesGivenUp,
        pollMs: GIVEN_UP_POLL_MS,
        payload: Batch,
        handle: (batch, lease) => nothing(handlers.giveUp({ ...batch, ...lease })),
      }),
      this.rescue(),
    );
    this.workOn('categorizations', Sorting, {
      handle: async ({ categorizationId }, lease) => {
        const left = await handlers.categorize({ categorizationId, ...lease });
        return left ? (transaction) => this.sendCategorization(transaction, categorizationId) : null;
      },
      giveUp: ({ categorizationId }) => handlers.giveUpCategorization(categorizationId),
    });
    this.workOnSubmissions(handlers);
    this.workOnExports(handlers);
    const { deliverWebhook } = handlers;
    if (!deliverWebhook) return;
    const sendNext = (): Promise<void> =>
      this.deliver({
        queue: QUEUES.webhooks,
        pollMs: WEBHOOK_POLL_MS,
        payload: WebhookJob,
        failsAlone: true,
        take: () => takeNextWebhook(this.database),
        handle: (job) => nothing(deliverWebhook(job)),
      });
    this.loops.push(this.queueWebhooks(), ...Array.from({ length: WEBHOOK_LINES }, sendNext));
  }

  private workOnSubmissions({ submit, giveUpSubmission }: JobHandlers): void {
    if (!submit || !giveUpSubmission) return;
    const putBack = (runId: number, rest: SubmissionRest): PutBack | null => {
      const seconds = rest === 'elsewhere' ? ELSEWHERE_SECONDS : 0;
      return rest === 'done' ? null : (transaction) => this.sendSubmission(transaction, runId, seconds);
    };
    this.workOn('submissions', Submission, {
      handle: async ({ runId }, lease) => putBack(runId, await submit({ runId, ...lease })),
      giveUp: ({ runId }) => giveUpSubmission(runId),
    });
  }

  private workOnExports({ writeExport, giveUpExport }: JobHandlers): void {
    if (!writeExport || !giveUpExport) return;
    this.workOn('exports', Writing, {
      handle: async ({ exportId }, lease) => {
        const remains = await writeExport({ exportId, ...lease });
        return remains ? (transaction) => this.sendExport(transaction, exportId) : null;
      },
      giveUp: ({ exportId }) => giveUpExport(exportId),
    });
  }

  /** Works on the jobs of a queue, and gives those up that were retried too often. */
  private workOn<Payload>(
    queue: WholeJob,
    payload: z.ZodType<Payload>,
    { handle, giveUp }: Pick<Line<Payload>, 'handle'> & { giveUp(data: Payload): Promise<void> },
  ): void {
    this.loops.push(
      this.deliver({ queue: QUEUES[queue], pollMs: POLL_MS, payload, handle }),
      this.deliver({
        queue: QUEUES[`${queue}GivenUp`],
        pollMs: GIVEN_UP_POLL_MS,
        payload,
        handle: (data) => giveUp(data).then(() => null),
      }),
    );
  }

  /** Creates a job for every message that is due, all in one transaction. */
  private async queueWebhooks(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.database.transaction(async (transaction) => {
          for (const { outbox, key, jobOf } of WEBHOOK_KINDS) {
            const ids = await outbox.takeDue(transaction, (column) => hasWebhookJobSql(key, column));
            const jobs = ids.map((id) => ({ name: QUEUES.webhooks, data: jobOf(id), ...WEBHOOK_DELIVERY }));
            if (jobs.length > 0) await this.boss.insert(jobs, { db: within(transaction) });
          }
        });
      } catch (failure) {
        this.log.warn({ reason: messageOf(failure) }, 'job queue');
      }
      if (!this.stopped) await this.bell.wait(WEBHOOK_POLL_MS);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.bell.ring();
    await Promise.all(this.loops);
    await this.boss.stop({ graceful: false, close: false });
  }

  /** Nothing here may throw: a loop that ends by itself would leave its queue without a worker. */
  private async deliver<Payload>(line: Line<Payload>): Promise<void> {
    const { first, longest } = FAILURE_PAUSE_MS;
    let pauseMs = first;
    while (!this.stopped) {
      // A job that is queued during the poll would be found only at the next poll.
      const heard = this.bell.heard();
      const delivered = await this.deliverOne(line).catch((failure): Delivered => {
        this.log.warn({ reason: messageOf(failure) }, 'job queue');
        return 'failed';
      });
      if (delivered === 'nothing' && !this.stopped) await this.bell.wait(line.pollMs, heard);
      if (delivered !== 'failed') pauseMs = first;
      else {
        await this.bell.sleep(pauseMs, () => this.stopped);
        pauseMs = Math.min(2 * pauseMs, longest);
      }
    }
  }

  /** pg-boss takes the next job of any run: if some runs are refused, the statement is ours. */
  private takeBatch(resting: RefusedIds | undefined): Promise<TakenJob | undefined> {
    const isPicky = resting && resting.detectorIds.length + resting.datasetIds.length > 0;
    return isPicky ? takeServableBatch(this.database, resting) : this.takeNext(QUEUES.batches);
  }

  private async takeNext(queue: QueueName): Promise<TakenJob | undefined> {
    const [job] = await this.boss.fetch<unknown>(queue, { includeMetadata: true });
    return job;
  }

  private async deliverOne<Payload>(line: Line<Payload>): Promise<Delivered> {
    const { queue, payload, failsAlone, handle } = line;
    const job = await (line.take?.() ?? this.takeNext(queue));
    if (!job) return 'nothing';
    const { lease, close } = holdLease(this.database, { queue, id: job.id, attempt: job.retryCount });
    const started = performance.now();
    const log = this.log.child({ queue, batch: job.id, attempt: job.retryCount, ...Subject.safeParse(job.data).data });
    try {
      const putBack = await handle(payload.parse(job.data), lease, job.priority);
      await this.settle(lease, async (transaction) => {
        await putBack?.(transaction);
        // The third argument is the job's output; its types allow to omit it, its code does not.
        await this.boss.complete(queue, job.id, {}, { db: within(transaction) });
      });
      log.debug({ milliseconds: Math.round(performance.now() - started) }, 'a job is done');
      return 'done';
    } catch (thrown) {
      log.error({ failure: thrown }, 'a job failed and is delivered again');
      const output = { message: messageOf(thrown) };
      await this.settle(lease, (transaction) => this.boss.fail(queue, job.id, output, { db: within(transaction) }));
      return failsAlone ? 'done' : 'failed';
    } finally {
      close();
    }
  }

  /** Reports the outcome of a job to pg-boss, unless another worker has it by now. */
  private async settle({ renew }: Lease, tell: (transaction: Transaction) => Promise<void>): Promise<void> {
    await this.database.transaction(async (transaction) => {
      if (await renew(transaction)) await tell(transaction);
    });
  }

  /** Requeues unfinished runs and categorizations that have no job left, so that none stays unfinished for ever. */
  private async rescue(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.database.transaction(async (transaction) => {
          for (const { runId, imageIds, ...flow } of await findStrandedRuns(transaction)) {
            this.log.warn({ runId }, 'a run without jobs is queued again');
            await this.sendBatches(transaction, runId, cutIntoBatches(imageIds), flow);
          }
          for (const runId of await findStrandedSubmissions(transaction)) {
            this.log.warn({ runId }, 'a submission without a job is queued again');
            await this.sendSubmission(transaction, runId);
          }
          for (const categorizationId of await findStrandedCategorizations(transaction)) {
            this.log.warn({ categorizationId }, 'a categorization without a job is queued again');
            await this.sendCategorization(transaction, categorizationId);
          }
          for (const exportId of await findStrandedExports(transaction)) {
            this.log.warn({ exportId }, 'an export without a job is queued again');
            await this.sendExport(transaction, exportId);
          }
        });
      } catch (failure) {
        this.log.warn({ reason: messageOf(failure) }, 'job queue');
      }
      await this.bell.sleep(STRANDED_LOOK_MS, () => this.stopped);
    }
  }
}

function batchJob(data: Batch, priority: number): PgBoss.JobInsert {
  return { name: QUEUES.batches, data, priority, deadLetter: QUEUES.batchesGivenUp, ...DELIVERY };
}

/** pg-boss's statements on the connection of a transaction. */
function within({ client }: Transaction): PgBoss.Db {
  return { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
}
