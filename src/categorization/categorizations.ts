import {
  ANY_OF_IDS,
  columnReader,
  type Listing,
  type OrderBy,
  type Queryable,
  type SortKey,
  SqlParameters,
  selectColumns,
  selectFields,
  sortKeys,
} from '../database';
import { type BooleanFilter, booleanFilterSql, datasetIdSql, isGiven, oneOfSql } from '../dataset';
import type { GlobalKeys } from '../globalId';
import type { JobStatus } from '../job';
import { CATEGORIZATION_COLUMNS, type CategorizationRow, type CategorizationSource } from './rows';

/** Which categorizations; all given fields must match. */
export interface CategorizationFilter extends BooleanFilter<CategorizationFilter> {
  /** `slug` or `slug@version` */
  dataset?: string | null;
  name?: string | null;
  /** any of these */
  status?: JobStatus[] | null;
  /** any of these */
  source?: CategorizationSource[] | null;
}

export const CATEGORIZATION_ORDER_FIELDS = ['ID', 'CREATED_AT', 'NAME', 'CLUSTER_COUNT'] as const;
export type CategorizationOrderField = (typeof CATEGORIZATION_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'categorization.id', type: 'int4' };
const SORT_KEYS: Record<CategorizationOrderField, SortKey> = {
  ID: UNIQUE,
  CREATED_AT: { expression: 'categorization.created_at', type: 'timestamptz' },
  NAME: { expression: 'categorization.name COLLATE "C"', type: 'text' },
  CLUSTER_COUNT: { expression: 'categorization.cluster_count', type: 'int4' },
};
const COLUMNS = selectColumns(CATEGORIZATION_COLUMNS, 'categorization');

/**
 * Describes a list of categorizations.
 *
 * @throws BadUserInput if filter or order do not fit
 */
export function categorizationListing(
  filter: CategorizationFilter,
  orderBy: readonly OrderBy<CategorizationOrderField>[],
  scope?: 'dataset',
): Listing<CategorizationRow> {
  const parameters = new SqlParameters();
  const where = booleanFilterSql(filter, ({ dataset, name, status, source }) => {
    const conditions: string[] = [];
    if (isGiven(dataset)) conditions.push(`categorization.dataset_id = ${datasetIdSql(dataset, parameters)}`);
    if (isGiven(name)) conditions.push(`categorization.name = ${parameters.add(name)}`);
    if (isGiven(status))
      conditions.push(oneOfSql('categorization.status', status, 'categorization_status', 'status', parameters));
    if (isGiven(source))
      conditions.push(oneOfSql('categorization.source', source, 'categorization_source', 'source', parameters));
    return conditions;
  });
  return {
    columns: COLUMNS,
    from: 'categorization',
    where: [where],
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: columnReader(CATEGORIZATION_COLUMNS, ''),
    parentColumn: scope && 'categorization.dataset_id',
  };
}

/** @returns the categorizations with these row ids, in any order; missing ones are omitted */
export function findCategorizations(database: Queryable, ids: readonly number[]): Promise<CategorizationRow[]> {
  return database.query({
    name: 'categorization.id',
    text: `SELECT ${COLUMNS} FROM categorization WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** @returns the categorizations with these keys, in any order; missing ones are omitted */
export function findCategorizationsByKey(
  database: Queryable,
  keys: readonly GlobalKeys['Categorization'][],
): Promise<CategorizationRow[]> {
  return database.query({
    name: 'categorization.uuid',
    text: `SELECT ${COLUMNS} FROM categorization WHERE uuid = ANY($1::uuid[])`,
    values: [keys.map(({ uuid }) => uuid)],
  });
}

/** @returns the categorization of this name, or null */
export function findCategorizationByName(
  database: Queryable,
  datasetId: number,
  name: string,
): Promise<CategorizationRow | null> {
  return database.prisma.categorization.findFirst({
    where: { datasetId, name },
    select: selectFields(CATEGORIZATION_COLUMNS),
  });
}

/** @returns the slug of the data set of a categorization; null if there is none with this id */
export async function findDatasetOfCategorization({ prisma }: Queryable, uuid: string): Promise<string | null> {
  const row = await prisma.categorization.findFirst({
    where: { uuid },
    select: { dataset: { select: { slug: true } } },
  });
  return row?.dataset.slug ?? null;
}
