/** How long the lists of runs are, for the price of a query: numbers of rows up to a page, never the rows. */
import type { Queryable } from '../database';

/** What a list of a run has, at most as many as were requested. */
export interface RunSize {
  runId: number;
  count: number;
}

/** @param atMost rows of a run that are counted, so that a run of a million boxes costs no more than a page of them */
export function countDetectionsUpTo(
  database: Queryable,
  runIds: readonly number[],
  atMost: number,
): Promise<RunSize[]> {
  return database.query({
    name: 'detections-of-runs-up-to',
    text: `
      SELECT wanted.run_id AS "runId",
        (SELECT count(*)::int4 FROM (SELECT FROM detection WHERE detection.run_id = wanted.run_id LIMIT $2) AS found) AS count
      FROM unnest($1::int4[]) AS wanted (run_id)`,
    values: [runIds, atMost],
  });
}

/** @param atMost rows of a run that are counted */
export function countImagesUpTo(database: Queryable, runIds: readonly number[], atMost: number): Promise<RunSize[]> {
  return database.query({
    name: 'images-of-runs-up-to',
    text: `
      SELECT wanted.run_id AS "runId",
        (SELECT count(*)::int4 FROM (SELECT FROM run_image WHERE run_image.run_id = wanted.run_id LIMIT $2) AS found) AS count
      FROM unnest($1::int4[]) AS wanted (run_id)`,
    values: [runIds, atMost],
  });
}
