/** What a picture of a key slice is made of besides its pixels. Boxes and axes are in the data set's own pixel convention. */
import type { Queryable } from '../database';
import type { PixelConvention } from '../imaging';

/** A bookmarked image and where its pixels lie. */
export interface KeySliceRecord {
  fileName: string;
  width: number;
  height: number;
  pixelSpacingMm: number | null;
  /** low, high, low, high … in HU */
  windows: number[];
  hasPixels: boolean;
  /** of the pixel file at the import; null where none was taken */
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
  id: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** long axis, then short axis: x and y of both ends; or empty */
  axes: number[];
}

const IMAGE = `
  SELECT i.file_name AS "fileName", i.width, i.height, i.pixel_spacing_mm AS "pixelSpacingMm", i.windows, i.has_pixels AS "hasPixels",
    i.pixel_sha256 AS "pixelSha256", i.pixel_path AS "pixelPath", d.id AS "datasetId", d.source_sha256 AS "sourceSha256",
    d.image_root AS "imageRoot", d.follow_links AS "followLinks", d.pixel_convention AS "pixelConvention"
  FROM bookmarked_image i JOIN dataset d ON d.id = i.dataset_id
  WHERE i.id = $1`;

const LESIONS = 'SELECT id, x1, y1, x2, y2, axes FROM lesion WHERE image_id = $1 ORDER BY id';

/** @returns undefined if there is no such image */
export async function findKeySlice(database: Queryable, imageId: number): Promise<KeySliceRecord | undefined> {
  return (await database.query<KeySliceRecord>({ name: 'image-record', text: IMAGE, values: [imageId] }))[0];
}

/** @returns the lesions that were measured on the image, in the order of the source */
export function findLesionsOfKeySlice(database: Queryable, imageId: number): Promise<LesionGeometry[]> {
  return database.query({ name: 'image-lesions', text: LESIONS, values: [imageId] });
}
