import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Queryable } from '../database';
import { findLivingUploads } from './uploadRows';

/** Begins the name of a folder whose upload is being received. */
export const INCOMING = 'incoming-';

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

/** @returns names of the folders that belong to no upload and are not about to become one */
export async function findOrphanedUploads(database: Queryable, dataDir: string): Promise<string[]> {
  const names = (await readdir(uploadsFolder(dataDir)).catch(() => [])).filter((name) => !name.startsWith(INCOMING));
  const living = await findLivingUploads(database, names);
  return names.filter((name) => !living.has(name)).sort();
}
