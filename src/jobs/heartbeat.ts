import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { readCodeVersion } from '../codeVersion';
import type { Database } from '../database';
import { type LeasedBatch, type OpenedModel, removeWorker, type WorkObserver, writeWorker } from '../detection';
import { deviceName } from './device';

const BEAT_MS = 3_000;
const SPEED_WINDOW_MS = 60_000;

/** A worker's sign of life: its row in the list of workers, written every few seconds and whenever it begins or ends a batch. */
export class Heartbeat implements WorkObserver {
  private readonly own = {
    id: randomUUID(),
    host: hostname(),
    processId: process.pid,
    codeVersion: readCodeVersion(),
  };
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private executionProvider: string | null = null;
  private batch: LeasedBatch | null = null;
  /** when the images of the last minute were done */
  private done: number[] = [];
  /** beats follow one another, so that an old one never overwrites a new one */
  private beating: Promise<void> = Promise.resolve();
  private waiting = false;

  constructor(private readonly database: Database) {
    this.timer = setInterval(() => this.beat(), BEAT_MS);
    this.beat();
  }

  modelOpened({ executionProvider }: OpenedModel): void {
    this.executionProvider = executionProvider;
  }

  imageDone(): void {
    this.done.push(performance.now());
  }

  /** Shows the batch for as long as `work` takes. */
  async during<T>(batch: LeasedBatch, work: () => Promise<T>): Promise<T> {
    this.batch = batch;
    this.beat();
    try {
      return await work();
    } finally {
      this.batch = null;
      this.beat();
    }
  }

  /** Takes the worker off the list. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
    // Where the database does not answer, the row goes with those of the dead.
    await removeWorker(this.database, this.own.id).catch(() => undefined);
  }

  private beat(): void {
    if (this.waiting) return;
    this.waiting = true;
    this.beating = this.beating.then(async () => {
      this.waiting = false;
      const { executionProvider, batch } = this;
      const device = executionProvider && deviceName(executionProvider);
      const worker = { ...this.own, executionProvider, device, batch, imagesPerSecond: this.speed() };
      // The next beat tells what this one could not.
      await writeWorker(this.database, worker).catch(() => undefined);
    });
  }

  private speed(): number {
    const now = performance.now();
    this.done = this.done.filter((time) => time > now - SPEED_WINDOW_MS);
    const milliseconds = Math.min(SPEED_WINDOW_MS, Math.max(1_000, now - this.startedAt));
    return (1000 * this.done.length) / milliseconds;
  }
}
