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

/** @returns all images of a data set version in the order of their ids in COCO files */
export function findCocoNumberedImages(database: Queryable, datasetId: number): Promise<CocoNumberedImage[]> {
  return database.query({
    name: 'images-by-coco-id',
    text: `SELECT id, (row_number() OVER (ORDER BY file_name COLLATE "C"))::int4 AS "cocoId", file_name AS "fileName", width, height, split,
             has_pixels AS "hasPixels"
           FROM bookmarked_image WHERE dataset_id = $1 ORDER BY file_name COLLATE "C"`,
    values: [datasetId],
  });
}
