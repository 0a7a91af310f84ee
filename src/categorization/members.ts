import type { Queryable } from '../database';

/** A lesion of a pseudo-cluster with its place in it. */
export interface ClusterMember {
  pseudoClusterId: number;
  lesionId: number;
  /** Euclidean, to the centroid */
  distance: number;
  /** distance to the nearest other centroid less `distance`; null if it is not known */
  margin: number | null;
}

/**
 * The members of a cluster that say most of it: TYPICAL are those nearest to its centroid, BORDER those that another
 * centroid is nearest to, compared with their own.
 */
export type MemberOrder = 'TYPICAL' | 'BORDER';

const ORDERS: Record<MemberOrder, { condition: string; order: string }> = {
  TYPICAL: { condition: '', order: 'distance, lesion_id' },
  BORDER: { condition: 'AND margin IS NOT NULL', order: 'margin, lesion_id' },
};

/** @returns the first `first` lesions of each of these pseudo-clusters in this order */
export function findClusterMembers(
  database: Queryable,
  pseudoClusterIds: readonly number[],
  order: MemberOrder,
  first: number,
): Promise<ClusterMember[]> {
  const { condition, order: by } = ORDERS[order];
  return database.query({
    name: `cluster.members-${order}`,
    text: `SELECT wanted.id AS "pseudoClusterId", member.lesion_id AS "lesionId", member.distance, member.margin
           FROM unnest($1::int4[]) AS wanted (id) CROSS JOIN LATERAL (
             SELECT lesion_id, distance, margin FROM cluster_assignment
             WHERE pseudo_cluster_id = wanted.id ${condition} ORDER BY ${by} LIMIT $2
           ) AS member ORDER BY wanted.id, ${by.replaceAll(/(\w+)/g, 'member.$1')}`,
    values: [pseudoClusterIds, first],
  });
}
