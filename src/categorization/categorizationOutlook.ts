/** The progress of a categorization, and when it will have finished. */
import { ANY_OF_IDS, type Database, type Queryable } from '../database';
import { NotFound } from '../errors';
import type { JobOutlook, JobProgress } from '../job';
import { type JobState, watchJob } from '../watchJob';
import { findCategorizations } from './categorizations';
import type { CategorizationRow } from './rows';

/** An end that is farther away says nothing. */
const LONGEST_SECONDS = 365 * 86_400;

/** @returns lesions; those that were skipped are known, and failed, once it has succeeded */
export function progressOfCategorization({
  status,
  completed,
  total,
}: Pick<CategorizationRow, 'status' | 'completed' | 'total'>): JobProgress {
  return { completed, failed: status === 'SUCCEEDED' ? total - completed : 0, total };
}

/**
 * The positions of unfinished categorizations in the queue, and when they will have finished if they are processed one
 * after another at the speed of the newest one that was computed on this server.
 *
 * @param waitingSql a SELECT of the categorizations that wait, as `CategorizationQueue.waitingCategorizationsSql`
 * @returns one row for each unfinished one
 */
export function findCategorizationOutlooks(
  database: Queryable,
  ids: readonly number[],
  waitingSql: string,
): Promise<({ categorizationId: number } & JobOutlook)[]> {
  return database.query({
    name: 'categorization-outlooks',
    text: `WITH unfinished AS (
             SELECT c.id, c.status, c.total - c.completed AS lesions, coalesce(job.place, 0) AS place
             FROM categorization AS c LEFT JOIN (${waitingSql}) AS job ON job.categorization_id = c.id
             WHERE c.status IN ('QUEUED', 'RUNNING')
           ), placed AS (
             SELECT id, status, count(*) FILTER (WHERE place > 0) OVER (ORDER BY place) - (place > 0)::int4 AS position,
               sum(lesions) OVER (ORDER BY place) AS lesions
             FROM unfinished
           ), speed AS (
             SELECT done.completed / nullif(extract(epoch FROM done.finished_at - done.started_at), 0)::float8 AS lesions_per_second
             FROM categorization AS done WHERE done.status = 'SUCCEEDED' AND done.started_at IS NOT NULL ORDER BY done.id DESC LIMIT 1
           ), ahead AS (
             SELECT placed.*, placed.lesions::float8 / nullif(speed.lesions_per_second, 0) AS seconds
             FROM placed LEFT JOIN speed ON true WHERE placed.id = ${ANY_OF_IDS}
           )
           SELECT id AS "categorizationId", CASE WHEN status = 'QUEUED' THEN position::int4 END AS "queuePosition",
             CASE WHEN seconds < ${LONGEST_SECONDS} THEN now() + make_interval(secs => seconds) END AS "estimatedEndAt"
           FROM ahead`,
    values: [ids],
  });
}

/** Follows a categorization, as `watchJob` does. @throws NotFound at the first look */
export function watchCategorization(
  database: Database,
  id: number,
  signal?: AbortSignal,
): AsyncGenerator<JobState<CategorizationRow>> {
  return watchJob(
    database,
    { channel: 'categorization', id: String(id) },
    async () => {
      const [row] = await findCategorizations(database, [id]);
      if (!row) throw new NotFound('There is no categorization with this id.', 'id');
      return { row, progress: progressOfCategorization(row) };
    },
    signal,
  );
}
