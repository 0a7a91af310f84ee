import { randomBytes } from 'node:crypto';
import {
  type Columns,
  type Database,
  EXECUTION_NOTE,
  fromJson,
  type KeepAnswer,
  type Queryable,
  selectColumns,
  toJson,
} from '../database';
import { NotFound } from '../errors';
import type { Failure, FailureKind } from '../failureKind';
import { type DetectedBox, type OpenedModel, type Selection, type StageTimes } from '../inference';
import type { ImageState, JobProgress } from '../job';
import { DETECTION_JOB_COLUMNS, type ModelJobRow, type ReadyDetector } from '../models';

/** One detector over slices of an upload. */
export interface UploadDetectionRow extends ModelJobRow {
  /** 22 characters of base64url, 128 random bits */
  id: string;
  uploadId: string;
  /** who asked for it: an address; null for those of before */
  client: string | null;
}

/** Wall-clock time of each stage in ms; `loadMs` is the wait for a place and for the model. */
export type SliceTimes = StageTimes & { loadMs: number };

/** The outcome of one slice; boxes are in 1-based pixels, as DeepLesion's are, best first. */
export interface UploadDetectionSliceRow {
  sliceIndex: number;
  state: ImageState;
  boxes: DetectedBox[];
  loadMs: number | null;
  decodeMs: number | null;
  prepareMs: number | null;
  networkMs: number | null;
  postprocessMs: number | null;
  error: string | null;
  /** null unless it failed, and for failures of an earlier version */
  failureKind: FailureKind | null;
}

const COLUMNS: Columns<UploadDetectionRow> = {
  ...DETECTION_JOB_COLUMNS,
  id: 'id',
  uploadId: 'upload_id',
  client: 'client',
};
const SELECTED = selectColumns(COLUMNS, 'detection');
const ID = /^[A-Za-z0-9_-]{22}$/;
const MAX_ERROR_LENGTH = 500;

/** @returns null for an id that is none, is unknown, or belongs to an upload that has expired */
export async function findUploadDetectionIfThere(database: Queryable, id: string): Promise<UploadDetectionRow | null> {
  const [row] = ID.test(id)
    ? await database.query<UploadDetectionRow>({
        name: 'upload-detection-by-id',
        text: `SELECT ${SELECTED} FROM upload_detection AS detection JOIN upload ON upload.id = detection.upload_id
               WHERE detection.id = $1 AND upload.expires_at > now()`,
        values: [id],
      })
    : [];
  return row ?? null;
}

/** @throws NotFound if `findUploadDetectionIfThere` returns null */
export async function findUploadDetection(database: Queryable, id: string): Promise<UploadDetectionRow> {
  const row = await findUploadDetectionIfThere(database, id);
  if (row) return row;
  throw new NotFound('There is no detection in an upload with this id: the upload may have expired.', 'id');
}

/** @returns the latest one that has been requested a slice, whatever came of it; undefined if none was */
export async function findLatestDetection(
  database: Queryable,
  uploadId: string,
  sliceIndex: number,
): Promise<string | undefined> {
  const row = await database.prisma.uploadDetection.findFirst({
    where: { uploadId, slices: { some: { sliceIndex } } },
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    select: { id: true },
  });
  return row?.id;
}

/** @param from slices of a lower index are omitted @returns in the order of their indices, `first` at most */
export async function findDetectionSlices(
  database: Queryable,
  detectionId: string,
  from: number,
  first: number,
): Promise<UploadDetectionSliceRow[]> {
  const rows = await database.prisma.uploadDetectionSlice.findMany({
    where: { detectionId, sliceIndex: { gte: from } },
    orderBy: { sliceIndex: 'asc' },
    take: first,
    omit: { detectionId: true },
  });
  return rows.map((row) => ({ ...row, boxes: fromJson<DetectedBox[]>(row.boxes) }));
}

/** @returns how many slices are done, and how many there are */
export async function findDetectionProgress(database: Queryable, detectionId: string): Promise<JobProgress> {
  const [row] = await database.query<JobProgress>({
    text: `SELECT count(*) FILTER (WHERE state = 'COMPLETED')::int4 AS completed, count(*) FILTER (WHERE state = 'FAILED')::int4 AS failed,
             count(*)::int4 AS total FROM upload_detection_slice WHERE detection_id = $1`,
    values: [detectionId],
  });
  return row ?? { completed: 0, failed: 0, total: 0 };
}

/** What is stored of a request that was accepted. */
export interface NewDetection {
  uploadId: string;
  detector: ReadyDetector;
  selection: Selection;
  sliceIndices: readonly number[];
  codeVersion: string;
  client: string;
}

