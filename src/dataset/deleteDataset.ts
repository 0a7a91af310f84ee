import type { Transaction } from '../database';

/** Rows that a data set version consists of. */
export interface DatasetPartCounts {
  patients: number;
  images: number;
  lesions: number;
}

/** Locks a version, so that nothing new refers to it. @returns false if it is gone */
export async function lockDataset(transaction: Transaction, id: number): Promise<boolean> {
  const rows = await transaction.query({ text: 'SELECT FROM dataset WHERE id = $1 FOR UPDATE', values: [id] });
  return rows.length > 0;
}

export async function countDatasetParts({ prisma }: Transaction, datasetId: number): Promise<DatasetPartCounts> {
  const where = { datasetId };
  return {
    patients: await prisma.patient.count({ where }),
    images: await prisma.bookmarkedImage.count({ where }),
    lesions: await prisma.lesion.count({ where }),
  };
}

/** Deletes a version with its rows; its pixel files stay. The highest version that is left becomes the latest. */
export async function deleteDatasetRow({ prisma }: Transaction, id: number): Promise<void> {
  const { slug } = await prisma.dataset.delete({ where: { id }, select: { slug: true } });
  const highest = await prisma.dataset.findFirst({
    where: { slug },
    orderBy: { version: 'desc' },
    select: { id: true },
  });
  if (highest)
    await prisma.dataset.update({ where: { id: highest.id }, data: { isLatest: true }, select: { id: true } });
}
