/** The lesions that a picture of a pseudo-cluster shows. */
import type { Queryable } from '../database';
import type { KeySliceRecord, LesionGeometry } from '../dataset';

/** A typical lesion with the key slice that it was measured on. */
export type MontageLesion = Omit<LesionGeometry, 'axes'> &
  Omit<KeySliceRecord, 'hasPixels' | 'pixelSpacingMm'> & { imageRoot: string };

const TYPICAL_MEMBERS = `
  SELECT lesion.id, x1, y1, x2, y2, image.file_name AS "fileName", image.width, image.height, image.windows,
    image.pixel_sha256 AS "pixelSha256", image.pixel_path AS "pixelPath", dataset.id AS "datasetId",
    dataset.source_sha256 AS "sourceSha256", dataset.image_root AS "imageRoot", dataset.follow_links AS "followLinks",
    dataset.pixel_convention AS "pixelConvention"
  FROM cluster_assignment AS member JOIN lesion ON lesion.id = member.lesion_id
  JOIN bookmarked_image AS image ON image.id = lesion.image_id JOIN dataset ON dataset.id = lesion.dataset_id
  WHERE member.pseudo_cluster_id = $1 AND image.has_pixels AND dataset.image_root IS NOT NULL
  ORDER BY member.distance, member.lesion_id LIMIT $2`;

/** @returns how many lesions of the pseudo-cluster have no pixel file; null if there is no such pseudo-cluster */
export async function countLesionsWithoutPixels(database: Queryable, pseudoClusterId: number): Promise<number | null> {
  const [cluster] = await database.query<{ withoutPixels: number }>({
    name: 'montage-cluster',
    text: `SELECT (SELECT count(*) FROM cluster_assignment AS member JOIN lesion ON lesion.id = member.lesion_id
             JOIN bookmarked_image AS image ON image.id = lesion.image_id
             WHERE member.pseudo_cluster_id = cluster.id AND NOT image.has_pixels) AS "withoutPixels"
           FROM pseudo_cluster AS cluster WHERE id = $1`,
    values: [pseudoClusterId],
  });
  return cluster?.withoutPixels ?? null;
}

/** @returns the lesions of the pseudo-cluster with a pixel file, nearest to the centroid first, at most `first` */
export function findMontageLesions(
  database: Queryable,
  pseudoClusterId: number,
  first: number,
): Promise<MontageLesion[]> {
  return database.query({ name: 'montage-members', text: TYPICAL_MEMBERS, values: [pseudoClusterId, first] });
}
