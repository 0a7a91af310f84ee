import { ANY_OF_IDS, type Columns, meanSql, type Queryable, selectColumns } from '../database';
import { NotFound } from '../errors';
import type { GlobalKeys } from '../globalId';
import type { StageTimes } from '../inference';
import { type JobProgress, type JobStatus, statesBefore } from '../job';
import { DETECTION_JOB_COLUMNS, type DetectionJobRow, type ModelJobRow } from '../models';
import type { RunPriority } from './runState';

/** A detection run, as the reads return it. */
export interface DetectionRunRow extends DetectionJobRow {
  id: number;
  /** its id outside the database */
  uuid: string;
  datasetId: number;
  idempotencyKey: string | null;
  iouThresholds: number[];
  topK: number;
  priority: RunPriority;
  /** who asked: an address, or a name of the operator's own work */
  clientKey: string;
  /** the run whose failed images this one retries */
  retryOfId: number | null;
  /** what people call it and say of it */
  name: string | null;
  note: string | null;
  tags: string[];
  /** the W3C traceparent of the request that made it, if that was traced */
  traceParent: string | null;
}

/** A run of a detector that has a model, so that a worker can process it. */
export type ModelRunRow = DetectionRunRow & ModelJobRow;

/** @returns false for a run of an external detector; the database keeps all settings of the others */
export function hasModel(run: DetectionRunRow): run is ModelRunRow {
  return [run.modelSha256, run.scoreThreshold, run.nmsIouThreshold, run.maxDetectionsPerImage].every(
    (setting) => setting !== null,
  );
}

export const RUN_COLUMNS: Columns<DetectionRunRow> = {
  ...DETECTION_JOB_COLUMNS,
  id: 'id',
  uuid: 'uuid',
  datasetId: 'dataset_id',
  idempotencyKey: 'idempotency_key',
  iouThresholds: 'iou_thresholds',
  topK: 'top_k',
  priority: 'priority',
  clientKey: 'client_key',
  retryOfId: 'retry_of_id',
  name: 'name',
  note: 'note',
  tags: 'tags',
  traceParent: 'trace_parent',
};
const COLUMNS = selectColumns(RUN_COLUMNS, 'run');

/** Wall-clock times of a run; null before the first image is completed. */
export interface RunTiming {
  meanMsPerImage: number | null;
  p50MsPerImage: number | null;
  p95MsPerImage: number | null;
  imagesPerSecond: number | null;
  /** means; also null for runs of servers that did not store stages */
  stages: StageTimes | null;
}

/** Clients of runs that no client of the graph requested: unknown ones, and the commands of the operator. */
const OPERATOR_CLIENTS: ReadonlySet<string> = new Set(['', 'cli', 'demo', 'reproduction']);

/** @returns the owner that requested a run, a key's holder or an address; null if the operator did, and for runs of older servers */
export function ownerOfRun({ clientKey }: Pick<DetectionRunRow, 'clientKey'>): string | null {
  return OPERATOR_CLIENTS.has(clientKey) ? null : clientKey;
}

