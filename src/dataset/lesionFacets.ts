import type { Queryable } from '../database';
import { BadUserInput } from '../errors';
import { choicesBase, type Dimension } from './lesionChoices';
import type { LesionFilter } from './lesionFilter';
import { AGE_BAND_YEARS } from './lesionStatistics';

export const LESION_FACET_FIELDS = [
  'COARSE_TYPE',
  'SPLIT',
  'SEX',
  'AGE_BAND',
  'PSEUDO_CLUSTER',
  'POSSIBLY_NOISY',
] as const;
export type LesionFacetField = (typeof LESION_FACET_FIELDS)[number];

const DIMENSIONS: Record<LesionFacetField, Dimension> = {
  COARSE_TYPE: { sql: 'lesion.coarse_type', own: 'coarseType' },
  SPLIT: { sql: 'lesion.split', own: 'split' },
  SEX: { sql: 'patient.sex', own: 'sex', join: 'patient' },
  AGE_BAND: {
    sql: `(floor(study.age_years / ${AGE_BAND_YEARS}) * ${AGE_BAND_YEARS})::int4`,
    own: 'ageYears',
    join: 'study',
  },
  PSEUDO_CLUSTER: { sql: 'member.pseudo_cluster_id', own: 'pseudoCluster', join: 'member' },
  POSSIBLY_NOISY: { sql: 'lesion.possibly_noisy', own: 'possiblyNoisy' },
};

/** The lesions that have one value of a field. */
export interface FacetBucket {
  /**
   * the value: an enum value, the first year of an age band, the row id of a pseudo-cluster, `true` or `false`; null:
   * the value is unknown, or the lesion is in no pseudo-cluster
   */
  readonly value: string | null;
  readonly count: number;
}

export interface LesionFacet {
  readonly field: LesionFacetField;
  readonly buckets: readonly FacetBucket[];
}

/**
 * Counts lesions by the values of several fields, each without the filter's own condition on that field. A value that
 * occurs among the lesions but not together with the other conditions has a count of 0.
 *
 * @returns one facet per field, in the order of the request
 * @throws BadUserInput if the filter does not fit, or a field is given twice
 */
export async function lesionFacets(
  database: Queryable,
  filter: LesionFilter,
  fields: readonly LesionFacetField[],
): Promise<LesionFacet[]> {
  if (new Set(fields).size < fields.length) throw new BadUserInput('Expected each facet once in facets.', 'facets');
  if (fields.length === 0) return [];
  const { sql, counted, parameters } = choicesBase(
    filter,
    fields.map((field) => DIMENSIONS[field]),
  );
  const facets = fields.map(
    (
      _,
      index,
    ) => `SELECT ${index} AS facet, v${index}::text AS value, count(*) FILTER (WHERE ${counted[index]}) AS count,
        row_number() OVER (ORDER BY v${index}) AS place FROM base GROUP BY v${index}`,
  );
  const rows = await database.query<FacetBucket & { facet: number }>({
    text: `WITH ${sql} SELECT facet, value, count FROM (${facets.join(' UNION ALL ')}) AS one ORDER BY facet, place`,
    values: parameters.values,
  });
  return fields.map((field, index) => ({
    field,
    buckets: rows.flatMap(({ facet, value, count }) => (facet === index ? [{ value, count }] : [])),
  }));
}
