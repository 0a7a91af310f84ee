import {
  ANY_OF_IDS,
  columnReader,
  type Listing,
  type OrderBy,
  type Queryable,
  type SortKey,
  SqlParameters,
  selectColumns,
  sortKeys,
} from '../database';
import { NotFound, quoted } from '../errors';
import type { GlobalKeys } from '../globalId';
import { type BooleanFilter, booleanFilterSql, someFilter } from './booleanFilter';
import { isGiven, oneOfSql, parseDatasetReference } from './conditions';
import { lookUpByKeys } from './keys';
import { DATASET_COLUMNS, type DatasetRow } from './rows';

/** Which data set versions; all given fields must match. */
export interface DatasetFilter extends BooleanFilter<DatasetFilter> {
  slug?: string[] | null;
  synthetic?: boolean | null;
  /** true: the latest version of each slug; false: the superseded ones; named nowhere: the latest */
  latest?: boolean | null;
}

export const DATASET_ORDER_FIELDS = ['ID', 'SLUG', 'NAME', 'IMPORTED_AT'] as const;
export type DatasetOrderField = (typeof DATASET_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'dataset.id', type: 'int4' };
const SORT_KEYS: Record<DatasetOrderField, SortKey> = {
  ID: UNIQUE,
  SLUG: { expression: 'dataset.slug COLLATE "C"', type: 'text' },
  NAME: { expression: 'dataset.name COLLATE "C"', type: 'text' },
  IMPORTED_AT: { expression: 'dataset.imported_at', type: 'timestamptz' },
};
const COLUMNS = selectColumns(DATASET_COLUMNS, 'dataset');
const BY_KEY = lookUpByKeys<GlobalKeys['Dataset']>({});

/**
 * Describes a list of data set versions: the latest of each, unless the filter says something of `latest`.
 *
 * @throws BadUserInput if filter or order do not fit
 */
export function datasetListing(
  filter: DatasetFilter,
  orderBy: readonly OrderBy<DatasetOrderField>[],
): Listing<DatasetRow> {
  const parameters = new SqlParameters();
  const where = [
    booleanFilterSql(filter, ({ slug, synthetic, latest }) => {
      const conditions: string[] = [];
      if (isGiven(latest)) conditions.push(`dataset.is_latest = ${parameters.add(latest)}::bool`);
      if (slug) conditions.push(oneOfSql('dataset.slug', slug, 'text', 'slug', parameters));
      if (isGiven(synthetic)) conditions.push(`dataset.synthetic = ${parameters.add(synthetic)}::bool`);
      return conditions;
    }),
  ];
  if (!someFilter(filter, ({ latest }) => isGiven(latest))) where.push('dataset.is_latest');
  return {
    columns: COLUMNS,
    from: 'dataset',
    where,
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: columnReader(DATASET_COLUMNS, ''),
  };
}

/** @returns the data set versions with these row ids, in any order; missing ones are omitted */
export function findDatasets(database: Queryable, ids: readonly number[]): Promise<DatasetRow[]> {
  return database.query({
    name: 'dataset.id',
    text: `SELECT ${COLUMNS} FROM dataset WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** @returns the data set versions with these keys, in any order; missing ones are omitted */
export function findDatasetsByKey(database: Queryable, keys: readonly GlobalKeys['Dataset'][]): Promise<DatasetRow[]> {
  return database.query({
    name: 'dataset.key',
    text: `SELECT ${COLUMNS} FROM ${BY_KEY.from}`,
    values: BY_KEY.values(keys),
  });
}

/** @param reference `slug` (its latest version) or `slug@version` */
export async function findDatasetByReference(database: Queryable, reference: string): Promise<DatasetRow | null> {
  const { slug, version } = parseDatasetReference(reference);
  const [row] = await database.query<DatasetRow>({
    name: 'data-set-by-reference',
    text: `SELECT ${COLUMNS} FROM dataset WHERE slug = $1 AND CASE WHEN $2::int4 IS NULL THEN is_latest ELSE version = $2 END`,
    values: [slug, version],
  });
  return row ?? null;
}

/** @returns the version that each slug stands for, of the data sets that a caller may read, by slug; at most 1000 */
export function findLatestDatasets(database: Queryable): Promise<{ slug: string; version: number }[]> {
  return database.query({
    name: 'dataset.latest',
    text: 'SELECT slug, version FROM dataset WHERE is_latest ORDER BY slug COLLATE "C" LIMIT 1000',
  });
}

/** @returns all versions of all data sets, by slug and version */
export function findAllDatasets(database: Queryable): Promise<DatasetRow[]> {
  return database.query({ text: `SELECT ${COLUMNS} FROM dataset ORDER BY slug COLLATE "C", version` });
}

/** @returns those of these references (`slug` or `slug@version`) that name a data set version */
export async function findDatasetReferences(
  database: Queryable,
  references: readonly string[],
): Promise<{ reference: string }[]> {
  const parsed = references.map((reference) => ({ reference, ...parseDatasetReference(reference) }));
  // Every query with a data set in a filter asks this: Prisma Client takes 0.5 ms of the processor for it.
  const rows = await database.query<{ slug: string; version: number; isLatest: boolean }>({
    name: 'dataset.references',
    text: 'SELECT slug, version, is_latest AS "isLatest" FROM dataset WHERE slug = ANY($1::text[])',
    values: [parsed.map(({ slug }) => slug)],
  });
  return parsed.filter(({ slug, version }) =>
    rows.some((row) => row.slug === slug && (version === null ? row.isLatest : row.version === version)),
  );
}

const MAX_KNOWN = 20;

/**
 * @param argument the argument or field that named it
 * @returns the error for a data set that is not there, with those that are
 */
export async function unknownDataset(database: Queryable, reference: string, argument: string): Promise<NotFound> {
  const { slug } = parseDatasetReference(reference);
  const rows = await database.query<{ slug: string; version: number }>({
    text: 'SELECT slug, version FROM dataset WHERE slug = $1 OR is_latest ORDER BY slug = $1 DESC, slug COLLATE "C", version LIMIT $2::int4',
    values: [slug, MAX_KNOWN + 1],
  });
  const known = rows.slice(0, MAX_KNOWN).map((row) => `${row.slug}@${row.version}`);
  const list = known.length > 0 ? known.join(', ') : 'none';
  const rest = rows.length > MAX_KNOWN ? ' and more: the query datasets lists them' : '';
  return new NotFound(`There is no data set ${quoted(reference)}. Known: ${list}${rest}.`, argument);
}

/** How many rows a data set version has of each kind. */
export interface DatasetCounts {
  datasetId: number;
  patients: number;
  studies: number;
  series: number;
  images: number;
  imagesWithPixels: number;
  lesions: number;
}

/** @returns the counts of these data set versions, in any order */
export function countsOfDatasets(database: Queryable, ids: readonly number[]): Promise<DatasetCounts[]> {
  return database.query({
    name: 'dataset.counts',
    text: `
      SELECT dataset.id AS "datasetId", images, "imagesWithPixels", studies, series,
        (SELECT count(*) FROM patient WHERE patient.dataset_id = dataset.id) AS patients,
        (SELECT count(*) FROM lesion WHERE lesion.dataset_id = dataset.id) AS lesions
      FROM dataset CROSS JOIN LATERAL (
        SELECT count(*) AS images, count(*) FILTER (WHERE has_pixels) AS "imagesWithPixels",
          count(DISTINCT study_id) AS studies, count(DISTINCT series_id) AS series
        FROM bookmarked_image AS image WHERE image.dataset_id = dataset.id
      ) AS of_images
      WHERE dataset.id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}
