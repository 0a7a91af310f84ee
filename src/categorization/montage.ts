/** The lesions that a picture of a pseudo-cluster shows. */
import type { Queryable } from '../database';
import type { KeySliceRecord, LesionGeometry } from '../dataset';
import type { GlobalKeys } from '../globalId';

/** A typical lesion with the key slice that it was measured on. */
export type MontageLesion = Omit<LesionGeometry, 'sourceRowIndex' | 'axes'> &
  Omit<KeySliceRecord, 'id' | 'hasPixels' | 'pixelSpacingMm'> & { imageRoot: string };

const TYPICAL_MEMBERS = `
  SELECT x1, y1, x2, y2, image.file_name AS "fileName", image.width, image.height, image.windows,
    image.pixel_sha256 AS "pixelSha256", image.pixel_path AS "pixelPath", dataset.id AS "datasetId",
    dataset.source_sha256 AS "sourceSha256", dataset.image_root AS "imageRoot", dataset.follow_links AS "followLinks",
    dataset.pixel_convention AS "pixelConvention"
  FROM cluster_assignment AS member JOIN lesion ON lesion.id = member.lesion_id
  JOIN bookmarked_image AS image ON image.id = lesion.image_id JOIN dataset ON dataset.id = lesion.dataset_id
  WHERE member.pseudo_cluster_id = $1 AND image.has_pixels AND dataset.image_root IS NOT NULL
  ORDER BY member.distance, member.lesion_id LIMIT $2`;

/**
 * @returns row id of the pseudo-cluster, and the number of its lesions without a pixel file; undefined if there is no
 *   such pseudo-cluster
 */
export async function findMontageCluster(
  database: Queryable,
  { categorization, clusterIndex }: GlobalKeys['PseudoCluster'],
): Promise<{ id: number; withoutPixels: number } | undefined> {
  const [cluster] = await database.query<{ id: number; withoutPixels: number }>({
    name: 'montage-cluster',
    text: `SELECT cluster.id, (SELECT count(*) FROM cluster_assignment AS member JOIN lesion ON lesion.id = member.lesion_id
             JOIN bookmarked_image AS image ON image.id = lesion.image_id
             WHERE member.pseudo_cluster_id = cluster.id AND NOT image.has_pixels) AS "withoutPixels"
           FROM pseudo_cluster AS cluster JOIN categorization ON categorization.id = cluster.categorization_id
           WHERE categorization.uuid = $1 AND cluster.cluster_index = $2`,
    values: [categorization, clusterIndex],
  });
  return cluster;
}

/** @returns the lesions of the pseudo-cluster with a pixel file, nearest to the centroid first, at most `first` */
export function findMontageLesions(
  database: Queryable,
  pseudoClusterId: number,
  first: number,
): Promise<MontageLesion[]> {
  return database.query({ name: 'montage-members', text: TYPICAL_MEMBERS, values: [pseudoClusterId, first] });
}
