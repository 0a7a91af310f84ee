import {
  ANY_OF_IDS,
  type Database,
  type KeepAnswer,
  type Queryable,
  selectColumns,
  type Transaction,
} from '../database';
import { BadUserInput, Conflict, NotFound } from '../errors';
import type { GlobalKeys } from '../globalId';

/** WITHDRAWN takes the reviewer's earlier verdict back: rows are only added. */
export const REVIEW_VERDICTS = ['LESION', 'NOT_A_LESION', 'UNSURE', 'WITHDRAWN'] as const;
export type ReviewVerdict = (typeof REVIEW_VERDICTS)[number];

/** A radiologist's verdict on a detection. */
export interface DetectionReviewRow {
  id: number;
  /** its id outside the database */
  uuid: string;
  detectionId: number;
  verdict: ReviewVerdict;
  reviewer: string;
  /** whether the reviewer is the holder of a key; else the name is one that the client sent */
  isAuthenticated: boolean;
  remark: string | null;
  createdAt: Date;
}

/** A verdict that is to be added. */
export interface NewReview extends Pick<DetectionReviewRow, 'detectionId' | 'verdict' | 'reviewer' | 'remark'> {
  /** whether `reviewer` is the name of the key that it came with */
  isAuthenticated?: boolean;
  /** whose it is: holder of a key or address */
  owner?: string | null;
}

const MAX_REVIEWER_LENGTH = 200;
const MAX_REMARK_LENGTH = 5000;
/** A detection is read by a handful of radiologists; its reviews stay few whatever a client sends. */
export const MAX_REVIEWS_OF_DETECTION = 200;
/** A reviewer who changes the verdict more often is a faulty program. */
const MAX_REVIEWS_OF_REVIEWER = 20;

