/** The detections of a run, an image at a time: rows of boxes one by one take ten times as long. */
import type { Queryable } from '../database';
import { BYTES_PER_DETECTION, type PackedDetections } from './evaluatedBoxes';

/** Which detections are read. */
export interface PackedSelection {
  runId: number;
  /** only of these images; of all unless given */
  imageIds?: readonly number[];
  /** only so many best ones of each image; all unless given */
  mostPerImage?: number;
}

const NO_LIMIT = 2 ** 31 - 1;

/** @returns the detections of each image that has any */
export async function findPackedDetections(
  database: Queryable,
  { runId, imageIds, mostPerImage }: PackedSelection,
): Promise<PackedDetections[]> {
  const most = Math.min(mostPerImage ?? NO_LIMIT, Math.floor(NO_LIMIT / BYTES_PER_DETECTION));
  const name = imageIds ? '-of-some' : '';
  const where = imageIds ? 'AND image_id = ANY($3::int4[])' : '';
  const values = [runId, most, ...(imageIds ? [imageIds] : [])];
  if (await isPacked(database, runId))
    return database.query<PackedDetections>({
      name: `packed-detections${name}`,
      text: `SELECT image_id AS "imageId", substring(boxes FROM 1 FOR ${BYTES_PER_DETECTION} * $2::int4) AS packed
             FROM packed_detections WHERE run_id = $1 AND octet_length(boxes) > 0 ${where}`,
      values,
    });
  return database.query<PackedDetections>({
    name: `unpacked-detections${name}`,
    text: `
      SELECT image_id AS "imageId", string_agg(
        float8send(x1) || float8send(y1) || float8send(x2) || float8send(y2) || float8send(score), ''::bytea ORDER BY rank
      ) AS packed
      FROM detection WHERE run_id = $1 AND rank <= $2 ${where}
      GROUP BY image_id`,
    values,
  });
}

/** @returns whether the detections of all its completed images are stored as one value each */
async function isPacked(database: Queryable, runId: number): Promise<boolean> {
  const [row] = await database.query<{ isPacked: boolean }>({
    name: 'are-detections-packed',
    text: `SELECT NOT EXISTS (
             SELECT image_id FROM run_image WHERE run_id = $1 AND state = 'COMPLETED'
             EXCEPT SELECT image_id FROM packed_detections WHERE run_id = $1
           ) AS "isPacked"`,
    values: [runId],
  });
  return row?.isPacked === true;
}
