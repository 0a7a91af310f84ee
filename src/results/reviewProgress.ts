import type { Queryable } from '../database';
import { sameFinding } from './confirmedLesions';
import { isFalsePositiveSql } from './reviewQueue';
import { standingVerdictsSql } from './standingVerdicts';

/** How far the review of a run has come. */
export interface ReviewProgress {
  /** false positives: detections that overlap no annotated lesion at IoU 0.5 or more */
  candidates: number;
  /** those at the place of a detection, of any run, that has a verdict; the others are in the review queue */
  reviewed: number;
  /** reviewed ones by the majority of the verdicts at their place; the three add up to `reviewed` */
  lesion: number;
  notLesion: number;
  unsure: number;
  /** those with a verdict on a detection of the run, who has most first */
  reviewers: ReviewerCount[];
  /** time of the latest verdict on a detection of the run, withdrawn ones included */
  lastReviewedAt: Date | null;
}

export interface ReviewerCount {
  reviewer: string;
  /** detections of the run on which a verdict of this reviewer counts */
  count: number;
}

/** More names than any reader study has; the others are omitted. */
export const MAX_REVIEWERS = 100;

/** @returns how far the review of a run has come: two statements */
export async function findReviewProgress(database: Queryable, runId: number): Promise<ReviewProgress> {
  const [counts] = await database.query<Omit<ReviewProgress, 'reviewers'>>({
    name: 'review-progress',
    text: `
      WITH standing AS (${standingVerdictsSql(`review.detection_id IN (
        SELECT seen.id FROM run_image JOIN detection AS seen ON seen.image_id = run_image.image_id WHERE run_image.run_id = $1
      )`)}), place AS (
        SELECT candidate.id,
          sign(sum((standing.verdict = 'LESION')::int - (standing.verdict = 'NOT_A_LESION')::int)) AS majority
        FROM standing
        JOIN detection AS seen ON seen.id = standing.detection_id
        JOIN detection AS candidate ON candidate.run_id = $1 AND candidate.image_id = seen.image_id
          AND ${sameFinding('candidate', 'seen')}
        WHERE ${isFalsePositiveSql('candidate')}
        GROUP BY candidate.id
      )
      SELECT (SELECT count(*) FROM detection WHERE detection.run_id = $1 AND ${isFalsePositiveSql('detection')}) AS candidates,
        count(*) AS reviewed,
        count(*) FILTER (WHERE majority = 1) AS lesion,
        count(*) FILTER (WHERE majority = -1) AS "notLesion",
        count(*) FILTER (WHERE majority = 0) AS unsure,
        (
          SELECT max(review.created_at) FROM detection_review AS review JOIN detection ON detection.id = review.detection_id
          WHERE detection.run_id = $1
        ) AS "lastReviewedAt"
      FROM place`,
    values: [runId],
  });
  if (!counts) throw new Error('An aggregate answered no row.');
  return { ...counts, reviewers: await findReviewers(database, runId) };
}

function findReviewers(database: Queryable, runId: number): Promise<ReviewerCount[]> {
  const ofRun = 'review.detection_id IN (SELECT detection.id FROM detection WHERE detection.run_id = $1)';
  return database.query({
    name: 'reviewers-of-run',
    text: `SELECT reviewer, count(DISTINCT detection_id) AS count FROM (${standingVerdictsSql(ofRun)}) AS standing
           GROUP BY reviewer ORDER BY count(DISTINCT detection_id) DESC, reviewer LIMIT ${MAX_REVIEWERS}`,
    values: [runId],
  });
}
