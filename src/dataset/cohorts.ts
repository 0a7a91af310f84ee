/**
 * Cohorts: frozen selections of lesions of a data set version. A filter describes, a cohort lists: it stays the same whatever
 * becomes of the pseudo-clusters or cohorts that its filter names, so that a publication can rest on it.
 */
import {
  ANY_OF_IDS,
  type Columns,
  columnReader,
  type Database,
  type KeepAnswer,
  type Listing,
  type OrderBy,
  type Queryable,
  type SortKey,
  SqlParameters,
  selectColumns,
  sortKeys,
  type Transaction,
} from '../database';
import { BadUserInput, Conflict } from '../errors';
import type { GlobalKeys } from '../globalId';
import { isStorable } from '../storableText';
import { type BooleanFilter, booleanFilterSql, someFilter } from './booleanFilter';
import { datasetIdSql, isGiven } from './conditions';
import { findDatasetByReference, unknownDataset } from './datasetReads';
import { type LesionFilter, lesionFilterSql } from './lesionFilter';
import { SPLITS, type Split } from './vocabulary';

/** A cohort, without its members. */
export interface CohortRow {
  id: number;
  /** its id outside the database */
  uuid: string;
  datasetId: number;
  name: string;
  /** `LesionFilter` of the graph, as it was given */
  filter: unknown;
  lesionCount: number;
  imageCount: number;
  patientCount: number;
  /** SHA-256 of the source rows of its lesions in ascending order, each in decimal with a line feed */
  membersSha256: string;
  /** who made it */
  client: string | null;
  createdAt: Date;
}

const COHORT_COLUMNS: Columns<CohortRow> = {
  id: 'id',
  uuid: 'uuid',
  datasetId: 'dataset_id',
  name: 'name',
  filter: 'filter',
  lesionCount: 'lesion_count',
  imageCount: 'image_count',
  patientCount: 'patient_count',
  membersSha256: 'members_sha256',
  client: 'client',
  createdAt: 'created_at',
};
const COLUMNS = selectColumns(COHORT_COLUMNS, 'cohort');

export const cohortKey = ({ uuid }: CohortRow): GlobalKeys['Cohort'] => ({ uuid });

/** What a client wants to freeze. */
export interface CohortRequest {
  /** `slug` or `slug@version` */
  dataset: string;
  /** 1 to 200 characters */
  name: string;
  filter: LesionFilter;
  /** the filter as it was given, which is kept beside the members */
  givenFilter: object;
  client: string | null;
  /**
   * selects the lesions, if the client does not see all that a filter may ask for: counts and checksum would tell it
   * otherwise
   */
  reads?: Queryable;
  /** splits whose ground truth the client does not see */
  blindSplits?: readonly string[];
}

const MAX_NAME = 200;
/** A cohort of a whole data set takes three megabytes. */
const MAX_COHORTS_OF_CLIENT = 200;
const MAX_COHORTS = 5_000;

/**
 * Selects the lesions that a filter matches now, and keeps them under an id of their own.
 *
 * @param keep the last step of its transaction
 * @throws BadUserInput if the name does not fit, or the filter matches nothing
 * @throws NotFound if there is no such data set
 * @throws Conflict if there are too many cohorts, of this client or of all
 */
export async function createCohort(
  database: Database,
  request: CohortRequest,
  keep?: KeepAnswer,
): Promise<{ id: number }> {
  const name = checkName(request.name);
  const dataset = await findDatasetByReference(database, request.dataset);
  if (!dataset) throw await unknownDataset(database, request.dataset, 'dataset');
  const lesionIds = await selectMembers(request.reads ?? database, dataset.id, request.filter);
  return database.transaction(async (transaction) => {
    await expectRoom(transaction, request.client);
    const id = await insertCohort(transaction, dataset.id, name, request, lesionIds);
    if (id === null)
      throw new BadUserInput(
        `Expected a filter that matches at least one lesion of ${dataset.slug}@${dataset.version}: there is none.`,
        'filter',
      );
    await keep?.(transaction, id);
    return { id };
  });
}

function checkName(text: string): string {
  const name = text.trim();
  if (name.length >= 1 && name.length <= MAX_NAME && isStorable(name)) return name;
  throw new BadUserInput(
    `Expected a name of 1 to ${MAX_NAME} characters without NUL and unpaired surrogates, got ${name.length} characters.`,
    'name',
  );
}

/** Requests at the same time are answered one after another. */
async function expectRoom(transaction: Transaction, client: string | null): Promise<void> {
  await transaction.query({ text: `SELECT pg_advisory_xact_lock(hashtextextended('cohorts', 0))` });
  const [row] = await transaction.query<{ all: number; own: number }>({
    text: `SELECT count(*)::int4 AS all, (count(*) FILTER (WHERE client = $1))::int4 AS own FROM cohort`,
    values: [client],
  });
  const { all = 0, own = 0 } = row ?? {};
  if (own >= MAX_COHORTS_OF_CLIENT)
    throw new Conflict(`You have ${own} cohorts, the most that one client may have: delete one first (deleteCohort).`);
  if (all >= MAX_COHORTS)
    throw new Conflict(`This server has ${all} cohorts, the most that it keeps: ask its operator to delete some.`);
}

