import type { Queryable } from '../database';
import { Conflict, NotFound } from '../errors';

/**
 * Archives a detector, so that it takes no new runs, or takes it back. What it detected stays, and runs that are queued
 * are computed.
 *
 * @param id row id
 * @throws NotFound if there is none
 */
export async function archiveDetector({ prisma }: Queryable, id: number, archive: boolean): Promise<void> {
  const where = archive ? { id, archivedAt: null } : { id };
  await prisma.detector.updateMany({ where, data: { archivedAt: archive ? new Date() : null } });
  if ((await prisma.detector.count({ where: { id } })) === 0)
    throw new NotFound('There is no detector with this id.', 'id');
}

/** @returns row ids of the detectors that take no new runs */
export async function findArchivedIds({ prisma }: Queryable): Promise<ReadonlySet<number>> {
  const rows = await prisma.detector.findMany({ where: { archivedAt: { not: null } }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

export const ARCHIVED_REASON = 'It is archived and takes no new runs: unarchiveDetector takes it back.';

export const archivedRefusal = (name: string, version: string): Conflict =>
  new Conflict(
    `Detector ${name}@${version} is archived and takes no new runs: unarchiveDetector takes it back.`,
    'detector',
  );
