/** The list of workers: each process that takes from the queue writes its own row. Times are the database's. */
import type { Queryable } from '../database';
import type { RefusedIds } from './refusals';
import { ALIVE_SECONDS } from './workerClock';

/** What a worker reports about itself. */
export interface OwnWorker {
  /** a UUID that it chose when it started */
  id: string;
  host: string;
  processId: number;
  codeVersion: string;
  /** null before it has opened a model */
  executionProvider: string | null;
  /** name of the CPU or GPU, if it is known */
  device: string | null;
  /** the batch in progress */
  batch: { runId: number; imageIds: readonly number[] } | null;
  /** over its last minute, or since its start */
  imagesPerSecond: number;
  /** what its machine lacks: runs that need it are handed off to other workers */
  refused: RefusedIds;
  /** the same as a sentence */
  problems: readonly string[];
}

/** A worker, as the reads return it. */
export interface WorkerRow extends Omit<OwnWorker, 'batch' | 'refused'> {
  startedAt: Date;
  lastSeenAt: Date;
  /** whether it wrote its row in the last seconds */
  alive: boolean;
  /** run of the batch in progress */
  runId: number | null;
  /** images of that batch that have an outcome */
  imagesDone: number;
  imagesTotal: number;
}

/** Long enough to inspect dead workers, short enough that the list stays short. */
const FORGOTTEN_SECONDS = 600;
const MAX_WORKERS = 500;

/** @returns the living and those that died a short time ago, the longest-serving first */
export function findWorkers(database: Queryable): Promise<WorkerRow[]> {
  return database.query({
    name: 'workers',
    text: `SELECT w.id, w.host, w.process_id AS "processId", w.code_version AS "codeVersion", w.execution_provider AS "executionProvider",
             w.device, w.started_at AS "startedAt", w.last_seen_at AS "lastSeenAt", w.images_per_second AS "imagesPerSecond",
             w.last_seen_at > clock_timestamp() - make_interval(secs => $1) AS alive, w.run_id AS "runId", w.problems,
             cardinality(w.image_ids) AS "imagesTotal", (
               SELECT count(*) FROM run_image AS i WHERE i.run_id = w.run_id AND i.image_id = ANY(w.image_ids) AND i.state <> 'PENDING'
             ) AS "imagesDone"
           FROM worker AS w ORDER BY w.started_at, w.id LIMIT ${MAX_WORKERS}`,
    values: [ALIVE_SECONDS],
  });
}

/** The living workers of one execution provider. */
export interface WorkerTotals {
  /** null: those that have opened no model yet */
  executionProvider: string | null;
  workers: number;
  /** those whose machine lacks something */
  withProblems: number;
  /** of all of them together, as they report it */
  imagesPerSecond: number;
}

/** @returns one row an execution provider that a living worker has */
export function findWorkerTotals(database: Queryable): Promise<WorkerTotals[]> {
  return database.query({
    name: 'worker-totals',
    text: `SELECT execution_provider AS "executionProvider", count(*) AS workers,
             count(*) FILTER (WHERE cardinality(problems) > 0) AS "withProblems", sum(images_per_second) AS "imagesPerSecond"
           FROM worker WHERE last_seen_at > clock_timestamp() - make_interval(secs => $1)
           GROUP BY execution_provider ORDER BY execution_provider`,
    values: [ALIVE_SECONDS],
  });
}

/** @returns the data set version that a problem of a worker is about, `slug@version`; null if it is about something else */
export const datasetOfProblem = (problem: string): string | null =>
  /^Data set ([a-z0-9-]+@\d+): /.exec(problem)?.[1] ?? null;

/** Writes a worker's row, also if it was taken for dead and removed, and deletes workers that died some time ago. */
export async function writeWorker(database: Queryable, worker: OwnWorker): Promise<void> {
  await database.query({
    name: 'write-worker',
    text: `WITH forgotten AS (
             DELETE FROM worker WHERE id <> $1 AND last_seen_at < clock_timestamp() - make_interval(secs => $13)
           )
           INSERT INTO worker (id, host, process_id, code_version, execution_provider, device, run_id, image_ids, images_per_second,
             refused_detector_ids, refused_dataset_ids, problems)
           VALUES ($1, $2, $3, $4, $5, $6, (SELECT id FROM detection_run WHERE id = $7), $8, $9, $10, $11, $12)
           ON CONFLICT (id) DO UPDATE SET last_seen_at = clock_timestamp(), execution_provider = excluded.execution_provider,
             device = excluded.device, run_id = excluded.run_id, image_ids = excluded.image_ids,
             images_per_second = excluded.images_per_second, refused_detector_ids = excluded.refused_detector_ids,
             refused_dataset_ids = excluded.refused_dataset_ids, problems = excluded.problems`,
    values: [
      worker.id,
      worker.host,
      worker.processId,
      worker.codeVersion,
      worker.executionProvider,
      worker.device,
      worker.batch?.runId ?? null,
      worker.batch?.imageIds ?? [],
      worker.imagesPerSecond,
      worker.refused.detectorIds,
      worker.refused.datasetIds,
      worker.problems,
      FORGOTTEN_SECONDS,
    ],
  });
}

/** For a worker that ends in order. */
export async function removeWorker(database: Queryable, id: string): Promise<void> {
  await database.query({ text: 'DELETE FROM worker WHERE id = $1', values: [id] });
}
