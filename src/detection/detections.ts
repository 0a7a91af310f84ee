import {
  ANY_OF_IDS,
  type Columns,
  columnReader,
  type Listing,
  type OrderBy,
  type Queryable,
  type SortKey,
  SqlParameters,
  selectColumns,
  sortKeys,
} from '../database';
import { BadUserInput, NotFound } from '../errors';

/** One scored box of a run. */
export interface DetectionRow {
  id: number;
  runId: number;
  imageId: number;
  /** 1 is the best of its image */
  rank: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  score: number;
  classIndex: number;
  pseudoClusterId: number | null;
}

export const DETECTION_COLUMNS: Columns<DetectionRow> = {
  id: 'id',
  runId: 'run_id',
  imageId: 'image_id',
  rank: 'rank',
  x1: 'x1',
  y1: 'y1',
  x2: 'x2',
  y2: 'y2',
  score: 'score',
  classIndex: 'class_index',
  pseudoClusterId: 'pseudo_cluster_id',
};
const COLUMNS = selectColumns(DETECTION_COLUMNS, 'detection');

export const DETECTION_ORDER_FIELDS = ['IMAGE_AND_RANK', 'SCORE', 'ID'] as const;
export type DetectionOrderField = (typeof DETECTION_ORDER_FIELDS)[number];
const UNIQUE: SortKey = { expression: 'detection.id', type: 'int4' };

const SORT_KEYS: Record<DetectionOrderField, SortKey> = {
  // Ids of one image grow with the rank, so the image alone is the first key.
  IMAGE_AND_RANK: { expression: 'detection.image_id', type: 'int4' },
  SCORE: { expression: 'detection.score', type: 'float8' },
  ID: UNIQUE,
};

/** Which detections of a run. */
export interface DetectionFilter {
  imageIds?: readonly number[] | null;
  scoreAtLeast?: number | null;
  rankAtMost?: number | null;
}

/** Describes a list of detections inside runs (`parentColumn` is the run). */
export function detectionListing(
  filter: DetectionFilter,
  orderBy: readonly OrderBy<DetectionOrderField>[],
): Listing<DetectionRow> {
  const parameters = new SqlParameters();
  const where: string[] = [];
  if (filter.imageIds) where.push(`detection.image_id = ANY(${parameters.add(filter.imageIds)}::int4[])`);
  if (typeof filter.scoreAtLeast === 'number')
    where.push(`detection.score >= ${parameters.add(filter.scoreAtLeast)}::float8`);
  if (typeof filter.rankAtMost === 'number') where.push(`detection.rank <= ${parameters.add(filter.rankAtMost)}::int4`);
  return {
    columns: COLUMNS,
    from: 'detection',
    where,
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: columnReader(DETECTION_COLUMNS, ''),
    parentColumn: 'detection.run_id',
  };
}

/** @returns the detections that exist, in no order */
export function findDetections(database: Queryable, ids: readonly number[]): Promise<DetectionRow[]> {
  return database.query({
    name: 'detections-by-id',
    text: `SELECT ${COLUMNS} FROM detection WHERE detection.id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

export const REVIEW_VERDICTS = ['LESION', 'NOT_A_LESION', 'UNSURE'] as const;
export type ReviewVerdict = (typeof REVIEW_VERDICTS)[number];

/** A radiologist's verdict on a detection. */
export interface DetectionReviewRow {
  id: number;
  detectionId: number;
  verdict: ReviewVerdict;
  reviewer: string;
  remark: string | null;
  createdAt: Date;
}

const MAX_REVIEWER_LENGTH = 200;
const MAX_REMARK_LENGTH = 5000;

const REVIEW_COLUMNS = selectColumns<DetectionReviewRow>(
  {
    id: 'id',
    detectionId: 'detection_id',
    verdict: 'verdict',
    reviewer: 'reviewer',
    remark: 'remark',
    createdAt: 'created_at',
  },
  'review',
);

/** @returns the reviews that exist, in no order */
export function findReviews(database: Queryable, ids: readonly number[]): Promise<DetectionReviewRow[]> {
  return database.query({
    name: 'reviews-by-id',
    text: `SELECT ${REVIEW_COLUMNS} FROM detection_review AS review WHERE review.id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/**
 * What radiologists say of a detection by now: of each reviewer the latest verdict counts, and the majority decides, as in an evaluation that
 * takes reviews into account.
 *
 * @param reviews of one detection, oldest first
 * @returns UNSURE where neither side is ahead; null without reviews
 */
export function currentVerdict(
  reviews: readonly Pick<DetectionReviewRow, 'reviewer' | 'verdict'>[],
): ReviewVerdict | null {
  if (reviews.length === 0) return null;
  const latest = [...new Map(reviews.map(({ reviewer, verdict }) => [reviewer, verdict])).values()];
  const count = (wanted: ReviewVerdict): number => latest.filter((verdict) => verdict === wanted).length;
  const lead = count('LESION') - count('NOT_A_LESION');
  if (lead === 0) return 'UNSURE';
  return lead > 0 ? 'LESION' : 'NOT_A_LESION';
}

/** @returns the reviews of detections, oldest first */
export function findReviewsOfDetections(
  database: Queryable,
  detectionIds: readonly number[],
): Promise<DetectionReviewRow[]> {
  return database.query({
    name: 'reviews-of-detections',
    text: `SELECT ${REVIEW_COLUMNS} FROM detection_review AS review WHERE review.detection_id = ${ANY_OF_IDS} ORDER BY review.id`,
    values: [detectionIds],
  });
}

/**
 * Adds a verdict; earlier ones of the same reviewer stay as history.
 *
 * @throws NotFound when there is no such detection
 * @throws BadUserInput when reviewer or remark are too long, or the reviewer is empty
 */
export async function addReview(
  database: Queryable,
  review: Pick<DetectionReviewRow, 'detectionId' | 'verdict' | 'reviewer' | 'remark'>,
): Promise<DetectionReviewRow> {
  checkLength('reviewer', review.reviewer.trim(), 1, MAX_REVIEWER_LENGTH);
  checkLength('remark', review.remark ?? '', 0, MAX_REMARK_LENGTH);
  const [row] = await database.query<DetectionReviewRow>({
    text: `INSERT INTO detection_review AS review (detection_id, verdict, reviewer, remark)
           SELECT id, $2::review_verdict, $3, $4 FROM detection WHERE id = $1 RETURNING ${REVIEW_COLUMNS}`,
    values: [review.detectionId, review.verdict, review.reviewer, review.remark],
  });
  if (!row) throw new NotFound('There is no detection of that id.', 'detectionId');
  return row;
}

function checkLength(argument: string, text: string, low: number, high: number): void {
  if (text.length < low || text.length > high)
    throw new BadUserInput(`Expected ${argument} to have ${low} to ${high} characters, got ${text.length}.`, argument);
}