const REVIEW_COLUMNS = selectColumns<DetectionReviewRow>(
  {
    id: 'id',
    uuid: 'uuid',
    detectionId: 'detection_id',
    verdict: 'verdict',
    reviewer: 'reviewer',
    isAuthenticated: 'is_authenticated',
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

/** @returns the reviews that exist, in no order */
export function findReviewsByKey(
  database: Queryable,
  keys: readonly GlobalKeys['DetectionReview'][],
): Promise<DetectionReviewRow[]> {
  return database.query({
    name: 'reviews-by-uuid',
    text: `SELECT ${REVIEW_COLUMNS} FROM detection_review AS review WHERE review.uuid = ANY($1::uuid[])`,
    values: [keys.map(({ uuid }) => uuid)],
  });
}

export const reviewKey = ({ uuid }: DetectionReviewRow): GlobalKeys['DetectionReview'] => ({ uuid });

/** The current verdicts of radiologists on a detection. */
export interface CurrentVerdict {
  detectionId: number;
  /** never WITHDRAWN */
  verdict: ReviewVerdict;
}

/**
 * The current verdicts on detections: the latest verdict of each reviewer counts unless it was withdrawn, and the
 * majority decides, as in an evaluation that includes reviews; UNSURE if neither side is ahead.
 *
 * @returns one row a detection that has such verdicts
 */
export function findCurrentVerdicts(database: Queryable, detectionIds: readonly number[]): Promise<CurrentVerdict[]> {
  return database.query({
    name: 'current-verdicts',
    text: `
      SELECT detection_id AS "detectionId", CASE sign(sum((verdict = 'LESION')::int - (verdict = 'NOT_A_LESION')::int))
        WHEN 1 THEN 'LESION' WHEN -1 THEN 'NOT_A_LESION' ELSE 'UNSURE' END AS verdict
      FROM (
        SELECT DISTINCT ON (detection_id, reviewer, is_authenticated) detection_id, verdict FROM detection_review
        WHERE detection_id = ${ANY_OF_IDS} ORDER BY detection_id, reviewer, is_authenticated, id DESC
      ) AS latest
      WHERE verdict <> 'WITHDRAWN'
      GROUP BY detection_id`,
    values: [detectionIds],
  });
}

/** The current verdict of radiologists on a detection of a run. */
export interface VerdictInRun extends Pick<CurrentVerdict, 'verdict'> {
  imageId: number;
  /** of the detection in its image, from 1 */
  rank: number;
}

/** @returns the current verdicts on all detections of a run, as {@link findCurrentVerdicts} */
export async function findVerdictsOfRun(database: Queryable, runId: number): Promise<VerdictInRun[]> {
  const reviewed = await database.query<{ id: number; imageId: number; rank: number }>({
    name: 'reviewed-detections-of-run',
    text: `SELECT id, image_id AS "imageId", rank FROM detection
           WHERE run_id = $1 AND EXISTS (SELECT FROM detection_review WHERE detection_id = detection.id)`,
    values: [runId],
  });
  const verdicts = await findCurrentVerdicts(
    database,
    reviewed.map(({ id }) => id),
  );
  const verdictOf = new Map(verdicts.map(({ detectionId, verdict }) => [detectionId, verdict]));
  return reviewed.flatMap(({ id, imageId, rank }) => {
    const verdict = verdictOf.get(id);
    return verdict === undefined ? [] : [{ imageId, rank, verdict }];
  });
}

/** @returns the latest `first` reviews of each detection, those of one detection oldest first */
export function findReviewsOfDetections(
  database: Queryable,
  detectionIds: readonly number[],
  first: number,
): Promise<DetectionReviewRow[]> {
  return database.query({
    name: 'reviews-of-detections',
    text: `
      SELECT ${REVIEW_COLUMNS}
      FROM unnest($1::int4[]) AS wanted (id) CROSS JOIN LATERAL (
        SELECT * FROM detection_review WHERE detection_id = wanted.id ORDER BY id DESC LIMIT $2
      ) AS review
      ORDER BY review.id`,
    values: [detectionIds, first],
  });
}

/** @returns the number of reviews of each detection; no row for a detection without one */
export function countReviewsOfDetections(
  database: Queryable,
  detectionIds: readonly number[],
): Promise<{ detectionId: number; count: number }[]> {
  return database.query({
    name: 'counts-of-reviews',
    text: `SELECT detection_id AS "detectionId", count(*) FROM detection_review
           WHERE detection_id = ${ANY_OF_IDS} GROUP BY detection_id`,
    values: [detectionIds],
  });
}

/**
 * Adds a verdict; earlier ones of the same reviewer stay as history. WITHDRAWN takes the latest one back.
 *
 * @param keep given the verdict in its transaction
 * @throws NotFound if there is no such detection
 * @throws BadUserInput if reviewer or remark are too long, or the reviewer is empty
 * @throws Conflict if the detection, or this reviewer of it, has as many verdicts as there may be, or if there is none
 *   to withdraw
 */
export async function addReview(database: Database, review: NewReview, keep?: KeepAnswer): Promise<DetectionReviewRow> {
  checkLength('reviewer', review.reviewer.trim(), 1, MAX_REVIEWER_LENGTH);
  checkLength('remark', review.remark ?? '', 0, MAX_REMARK_LENGTH);
  return database.transaction(async (transaction) => {
    await claimPlace(transaction, review);
    if (review.verdict === 'WITHDRAWN') await expectVerdict(transaction, review);
    const added = await transaction.prisma.detectionReview.create({ data: review });
    await keep?.(transaction, added.id);
    return added;
  });
}

/**
 * Holds the detection until the end of the transaction, so that two who add the last verdict at once do it one after
 * the other.
 */
async function claimPlace(
  transaction: Transaction,
  { detectionId, reviewer, isAuthenticated = false }: NewReview,
): Promise<void> {
  const held = await transaction.query({
    text: 'SELECT FROM detection WHERE id = $1 FOR NO KEY UPDATE',
    values: [detectionId],
  });
  if (held.length === 0) throw new NotFound('There is no detection with this id.', 'detectionId');
  const [count] = await transaction.query<{ all: number; own: number }>({
    text: `SELECT count(*) AS all, count(*) FILTER (WHERE reviewer = $2 AND is_authenticated = $3) AS own
           FROM detection_review WHERE detection_id = $1`,
    values: [detectionId, reviewer, isAuthenticated],
  });
  if (count && count.own >= MAX_REVIEWS_OF_REVIEWER)
    throw new Conflict(
      `Expected at most ${MAX_REVIEWS_OF_REVIEWER} verdicts of one reviewer on a detection; this one has given ` +
        `${count.own}, of which the latest counts.`,
      'reviewer',
    );
  if (count && count.all >= MAX_REVIEWS_OF_DETECTION)
    throw new Conflict(
      `Expected at most ${MAX_REVIEWS_OF_DETECTION} verdicts on one detection, this one has ${count.all}.`,
      'detectionId',
    );
}

/** @throws Conflict if the reviewer has no verdict on the detection that could be withdrawn */
async function expectVerdict(
  transaction: Transaction,
  { detectionId, reviewer, isAuthenticated = false }: NewReview,
): Promise<void> {
  const latest = await transaction.prisma.detectionReview.findFirst({
    where: { detectionId, reviewer, isAuthenticated },
    orderBy: { id: 'desc' },
    select: { verdict: true },
  });
  if (!latest || latest.verdict === 'WITHDRAWN')
    throw new Conflict('Expected a verdict of this reviewer on the detection to withdraw, got none.', 'verdict');
}

function checkLength(argument: string, text: string, low: number, high: number): void {
  if (text.length < low || text.length > high)
    throw new BadUserInput(`Expected ${argument} to have ${low} to ${high} characters, got ${text.length}.`, argument);
}
