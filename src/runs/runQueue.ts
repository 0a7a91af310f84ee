/** How runs enter the queue: whether it has capacity, in which batches, and before or after the runs of others. */
import type { Queryable, Transaction } from '../database';
import { BadUserInput, RateLimited } from '../errors';
import type { RunPriority } from './runState';
import { ALIVE_SECONDS } from './workerClock';

/** The batches of a client in the queue under one priority, which are processed one after another. */
export interface Flow {
  client: string;
  priority: RunPriority;
}

/** The queue in which the batches of a run wait for a worker. */
export interface BatchQueue {
  /** SELECT of the batches that wait: `run_id`, `place` from 1 in the order in which workers take them, `images` */
  readonly waitingBatchesSql: string;
  /** Queues the batches in the same transaction as the run, so that there is never one without the other. */
  sendBatches(
    transaction: Transaction,
    runId: number,
    batches: readonly (readonly number[])[],
    flow: Flow,
  ): Promise<void>;
  /** Called after the commit: there is work. */
  wake(): void;
}

/** Limits of the queue. */
export interface QueueLimits {
  maxQueuedImages: number;
  maxQueuedRunsPerClient: number;
}

/**
 * Limits of the images in a batch: small enough that a dead worker costs little, large enough that the queue is no
 * burden. Below the minimum, a batch costs more than its images.
 */
const IMAGES_PER_BATCH = { least: 4, most: 32 };
/**
 * Divides among two, three and four workers, each of which then waits for the last batch no longer than a twelfth of
 * the run.
 */
const BATCHES_OF_SMALL_RUN = 12;
/** A run of at most this number of images is interactive: a person waits for it. */
const INTERACTIVE_IMAGES = 4;
/** Estimate if nothing was measured yet, and maximum: a client that waits longer sees nothing of the queue. */
const RETRY_SECONDS = { unknown: 30, longest: 3_600 };
/** Any number that no other lock uses. */
const QUEUE_LOCK = 7_238_511;

/** @returns the priority of a run that names none */
export function priorityOf(images: number): RunPriority {
  return images <= INTERACTIVE_IMAGES ? 'INTERACTIVE' : 'NORMAL';
}

/**
 * Checks that the queue has capacity for these images of this client. Runs are accepted one after another: a request
 * waits until the transaction of the previous one has ended, so that two never take the same capacity.
 *
 * @throws RateLimited if it has not
 * @throws BadUserInput if it never will have
 */
export async function expectRoom(
  transaction: Queryable,
  { config, client }: { config: QueueLimits; client: string },
  images: number,
): Promise<void> {
  const { maxQueuedImages, maxQueuedRunsPerClient } = config;
  if (images > maxQueuedImages)
    throw new BadUserInput(
      `Expected a run of at most ${maxQueuedImages} images (MAX_QUEUED_IMAGES), got ${images}: divide it by a filter.`,
      'filter',
    );
  await transaction.query({ text: 'SELECT pg_advisory_xact_lock($1)', values: [QUEUE_LOCK] });
  const { queuedImages, clientRuns, imagesPerSecond } = await findLoad(transaction, client);
  const secondsFor = (count: number): number => {
    const seconds = imagesPerSecond > 0 ? count / imagesPerSecond : RETRY_SECONDS.unknown;
    return Math.min(RETRY_SECONDS.longest, Math.max(1, Math.ceil(seconds)));
  };
  if (clientRuns >= maxQueuedRunsPerClient)
    throw new RateLimited(
      `Expected at most ${maxQueuedRunsPerClient} unfinished runs of one client (MAX_QUEUED_RUNS_PER_CLIENT): ` +
        'wait for one to end.',
      secondsFor(queuedImages / Math.max(1, clientRuns)),
    );
  if (queuedImages + images > maxQueuedImages)
    throw new RateLimited(
      `Expected at most ${maxQueuedImages} images in the queue (MAX_QUEUED_IMAGES), where ${queuedImages} wait: ` +
        'ask again later.',
      secondsFor(queuedImages + images - maxQueuedImages),
    );
}

interface Load {
  queuedImages: number;
  clientRuns: number;
  /** of all workers together, over their last minute */
  imagesPerSecond: number;
}

/** Every request for a run waits for this statement: it reads a few rows, however many images wait. */
async function findLoad(transaction: Queryable, client: string): Promise<Load> {
  const [load] = await transaction.query<Load>({
    name: 'queue-load',
    text: `SELECT (
             SELECT coalesce(sum(pending.count), 0) FROM detection_run AS run JOIN run_pending_images AS pending ON pending.run_id = run.id
             WHERE run.status IN ('QUEUED', 'RUNNING') AND run.model_sha256 IS NOT NULL
           ) AS "queuedImages", (
             SELECT count(*) FROM detection_run WHERE client_key = $1 AND status IN ('QUEUED', 'RUNNING')
           ) AS "clientRuns", (
             SELECT coalesce(sum(images_per_second), 0) FROM worker
             WHERE last_seen_at > clock_timestamp() - make_interval(secs => $2)
           ) AS "imagesPerSecond"`,
    values: [client, ALIVE_SECONDS],
  });
  if (!load) throw new Error('SELECT without FROM answered no row');
  return load;
}

/** Stores the images of a run as pending and queues its batches. */
export async function enqueue(
  transaction: Transaction,
  { queue, client }: { queue: BatchQueue; client: string },
  { runId, imageIds, priority }: { runId: number; imageIds: readonly number[]; priority: RunPriority },
): Promise<void> {
  await transaction.query({
    text: 'INSERT INTO run_image (run_id, image_id) SELECT $1, unnest($2::int4[])',
    values: [runId, imageIds],
  });
  await queue.sendBatches(transaction, runId, cutIntoBatches(imageIds), { client, priority });
}

/** @returns at least one batch, so that a worker ends a run without images */
export function cutIntoBatches(ids: readonly number[]): number[][] {
  const { least, most } = IMAGES_PER_BATCH;
  const size = Math.min(most, Math.max(least, Math.ceil(ids.length / BATCHES_OF_SMALL_RUN)));
  const batches: number[][] = [];
  for (let start = 0; start < ids.length; start += size) batches.push(ids.slice(start, start + size));
  return batches.length > 0 ? batches : [[]];
}
