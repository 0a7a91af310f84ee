/** Runs whose detections were made elsewhere and come as a whole. */
import { pipeline } from 'node:stream/promises';
import { copyIn, type Queryable, type Transaction, toJson } from '../database';
import { expectRoom, type QueueLimits } from './runQueue';

/** A run of an external detector before its detections are there. */
export interface SubmittedRun {
  detectorId: number;
  datasetId: number;
  /** as it was accepted */
  request: object;
  iouThresholds: readonly number[];
  topK: number;
  note: string | null;
}

/** Who submits, and within which limits. */
export interface Submitter {
  config: QueueLimits;
  client: string;
  codeVersion: string;
}

/**
 * Stores the run as QUEUED. No worker has to process images for it, so that only the number of unfinished runs of its
 * client is limited.
 *
 * @returns its row id
 * @throws RateLimited if the client has too many unfinished runs
 */
export async function insertSubmittedRun(
  transaction: Transaction,
  submitter: Submitter,
  { request, iouThresholds, ...run }: SubmittedRun,
): Promise<number> {
  const { client, codeVersion } = submitter;
  await expectRoom(transaction, submitter, 0);
  const { id } = await transaction.prisma.detectionRun.create({
    data: {
      ...run,
      iouThresholds: [...iouThresholds],
      request: toJson(request),
      codeVersion,
      clientKey: client,
      warnings: [],
    },
    select: { id: true },
  });
  return id;
}

/** The columns of `detection` in the order of the cells of a row. */
const COLUMNS = ['run_id', 'image_id', 'rank', 'x1', 'y1', 'x2', 'y2', 'score', 'class_index'];
/** A statement ends long before the limit of time that statements of workers have. */
const PIECES_IN_A_COPY = 24;
const IMAGES_AT_ONCE = 2_000;

/**
 * Stores the images of a run, each with its result, and all detections, as the last step of a transaction. Nothing is
 * stored unless the run is RUNNING at its end.
 *
 * @param imageIds row ids of the images that were run; those without detections have none
 * @param rows some thousand rows at once in the text form of COPY: image, rank from 1 by descending score, x1, y1, x2, y2
 *   in the data set's convention, score and class index, separated by tabs
 * @param warnings what is to be said of the run
 * @param expectLease throws if another worker has the job by now
 * @throws RunNotRunning
 */
export async function storeSubmittedDetections(
  transaction: Transaction,
  runId: number,
  imageIds: readonly number[],
  rows: AsyncIterable<readonly string[]>,
  warnings: readonly string[],
  expectLease: () => Promise<void>,
): Promise<void> {
  const pieces = rows[Symbol.asyncIterator]();
  let next = await pieces.next();
  async function* piecesOfOneCopy(): AsyncGenerator<string> {
    for (let count = 0; count < PIECES_IN_A_COPY && !next.done; count++) {
      yield next.value.map((row) => `${runId}\t${row}\n`).join('');
      next = await pieces.next();
    }
  }
  while (!next.done)
    await copyIn(transaction.client, { name: 'detection', columns: COLUMNS }, (copy) =>
      pipeline(piecesOfOneCopy, copy),
    );
  for (let first = 0; first < imageIds.length; first += IMAGES_AT_ONCE)
    await insertCompletedImages(transaction, runId, imageIds.slice(first, first + IMAGES_AT_ONCE));
  await expectLease();
  const [running] = await transaction.query({
    text: `UPDATE detection_run SET warnings = $2 WHERE id = $1 AND status = 'RUNNING' RETURNING id`,
    values: [runId, warnings],
  });
  if (!running) throw new RunNotRunning(`Run ${runId} is not running any more.`);
}

/**
 * Stores images whose detections are stored with their result, and those detections as one value each. As completed rows: pending
 * ones would be counted one by one when they change.
 */
export async function insertCompletedImages(
  database: Queryable,
  runId: number,
  imageIds: readonly number[],
): Promise<void> {
  await database.query({
    text: `WITH packed AS (
             INSERT INTO packed_detections (run_id, image_id, boxes)
             SELECT $1, image.id, coalesce((
               SELECT string_agg(
                 float8send(x1) || float8send(y1) || float8send(x2) || float8send(y2) || float8send(score), ''::bytea ORDER BY rank
               )
               FROM detection WHERE run_id = $1 AND image_id = image.id
             ), ''::bytea)
             FROM unnest($2::int4[]) AS image (id) RETURNING image_id, octet_length(boxes) / 40 AS count
           )
           INSERT INTO run_image (run_id, image_id, state, finished_at, detection_count)
           SELECT $1, image_id, 'COMPLETED', clock_timestamp(), count FROM packed`,
    values: [runId, imageIds],
  });
}

/** A run has ended meanwhile, such as by a cancellation. */
export class RunNotRunning extends Error {}
