import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Database } from '../database';
import { type FinishedBatch, findFinishedBatches, findQueueDepth, type QueueDepth } from '../jobs';
import type { Logger } from '../log';
import { IMAGE_MS_BOUNDS, type Workload, WorkloadReader } from '../runs';

/** PostgreSQL cancels a statement of a poll that takes longer, and a scrape waits no longer for the poll. */
const PATIENCE_MS = 4_000;
/** A batch may be committed a while after its `completed_on`, so that polls overlap. */
const OVERLAP_SECONDS = 300;
/** 32 images of 5 ms to 10 s each. */
const BATCH_SECONDS_BOUNDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
/** Detectors with a label of their own; images of the others are counted together. */
const MOST_DETECTORS = 100;
/** Label of workers that have opened no model yet. */
const NO_PROVIDER = 'none';

/** The result of polling the database. */
interface Figures {
  workload: Workload;
  depth: QueueDepth;
  batches: FinishedBatch[];
}

/**
 * Metrics of runs and of the queue, for all processes that share the database. A poll counts the images of unfinished
 * runs, is kept for some seconds and gives up after 4 s: then the last metrics stay and `deeplesion_figures_fresh` is
 * 0.
 */
export class RunMetrics {
  private readonly reader: WorkloadReader;
  private readonly metrics: ReturnType<typeof createRunMetrics>;
  private look: Promise<void> | undefined;
  private lookedAt = Number.NEGATIVE_INFINITY;
  /** those of the last poll, which the next one finds again */
  private seenBatches = new Set<string>();
  private imageSeconds = histogramText(0, 0, []);

  /** @param keptMs how long a poll is cached: scrapes that come faster share it; ms */
  constructor(
    private readonly database: Database,
    registry: Registry,
    private readonly log: Logger,
    private readonly keptMs: number,
  ) {
    this.reader = new WorkloadReader(database);
    this.metrics = createRunMetrics(registry);
  }

  /**
   * Brings the metrics up to date; never rejects.
   *
   * @returns what the registry cannot hold, in Prometheus' text format
   */
  async refresh(): Promise<string> {
    if (!this.look && performance.now() - this.lookedAt > this.keptMs) {
      this.look = this.lookAgain().finally(() => {
        this.look = undefined;
        this.lookedAt = performance.now();
      });
    }
    if (this.look) await within(PATIENCE_MS, this.look, () => this.metrics.fresh.set(0));
    return this.imageSeconds;
  }

  private async lookAgain(): Promise<void> {
    try {
      const sinceLast = Math.min((performance.now() - this.lookedAt) / 1000, process.uptime());
      const workload = await this.reader.read(PATIENCE_MS);
      const depth = await findQueueDepth(this.database);
      const batches = await findFinishedBatches(this.database, OVERLAP_SECONDS + sinceLast);
      this.show({ workload, depth, batches });
      this.metrics.fresh.set(1);
    } catch (failure) {
      this.log.warn({ err: failure }, 'the metrics of runs could not be read');
      this.metrics.fresh.set(0);
    }
  }

  private show({ workload, depth, batches }: Figures): void {
    const { metrics } = this;
    metrics.batches.set({ state: 'waiting' }, depth.waiting);
    metrics.batches.set({ state: 'active' }, depth.active);
    metrics.oldest.set(depth.oldestWaitingSeconds);
    metrics.imagesWaiting.set(workload.imagesWaiting);
    for (const [status, count] of Object.entries(workload.runs)) metrics.runs.set({ status }, count);
    metrics.completed.reset();
    metrics.completed.inc(workload.imagesCompleted);
    this.showDetectors(workload);
    metrics.failed.reset();
    for (const [kind, count] of Object.entries(workload.imagesFailed))
      metrics.failed.inc({ reason: kind.toLowerCase() }, count);
    this.imageSeconds = histogramText(workload.imagesCompleted, workload.imageMs.sum, workload.imageMs.atMost);
    metrics.imagesPerSecond.set(workload.imagesPerSecond);
    metrics.provider.reset();
    if (workload.executionProvider) metrics.provider.set({ provider: workload.executionProvider }, 1);
    this.showWorkers(workload.workers);
    for (const { id, milliseconds } of batches)
      if (!this.seenBatches.has(id)) metrics.batchSeconds.observe(milliseconds / 1000);
    this.seenBatches = new Set(batches.map(({ id }) => id));
  }

