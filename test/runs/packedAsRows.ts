import { countRowsOfParents, type Database } from '../../src/database';
import { detectionListing } from '../../src/runs';

/**
 * Expects that what is kept of a run's detections besides their rows says what the rows say: the value of each completed
 * image, its number, and that of the run.
 */
export async function expectPackedAsRows(database: Database, runId: number): Promise<void> {
  const different = await database.query({
    text: `SELECT image.image_id FROM run_image AS image
           LEFT JOIN packed_detections AS packed ON packed.run_id = image.run_id AND packed.image_id = image.image_id
           CROSS JOIN LATERAL (
             SELECT count(*) AS count, coalesce(string_agg(
               float8send(x1) || float8send(y1) || float8send(x2) || float8send(y2) || float8send(score), ''::bytea ORDER BY rank
             ), ''::bytea) AS boxes
             FROM detection WHERE run_id = image.run_id AND image_id = image.image_id
           ) AS rows
           WHERE image.run_id = $1 AND CASE WHEN image.state = 'COMPLETED'
             THEN packed.boxes IS DISTINCT FROM rows.boxes OR image.detection_count IS DISTINCT FROM rows.count
             ELSE packed.boxes IS NOT NULL OR image.detection_count IS NOT NULL END`,
    values: [runId],
  });
  expect(different).toEqual([]);
  const [counted] = await database.query<{ kept: number; count: number }>({
    text: `SELECT detections AS kept, (SELECT count(*) FROM detection WHERE run_id = $1) AS count FROM run_pending_images WHERE run_id = $1`,
    values: [runId],
  });
  expect(counted?.kept).toBe(counted?.count);
  expect(await countRowsOfParents(database, detectionListing({}, []), [runId])).toEqual(
    new Map([[runId, counted?.count]]),
  );
}
