import type { Queryable } from '../database';

/** A lesion that no one had marked, as a detection that radiologists confirmed shows it. */
export interface ConfirmedLesion {
  /** row id of the detection */
  detectionId: number;
  imageId: number;
  patientId: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** Which reviews of a data set version count. */
export interface CountingReviews {
  /** how many, in the order in which they were given */
  upTo: number;
  /** of these only the ones whose reviewer was known by a key; absent if all count */
  authenticatedOnly?: true;
}

/** Boxes that overlap by this IoU or more are of one finding. */
const SAME_FINDING_IOU = 0.5;

/**
 * The number of reviews on all runs of the data set version that a run belongs to: reviews are only added, so that it
 * is a version of all of them.
 */
export async function countReviewsOfDataset(database: Queryable, runId: number): Promise<number> {
  const [row] = await database.query<{ count: number }>({
    name: 'reviews-of-data-set',
    text: `
      SELECT count(*) AS count
      FROM detection_run AS run
      JOIN detection_run AS beside ON beside.dataset_id = run.dataset_id
      JOIN detection ON detection.run_id = beside.id
      JOIN detection_review AS review ON review.detection_id = detection.id
      WHERE run.id = $1`,
    values: [runId],
  });
  return row?.count ?? 0;
}

/**
 * The lesions that the first reviews of a data set version confirmed on the completed images of a run, whichever run
 * the reviewed detections are of. The latest verdict of each reviewer counts; a detection is confirmed if more of them
 * say LESION than NOT_A_LESION. Detections at one place are one lesion, with the box of the most confirmed one, and at
 * the place of an annotated lesion they add none.
 *
 * @returns by image, then by detection
 */
export async function findConfirmedLesions(
  database: Queryable,
  runId: number,
  { upTo, authenticatedOnly }: CountingReviews,
): Promise<ConfirmedLesion[]> {
  const candidates = await database.query<ConfirmedLesion>({
    name: 'confirmed-lesions',
    text: `
      WITH latest AS (
        SELECT DISTINCT ON (review.detection_id, review.reviewer, review.is_authenticated) review.detection_id, review.verdict
        FROM run_image
        JOIN detection ON detection.image_id = run_image.image_id
        JOIN detection_review AS review ON review.detection_id = detection.id
        WHERE run_image.run_id = $1 AND run_image.state = 'COMPLETED' AND (review.is_authenticated OR NOT $3::bool) AND review.id <= (
          SELECT max(counting.id) FROM (
            SELECT beside.id FROM detection_run AS run
            JOIN detection_run AS other ON other.dataset_id = run.dataset_id
            JOIN detection AS of_run ON of_run.run_id = other.id
            JOIN detection_review AS beside ON beside.detection_id = of_run.id
            WHERE run.id = $1 ORDER BY beside.id LIMIT $2
          ) AS counting
        )
        ORDER BY review.detection_id, review.reviewer, review.is_authenticated, review.id DESC
      ), counted AS (
        SELECT detection_id, count(*) FILTER (WHERE verdict = 'LESION') AS yes, count(*) FILTER (WHERE verdict = 'NOT_A_LESION') AS no
        FROM latest GROUP BY detection_id
      )
      SELECT detection.id AS "detectionId", detection.image_id AS "imageId", study.patient_id AS "patientId",
        detection.x1, detection.y1, detection.x2, detection.y2
      FROM counted
      JOIN detection ON detection.id = counted.detection_id
      JOIN bookmarked_image AS image ON image.id = detection.image_id
      JOIN study ON study.id = image.study_id
      WHERE counted.yes > counted.no
        AND NOT EXISTS (SELECT FROM lesion WHERE lesion.image_id = detection.image_id AND ${sameFinding('detection', 'lesion')})
      ORDER BY detection.image_id, counted.yes - counted.no DESC, detection.id`,
    values: [runId, upTo, authenticatedOnly === true],
  });
  const kept: ConfirmedLesion[] = [];
  for (const candidate of candidates) {
    const known = kept.some((one) => one.imageId === candidate.imageId && isSameFinding(one, candidate));
    if (!known) kept.push(candidate);
  }
  return kept.sort((a, b) => a.imageId - b.imageId || a.detectionId - b.detectionId);
}

const side = (low: string, high: string, a: string, b: string): string =>
  `greatest(0, least(${a}.${high}, ${b}.${high}) - greatest(${a}.${low}, ${b}.${low}))`;
const area = (box: string): string => `(${box}.x2 - ${box}.x1) * (${box}.y2 - ${box}.y1)`;

/** SQL that is true if two rows with boxes overlap at SAME_FINDING_IOU or more. @param a,b aliases */
export function sameFinding(a: string, b: string): string {
  const overlap = `${side('x1', 'x2', a, b)} * ${side('y1', 'y2', a, b)}`;
  return `${overlap} >= ${SAME_FINDING_IOU} * (${area(a)} + ${area(b)} - ${overlap})`;
}

function isSameFinding(a: ConfirmedLesion, b: ConfirmedLesion): boolean {
  const overlap =
    Math.max(0, Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1)) * Math.max(0, Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1));
  const areaOf = (box: ConfirmedLesion): number => (box.x2 - box.x1) * (box.y2 - box.y1);
  return overlap >= SAME_FINDING_IOU * (areaOf(a) + areaOf(b) - overlap);
}
