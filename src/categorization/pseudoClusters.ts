import {
  ANY_OF_IDS,
  type Listing,
  type OrderBy,
  type Queryable,
  type SortKey,
  SqlParameters,
  selectFields,
  sortKeys,
} from '../database';
import { type BooleanFilter, booleanFilterSql, datasetIdSql, isGiven } from '../dataset';
import { BadUserInput, NotFound } from '../errors';
import type { GlobalKeys } from '../globalId';
import { PSEUDO_CLUSTER_COLUMNS, PSEUDO_CLUSTER_SQL, type PseudoClusterRow, readPseudoCluster } from './rows';

/** Which pseudo-clusters; all given fields must match. */
export interface PseudoClusterFilter extends BooleanFilter<PseudoClusterFilter> {
  categorization?: GlobalKeys['Categorization'] | null;
  /** `slug` or `slug@version` */
  dataset?: string | null;
  /** whether a radiologist has named it */
  labelled?: boolean | null;
}

export const PSEUDO_CLUSTER_ORDER_FIELDS = ['ID', 'CLUSTER_INDEX', 'LABEL'] as const;
export type PseudoClusterOrderField = (typeof PSEUDO_CLUSTER_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'cluster.id', type: 'int4' };
const SORT_KEYS: Record<PseudoClusterOrderField, SortKey> = {
  ID: UNIQUE,
  CLUSTER_INDEX: { expression: 'cluster.cluster_index', type: 'int4' },
  LABEL: { expression: 'cluster.label COLLATE "C"', type: 'text', nullable: true },
};
const COLUMNS = PSEUDO_CLUSTER_SQL;
const MAX_LABEL = 200;

/**
 * Describes a list of pseudo-clusters.
 *
 * @throws BadUserInput if filter or order do not fit
 */
export function pseudoClusterListing(
  filter: PseudoClusterFilter,
  orderBy: readonly OrderBy<PseudoClusterOrderField>[],
  scope?: 'categorization',
): Listing<PseudoClusterRow> {
  const parameters = new SqlParameters();
  const where = booleanFilterSql(filter, ({ categorization, dataset, labelled }) => {
    const conditions: string[] = [];
    if (isGiven(categorization))
      conditions.push(`cluster.categorization_id = ${categorizationIdSql(categorization, parameters)}`);
    if (isGiven(dataset))
      conditions.push(
        `EXISTS (SELECT FROM categorization AS c WHERE c.id = cluster.categorization_id AND c.dataset_id = ${datasetIdSql(dataset, parameters)})`,
      );
    if (isGiven(labelled)) conditions.push(`(cluster.label IS NOT NULL) = ${parameters.add(labelled)}::bool`);
    return conditions;
  });
  return {
    columns: COLUMNS,
    from: 'pseudo_cluster AS cluster',
    where: [where],
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: readPseudoCluster,
    parentColumn: scope && 'cluster.categorization_id',
  };
}

