/**
 * What facets and histograms of lesions have in common: each counts the lesions that match the filter without the
 * condition that its own field has at the top level of the filter, so that the other choices of a page stay visible.
 *
 * One scan reads the lesions that match all other conditions (`base`), with a column for each value and one for each
 * condition that is left out somewhere; every count is an aggregate over it.
 */
import { SqlParameters } from '../database';
import { isGiven, latestVersionSql, oneOfSql, rangeSql } from './conditions';
import { pseudoClusterIdSql } from './keys';
import { type LesionFilter, lesionFilterSql, namesDataset } from './lesionFilter';

/** A value of each lesion that is counted, and the condition of a filter that it leaves out. */
export interface Dimension {
  readonly sql: string;
  readonly own?: keyof LesionFilter;
  readonly join?: 'patient' | 'image' | 'study' | 'member';
}

const JOINS = {
  patient: 'JOIN patient ON patient.id = lesion.patient_id',
  image: 'JOIN bookmarked_image AS image ON image.id = lesion.image_id',
  study: 'JOIN study ON study.id = image.study_id',
} as const;

/**
 * The conditions of `lesionFilterSql` on other tables than that of lesions, on the rows that are joined for the value: a
 * look-up for each lesion would take longer.
 */
const JOINED_CONDITIONS: Partial<
  Record<keyof LesionFilter, (filter: LesionFilter, parameters: SqlParameters) => string[]>
> = {
  sex: ({ sex }, parameters) => (sex ? [oneOfSql('patient.sex', sex, 'sex', 'sex', parameters)] : []),
  ageYears: ({ ageYears }, parameters) =>
    ageYears ? rangeSql('study.age_years', ageYears, 'ageYears', parameters) : [],
  pseudoCluster: ({ pseudoCluster }, parameters) =>
    pseudoCluster ? [`member.pseudo_cluster_id = ${pseudoClusterIdSql(pseudoCluster, parameters)}`] : [],
};

/** The table `base`, of which each dimension is counted. */
export interface Base {
  /** `base AS MATERIALIZED (…)`: columns v0, v1 … for the dimensions */
  readonly sql: string;
  /** for each dimension, the condition on `base` under which a lesion counts */
  readonly counted: readonly string[];
  readonly parameters: SqlParameters;
}

/**
 * @param filter as the caller gave it
 * @throws BadUserInput if the filter does not fit
 */
export function choicesBase(filter: LesionFilter, dimensions: readonly Dimension[]): Base {
  const parameters = new SqlParameters();
  const own = [...new Set(dimensions.flatMap((one) => (one.own && isGiven(filter[one.own]) ? [one.own] : [])))];
  const rest: LesionFilter = { ...filter };
  for (const field of own) delete rest[field];
  const where = [lesionFilterSql(rest, parameters), ...scopeOf(filter, rest, parameters)];
  const values = dimensions.map(({ sql }, index) => `${sql} AS v${index}`);
  const conditions = own.map((field, index) => {
    const one: LesionFilter = { [field]: filter[field] };
    const joined = JOINED_CONDITIONS[field]?.(one, parameters).map((condition) => `(${condition})`);
    return `(${joined ? ['true', ...joined].join(' AND ') : lesionFilterSql(one, parameters)}) IS TRUE AS c${index}`;
  });
  const joins = joinsOf(filter, dimensions, parameters);
  return {
    sql: `base AS MATERIALIZED (SELECT ${[...values, ...conditions].join(', ')} FROM lesion ${joins}
      WHERE ${where.map((one) => `(${one})`).join(' AND ')})`,
    counted: dimensions.map((dimension) => {
      const others = own.flatMap((field, index) => (field === dimension.own ? [] : [`c${index}`]));
      return ['true', ...others].join(' AND ');
    }),
    parameters,
  };
}

/** A pseudo-cluster names a data set version as well; left out as a condition, it still says which. */
function scopeOf(filter: LesionFilter, rest: LesionFilter, parameters: SqlParameters): string[] {
  if (namesDataset(rest)) return [];
  if (!namesDataset(filter) || !isGiven(filter.pseudoCluster)) return [latestVersionSql('lesion.dataset_id')];
  const uuid = parameters.add(filter.pseudoCluster.categorization);
  return [`lesion.dataset_id = (SELECT dataset_id FROM categorization WHERE uuid = ${uuid}::uuid)`];
}

function joinsOf(filter: LesionFilter, dimensions: readonly Dimension[], parameters: SqlParameters): string {
  const wanted = new Set(dimensions.map(({ join }) => join));
  return [
    wanted.has('patient') ? JOINS.patient : '',
    wanted.has('image') || wanted.has('study') ? JOINS.image : '',
    wanted.has('study') ? JOINS.study : '',
    wanted.has('member') ? membersSql(filter, parameters) : '',
  ].join(' ');
}

/** Of the categorization that the filter names by a pseudo-cluster, or the newest one of each data set version. */
function membersSql({ pseudoCluster }: LesionFilter, parameters: SqlParameters): string {
  if (isGiven(pseudoCluster))
    return `LEFT JOIN cluster_assignment AS member ON member.lesion_id = lesion.id AND member.categorization_id =
      (SELECT id FROM categorization WHERE uuid = ${parameters.add(pseudoCluster.categorization)}::uuid)`;
  return `LEFT JOIN (SELECT dataset_id, max(id) AS id FROM categorization WHERE status = 'SUCCEEDED' GROUP BY dataset_id)
        AS newest ON newest.dataset_id = lesion.dataset_id
      LEFT JOIN cluster_assignment AS member ON member.lesion_id = lesion.id AND member.categorization_id = newest.id`;
}
