import type { Database, Queryable } from '../database';
import { chooseImages, type RunContext, type RunRequest, readRequest } from './runRequest';
import { ALIVE_SECONDS } from './workerClock';

/** What a run would take. */
export interface RunEstimate {
  imageCount: number;
  /** wall-clock seconds of all living workers together; null if nothing is known */
  secondsPerImage: number | null;
  /** from the request to the end, with all images that wait; null if nothing is known */
  estimatedSeconds: number | null;
  /** images without an outcome of unfinished runs */
  queueAheadImages: number;
  /** why nothing is known; null if it is */
  reason: string | null;
}

/** Older ones tell of other machines and other loads. */
const NEWEST_RUNS = 5;

/**
 * Estimates what a run would take, from the newest runs of its detector on the execution providers of the living workers. Nothing is
 * stored.
 *
 * @throws what `requestRun` throws for such a request, except what depends on the state of the queue
 */
export async function estimateRun(
  context: Pick<RunContext, 'registry' | 'config'> & { database: Database },
  request: RunRequest,
): Promise<RunEstimate> {
  const { detector } = await readRequest(context, request);
  const { ids } = await chooseImages(context.database, request);
  const { workers, imagesPerWorkerSecond, queueAheadImages } = await findPace(context.database, detector.id);
  const rate = workers * (imagesPerWorkerSecond ?? 0);
  const secondsPerImage = rate > 0 ? 1 / rate : null;
  return {
    imageCount: ids.length,
    secondsPerImage,
    estimatedSeconds: secondsPerImage === null ? null : (queueAheadImages + ids.length) * secondsPerImage,
    queueAheadImages,
    reason: reasonOf(workers, secondsPerImage),
  };
}

function reasonOf(workers: number, secondsPerImage: number | null): string | null {
  if (workers === 0) return 'There is no living worker: the run would wait for one.';
  if (secondsPerImage !== null) return null;
  return 'No run of this detector has succeeded yet on an execution provider of the living workers.';
}

interface Pace {
  /** the living ones */
  workers: number;
  /** of one worker, over the time of the newest runs; null without such a run */
  imagesPerWorkerSecond: number | null;
  queueAheadImages: number;
}

async function findPace(database: Queryable, detectorId: number): Promise<Pace> {
  const [pace] = await database.query<Pace>({
    name: 'pace-of-detector',
    text: `
      WITH alive AS (
        SELECT execution_provider FROM worker WHERE last_seen_at > clock_timestamp() - make_interval(secs => $2)
      ), newest AS (
        SELECT run.id, extract(epoch FROM run.finished_at - run.started_at)::float8 AS seconds
        FROM detection_run AS run
        WHERE run.detector_id = $1 AND run.status = 'SUCCEEDED' AND EXISTS (
          -- A worker that has opened no model yet does not say which it will use.
          SELECT FROM alive WHERE coalesce(alive.execution_provider, run.execution_provider) = run.execution_provider
        )
        ORDER BY run.id DESC LIMIT ${NEWEST_RUNS}
      ), measured AS (
        SELECT newest.seconds, count(*) AS images, greatest(1, count(DISTINCT i.worker_id)) AS workers
        FROM newest JOIN run_image AS i ON i.run_id = newest.id AND i.state = 'COMPLETED' GROUP BY newest.id, newest.seconds
      )
      SELECT (SELECT count(*) FROM alive)::int4 AS workers,
        (SELECT sum(images)::float8 / nullif(sum(seconds * workers), 0) FROM measured) AS "imagesPerWorkerSecond", (
          SELECT coalesce(sum(pending.count), 0)::int4 FROM detection_run AS run
          JOIN run_pending_images AS pending ON pending.run_id = run.id
          WHERE run.status IN ('QUEUED', 'RUNNING') AND run.model_sha256 IS NOT NULL
        ) AS "queueAheadImages"`,
    values: [detectorId, ALIVE_SECONDS],
  });
  if (!pace) throw new Error('SELECT without FROM answered no row');
  return pace;
}
