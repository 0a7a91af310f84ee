import type { SqlParameters } from '../database';
import type { GlobalKeys } from '../globalId';
import { type BooleanFilter, booleanFilterSql, someFilter } from './booleanFilter';
import { hasCohortLesionSql } from './cohortCondition';
import { datasetIdSql, isGiven, oneOfSql } from './conditions';
import type { CoarseType, Sex, Split } from './vocabulary';

/** Which patients; all given fields must match. */
export interface PatientFilter extends BooleanFilter<PatientFilter> {
  /** `slug` or `slug@version` */
  dataset?: string | null;
  patientIndex?: number | null;
  sex?: Sex[] | null;
  /** at least one lesion in one of these splits */
  split?: Split[] | null;
  /** at least one lesion of one of these types */
  coarseType?: CoarseType[] | null;
  /** at least one lesion in this cohort */
  cohort?: GlobalKeys['Cohort'] | null;
}

/**
 * @returns a condition on the table `patient` under that name
 * @throws BadUserInput naming the field that does not fit
 */
export function patientFilterSql(filter: PatientFilter, parameters: SqlParameters): string {
  return booleanFilterSql(filter, ({ dataset, patientIndex, sex, split, coarseType, cohort }) => {
    const conditions: string[] = [];
    if (isGiven(dataset)) conditions.push(`patient.dataset_id = ${datasetIdSql(dataset, parameters)}`);
    if (isGiven(patientIndex)) conditions.push(`patient.patient_index = ${parameters.add(patientIndex)}::int4`);
    if (sex) conditions.push(oneOfSql('patient.sex', sex, 'sex', 'sex', parameters));
    if (split) conditions.push(hasLesionSql(oneOfSql('l.split', split, 'split', 'split', parameters)));
    if (coarseType)
      conditions.push(hasLesionSql(oneOfSql('l.coarse_type', coarseType, 'coarse_type', 'coarseType', parameters)));
    if (isGiven(cohort)) conditions.push(hasCohortLesionSql('patient_id', 'patient.id', cohort, parameters));
    return conditions;
  });
}

/** Whether a filter names a data set version; if none does, lists show the latest of each. */
export function patientFilterNamesDataset(filter: PatientFilter): boolean {
  return someFilter(filter, ({ dataset, cohort }) => isGiven(dataset) || isGiven(cohort));
}

function hasLesionSql(condition: string): string {
  return `EXISTS (SELECT FROM lesion AS l WHERE l.patient_id = patient.id AND ${condition})`;
}