/** @returns the pseudo-clusters with these row ids, in any order; missing ones are omitted */
export function findPseudoClusters(database: Queryable, ids: readonly number[]): Promise<PseudoClusterRow[]> {
  return database.query({
    name: 'cluster.id',
    text: `SELECT ${COLUMNS} FROM pseudo_cluster AS cluster WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** @returns the pseudo-clusters with these keys, in any order; missing ones are omitted */
export function findPseudoClustersByKey(
  database: Queryable,
  keys: readonly GlobalKeys['PseudoCluster'][],
): Promise<PseudoClusterRow[]> {
  return database.query({
    name: 'cluster.key',
    text: `SELECT ${COLUMNS} FROM unnest($1::uuid[], $2::int4[]) AS key (categorization, index)
           JOIN categorization AS owner ON owner.uuid = key.categorization
           JOIN pseudo_cluster AS cluster ON cluster.categorization_id = owner.id AND cluster.cluster_index = key.index`,
    values: [keys.map(({ categorization }) => categorization), keys.map(({ clusterIndex }) => clusterIndex)],
  });
}

function categorizationIdSql({ uuid }: GlobalKeys['Categorization'], parameters: SqlParameters): string {
  return `(SELECT id FROM categorization WHERE uuid = ${parameters.add(uuid)}::uuid)`;
}

/** @returns all pseudo-clusters of these categorizations, each's by rising index */
export function findClustersOfCategorizations(
  database: Queryable,
  categorizationIds: readonly number[],
): Promise<PseudoClusterRow[]> {
  return database.query({
    name: 'cluster.categorization',
    text: `SELECT ${COLUMNS} FROM pseudo_cluster AS cluster WHERE categorization_id = ${ANY_OF_IDS} ORDER BY categorization_id, cluster_index`,
    values: [categorizationIds],
  });
}

/** @returns how many lesions each of these pseudo-clusters has, empty ones with 0 */
export function sizesOfPseudoClusters(
  database: Queryable,
  ids: readonly number[],
): Promise<{ pseudoClusterId: number; size: number }[]> {
  return database.query({
    name: 'cluster.size',
    text: `
      SELECT cluster.id AS "pseudoClusterId", count(member.lesion_id) AS size
      FROM pseudo_cluster AS cluster LEFT JOIN cluster_assignment AS member ON member.pseudo_cluster_id = cluster.id
      WHERE cluster.id = ${ANY_OF_IDS} GROUP BY cluster.id`,
    values: [ids],
  });
}

/** A lesion with its pseudo-cluster, one object for all its lesions. */
export interface ClusterOfLesion {
  lesionId: number;
  cluster: PseudoClusterRow;
}

/**
 * The statement returns each pseudo-cluster once, with its lesions, because a page has far more lesions than
 * pseudo-clusters: for 356 lesions it takes PostgreSQL 1.0 ms instead of 1.9 ms, and the driver a tenth of the values.
 *
 * @param categorization null: the newest categorization that has the lesion
 * @returns the pseudo-cluster of each of these lesions, in any order; lesions that are in no categorization are omitted
 */
export async function clustersOfLesions(
  database: Queryable,
  lesionIds: readonly number[],
  categorization: GlobalKeys['Categorization'] | null,
): Promise<ClusterOfLesion[]> {
  const rows = await database.query<PseudoClusterRow & { lesionIds: number[] }>({
    name: 'cluster.lesion',
    text: `
      SELECT ${COLUMNS}, assigned."lesionIds"
      FROM (
        SELECT newest.pseudo_cluster_id, json_agg(newest.lesion_id) AS "lesionIds"
        FROM (
          SELECT DISTINCT ON (member.lesion_id) member.lesion_id, member.pseudo_cluster_id
          FROM cluster_assignment AS member
          WHERE member.lesion_id = ${ANY_OF_IDS} AND ($2::uuid IS NULL OR member.categorization_id = (SELECT id FROM categorization WHERE uuid = $2))
          ORDER BY member.lesion_id, member.categorization_id DESC
        ) AS newest
        GROUP BY newest.pseudo_cluster_id
      ) AS assigned JOIN pseudo_cluster AS cluster ON cluster.id = assigned.pseudo_cluster_id`,
    values: [lesionIds, categorization?.uuid ?? null],
  });
  return rows.flatMap(({ lesionIds: assigned, ...cluster }) => assigned.map((lesionId) => ({ lesionId, cluster })));
}

/**
 * Gives a pseudo-cluster a radiologist's name, or takes it away.
 *
 * @param label 1 to 200 characters; null takes the name away
 * @throws NotFound if there is no such pseudo-cluster
 * @throws BadUserInput if the label does not fit
 */
export async function labelPseudoCluster(
  database: Queryable,
  { categorization, clusterIndex }: GlobalKeys['PseudoCluster'],
  label: string | null,
): Promise<PseudoClusterRow> {
  const name = label === null ? null : checkLabel(label);
  const [row] = await database.prisma.pseudoCluster.updateManyAndReturn({
    where: { clusterIndex, categorization: { uuid: categorization } },
    data: { label: name },
    select: selectFields(PSEUDO_CLUSTER_COLUMNS),
  });
  if (!row) throw new NotFound('Expected the id of a pseudo-cluster: there is none with this id.', 'pseudoClusterId');
  return { ...row, categorizationUuid: categorization };
}

/**
 * @returns the name without blanks around it
 * @throws BadUserInput if it does not fit
 */
export function checkLabel(label: string): string {
  const name = label.trim();
  if (name.length === 0 || name.length > MAX_LABEL)
    throw new BadUserInput(
      `Expected label to have 1 to ${MAX_LABEL} characters, got ${name.length}: pass null to take it away.`,
      'label',
    );
  return name;
}
