import { ANY_OF_IDS, type Queryable } from '../database';
import { COARSE_TYPES, type CoarseType } from '../dataset';
import { type Agreement, agreementOf, type ContingencyTable } from './agreement';
import { alignClusters } from './hungarian';
import { findClustersOfCategorizations } from './pseudoClusters';
import type { PseudoClusterRow } from './rows';

/** How the clusters of a categorization agree with the coarse types of its lesions, over those whose type is known. */
export interface CoarseTypeAgreement extends Agreement {
  categorizationId: number;
  /** rows of the table */
  clusters: PseudoClusterRow[];
  /** columns of the table: the types that occur */
  coarseTypes: CoarseType[];
  table: ContingencyTable;
}

/** How two categorizations of the same lesions agree. */
export interface CategorizationComparison extends Agreement {
  categorizationId: number;
  /** rows of the table: the clusters of this categorization */
  clusters: PseudoClusterRow[];
  /** columns of the table: the clusters of the other one */
  otherClusters: PseudoClusterRow[];
  table: ContingencyTable;
  /** for each row the column that it is matched with (Hungarian method); -1 if the other has fewer clusters */
  matched: number[];
}

/**
 * @returns the agreement of these categorizations with coarse types; those without a lesion of known type are omitted
 */
export async function coarseTypeAgreements(
  database: Queryable,
  categorizationIds: readonly number[],
): Promise<CoarseTypeAgreement[]> {
  const counts = await database.query<{ categorizationId: number; row: number; column: CoarseType; lesions: number }>({
    name: 'categorization.coarse-types',
    text: `SELECT member.categorization_id AS "categorizationId", member.pseudo_cluster_id AS row, lesion.coarse_type AS column, count(*) AS lesions
           FROM cluster_assignment AS member JOIN lesion ON lesion.id = member.lesion_id
           WHERE member.categorization_id = ${ANY_OF_IDS} AND lesion.coarse_type <> 'UNKNOWN' GROUP BY 1, 2, 3`,
    values: [categorizationIds],
  });
  const clusters = await findClustersOfCategorizations(database, categorizationIds);
  return categorizationIds.flatMap((categorizationId) => {
    const own = counts.filter((count) => count.categorizationId === categorizationId);
    if (own.length === 0) return [];
    const rows = clusters.filter((cluster) => cluster.categorizationId === categorizationId);
    const coarseTypes = COARSE_TYPES.filter((type) => own.some(({ column }) => column === type));
    const table = denseTable(own, idsOf(rows), coarseTypes);
    return [{ categorizationId, clusters: rows, coarseTypes, table, ...agreementOf(table) }];
  });
}

/**
 * Compares categorizations with another one, over the lesions that both have. The pairs are counted by the database.
 *
 * @returns one comparison for each id; categorizations without a common lesion have tables of zeros and no metrics
 */
export async function compareCategorizations(
  database: Queryable,
  categorizationIds: readonly number[],
  otherId: number,
): Promise<CategorizationComparison[]> {
  const counts = await database.query<{ categorizationId: number; row: number; column: number; lesions: number }>({
    name: 'categorization.compare',
    text: `SELECT member.categorization_id AS "categorizationId", member.pseudo_cluster_id AS row,
             other.pseudo_cluster_id AS column, count(*) AS lesions
           FROM cluster_assignment AS member JOIN cluster_assignment AS other ON other.lesion_id = member.lesion_id AND other.categorization_id = $2
           WHERE member.categorization_id = ${ANY_OF_IDS} GROUP BY 1, 2, 3`,
    values: [categorizationIds, otherId],
  });
  const clusters = await findClustersOfCategorizations(database, [...new Set([...categorizationIds, otherId])]);
  const otherClusters = clusters.filter((cluster) => cluster.categorizationId === otherId);
  return categorizationIds.map((categorizationId) => {
    const own = counts.filter((count) => count.categorizationId === categorizationId);
    const rows = clusters.filter((cluster) => cluster.categorizationId === categorizationId);
    const table = denseTable(own, idsOf(rows), idsOf(otherClusters));
    const matched = alignClusters(table);
    return { categorizationId, clusters: rows, otherClusters, table, matched, ...agreementOf(table) };
  });
}

const idsOf = (clusters: readonly PseudoClusterRow[]): number[] => clusters.map(({ id }) => id);

/** Counts that are there, in a table with zeros where there are none. */
function denseTable<Row, Column>(
  counts: readonly { row: Row; column: Column; lesions: number }[],
  rows: readonly Row[],
  columns: readonly Column[],
): number[][] {
  const rowOf = new Map(rows.map((row, i) => [row, i]));
  const columnOf = new Map(columns.map((column, j) => [column, j]));
  const table = rows.map(() => columns.map(() => 0));
  for (const { row, column, lesions } of counts) {
    const cells = table[rowOf.get(row) ?? -1];
    const at = columnOf.get(column);
    if (cells && at !== undefined) cells[at] = lesions;
  }
  return table;
}
