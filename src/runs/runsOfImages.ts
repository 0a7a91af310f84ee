import { type Queryable, selectColumns } from '../database';
import { type DetectionRunRow, RUN_COLUMNS } from './runRows';

/** A run that has a result for an image. */
export interface RunOfImageRow extends DetectionRunRow {
  imageId: number;
}

/**
 * @param first how many of each image
 * @returns the newest runs that have a result for the images, the newest of an image first
 */
export function findRunsOfImages(
  database: Queryable,
  imageIds: readonly number[],
  first: number,
): Promise<RunOfImageRow[]> {
  return database.query({
    name: 'runs-of-images',
    text: `
      SELECT image.id AS "imageId", ${selectColumns(RUN_COLUMNS, 'run')}
      FROM unnest($1::int4[]) AS wanted (id) JOIN bookmarked_image AS image ON image.id = wanted.id
      CROSS JOIN LATERAL (
        SELECT * FROM detection_run WHERE detection_run.dataset_id = image.dataset_id AND EXISTS (
          SELECT FROM run_image WHERE run_image.run_id = detection_run.id AND run_image.image_id = image.id
            AND run_image.state = 'COMPLETED')
        ORDER BY id DESC LIMIT $2
      ) AS run
      ORDER BY image.id, run.id DESC`,
    values: [imageIds, first],
  });
}
