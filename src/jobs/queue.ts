import PgBoss from 'pg-boss';
import { z } from 'zod';
import type { Database, Transaction } from '../database';
import type { BatchQueue } from '../detection';
import { messageOf } from '../errors';
import type { Logger } from '../log';

/** A batch of images of one run. */
const Batch = z.object({ runId: z.number().int(), imageIds: z.array(z.number().int()) });
export type Batch = z.infer<typeof Batch>;

/** The queue of this PostgreSQL: pg-boss, with what the rooms need of it. */
export interface JobQueue extends BatchQueue {
  /**
   * Hands batches to `work`, one at a time, until `stop`. A batch whose worker dies is delivered again; one that nobody could finish in
   * several deliveries goes to `giveUp`.
   */
  work(handlers: { work(batch: Batch): Promise<void>; giveUp(batch: Batch): Promise<void> }): Promise<void>;
  /** Puts what a stopping worker has left back into the queue. */
  sendBack(batch: Batch): Promise<void>;
  /** Waits for the batch in hand, then lets go. */
  stop(): Promise<void>;
}

const BATCHES = 'detection-batch';
const GIVEN_UP = 'detection-batch-given-up';
/** A worker that says nothing for so long is dead. A batch takes seconds; a slice that hangs is stopped after ten (see InferenceHost). */
const LEASE_SECONDS = 60;
const RETRIES = 3;
const POLL_SECONDS = 0.5;
const MAINTENANCE_SECONDS = 5;
const STOP_TIMEOUT_MS = 5_000;

/** Opens the queue; its tables, in a schema of their own, are made at the first time. */
export async function createQueue({ database, log }: { database: Database; log: Logger }): Promise<JobQueue> {
  const statements = new StatementGate(database);
  const boss = new PgBoss({
    db: statements,
    maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
    schedule: false,
  });
  boss.on('error', (failure) => log.warn({ reason: messageOf(failure) }, 'job queue'));
  await boss.start();
  await boss.createQueue(GIVEN_UP);
  await boss.createQueue(BATCHES, {
    name: BATCHES,
    retryLimit: RETRIES,
    expireInSeconds: LEASE_SECONDS,
    deadLetter: GIVEN_UP,
  });
  let workerId: string | undefined;

  const take = (name: string, handle: (batch: Batch) => Promise<void>): Promise<string> =>
    boss.work<unknown>(name, { pollingIntervalSeconds: POLL_SECONDS, batchSize: 1 }, async (jobs) => {
      for (const job of jobs) await handle(Batch.parse(job.data));
    });

  return {
    async sendBatches(transaction: Transaction, runId, batches) {
      const db = { executeSql: (text: string, values?: unknown[]) => transaction.client.query(text, values) };
      const jobs = batches.map((imageIds) => ({
        name: BATCHES,
        data: { runId, imageIds: [...imageIds] } satisfies Batch,
        deadLetter: GIVEN_UP,
      }));
      await boss.insert(jobs, { db });
    },
    wake() {
      if (workerId) boss.notifyWorker(workerId);
    },
    async work({ work, giveUp }) {
      workerId = await take(BATCHES, work);
      await take(GIVEN_UP, giveUp);
    },
    async sendBack(batch) {
      await boss.send(BATCHES, batch, { deadLetter: GIVEN_UP });
    },
    async stop() {
      await boss.stop({ graceful: true, wait: true, timeout: STOP_TIMEOUT_MS, close: false });
      await statements.close();
    },
  };
}

/**
 * pg-boss sends the end of a job without waiting for it, and its loops may look once more after it has stopped. The gate knows what is
 * under way, so that the pool is not closed under it, and answers latecomers with nothing: a job whose end is not told is delivered again,
 * which does no harm.
 */
class StatementGate {
  private readonly underWay = new Set<Promise<unknown>>();
  private closed = false;

  constructor(private readonly database: Database) {}

  async executeSql(text: string, values: unknown[] = []): Promise<{ rows: unknown[] }> {
    if (this.closed) return { rows: [] };
    const statement = this.database.pool.query(text, values);
    const settled = statement.then(
      () => undefined,
      () => undefined,
    );
    this.underWay.add(settled);
    void settled.then(() => this.underWay.delete(settled));
    return statement;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.underWay);
  }
}