/** @returns the runs that exist, in any order */
export function findRuns(database: Queryable, ids: readonly number[]): Promise<DetectionRunRow[]> {
  return database.query({
    name: 'runs-by-id',
    text: `SELECT ${COLUMNS} FROM detection_run AS run WHERE run.id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** @returns the runs that exist, in any order */
export function findRunsByKey(
  database: Queryable,
  keys: readonly GlobalKeys['DetectionRun'][],
): Promise<DetectionRunRow[]> {
  return database.query({
    name: 'runs-by-uuid',
    text: `SELECT ${COLUMNS} FROM detection_run AS run WHERE run.uuid = ANY($1::uuid[])`,
    values: [keys.map(({ uuid }) => uuid)],
  });
}

export const runKey = ({ uuid }: Pick<DetectionRunRow, 'uuid'>): GlobalKeys['DetectionRun'] => ({ uuid });

/** @returns undefined if there is no run with this id */
export async function findRunIfThere(database: Queryable, id: number): Promise<DetectionRunRow | undefined> {
  const [run] = await findRuns(database, [id]);
  return run;
}

/** @throws NotFound */
export async function findRun(database: Queryable, id: number): Promise<DetectionRunRow> {
  const run = await findRunIfThere(database, id);
  if (!run) throw new NotFound('There is no detection run with this id.', 'id');
  return run;
}

/** @returns one row per run; a submitted one has its images from the time when all are there, and counts them before */
export function findProgressOfRuns(
  database: Queryable,
  ids: readonly number[],
): Promise<({ runId: number } & JobProgress)[]> {
  return database.query({
    name: 'progress-of-runs',
    text: `SELECT run.id AS "runId", count(*) FILTER (WHERE i.state = 'COMPLETED') AS completed,
             count(*) FILTER (WHERE i.state = 'FAILED') AS failed, greatest(count(i.image_id), (
               SELECT cardinality(image_ids) FROM detection_submission AS submission WHERE submission.run_id = run.id
             )) AS total
           FROM unnest($1::int4[]) AS run (id) LEFT JOIN run_image AS i ON i.run_id = run.id GROUP BY run.id`,
    values: [ids],
  });
}

/** @returns one row per run: the number of its completed images whose pixel file differed from that at the import */
export function countChangedImagesOfRuns(
  database: Queryable,
  ids: readonly number[],
): Promise<{ runId: number; count: number }[]> {
  return database.query({
    name: 'changed-images-of-runs',
    text: `SELECT run.id AS "runId", count(i.image_id) AS count
           FROM unnest($1::int4[]) AS run (id) LEFT JOIN run_image AS i ON i.run_id = run.id AND i.pixels_changed GROUP BY run.id`,
    values: [ids],
  });
}

/** @returns one row per run; images per second over the time from the first batch's start to the end, or to now */
export function findTimingOfRuns(
  database: Queryable,
  ids: readonly number[],
): Promise<({ runId: number } & RunTiming)[]> {
  return database.query({
    name: 'timing-of-runs',
    text: `SELECT run.id AS "runId", ${meanSql('i.milliseconds')} AS "meanMsPerImage",
             percentile_cont(0.5) WITHIN GROUP (ORDER BY i.milliseconds) AS "p50MsPerImage",
             percentile_cont(0.95) WITHIN GROUP (ORDER BY i.milliseconds) AS "p95MsPerImage",
             nullif(count(i.milliseconds), 0)
               / nullif(extract(epoch FROM coalesce(run.finished_at, now()) - run.started_at), 0)::float8 AS "imagesPerSecond",
             CASE WHEN count(i.network_ms) > 0 THEN jsonb_build_object('decodeMs', avg(i.decode_ms), 'prepareMs', avg(i.prepare_ms),
               'networkMs', avg(i.network_ms), 'postprocessMs', avg(i.postprocess_ms)) END AS stages
           FROM detection_run AS run LEFT JOIN run_image AS i ON i.run_id = run.id AND i.state = 'COMPLETED'
           WHERE run.id = ${ANY_OF_IDS} GROUP BY run.id, run.finished_at, run.started_at`,
    values: [ids],
  });
}

/** Columns that are set together with a transition. */
export interface RunChange {
  executionProvider?: string;
  warnings?: readonly string[];
  error?: string;
}

/**
 * Changes the status of a run if the transition is legal from its current status: one statement, so that two concurrent
 * transitions never both succeed.
 *
 * @returns the run after the transition, or null if it is not legal from the current status
 */
export async function moveRun(
  database: Queryable,
  id: number,
  target: JobStatus,
  change: RunChange = {},
): Promise<DetectionRunRow | null> {
  const [run] = await database.query<DetectionRunRow>({
    name: 'move-run',
    text: `UPDATE detection_run AS run SET status = $2::run_status,
             started_at = CASE WHEN $2 = 'RUNNING' THEN clock_timestamp() ELSE run.started_at END,
             finished_at = CASE WHEN $2 IN ('SUCCEEDED', 'FAILED', 'CANCELLED') THEN clock_timestamp() END,
             execution_provider = coalesce($4, run.execution_provider),
             warnings = coalesce($5::text[], run.warnings), error = coalesce($6, run.error)
           WHERE run.id = $1 AND run.status = ANY($3::run_status[]) RETURNING ${COLUMNS}`,
    values: [id, target, statesBefore(target), change.executionProvider, change.warnings, change.error],
  });
  return run ?? null;
}

/**
 * Cancels a run: a queued one at once, a running one within the image that is being processed. A run that has finished
 * stays as it is.
 *
 * @returns the run as it is now
 * @throws NotFound
 */
export async function cancelRun(database: Queryable, id: number): Promise<DetectionRunRow> {
  return (await moveRun(database, id, 'CANCELLED')) ?? findRun(database, id);
}
