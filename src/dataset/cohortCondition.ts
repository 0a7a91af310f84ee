/** Membership in a cohort, as the filters ask for it. */
import type { SqlParameters } from '../database';
import type { GlobalKeys } from '../globalId';

/** @returns the condition that a lesion is in a cohort; no lesion is in one that there is not. @param lesionId a column */
export function inCohortSql(lesionId: string, { uuid }: GlobalKeys['Cohort'], parameters: SqlParameters): string {
  return `EXISTS (SELECT FROM cohort_lesion AS member WHERE member.lesion_id = ${lesionId} AND member.cohort_id = ${cohortIdSql(uuid, parameters)})`;
}

/**
 * @param column of the table `lesion` that refers to the row, such as `image_id`
 * @param id a column: the row of which at least one lesion has to be in the cohort
 */
export function hasCohortLesionSql(
  column: 'image_id' | 'patient_id',
  id: string,
  { uuid }: GlobalKeys['Cohort'],
  parameters: SqlParameters,
): string {
  return `${id} IN (SELECT l.${column} FROM cohort_lesion AS member JOIN lesion AS l ON l.id = member.lesion_id
    WHERE member.cohort_id = ${cohortIdSql(uuid, parameters)})`;
}

/** @returns the condition that a study has an image with at least one lesion in the cohort. @param id a column */
export function studyHasCohortLesionSql(id: string, { uuid }: GlobalKeys['Cohort'], parameters: SqlParameters): string {
  return `${id} IN (SELECT i.study_id FROM cohort_lesion AS member JOIN lesion AS l ON l.id = member.lesion_id
    JOIN bookmarked_image AS i ON i.id = l.image_id WHERE member.cohort_id = ${cohortIdSql(uuid, parameters)})`;
}

const cohortIdSql = (uuid: string, parameters: SqlParameters): string =>
  `(SELECT named.id FROM cohort AS named WHERE named.uuid = ${parameters.add(uuid)}::uuid)`;
