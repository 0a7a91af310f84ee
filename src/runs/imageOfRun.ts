/** What a run has found on one image. */
import type { Queryable } from '../database';
import type { GlobalKeys } from '../globalId';
import type { JobStatus } from '../job';
import type { RunImageRow } from './runListing';

/** The state of one image of a run. */
export interface RunOfImage {
  /** row id of the run */
  runId: number;
  status: JobStatus;
  imageState: RunImageRow['state'];
  detectionCount: number;
}

/** A detection as it is drawn, in the data set's own pixel convention. */
export interface ScoredBox {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  score: number;
}

const RUN_OF_IMAGE = `
  SELECT r.id AS "runId", r.status, ri.state AS "imageState",
    (SELECT count(*) FROM detection d WHERE d.run_id = ri.run_id AND d.image_id = ri.image_id) AS "detectionCount"
  FROM detection_run r JOIN run_image ri ON ri.run_id = r.id
  WHERE r.uuid = $1 AND ri.image_id = $2`;

const DETECTIONS = `
  SELECT x1, y1, x2, y2, score FROM detection
  WHERE run_id = $1 AND image_id = $2 AND score >= $3
  ORDER BY rank LIMIT $4`;

/** @returns undefined if there is no such run, or the image is not one of its images */
export async function findRunOfImage(
  database: Queryable,
  { uuid }: GlobalKeys['DetectionRun'],
  imageId: number,
): Promise<RunOfImage | undefined> {
  return (await database.query<RunOfImage>({ name: 'image-run', text: RUN_OF_IMAGE, values: [uuid, imageId] }))[0];
}

/**
 * @param scoreThreshold 0 to 1; detections below it are not returned
 * @param top the number of detections; undefined: all
 * @returns best first
 */
export function findDetectionsOfImage(
  database: Queryable,
  runId: number,
  imageId: number,
  scoreThreshold: number,
  top: number | undefined,
): Promise<ScoredBox[]> {
  return database.query({
    name: 'image-detections',
    text: DETECTIONS,
    values: [runId, imageId, scoreThreshold, top ?? null],
  });
}
