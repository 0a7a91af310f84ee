/** What a picture is made of besides its pixels, read from the database. Boxes and axes are in the data set's own pixel convention. */
import type { Queryable } from '../database';

/** A bookmarked image and where its pixels lie. */
export interface ImageRecord {
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
  pixelConvention: 'ONE_BASED' | 'ZERO_BASED';
}

export interface LesionRecord {
  id: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** long axis, then short axis: x and y of both ends; or empty */
  axes: number[];
}

/** How far a run has come with one image. */
export interface RunOfImage {
  status: string;
  imageState: string;
  detectionCount: number;
}

export interface DetectionRecord {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  score: number;
}

const IMAGE = `
  SELECT i.file_name AS "fileName", i.width, i.height, i.pixel_spacing_mm AS "pixelSpacingMm", i.windows, i.has_pixels AS "hasPixels",
    i.pixel_sha256 AS "pixelSha256", i.pixel_path AS "pixelPath", d.id AS "datasetId", d.source_sha256 AS "sourceSha256",
    d.image_root AS "imageRoot", d.follow_links AS "followLinks", d.pixel_convention AS "pixelConvention"
  FROM bookmarked_image i JOIN dataset d ON d.id = i.dataset_id
  WHERE i.id = $1`;

const LESIONS = 'SELECT id, x1, y1, x2, y2, axes FROM lesion WHERE image_id = $1 ORDER BY id';

const RUN_OF_IMAGE = `
  SELECT r.status, ri.state AS "imageState",
    (SELECT count(*) FROM detection d WHERE d.run_id = ri.run_id AND d.image_id = ri.image_id) AS "detectionCount"
  FROM detection_run r JOIN run_image ri ON ri.run_id = r.id
  WHERE r.id = $1 AND ri.image_id = $2`;

const DETECTIONS = `
  SELECT x1, y1, x2, y2, score FROM detection
  WHERE run_id = $1 AND image_id = $2 AND score >= $3
  ORDER BY rank LIMIT $4`;

export async function findImage(database: Queryable, imageId: number): Promise<ImageRecord | undefined> {
  return (await database.query<ImageRecord>({ name: 'image-record', text: IMAGE, values: [imageId] }))[0];
}

export function findLesionsOfImage(database: Queryable, imageId: number): Promise<LesionRecord[]> {
  return database.query({ name: 'image-lesions', text: LESIONS, values: [imageId] });
}

/** @returns undefined when there is no such run or the image is none of its images */
export async function findRunOfImage(
  database: Queryable,
  runId: number,
  imageId: number,
): Promise<RunOfImage | undefined> {
  return (await database.query<RunOfImage>({ name: 'image-run', text: RUN_OF_IMAGE, values: [runId, imageId] }))[0];
}

/** @param top how many; undefined: all. @returns best first */
export function findDetections(
  database: Queryable,
  runId: number,
  imageId: number,
  scoreThreshold: number,
  top: number | undefined,
): Promise<DetectionRecord[]> {
  return database.query({
    name: 'image-detections',
    text: DETECTIONS,
    values: [runId, imageId, scoreThreshold, top ?? null],
  });
}
