import type { Queryable } from '../database';
import { ALIVE_SECONDS } from './workerClock';

/** The queue of detection runs at one moment; runs of external detectors are never in it. */
export interface QueueStatus {
  /** images without an outcome of unfinished runs */
  queuedImages: number;
  runningRuns: number;
  queuedRuns: number;
  /** unfinished runs that no living worker can process */
  stranded: number;
}

/** @returns numbers of unfinished runs, in one statement that reads a row per such run, however many images they have */
export async function findQueueStatus(database: Queryable): Promise<QueueStatus> {
  const [status] = await database.query<QueueStatus>({
    name: 'queue-status',
    text: `
      SELECT coalesce(sum(pending.count), 0)::int4 AS "queuedImages",
        count(*) FILTER (WHERE run.status = 'RUNNING')::int4 AS "runningRuns",
        count(*) FILTER (WHERE run.status = 'QUEUED')::int4 AS "queuedRuns",
        count(*) FILTER (WHERE run.unserved_since IS NOT NULL OR NOT EXISTS (
          SELECT FROM worker WHERE last_seen_at > clock_timestamp() - make_interval(secs => $1)
        ))::int4 AS stranded
      FROM detection_run AS run LEFT JOIN run_pending_images AS pending ON pending.run_id = run.id
      WHERE run.status IN ('QUEUED', 'RUNNING') AND run.model_sha256 IS NOT NULL`,
    values: [ALIVE_SECONDS],
  });
  if (!status) throw new Error('An aggregate answered no row.');
  return status;
}
