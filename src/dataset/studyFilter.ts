import type { SqlParameters } from '../database';
import type { GlobalKeys } from '../globalId';
import { type BooleanFilter, booleanFilterSql, someFilter } from './booleanFilter';
import { studyHasCohortLesionSql } from './cohortCondition';
import { datasetIdSql, type FloatRange, isGiven, oneOfSql, rangeSql } from './conditions';
import type { Sex } from './vocabulary';

/** Which studies; all given fields must match. */
export interface StudyFilter extends BooleanFilter<StudyFilter> {
  /** `slug` or `slug@version` */
  dataset?: string | null;
  patientIndex?: number | null;
  sex?: Sex[] | null;
  ageYears?: FloatRange | null;
  /** at least one lesion in this cohort */
  cohort?: GlobalKeys['Cohort'] | null;
}

/**
 * @returns a condition on the tables `study` and `patient` under these names
 * @throws BadUserInput naming the field that does not fit
 */
export function studyFilterSql(filter: StudyFilter, parameters: SqlParameters): string {
  return booleanFilterSql(filter, ({ dataset, patientIndex, sex, ageYears, cohort }) => {
    const conditions: string[] = ageYears ? rangeSql('study.age_years', ageYears, 'ageYears', parameters) : [];
    if (isGiven(dataset)) conditions.push(`patient.dataset_id = ${datasetIdSql(dataset, parameters)}`);
    if (isGiven(patientIndex)) conditions.push(`patient.patient_index = ${parameters.add(patientIndex)}::int4`);
    if (sex) conditions.push(oneOfSql('patient.sex', sex, 'sex', 'sex', parameters));
    if (isGiven(cohort)) conditions.push(studyHasCohortLesionSql('study.id', cohort, parameters));
    return conditions;
  });
}

/** Whether a filter names a data set version; if none does, lists show the latest of each. */
export function studyFilterNamesDataset(filter: StudyFilter): boolean {
  return someFilter(filter, ({ dataset, cohort }) => isGiven(dataset) || isGiven(cohort));
}
