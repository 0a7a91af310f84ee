import { join } from 'node:path';
import type { Queryable } from '../database';

/** Folder of the folders of all uploads; each is named by the id of its upload. */
export const uploadsFolder = (dataDir: string): string => join(dataDir, 'uploads');

/** @returns ids of the uploads that have not expired */
export async function findUploadIds(database: Queryable): Promise<string[]> {
  const rows = await database.prisma.upload.findMany({
    where: { expiresAt: { gt: new Date() } },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ id }) => id);
}
