import type { Database, Queryable } from '../database';
import type { Failure } from '../failureKind';

import type { PixelConvention } from '../imaging';
import type { DetectedBox, DetectionOutcome } from '../inference';
import type { Lease } from '../job';

/** An image that a run has still to process. */
export interface PendingImage {
  imageId: number;
  /** how often a worker started to process it before */
  attempts: number;
  fileName: string;
  sliceIndex: number;
  sliceIntervalMm: number | null;
  width: number;
  height: number;
  hasPixels: boolean;
  pixelSha256: string | null;
  imageRoot: string | null;
  /** below the image root; null: in DeepLesion's layout */
  pixelPath: string | null;
  followLinks: boolean;
  pixelConvention: PixelConvention;
}

/** The outcome of an image. */
export type ImageOutcome = DetectionOutcome | Failure;

const MAX_ERROR_LENGTH = 500;

/** @returns those of the images for which the run has no outcome yet, in the order of their ids */
export function findPendingImages(
  database: Queryable,
  runId: number,
  imageIds: readonly number[],
): Promise<PendingImage[]> {
  return database.query({
    name: 'pending-images',
    text: `SELECT image.id AS "imageId", run_image.attempts, image.file_name AS "fileName", image.slice_index AS "sliceIndex",
             image.slice_interval_mm AS "sliceIntervalMm", image.width, image.height, image.has_pixels AS "hasPixels",
             image.pixel_sha256 AS "pixelSha256", dataset.image_root AS "imageRoot", image.pixel_path AS "pixelPath",
             dataset.follow_links AS "followLinks", dataset.pixel_convention AS "pixelConvention"
           FROM run_image JOIN bookmarked_image AS image ON image.id = run_image.image_id JOIN dataset ON dataset.id = image.dataset_id
           WHERE run_image.run_id = $1 AND run_image.state = 'PENDING' AND image.id = ANY($2::int4[]) ORDER BY image.id`,
    values: [runId, imageIds],
  });
}

/** Of which image the outcome is written, and under which lease. */
export interface OutcomePlace {
  runId: number;
  imageId: number;
  /** id of the worker that writes it */
  workerId: string;
  /** checked in the same transaction, so that a worker that lost its batch writes nothing */
  lease: Pick<Lease, 'renew'>;
  /** pseudo-cluster row of each class; empty for a single-class detector */
  classClusters: readonly number[];
  /** the image that the worker processes next: counted in the same transaction, which saves a commit */
  next: number | null;
}

/**
 * Writes an image's outcome and its detections together, once: if another worker was faster (a batch is delivered again
 * if its worker seems dead), nothing is written.
 *
 * @returns whether this outcome was written
 */
export function recordOutcome(database: Database, place: OutcomePlace, outcome: ImageOutcome): Promise<boolean> {
  const { runId, imageId, workerId, lease, classClusters, next } = place;
  const failed = 'error' in outcome;
  const boxes = failed ? [] : outcome.boxes;
  const times = failed ? null : outcome.times;
  return database.transaction(async (transaction) => {
    if (!(await lease.renew(transaction))) return false;
    const claimed = await transaction.query({
      name: 'record-outcome',
      text: `UPDATE run_image SET state = $3::run_image_state, error = $4, finished_at = clock_timestamp(), milliseconds = $5,
               decode_ms = $6, prepare_ms = $7, network_ms = $8, postprocess_ms = $9, worker_id = $10,
               pixels_changed = $11, failure_kind = $12::failure_kind, detection_count = $13
             WHERE run_id = $1 AND image_id = $2 AND state = 'PENDING'
               AND EXISTS (SELECT FROM detection_run WHERE id = $1 AND status = 'RUNNING') RETURNING image_id`,
      values: [
        runId,
        imageId,
        failed ? 'FAILED' : 'COMPLETED',
        failed ? outcome.error.slice(0, MAX_ERROR_LENGTH) : null,
        times && times.decodeMs + times.prepareMs + times.networkMs + times.postprocessMs,
        times?.decodeMs,
        times?.prepareMs,
        times?.networkMs,
        times?.postprocessMs,
        workerId,
        failed ? null : outcome.pixelsChanged,
        failed ? outcome.kind : null,
        failed ? null : boxes.length,
      ],
    });
    if (claimed.length === 0) return false;
    if (!failed) await insertDetections(transaction, runId, imageId, boxes, classClusters);
    if (next !== null) await countAttempt(transaction, runId, next, 1);
    return true;
  });
}

/**
 * Increments the attempt counter before work on an image starts, so that an image that crashes its worker is detected.
 *
 * @param change -1 reverts it
 */
export async function countAttempt(database: Queryable, runId: number, imageId: number, change: 1 | -1): Promise<void> {
  await database.query({
    name: 'count-attempt',
    text: `UPDATE run_image SET attempts = greatest(0, attempts + $3) WHERE run_id = $1 AND image_id = $2 AND state = 'PENDING'`,
    values: [runId, imageId, change],
  });
}

/** Bytes of a detection in `packed_detections`: five doubles. */
const PACKED_BYTES = 5 * 8;

function packBoxes(boxes: readonly DetectedBox[]): Buffer {
  const packed = Buffer.alloc(PACKED_BYTES * boxes.length);
  let at = 0;
  for (const { x1, y1, x2, y2, score } of boxes)
    for (const value of [x1, y1, x2, y2, score]) at = packed.writeDoubleBE(value, at);
  return packed;
}

/** Stores the detections of a completed image, which may be none, as rows and as one value. */
async function insertDetections(
  transaction: Queryable,
  runId: number,
  imageId: number,
  boxes: readonly DetectedBox[],
  classClusters: readonly number[],
): Promise<void> {
  await transaction.query({
    name: 'record-detections',
    text: `WITH packed AS (INSERT INTO packed_detections (run_id, image_id, boxes) VALUES ($1, $2, $11))
           INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index, pseudo_cluster_id)
           SELECT $1, $2, * FROM unnest($3::int4[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::int4[], $10::int4[])`,
    values: [
      runId,
      imageId,
      boxes.map((_, index) => index + 1),
      boxes.map(({ x1 }) => x1),
      boxes.map(({ y1 }) => y1),
      boxes.map(({ x2 }) => x2),
      boxes.map(({ y2 }) => y2),
      boxes.map(({ score }) => score),
      boxes.map(({ classIndex }) => classIndex),
      boxes.map(({ classIndex }) => classClusters[classIndex] ?? null),
      packBoxes(boxes),
    ],
  });
}

/** @returns why images of a run failed, the first ones of the run, and their number */
export async function findFailures(
  database: Queryable,
  runId: number,
  first: number,
): Promise<{ count: number; reasons: string[] }> {
  const rows = await database.query<{ error: string; count: number }>({
    text: `SELECT error, count(*) OVER () AS count FROM run_image WHERE run_id = $1 AND state = 'FAILED' ORDER BY image_id LIMIT $2`,
    values: [runId, first],
  });
  return { count: rows[0]?.count ?? 0, reasons: rows.map(({ error }) => error) };
}

/** Gives up on images: each that has no outcome yet fails for this reason. */
export async function failPendingImages(
  database: Queryable,
  runId: number,
  imageIds: readonly number[],
  { error, kind }: Failure,
): Promise<void> {
  await database.query({
    text: `UPDATE run_image SET state = 'FAILED', error = $3, failure_kind = $4::failure_kind, finished_at = clock_timestamp()
           WHERE run_id = $1 AND image_id = ANY($2::int4[]) AND state = 'PENDING'`,
    values: [runId, imageIds, error, kind],
  });
}
