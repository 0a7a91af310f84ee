import { type Listing, type OrderBy, type SortKey, SqlParameters, sortKeys } from '../database';
import { DETECTION_SELECTION, type DetectionRow } from '../runs';
import { sameFinding } from './confirmedLesions';
import { hasVerdictSql, standingVerdictsSql } from './standingVerdicts';

/** Which false positives are offered. */
export interface ReviewQueueFilter {
  /** 0 to 1 */
  scoreAtLeast?: number | null;
  /** 0 to 1 */
  scoreAtMost?: number | null;
  rankAtMost?: number | null;
  /** for a second reading: only the verdicts of this reviewer remove a detection from the queue */
  unreviewedBy?: string | null;
}

export const REVIEW_QUEUE_ORDER_FIELDS = ['SCORE', 'IMAGE_AND_RANK'] as const;
export type ReviewQueueOrderField = (typeof REVIEW_QUEUE_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'detection.id', type: 'int4' };
const SORT_KEYS: Record<ReviewQueueOrderField, SortKey> = {
  SCORE: { expression: 'detection.score', type: 'float8' },
  // Ids of one image grow with the rank, so the image alone is the first key.
  IMAGE_AND_RANK: { expression: 'detection.image_id', type: 'int4' },
};
const MOST_CONFIDENT_FIRST: readonly OrderBy<ReviewQueueOrderField>[] = [{ field: 'SCORE', direction: 'DESC' }];

/** SQL that is true if a detection overlaps no annotated lesion of its image at IoU 0.5 or more. @param detection an alias */
export function isFalsePositiveSql(detection: string): string {
  return `NOT EXISTS (
    SELECT FROM lesion WHERE lesion.image_id = ${detection}.image_id AND ${sameFinding(detection, 'lesion')})`;
}

/**
 * The false positives of a run that no one has reviewed, by descending score unless another order is requested: a verdict on these changes
 * the metrics most, since a high score is ranked before true ones on its image (accuracy of the top-k detections) and counts at the
 * lowest rates of the FROC.
 *
 * A detection is offered if it overlaps no annotated lesion of its image, and no detection of any run there that has a
 * verdict, at IoU 0.5 or more: one review of a place is enough for every run. `parentColumn` is the run.
 */
export function reviewQueueListing(
  filter: ReviewQueueFilter = {},
  orderBy: readonly OrderBy<ReviewQueueOrderField>[] = [],
): Listing<DetectionRow> {
  const parameters = new SqlParameters();
  const reviewer = filter.unreviewedBy == null ? undefined : `${parameters.add(filter.unreviewedBy)}::text`;
  const where = [
    isFalsePositiveSql('detection'),
    `NOT EXISTS (
      SELECT FROM detection AS seen
      WHERE seen.image_id = detection.image_id AND ${hasVerdictSql('seen.id', reviewer)} AND ${sameFinding('detection', 'seen')})`,
  ];
  if (filter.scoreAtLeast != null) where.push(`detection.score >= ${parameters.add(filter.scoreAtLeast)}::float8`);
  if (filter.scoreAtMost != null) where.push(`detection.score <= ${parameters.add(filter.scoreAtMost)}::float8`);
  if (filter.rankAtMost != null) where.push(`detection.rank <= ${parameters.add(filter.rankAtMost)}::int4`);
  return {
    ...DETECTION_SELECTION,
    from: 'detection',
    where,
    order: sortKeys(orderBy.length > 0 ? orderBy : MOST_CONFIDENT_FIRST, SORT_KEYS, UNIQUE),
    parameters,
    parentColumn: 'detection.run_id',
  };
}

/**
 * The detections of a run on which a verdict counts, the one that was reviewed last first. `parentColumn` is the run.
 *
 * @param reviewer only by this one; anyone if null
 */
export function reviewedDetectionsListing(reviewer: string | null): Listing<DetectionRow> {
  const parameters = new SqlParameters();
  const verdicts = standingVerdictsSql(
    reviewer === null ? 'true' : `review.reviewer = ${parameters.add(reviewer)}::text`,
  );
  return {
    ...DETECTION_SELECTION,
    from: `detection JOIN (
      SELECT detection_id, max(id) AS id FROM (${verdicts}) AS standing GROUP BY detection_id
    ) AS reviewed ON reviewed.detection_id = detection.id`,
    where: [],
    order: [{ expression: 'reviewed.id', type: 'int4', descending: true }, UNIQUE],
    parameters,
    parentColumn: 'detection.run_id',
  };
}
