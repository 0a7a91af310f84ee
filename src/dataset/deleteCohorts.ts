import type { Transaction } from '../database';

/** A cohort that no one else deletes until the transaction ends. */
export interface LockedCohort {
  id: number;
  uuid: string;
  name: string;
  lesionCount: number;
  /** of its data set */
  slug: string;
}

/** @returns the cohorts of a data set version, or the one with this id; locked */
export function lockCohorts(
  transaction: Transaction,
  which: { id: number } | { datasetId: number },
): Promise<LockedCohort[]> {
  const [column, value] = 'id' in which ? ['id', which.id] : ['dataset_id', which.datasetId];
  return transaction.query({
    text: `SELECT id, uuid, name, lesion_count AS "lesionCount", (SELECT slug FROM dataset WHERE dataset.id = dataset_id) AS slug
           FROM cohort WHERE ${column} = $1 ORDER BY id FOR UPDATE`,
    values: [value],
  });
}

/** Deletes cohorts with their lists of members; the lesions stay. */
export async function deleteCohorts({ prisma }: Transaction, ids: readonly number[]): Promise<void> {
  await prisma.cohort.deleteMany({ where: { id: { in: [...ids] } } });
}
