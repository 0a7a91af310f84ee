import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { readCodeVersion } from '../codeVersion';
import type { Database } from '../database';
import { findMissingImageRoots, IMAGES_MISSING } from '../dataset';
import { type OpenedModel } from '../inference';
import type { Logger } from '../log';
import {
  BEAT_MS,
  type DetectionRunRow,
  idsOf,
  type LeasedBatch,
  type Refusal,
  Refusals,
  type RefusedIds,
  removeWorker,
  type WorkObserver,
  writeWorker,
} from '../runs';
import { deviceName } from './device';

const SPEED_WINDOW_MS = 60_000;

/**
 * The heartbeat of a worker: its row in the list of workers, written every few seconds and whenever it begins or ends a
 * batch.
 */
export class Heartbeat implements WorkObserver {
  readonly id = randomUUID();
  /** the columns of its row that never change */
  readonly own = {
    id: this.id,
    host: hostname(),
    processId: process.pid,
    codeVersion: readCodeVersion(),
  };
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private readonly refusals: Refusals;
  private executionProvider: string | null = null;
  private batch: LeasedBatch | null = null;
  /** when the images of the last minute were completed */
  private done: number[] = [];
  /** beats follow one another, so that an old one never overwrites a new one */
  private beating: Promise<void> = Promise.resolve();
  private waiting = false;
  /** the data sets whose images this machine does not find */
  private missingImages: readonly string[] = [];

  /** @param refusalPauseMs how long a run that this machine cannot serve is not taken */
  constructor(
    private readonly database: Database,
    private readonly log: Logger,
    refusalPauseMs?: number,
  ) {
    this.refusals = new Refusals(refusalPauseMs);
    this.timer = setInterval(() => {
      void this.lookForImages();
      void this.beat();
    }, BEAT_MS);
    void this.lookForImages();
    void this.beat();
  }

  modelOpened(run: DetectionRunRow, { executionProvider }: OpenedModel): void {
    this.executionProvider = executionProvider;
    if (this.refusals.remove(run)) void this.beat();
  }

  async refused(refusal: Refusal): Promise<void> {
    const { kind, name, reason } = refusal;
    if (this.refusals.add(refusal)) this.log.warn({ [kind]: name, reason }, 'this machine cannot serve some runs');
    await this.beat();
  }

  handedOn(refusal: Refusal): void {
    this.refusals.rest(refusal);
  }

  /** @returns the runs that this worker does not take at present */
  resting(): RefusedIds {
    return this.refusals.resting();
  }

  imageDone(): void {
    this.done.push(performance.now());
  }

  /** Shows the batch while `work` runs. */
  async during<T>(batch: LeasedBatch, work: () => Promise<T>): Promise<T> {
    this.batch = batch;
    void this.beat();
    try {
      return await work();
    } finally {
      this.batch = null;
      void this.beat();
    }
  }

  /** Removes the worker from the list. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
    // If the database does not respond, the row is removed with those of dead workers.
    await removeWorker(this.database, this.own.id).catch(() => undefined);
  }

  /** @returns once the current state is written; never rejects */
  private beat(): Promise<void> {
    if (this.waiting) return this.beating;
    this.waiting = true;
    this.beating = this.beating.then(async () => {
      this.waiting = false;
      const { executionProvider, batch } = this;
      const device = executionProvider && deviceName(executionProvider);
      const refusals = this.refusals.list();
      const missing = this.missingImages.map((name) => ({ kind: 'dataset' as const, name, reason: IMAGES_MISSING }));
      const worker = {
        ...this.own,
        executionProvider,
        device,
        batch,
        imagesPerSecond: this.speed(),
        refused: idsOf(refusals),
        problems: [...new Set([...refusals, ...missing].map(describe))],
      };
      // The next heartbeat reports what this one could not.
      await writeWorker(this.database, worker).catch(() => undefined);
    });
    return this.beating;
  }

  /**
   * Records for the next heartbeat the data sets whose images this machine does not find, whether a run needs them or
   * not.
   */
  private async lookForImages(): Promise<void> {
    const missing = await findMissingImageRoots(this.database).catch(() => null);
    if (missing) this.missingImages = missing.map(({ slug, version }) => `${slug}@${version}`);
  }

  private speed(): number {
    const now = performance.now();
    this.done = this.done.filter((time) => time > now - SPEED_WINDOW_MS);
    const milliseconds = Math.min(SPEED_WINDOW_MS, Math.max(1_000, now - this.startedAt));
    return (1000 * this.done.length) / milliseconds;
  }
}

function describe({ kind, name, reason }: Omit<Refusal, 'id'>): string {
  return `${kind === 'detector' ? 'Detector' : 'Data set'} ${name}: ${reason}`;
}
