/**
 * The ids of images in COCO files: 1 and the rank of the file name among all images of the data set version, sorted by
 * file name in byte order. They follow from the content of the version alone, so that they are the same everywhere.
 */
import type { Queryable } from '../database';
import type { Split } from './vocabulary';

/** An image by its id in COCO files. */
export interface CocoNumberedImage {
  /** row id */
  id: number;
  /** in COCO files, from 1 without gaps */
  cocoId: number;
  fileName: string;
  width: number;
  height: number;
  split: Split;
  hasPixels: boolean;
}

/**
 * SELECT of the images of a data set version with their ids in COCO files: `image_id` and `coco_id`.
 *
 * @param dataset SQL of its row id
 */
export const cocoIdsSql = (dataset: string): string =>
  `SELECT image.id AS image_id, row_number() OVER (ORDER BY image.file_name COLLATE "C")::int4 AS coco_id
   FROM bookmarked_image AS image WHERE image.dataset_id = ${dataset}`;

/** @returns all images of a data set version in the order of their ids in COCO files */
export function findCocoNumberedImages(database: Queryable, datasetId: number): Promise<CocoNumberedImage[]> {
  return database.query({
    name: 'images-by-coco-id',
    text: `SELECT image.id, numbered.coco_id AS "cocoId", image.file_name AS "fileName", image.width, image.height, image.split,
             image.has_pixels AS "hasPixels"
           FROM (${cocoIdsSql('$1')}) AS numbered JOIN bookmarked_image AS image ON image.id = numbered.image_id
           ORDER BY numbered.coco_id`,
    values: [datasetId],
  });
}
