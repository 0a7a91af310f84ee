import PgBoss from 'pg-boss';
import { z } from 'zod';
import type { Database, Queryable, Transaction } from '../database';
import type { BatchQueue, LeasedBatch } from '../detection';
import { messageOf } from '../errors';
import type { Logger } from '../log';
import { Bell } from './bell';
import { holdLease } from './lease';
import { findStrandedRuns } from './strandedRuns';

/** What waits in the queue: images of one run. */
const Batch = z.object({ runId: z.number().int(), imageIds: z.array(z.number().int()) });

/** What a worker does with a batch. */
export interface BatchHandlers {
  /** @returns the images that are left, which go back into the queue */
  work(batch: LeasedBatch): Promise<readonly number[]>;
  /** told of a batch that nobody could finish in several deliveries */
  giveUp(batch: LeasedBatch): Promise<void>;
}

/** The queue of this PostgreSQL: pg-boss, with what the rooms need of it. */
export interface JobQueue extends BatchQueue {
  /** Hands batches to `handlers`, one at a time, until `stop`. A batch whose worker dies is delivered again. */
  work(handlers: BatchHandlers): void;
  /** Waits for the batch in hand, then lets go. */
  stop(): Promise<void>;
}

/** Names of the queues in pg-boss's tables. */
export const BATCHES = 'detection-batch';
export const GIVEN_UP = 'detection-batch-given-up';
/** A worker that says nothing for so long is dead: three renewals were missed. */
const LEASE_SECONDS = 15;
/** Deliveries are lost with workers that are killed, which is no fault of the batch; a batch that fails by itself fails every time. */
const RETRIES = 10;
const RETRY_SECONDS = 1;
const POLL_MS = 500;
const GIVEN_UP_POLL_MS = 2_000;
/** How often pg-boss looks for leases that ran out, and we for runs without jobs. */
const MAINTENANCE_SECONDS = 5;
const STRANDED_LOOK_MS = 30_000;

/** Opens the queue; its tables, in a schema of their own, are made at the first time. */
export async function createQueue({ database, log }: { database: Database; log: Logger }): Promise<JobQueue> {
  const db = { executeSql: (text: string, values: unknown[] = []) => database.pool.query(text, values) };
  const boss = new PgBoss({ db, maintenanceIntervalSeconds: MAINTENANCE_SECONDS, schedule: false });
  boss.on('error', (failure) => log.warn({ reason: messageOf(failure) }, 'job queue'));
  await boss.start();
  await boss.createQueue(GIVEN_UP);
  await boss.createQueue(BATCHES);
  return new BossQueue(boss, database, log);
}

class BossQueue implements JobQueue {
  private readonly bell = new Bell();
  private readonly loops: Promise<void>[] = [];
  private stopped = false;

  constructor(
    private readonly boss: PgBoss,
    private readonly database: Database,
    private readonly log: Logger,
  ) {}

  async sendBatches(transaction: Transaction, runId: number, batches: readonly (readonly number[])[]): Promise<void> {
    const jobs = batches.map((imageIds) => ({
      name: BATCHES,
      data: { runId, imageIds },
      deadLetter: GIVEN_UP,
      expireInSeconds: LEASE_SECONDS,
      retryLimit: RETRIES,
      retryDelay: RETRY_SECONDS,
    }));
    await this.boss.insert(jobs, { db: within(transaction) });
  }

  wake(): void {
    this.bell.ring();
  }

  work({ work, giveUp }: BatchHandlers): void {
    const handOver = async (batch: LeasedBatch) => {
      await giveUp(batch);
      return [];
    };
    this.loops.push(
      this.deliver(BATCHES, POLL_MS, work),
      this.deliver(GIVEN_UP, GIVEN_UP_POLL_MS, handOver),
      this.rescue(),
    );
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.bell.ring();
    await Promise.all(this.loops);
    await this.boss.stop({ graceful: false, close: false });
  }

  /** Nothing here may throw: a loop that ends by itself would leave its queue without a worker. */
  private async deliver(queue: string, pollMs: number, handle: BatchHandlers['work']): Promise<void> {
    while (!this.stopped) {
      const found = await this.deliverOne(queue, handle).catch((failure) => {
        this.log.warn({ reason: messageOf(failure) }, 'job queue');
        return false;
      });
      if (!found && !this.stopped) await this.bell.wait(pollMs);
    }
  }

  /** @returns whether there was a batch */
  private async deliverOne(queue: string, handle: BatchHandlers['work']): Promise<boolean> {
    const [job] = await this.boss.fetch<unknown>(queue, { includeMetadata: true });
    if (!job) return false;
    const lease = holdLease(this.database, { queue, id: job.id, attempt: job.retryCount });
    try {
      const batch = Batch.parse(job.data);
      const left = await handle({ ...batch, renew: lease.renew, lost: lease.lost });
      await this.settle(lease.renew, async (transaction) => {
        if (left.length > 0) await this.sendBatches(transaction, batch.runId, [left]);
        // The third argument is the job's output; its types allow to leave it out, its code does not.
        await this.boss.complete(queue, job.id, {}, { db: within(transaction) });
      });
    } catch (thrown) {
      this.log.error({ failure: thrown, attempt: job.retryCount }, 'a batch failed and is delivered again');
      const output = { message: messageOf(thrown) };
      await this.settle(lease.renew, (transaction) =>
        this.boss.fail(queue, job.id, output, { db: within(transaction) }),
      );
    } finally {
      lease.close();
    }
    return true;
  }

  /** Tells pg-boss what became of a job, unless another worker has it by now. */
  private async settle(
    renew: (queryable: Queryable) => Promise<boolean>,
    tell: (transaction: Transaction) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction(async (transaction) => {
      if (await renew(transaction)) await tell(transaction);
    });
  }

  /** Puts runs back into the queue that have not ended and have no job left, so that none stays unfinished for ever. */
  private async rescue(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.database.transaction(async (transaction) => {
          for (const { runId, imageIds } of await findStrandedRuns(transaction)) {
            this.log.warn({ runId }, 'a run without jobs is queued again');
            await this.sendBatches(transaction, runId, [imageIds]);
          }
        });
      } catch (failure) {
        this.log.warn({ reason: messageOf(failure) }, 'job queue');
      }
      await this.bell.sleep(STRANDED_LOOK_MS, () => this.stopped);
    }
  }
}

/** pg-boss's statements on the connection of a transaction. */
function within({ client }: Transaction): PgBoss.Db {
  return { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
}
