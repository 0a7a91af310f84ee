/**
 * What a picture of a key slice is made of besides its pixels. Boxes and axes are in the data set's own pixel
 * convention.
 */
import type { Queryable } from '../database';
import type { GlobalKeys } from '../globalId';
import type { PixelConvention } from '../imaging';
import { parseDatasetReference } from './conditions';

/** A bookmarked image and where its pixels lie. */
export interface KeySliceRecord {
  /** row id of the image */
  id: number;
  fileName: string;
  sliceIndex: number;
  width: number;
  height: number;
  pixelSpacingMm: number | null;
  /** distance between neighbouring slices; 0 and less in some rows of the source, where it is not known */
  sliceIntervalMm: number | null;
  /** low, high, low, high … in HU */
  windows: number[];
  hasPixels: boolean;
  /** of the pixel file at the import; null if none was taken */
  pixelSha256: string | null;
  datasetId: number;
  /** checksum of the file that the data set's version was imported from */
  sourceSha256: string;
  imageRoot: string | null;
  /** below the image root; null: in DeepLesion's layout */
  pixelPath: string | null;
  followLinks: boolean;
  pixelConvention: PixelConvention;
}

/** Box and RECIST axes of a lesion. */
export interface LesionGeometry {
  sourceRowIndex: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** long axis, then short axis: x and y of both ends; or empty */
  axes: number[];
}

const IMAGE = `
  SELECT i.id, i.file_name AS "fileName", i.slice_index AS "sliceIndex", i.width, i.height, i.pixel_spacing_mm AS "pixelSpacingMm",
    i.slice_interval_mm AS "sliceIntervalMm", i.windows, i.has_pixels AS "hasPixels",
    i.pixel_sha256 AS "pixelSha256", i.pixel_path AS "pixelPath", d.id AS "datasetId", d.source_sha256 AS "sourceSha256",
    d.image_root AS "imageRoot", d.follow_links AS "followLinks", d.pixel_convention AS "pixelConvention"
  FROM bookmarked_image i JOIN dataset d ON d.id = i.dataset_id
  WHERE d.slug = $1 AND d.version = $2 AND i.file_name = $3`;

const LESIONS =
  'SELECT source_row_index AS "sourceRowIndex", x1, y1, x2, y2, axes FROM lesion WHERE image_id = $1 ORDER BY source_row_index';

/** @returns undefined if there is no such image */
export async function findKeySlice(
  database: Queryable,
  { dataset, fileName }: GlobalKeys['BookmarkedImage'],
): Promise<KeySliceRecord | undefined> {
  const { slug, version } = parseDatasetReference(dataset);
  const [image] = await database.query<KeySliceRecord>({
    name: 'image-record',
    text: IMAGE,
    values: [slug, version, fileName],
  });
  return image;
}

/** @param imageId row id @returns the lesions that were measured on the image, in the order of the source */
export function findLesionsOfKeySlice(database: Queryable, imageId: number): Promise<LesionGeometry[]> {
  return database.query({ name: 'image-lesions', text: LESIONS, values: [imageId] });
}
