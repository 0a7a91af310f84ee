import type { SqlParameters } from '../database';
import type { GlobalKeys } from '../globalId';
import { type BooleanFilter, booleanFilterSql, someFilter } from './booleanFilter';
import { inCohortSql } from './cohortCondition';
import { datasetIdSql, type FloatRange, isGiven, oneOfSql, rangeSql } from './conditions';
import { pseudoClusterIdSql } from './keys';
import type { CoarseType, Sex, Split } from './vocabulary';

/** Which lesions; all given fields must match. */
export interface LesionFilter extends BooleanFilter<LesionFilter> {
  /** `slug` or `slug@version` */
  dataset?: string | null;
  patientIndex?: number | null;
  sourceRowIndex?: number[] | null;
  split?: Split[] | null;
  coarseType?: CoarseType[] | null;
  cohort?: GlobalKeys['Cohort'] | null;
  pseudoCluster?: GlobalKeys['PseudoCluster'] | null;
  longDiameterMm?: FloatRange | null;
  shortDiameterMm?: FloatRange | null;
  /** position from head (0) to feet (1) */
  locationZ?: FloatRange | null;
  sex?: Sex[] | null;
  ageYears?: FloatRange | null;
  possiblyNoisy?: boolean | null;
  hasPixels?: boolean | null;
}

/**
 * @returns a condition on the table `lesion` under that name
 * @throws BadUserInput naming the field that does not fit
 */
export function lesionFilterSql(filter: LesionFilter, parameters: SqlParameters): string {
  return booleanFilterSql(filter, (one) => [
    ...ownConditions(one, parameters),
    ...patientConditions(one, parameters),
    ...imageConditions(one, parameters),
  ]);
}

/** Whether a filter names a data set version; if none does, lists show the latest of each. */
export function namesDataset(filter: LesionFilter): boolean {
  return someFilter(
    filter,
    ({ dataset, pseudoCluster, cohort }) => isGiven(dataset) || isGiven(pseudoCluster) || isGiven(cohort),
  );
}

function ownConditions(filter: LesionFilter, parameters: SqlParameters): string[] {
  const { dataset, sourceRowIndex, split, coarseType, pseudoCluster, longDiameterMm, shortDiameterMm } = filter;
  const conditions: string[] = [];
  if (isGiven(dataset)) conditions.push(`lesion.dataset_id = ${datasetIdSql(dataset, parameters)}`);
  if (sourceRowIndex)
    conditions.push(oneOfSql('lesion.source_row_index', sourceRowIndex, 'int4', 'sourceRowIndex', parameters));
  if (split) conditions.push(oneOfSql('lesion.split', split, 'split', 'split', parameters));
  if (coarseType) conditions.push(oneOfSql('lesion.coarse_type', coarseType, 'coarse_type', 'coarseType', parameters));
  if (longDiameterMm)
    conditions.push(...rangeSql('lesion.long_diameter_mm', longDiameterMm, 'longDiameterMm', parameters));
  if (shortDiameterMm)
    conditions.push(...rangeSql('lesion.short_diameter_mm', shortDiameterMm, 'shortDiameterMm', parameters));
  if (filter.locationZ) conditions.push(...rangeSql('lesion.normalized_z', filter.locationZ, 'locationZ', parameters));
  if (isGiven(filter.possiblyNoisy))
    conditions.push(`lesion.possibly_noisy = ${parameters.add(filter.possiblyNoisy)}::bool`);
  if (isGiven(filter.cohort)) conditions.push(inCohortSql('lesion.id', filter.cohort, parameters));
  if (isGiven(pseudoCluster))
    // IS TRUE keeps PostgreSQL from a join: a set of all lesions of the cluster takes less time than a look-up for each lesion
    // that a page passes over (Q2 of bench/graphql: 2 ms against 12 ms).
    conditions.push(
      `(lesion.id IN (SELECT a.lesion_id FROM cluster_assignment AS a
          WHERE a.pseudo_cluster_id = ${pseudoClusterIdSql(pseudoCluster, parameters)})) IS TRUE`,
    );
  return conditions;
}

function patientConditions({ patientIndex, sex }: LesionFilter, parameters: SqlParameters): string[] {
  const conditions: string[] = [];
  if (isGiven(patientIndex)) conditions.push(`p.patient_index = ${parameters.add(patientIndex)}::int4`);
  if (sex) conditions.push(oneOfSql('p.sex', sex, 'sex', 'sex', parameters));
  if (conditions.length === 0) return [];
  return [`EXISTS (SELECT FROM patient AS p WHERE p.id = lesion.patient_id AND ${conditions.join(' AND ')})`];
}

function imageConditions({ ageYears, hasPixels }: LesionFilter, parameters: SqlParameters): string[] {
  const conditions: string[] = [];
  const age = ageYears ? rangeSql('s.age_years', ageYears, 'ageYears', parameters) : [];
  if (isGiven(hasPixels)) conditions.push(`i.has_pixels = ${parameters.add(hasPixels)}::bool`);
  if (age.length > 0)
    conditions.push(`EXISTS (SELECT FROM study AS s WHERE s.id = i.study_id AND ${age.join(' AND ')})`);
  if (conditions.length === 0) return [];
  return [`EXISTS (SELECT FROM bookmarked_image AS i WHERE i.id = lesion.image_id AND ${conditions.join(' AND ')})`];
}
