/** What was deleted: which thing, when, by whom, why and how much of it. */
import type { Queryable } from './database';
import { fromJson, toJson } from './json';

export type TombstoneKind = 'Dataset' | 'DetectionRun' | 'Categorization' | 'Cohort';

/** What a global id stood for. */
export interface Grave {
  kind: TombstoneKind;
  /** as in its global id: `slug@version` or a UUID */
  key: string;
}

/** What is deleted, and of which data set. */
export interface NewGrave extends Grave {
  /** its slug: a caller that may not see the data set is not told what there was of it */
  dataset: string;
}

export interface Tombstone extends Grave {
  deletedAt: Date;
  deletedBy: string;
  reason: string;
  counts: Readonly<Record<string, number>>;
}

/** Belongs to the transaction that deletes. What was imported again meanwhile, and deleted again, has the later one. */
export async function leaveTombstones(
  { prisma }: Queryable,
  graves: readonly NewGrave[],
  { deletedBy, reason, counts }: Pick<Tombstone, 'deletedBy' | 'reason' | 'counts'>,
): Promise<void> {
  const keys = graves.map(({ kind, key }) => ({ kind, key }));
  await prisma.tombstone.deleteMany({ where: { OR: keys } });
  await prisma.tombstone.createMany({
    data: graves.map(({ kind, key, dataset }) => ({ kind, key, dataset, deletedBy, reason, counts: toJson(counts) })),
  });
}

export async function findTombstone({ prisma }: Queryable, { kind, key }: Grave): Promise<Tombstone | null> {
  const row = await prisma.tombstone.findFirst({ where: { kind, key } });
  return row && { ...row, kind, counts: fromJson<Tombstone['counts']>(row.counts) };
}

/** @returns the highest version of a data set that was deleted; 0 if none was: numbers are not used again */
export async function highestDeletedVersion({ prisma }: Queryable, slug: string): Promise<number> {
  const rows = await prisma.tombstone.findMany({
    where: { kind: 'Dataset', key: { startsWith: `${slug}@` } },
    select: { key: true },
  });
  return Math.max(0, ...rows.map(({ key }) => Number(key.slice(slug.length + 1))));
}
