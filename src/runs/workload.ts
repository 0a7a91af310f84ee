import type { Database, Queryable } from '../database';
import type { FailureKind } from '../failureKind';
import type { JobStatus } from '../job';

import { JOB_STATUSES } from '../job';
import { findWorkerTotals, type WorkerTotals } from './workers';

/** What all runs of this database came to, and what waits. */
export interface Workload {
  runs: Record<JobStatus, number>;
  // All that follows is the work of this installation: images of external detectors are not counted.
  /** images without an outcome of unfinished runs */
  imagesWaiting: number;
  imagesCompleted: number;
  /** the same by detector, as `NAME@VERSION`, and execution provider; the largest first */
  imagesByDetector: DetectorImages[];
  /** images that failed, per kind; kinds without an image are omitted */
  imagesFailed: Partial<Record<FailureKind, number>>;
  /** of completed images: how many took at most as long as each of IMAGE_MS_BOUNDS, and all of them in sum */
  imageMs: { atMost: number[]; sum: number };
  /** outcomes of the last minute, per second */
  imagesPerSecond: number;
  /** execution provider of the run that began last */
  executionProvider: string | null;
  /** the living workers */
  workers: WorkerTotals[];
}

/** Completed images of a detector on an execution provider. */
export interface DetectorImages {
  detector: string;
  executionProvider: string;
  images: number;
}

/** Milliseconds of an image: a tiny model on a GPU to a large one on an old processor. */
export const IMAGE_MS_BOUNDS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];
const MINUTE_SECONDS = 60;

interface RunFigures {
  ended: boolean;
  pending: number;
  completed: number;
  detector: string;
  executionProvider: string;
  recent: number;
  sumMs: number;
  atMost: number[];
  failed: Partial<Record<FailureKind, number>>;
}

/**
 * Polls the workload at little cost: the totals of finished runs never change, so they are counted once and
 * cached, and each poll counts only the images of the others.
 */
export class WorkloadReader {
  private readonly ended = emptySums();
  /** runs that ended before are in `ended`; a minute is kept for transactions that commit late */
  private endedUntil: Date | null = null;

  constructor(private readonly database: Database) {}

  /** @param timeoutMs PostgreSQL gives up a statement that takes longer */
  async read(timeoutMs: number): Promise<Workload> {
    return this.database.transaction(async (transaction) => {
      await transaction.query({ text: `SET LOCAL statement_timeout = ${Math.round(timeoutMs)}` });
      const runs = await countRuns(transaction);
      const { until, figures } = await readFigures(transaction, this.endedUntil);
      for (const run of figures) if (run.ended) add(this.ended, run);
      this.endedUntil = until;
      const sums = structuredClone(this.ended);
      for (const run of figures) if (!run.ended) add(sums, run);
      const { completedBy, ...all } = sums;
      const executionProvider = await lastExecutionProvider(transaction);
      const recent = figures.reduce((sum, run) => sum + run.recent, 0);
      const workers = await findWorkerTotals(transaction);
      const imagesByDetector = [...completedBy.values()].sort((a, b) => b.images - a.images);
      return { runs, ...all, imagesByDetector, imagesPerSecond: recent / MINUTE_SECONDS, executionProvider, workers };
    });
  }
}

interface Sums extends Pick<Workload, 'imagesWaiting' | 'imagesCompleted' | 'imagesFailed' | 'imageMs'> {
  completedBy: Map<string, DetectorImages>;
}

function emptySums(): Sums {
  return {
    imagesWaiting: 0,
    imagesCompleted: 0,
    completedBy: new Map(),
    imagesFailed: {},
    imageMs: { atMost: IMAGE_MS_BOUNDS.map(() => 0), sum: 0 },
  };
}

function add(sums: Sums, run: RunFigures): void {
  sums.imagesWaiting += run.pending;
  sums.imagesCompleted += run.completed;
  addTo(sums.completedBy, run);
  sums.imageMs.sum += run.sumMs;
  sums.imageMs.atMost = sums.imageMs.atMost.map((count, index) => count + (run.atMost[index] ?? 0));
  for (const [kind, count] of Object.entries(run.failed) as [FailureKind, number][])
    sums.imagesFailed[kind] = (sums.imagesFailed[kind] ?? 0) + count;
}

function addTo(sums: Sums['completedBy'], { detector, executionProvider, completed }: RunFigures): void {
  if (completed === 0) return;
  const key = `${detector} ${executionProvider}`;
  const images = (sums.get(key)?.images ?? 0) + completed;
  sums.set(key, { detector, executionProvider, images });
}

async function countRuns(database: Queryable): Promise<Record<JobStatus, number>> {
  const rows = await database.query<{ status: JobStatus; count: number }>({
    name: 'count-runs',
    text: 'SELECT status, count(*) AS count FROM detection_run GROUP BY status',
  });
  const counts = Object.fromEntries(JOB_STATUSES.map((status) => [status, 0])) as Record<JobStatus, number>;
  for (const { status, count } of rows) counts[status] = count;
  return counts;
}

/**
 * @returns one row a run that ended after `since` or has not ended, and the time until which those that ended are among
 *   them permanently
 */
async function readFigures(
  database: Queryable,
  since: Date | null,
): Promise<{ until: Date | null; figures: RunFigures[] }> {
  const [row] = await database.query<{ until: Date }>({
    name: 'workload-until',
    text: `SELECT date_trunc('milliseconds', now() - interval '${MINUTE_SECONDS} seconds') AS until`,
  });
  const until = row?.until ?? null;
  const bucket = IMAGE_MS_BOUNDS.map((bound) => `count(*) FILTER (WHERE i.milliseconds <= ${bound})`);
  const figures = await database.query<RunFigures>({
    name: 'workload',
    text: `SELECT coalesce(run.finished_at <= $2, false) AS ended,
             count(*) FILTER (WHERE i.state = 'PENDING' AND run.finished_at IS NULL) AS pending,
             count(*) FILTER (WHERE i.state = 'COMPLETED') AS completed,
             d.name || '@' || d.version AS detector, coalesce(run.execution_provider, 'none') AS "executionProvider",
             count(*) FILTER (WHERE i.finished_at > $2) AS recent,
             coalesce(sum(i.milliseconds), 0)::float8 AS "sumMs", ARRAY[${bucket.join(', ')}]::float8[] AS "atMost",
             coalesce((
               SELECT jsonb_object_agg(kind, count) FROM (
                 SELECT coalesce(f.failure_kind, 'OTHER') AS kind, count(*) AS count
                 FROM run_image AS f WHERE f.run_id = run.id AND f.state = 'FAILED' GROUP BY 1
               ) AS kinds
             ), '{}') AS failed
           FROM detection_run AS run JOIN run_image AS i ON i.run_id = run.id JOIN detector AS d ON d.id = run.detector_id
           WHERE run.model_sha256 IS NOT NULL
             AND (run.finished_at IS NULL OR $1::timestamptz IS NULL OR run.finished_at > $1)
           GROUP BY run.id, d.id`,
    values: [since, until],
  });
  return { until, figures };
}

async function lastExecutionProvider(database: Queryable): Promise<string | null> {
  const [row] = await database.query<{ provider: string }>({
    name: 'last-execution-provider',
    text: `SELECT execution_provider AS provider FROM detection_run WHERE execution_provider IS NOT NULL
           ORDER BY started_at DESC NULLS LAST LIMIT 1`,
  });
  return row?.provider ?? null;
}