/** @returns row ids of the lesions that a filter matches */
async function selectMembers(reads: Queryable, datasetId: number, filter: LesionFilter): Promise<number[]> {
  const parameters = new SqlParameters();
  const ofDataset = `lesion.dataset_id = ${parameters.add(datasetId)}::int4`;
  const rows = await reads.query<{ id: number }>({
    text: `SELECT lesion.id FROM lesion WHERE ${ofDataset} AND (${lesionFilterSql(filter, parameters)})`,
    values: parameters.values,
  });
  return rows.map(({ id }) => id);
}

/** @returns null if there is no member */
async function insertCohort(
  transaction: Transaction,
  datasetId: number,
  name: string,
  request: CohortRequest,
  lesionIds: readonly number[],
): Promise<number | null> {
  const [made] = await transaction.query<{ id: number }>({
    text: `WITH member AS (
               SELECT id, image_id, patient_id, source_row_index FROM lesion WHERE id = ANY($6::int4[]) AND dataset_id = $1::int4
             ),
             made AS (
               INSERT INTO cohort (dataset_id, name, filter, client, unread_splits, lesion_count, image_count, patient_count, members_sha256)
               SELECT $1::int4, $2, $3::jsonb, $4, $5::split[], count(*), count(DISTINCT image_id), count(DISTINCT patient_id),
                 encode(sha256(convert_to(string_agg(source_row_index || E'\\n', '' ORDER BY source_row_index), 'UTF8')), 'hex')
               FROM member HAVING count(*) > 0
               RETURNING id
             ),
             listed AS (INSERT INTO cohort_lesion (cohort_id, lesion_id) SELECT made.id, member.id FROM made, member)
           SELECT id FROM made`,
    values: [datasetId, name, JSON.stringify(request.givenFilter), request.client, unreadSplits(request), lesionIds],
  });
  return made?.id ?? null;
}

/**
 * A cohort tells nothing of the ground truth of these splits, whatever it is. That a cohort has no lesion of a split is not
 * enough: it may have none because there is none of the type that was asked for.
 */
function unreadSplits({ filter, blindSplits = [] }: CohortRequest): Split[] {
  // Clusters and other cohorts may be made of lesions of all splits.
  const isOfOthers = someFilter(filter, ({ pseudoCluster, cohort }) => pseudoCluster != null || cohort != null);
  const { split } = filter;
  return SPLITS.filter((one) => blindSplits.includes(one) || (split != null && !isOfOthers && !split.includes(one)));
}

/** Which cohorts; all given fields must match. */
export interface CohortFilter extends BooleanFilter<CohortFilter> {
  /** `slug` or `slug@version` */
  dataset?: string | null;
  name?: string | null;
}

export const COHORT_ORDER_FIELDS = ['ID', 'CREATED_AT', 'NAME', 'LESION_COUNT'] as const;
export type CohortOrderField = (typeof COHORT_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'cohort.id', type: 'int4' };
const SORT_KEYS: Record<CohortOrderField, SortKey> = {
  ID: UNIQUE,
  CREATED_AT: { expression: 'cohort.created_at', type: 'timestamptz' },
  NAME: { expression: 'cohort.name COLLATE "C"', type: 'text' },
  LESION_COUNT: { expression: 'cohort.lesion_count', type: 'int4' },
};

/**
 * Describes a list of cohorts.
 *
 * @throws BadUserInput if filter or order do not fit
 */
export function cohortListing(filter: CohortFilter, orderBy: readonly OrderBy<CohortOrderField>[]): Listing<CohortRow> {
  const parameters = new SqlParameters();
  const where = booleanFilterSql(filter, ({ dataset, name }) => [
    ...(isGiven(dataset) ? [`cohort.dataset_id = ${datasetIdSql(dataset, parameters)}`] : []),
    ...(isGiven(name) ? [`cohort.name = ${parameters.add(name)}`] : []),
  ]);
  return {
    columns: COLUMNS,
    from: 'cohort',
    where: [where],
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: columnReader(COHORT_COLUMNS, ''),
  };
}

/** @returns the cohorts with these row ids, in any order; missing ones are omitted */
export function findCohorts(database: Queryable, ids: readonly number[]): Promise<CohortRow[]> {
  return database.query({
    name: 'cohort.id',
    text: `SELECT ${COLUMNS} FROM cohort WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** @returns the cohorts with these keys, in any order; missing ones are omitted */
export function findCohortsByKey(database: Queryable, keys: readonly GlobalKeys['Cohort'][]): Promise<CohortRow[]> {
  return database.query({
    name: 'cohort.uuid',
    text: `SELECT ${COLUMNS} FROM cohort WHERE uuid = ANY($1::uuid[])`,
    values: [keys.map(({ uuid }) => uuid)],
  });
}
