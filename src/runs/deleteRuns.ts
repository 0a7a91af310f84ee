import type { Transaction } from '../database';
import type { JobStatus } from '../job';

/** A run that no one else changes until the transaction ends. */
export interface LockedRun {
  id: number;
  uuid: string;
  /** of its data set */
  slug: string;
  status: JobStatus;
}

/** Rows that belong to runs, or refer to them. */
export interface RunPartCounts {
  images: number;
  detections: number;
  /** other runs that retry them */
  retries: number;
}

/** @returns the runs of a data set version, or the run with this id; locked */
export function lockRuns(
  transaction: Transaction,
  which: { id: number } | { datasetId: number },
): Promise<LockedRun[]> {
  const [column, value] = 'id' in which ? ['id', which.id] : ['dataset_id', which.datasetId];
  return transaction.query({
    text: `SELECT id, uuid, status, (SELECT slug FROM dataset WHERE dataset.id = dataset_id) AS slug
           FROM detection_run WHERE ${column} = $1 ORDER BY id FOR UPDATE`,
    values: [value],
  });
}

export async function countRunParts({ prisma }: Transaction, runIds: readonly number[]): Promise<RunPartCounts> {
  const ofRuns = { runId: { in: [...runIds] } };
  return {
    images: await prisma.runImage.count({ where: ofRuns }),
    detections: await prisma.detection.count({ where: ofRuns }),
    retries: await prisma.detectionRun.count({
      where: { retryOfId: { in: [...runIds] }, id: { notIn: [...runIds] } },
    }),
  };
}

/** @returns number of detections that have one of the pseudo-clusters of a categorization */
export function countDetectionsInClusters({ prisma }: Transaction, categorizationId: number): Promise<number> {
  return prisma.detection.count({ where: { pseudoCluster: { categorizationId } } });
}

/** Deletes finished runs with all that belongs to them; runs that retry them are kept. */
export async function deleteRuns({ prisma }: Transaction, runIds: readonly number[]): Promise<void> {
  await prisma.detectionRun.deleteMany({ where: { id: { in: [...runIds] } } });
}
