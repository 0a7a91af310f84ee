import type { Transaction } from '../database';
import type { JobStatus } from '../job';

/** A categorization that no one else changes until the transaction ends. */
export interface LockedCategorization {
  id: number;
  uuid: string;
  name: string;
  /** of its data set */
  slug: string;
  status: JobStatus;
}

/** Rows that belong to categorizations, or refer to them. */
export interface CategorizationPartCounts {
  pseudoClusters: number;
  assignments: number;
  /** other categorizations that were assigned by their centroids */
  assignedFromThem: number;
}

/**
 * @returns those of a data set version, or the one with this id together with those that are being assigned by its
 *   centroids; locked
 */
export function lockCategorizations(
  transaction: Transaction,
  which: { id: number } | { datasetId: number },
): Promise<LockedCategorization[]> {
  const [condition, value] =
    'id' in which
      ? [`id = $1 OR (assigned_from_id = $1 AND status IN ('QUEUED', 'RUNNING'))`, which.id]
      : ['dataset_id = $1', which.datasetId];
  return transaction.query({
    text: `SELECT id, uuid, name, status, (SELECT slug FROM dataset WHERE dataset.id = dataset_id) AS slug
           FROM categorization WHERE ${condition} ORDER BY id FOR UPDATE`,
    values: [value],
  });
}

export async function countCategorizationParts(
  { prisma }: Transaction,
  ids: readonly number[],
): Promise<CategorizationPartCounts> {
  const ofThem = { categorizationId: { in: [...ids] } };
  return {
    pseudoClusters: await prisma.pseudoCluster.count({ where: ofThem }),
    assignments: await prisma.clusterAssignment.count({ where: ofThem }),
    assignedFromThem: await prisma.categorization.count({
      where: { assignedFromId: { in: [...ids] }, id: { notIn: [...ids] } },
    }),
  };
}

/** Deletes categorizations with their pseudo-clusters; features of lesions stay, because they belong to the encoder. */
export async function deleteCategorizations({ prisma }: Transaction, ids: readonly number[]): Promise<void> {
  await prisma.categorization.deleteMany({ where: { id: { in: [...ids] } } });
}
