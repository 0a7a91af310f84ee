import type { SqlParameters } from '../database';
import type { GlobalKeys } from '../globalId';
import { type BooleanFilter, booleanFilterSql, someFilter } from './booleanFilter';
import { hasCohortLesionSql } from './cohortCondition';
import { datasetIdSql, type FloatRange, isGiven, oneOfSql, rangeSql } from './conditions';
import { pseudoClusterIdSql } from './keys';
import { type LesionFilter, lesionFilterSql, namesDataset } from './lesionFilter';
import type { CoarseType, Sex, Split } from './vocabulary';

/** Which bookmarked images; all given fields must match. */
export interface BookmarkedImageFilter extends BooleanFilter<BookmarkedImageFilter> {
  /** `slug` or `slug@version` */
  dataset?: string | null;
  fileName?: string[] | null;
  patientIndex?: number | null;
  split?: Split[] | null;
  sex?: Sex[] | null;
  ageYears?: FloatRange | null;
  hasPixels?: boolean | null;
  /** at least one lesion of one of these types */
  coarseType?: CoarseType[] | null;
  /** at least one lesion in this pseudo-cluster */
  pseudoCluster?: GlobalKeys['PseudoCluster'] | null;
  /** at least one lesion in this cohort */
  cohort?: GlobalKeys['Cohort'] | null;
  /** at least one lesion that fits this filter */
  lesion?: LesionFilter | null;
  pixelSpacingMm?: FloatRange | null;
  sliceIntervalMm?: FloatRange | null;
}

/**
 * @returns a condition on the table `bookmarked_image` under the name `image`
 * @throws BadUserInput naming the field that does not fit
 */
export function imageFilterSql(filter: BookmarkedImageFilter, parameters: SqlParameters): string {
  return booleanFilterSql(filter, (one) => [
    ...ownConditions(one, parameters),
    ...studyConditions(one, parameters),
    ...lesionConditions(one, parameters),
  ]);
}

/** Whether a filter names a data set version; if none does, lists show the latest of each. */
export function imageFilterNamesDataset(filter: BookmarkedImageFilter): boolean {
  return someFilter(
    filter,
    ({ dataset, pseudoCluster, cohort, lesion }) =>
      isGiven(dataset) || isGiven(pseudoCluster) || isGiven(cohort) || (isGiven(lesion) && namesDataset(lesion)),
  );
}

function ownConditions(filter: BookmarkedImageFilter, parameters: SqlParameters): string[] {
  const { dataset, fileName, split, hasPixels, pixelSpacingMm, sliceIntervalMm } = filter;
  const conditions: string[] = [];
  if (isGiven(dataset)) conditions.push(`image.dataset_id = ${datasetIdSql(dataset, parameters)}`);
  if (fileName) conditions.push(oneOfSql('image.file_name', fileName, 'text', 'fileName', parameters));
  if (split) conditions.push(oneOfSql('image.split', split, 'split', 'split', parameters));
  if (isGiven(hasPixels)) conditions.push(`image.has_pixels = ${parameters.add(hasPixels)}::bool`);
  if (pixelSpacingMm)
    conditions.push(...rangeSql('image.pixel_spacing_mm', pixelSpacingMm, 'pixelSpacingMm', parameters));
  if (sliceIntervalMm)
    conditions.push(...rangeSql('image.slice_interval_mm', sliceIntervalMm, 'sliceIntervalMm', parameters));
  return conditions;
}

function studyConditions({ patientIndex, sex, ageYears }: BookmarkedImageFilter, parameters: SqlParameters): string[] {
  const conditions: string[] = ageYears ? rangeSql('s.age_years', ageYears, 'ageYears', parameters) : [];
  if (isGiven(patientIndex)) conditions.push(`p.patient_index = ${parameters.add(patientIndex)}::int4`);
  if (sex) conditions.push(oneOfSql('p.sex', sex, 'sex', 'sex', parameters));
  if (conditions.length === 0) return [];
  return [
    `EXISTS (SELECT FROM study AS s JOIN patient AS p ON p.id = s.patient_id WHERE s.id = image.study_id AND ${conditions.join(' AND ')})`,
  ];
}

function lesionConditions(filter: BookmarkedImageFilter, parameters: SqlParameters): string[] {
  const { coarseType, pseudoCluster, cohort, lesion } = filter;
  const conditions: string[] = [];
  if (coarseType)
    conditions.push(
      `EXISTS (SELECT FROM lesion AS l WHERE l.image_id = image.id
          AND ${oneOfSql('l.coarse_type', coarseType, 'coarse_type', 'coarseType', parameters)})`,
    );
  if (isGiven(pseudoCluster))
    conditions.push(
      `EXISTS (SELECT FROM lesion AS l JOIN cluster_assignment AS a ON a.lesion_id = l.id WHERE l.image_id = image.id
          AND a.pseudo_cluster_id = ${pseudoClusterIdSql(pseudoCluster, parameters)})`,
    );
  if (isGiven(cohort)) conditions.push(hasCohortLesionSql('image_id', 'image.id', cohort, parameters));
  if (lesion)
    conditions.push(
      `EXISTS (SELECT FROM lesion WHERE lesion.image_id = image.id AND ${lesionFilterSql(lesion, parameters)})`,
    );
  return conditions;
}
