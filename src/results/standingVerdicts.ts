/**
 * Which verdicts count: the latest one of each reviewer on a detection, unless it is WITHDRAWN. The holder of a key and
 * anyone who only gives the same name are two reviewers.
 */

/**
 * SQL that is true if a detection has a verdict that counts.
 *
 * @param detectionId a column
 * @param reviewer a parameter: only the verdict of this reviewer
 */
export function hasVerdictSql(detectionId: string, reviewer?: string): string {
  const ofReviewer = reviewer === undefined ? '' : ` AND review.reviewer = ${reviewer}`;
  return `EXISTS (
    SELECT FROM detection_review AS review
    WHERE review.detection_id = ${detectionId} AND review.verdict <> 'WITHDRAWN'${ofReviewer} AND NOT EXISTS (
      SELECT FROM detection_review AS later
      WHERE later.detection_id = review.detection_id AND later.reviewer = review.reviewer
        AND later.is_authenticated = review.is_authenticated AND later.id > review.id
    )
  )`;
}

/**
 * SELECT of the verdicts that count: `id`, `detection_id`, `reviewer`, `verdict`, `created_at`.
 *
 * @param where restricts the rows of `detection_review AS review` by detection or reviewer
 */
export function standingVerdictsSql(where: string): string {
  return `SELECT * FROM (
    SELECT DISTINCT ON (review.detection_id, review.reviewer, review.is_authenticated)
      review.id, review.detection_id, review.reviewer, review.verdict, review.created_at
    FROM detection_review AS review WHERE ${where}
    ORDER BY review.detection_id, review.reviewer, review.is_authenticated, review.id DESC
  ) AS latest WHERE verdict <> 'WITHDRAWN'`;
}