  private showDetectors({ imagesByDetector }: Workload): void {
    const { byDetector } = this.metrics;
    byDetector.reset();
    for (const [index, { detector, executionProvider: provider, images }] of imagesByDetector.entries())
      byDetector.inc({ detector: index < MOST_DETECTORS ? detector : 'other', provider }, images);
  }

  private showWorkers(totals: Workload['workers']): void {
    const { workers, workerSpeed, workersWithProblems } = this.metrics;
    workers.reset();
    workerSpeed.reset();
    // Export 0 so that alerts fire when no worker is alive.
    workers.set({ provider: NO_PROVIDER }, 0);
    workerSpeed.set({ provider: NO_PROVIDER }, 0);
    for (const { executionProvider, workers: count, imagesPerSecond } of totals) {
      const provider = executionProvider ?? NO_PROVIDER;
      workers.set({ provider }, count);
      workerSpeed.set({ provider }, imagesPerSecond);
    }
    workersWithProblems.set(totals.reduce((sum, { withProblems }) => sum + withProblems, 0));
  }
}

function createRunMetrics(registry: Registry) {
  const registers = [registry];
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name, help, labelNames, registers });
  return {
    batches: gauge('deeplesion_queue_batches', 'Batches of images in the queue, by state.', ['state']),
    imagesWaiting: gauge('deeplesion_queue_images', 'Images without an outcome of runs that have not ended.'),
    oldest: gauge(
      'deeplesion_queue_oldest_age_seconds',
      'How long the batch that waits longest has waited; 0 where none waits.',
    ),
    runs: gauge('deeplesion_runs', 'Detection runs in the database, by status.', ['status']),
    completed: counter(
      'deeplesion_images_completed_total',
      'Images with detections, none among them, of all runs of models.',
    ),
    byDetector: counter(
      'deeplesion_detector_images_total',
      'Images with detections, none among them, by detector (the 100 with the most images, and "other") and execution ' +
        'provider of their run.',
      ['detector', 'provider'],
    ),
    failed: counter('deeplesion_images_failed_total', 'Images that failed, of all runs of models, by kind of reason.', [
      'reason',
    ]),
    imagesPerSecond: gauge('deeplesion_images_per_second', 'Images that were done in the last minute, per second.'),
    batchSeconds: new Histogram({
      name: 'deeplesion_batch_seconds',
      help: 'From the start of the first image of a batch to its end; batches seen since this process started.',
      buckets: BATCH_SECONDS_BOUNDS,
      registers,
    }),
    provider: gauge('deeplesion_execution_provider', '1 for the execution provider of the run that began last.', [
      'provider',
    ]),
    workers: gauge(
      'deeplesion_workers',
      'Living workers, by execution provider; none: those that have opened no model yet.',
      ['provider'],
    ),
    workerSpeed: gauge(
      'deeplesion_worker_images_per_second',
      'Images per second of the living workers together over their last minute, as they report it, by execution ' +
        'provider.',
      ['provider'],
    ),
    workersWithProblems: gauge(
      'deeplesion_workers_with_problems',
      'Living workers whose machine lacks a model or images and hands runs off to others; the query workers names it.',
    ),
    fresh: gauge('deeplesion_figures_fresh', '1 while the metrics of runs and queue could be read from the database.'),
  };
}

/**
 * The library's histograms are observed, never set; this one was counted by PostgreSQL.
 *
 * @param sumMs of all images, in milliseconds
 * @param atMost of each of IMAGE_MS_BOUNDS
 */
function histogramText(count: number, sumMs: number, atMost: readonly number[]): string {
  const name = 'deeplesion_image_seconds';
  return [
    `# HELP ${name} Reading, preprocessing, inference and boxes of a completed image together.`,
    `# TYPE ${name} histogram`,
    ...IMAGE_MS_BOUNDS.map((bound, index) => `${name}_bucket{le="${bound / 1000}"} ${atMost[index] ?? 0}`),
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sumMs / 1000}`,
    `${name}_count ${count}`,
    '',
  ].join('\n');
}

/** Waits for a promise that never rejects, no longer than `ms`. */
async function within(ms: number, promise: Promise<void>, late: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      late();
      resolve();
    }, ms);
  });
  await Promise.race([promise, time]);
  clearTimeout(timer);
}