/** Stores a request with one row a slice. @returns its id */
export function insertDetection(database: Database, detection: NewDetection, keep?: KeepAnswer): Promise<string> {
  const { uploadId, detector, selection, sliceIndices, codeVersion, client } = detection;
  const id = randomBytes(16).toString('base64url');
  const { scoreThreshold, nmsIouThreshold, maxDetectionsPerImage } = selection;
  return database.transaction(async (transaction) => {
    const { prisma } = transaction;
    await prisma.uploadDetection.create({
      data: {
        ...{ id, uploadId, detectorId: detector.id, modelSha256: detector.modelSha256, codeVersion, client },
        ...{ scoreThreshold, nmsIouThreshold, maxDetectionsPerImage, warnings: [] },
      },
      select: { id: true },
    });
    const data = sliceIndices.map((sliceIndex) => ({ detectionId: id, sliceIndex }));
    await prisma.uploadDetectionSlice.createMany({ data });
    await keep?.(transaction, id);
    return id;
  });
}

/** Makes a detection RUNNING, unless it has finished. */
export async function markRunning(database: Queryable, id: string): Promise<void> {
  await database.query({
    text: `UPDATE upload_detection SET status = 'RUNNING', started_at = clock_timestamp() WHERE id = $1 AND status = 'QUEUED'`,
    values: [id],
  });
}

/** Makes a detection CANCELLED, unless it has finished. Nothing is written to its slices from then on. */
export async function cancelDetection(database: Queryable, id: string): Promise<void> {
  await database.query({
    text: `UPDATE upload_detection SET status = 'CANCELLED', finished_at = clock_timestamp()
           WHERE id = $1 AND status IN ('QUEUED', 'RUNNING')`,
    values: [id],
  });
}

export async function finishDetection(database: Queryable, id: string, error: string | null): Promise<void> {
  await database.query({
    text: `UPDATE upload_detection SET status = $2::run_status, error = $3, finished_at = clock_timestamp()
           WHERE id = $1 AND status IN ('QUEUED', 'RUNNING')`,
    values: [id, error === null ? 'SUCCEEDED' : 'FAILED', error?.slice(0, MAX_ERROR_LENGTH) ?? null],
  });
}

/**
 * @returns false if no one needs the others: an upload that expires takes its detections with it, and one may be
 * cancelled
 */
export async function recordSlice(
  database: Queryable,
  id: string,
  sliceIndex: number,
  outcome: { boxes: readonly DetectedBox[]; times: SliceTimes } | Failure,
): Promise<boolean> {
  const failed = 'error' in outcome;
  const { count } = await database.prisma.uploadDetectionSlice.updateMany({
    where: { detectionId: id, sliceIndex, state: 'PENDING', detection: { status: { in: ['QUEUED', 'RUNNING'] } } },
    data: failed
      ? { state: 'FAILED', boxes: [], error: outcome.error.slice(0, MAX_ERROR_LENGTH), failureKind: outcome.kind }
      : { state: 'COMPLETED', boxes: toJson(outcome.boxes), ...outcome.times },
  });
  return count > 0;
}

/** @returns the slices that have no outcome yet, from head to feet */
export async function findPendingSlices(database: Queryable, id: string): Promise<number[]> {
  const rows = await database.prisma.uploadDetectionSlice.findMany({
    where: { detectionId: id, state: 'PENDING' },
    orderBy: { sliceIndex: 'asc' },
    select: { sliceIndex: true },
  });
  return rows.map(({ sliceIndex }) => sliceIndex);
}

/**
 * Each start asks this before Prisma Client is loaded.
 *
 * @returns detections that an earlier server left unfinished, oldest first
 */
export function findUnfinishedDetections(database: Queryable): Promise<{ id: string; uploadId: string }[]> {
  return database.query({
    text: `SELECT id, upload_id AS "uploadId" FROM upload_detection WHERE status IN ('QUEUED', 'RUNNING') ORDER BY created_at, id`,
  });
}

/** @returns why the first slice that failed did; null if none failed or another was completed */
export async function findFailure(database: Queryable, id: string): Promise<string | null> {
  const row = await database.prisma.uploadDetectionSlice.findFirst({
    where: { detectionId: id, state: 'FAILED', detection: { slices: { none: { state: 'COMPLETED' } } } },
    orderBy: { sliceIndex: 'asc' },
    select: { error: true },
  });
  return row?.error ?? null;
}

/** Adds the execution provider and new warnings to a detection in an upload that is being processed. */
export async function noteExecution(
  database: Queryable,
  id: string,
  { executionProvider, warnings }: OpenedModel,
): Promise<void> {
  await database.query({
    text: `UPDATE upload_detection AS job SET ${EXECUTION_NOTE} WHERE job.id = $1 AND job.status = 'RUNNING'`,
    values: [id, executionProvider, warnings],
  });
}
