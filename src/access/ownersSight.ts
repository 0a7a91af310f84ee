import type { Database } from '../database';
import { holderOfOwner } from './keys';

/** Something of a data set that somebody made, about which that somebody is to hear. */
export interface OwnedThing {
  /** slug of the data set */
  slug: string;
  owner: string;
  madeAt: Date;
}

/**
 * Whether an owner may still hear of what it made, at a moment when it does not ask.
 *
 * A private data set is for keys that are bound to it, and for callers with `operate`. The keys of an owner are looked up.
 * What a person or an address may is known only when they ask; what they made while the data set was private already,
 * they were allowed to make.
 */
export async function mayStillHear(database: Database, { slug, owner, madeAt }: OwnedThing): Promise<boolean> {
  const { prisma } = database;
  const access = await prisma.datasetAccess.findFirst({
    where: { slug },
    select: { visibility: true, changedAt: true },
  });
  if (access?.visibility !== 'PRIVATE') return true;
  const holder = holderOfOwner(owner);
  if (holder === null) return madeAt >= access.changedAt;
  const key = await prisma.apiKey.findFirst({
    where: {
      ...{ holder, revokedAt: null },
      AND: [
        { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
        { OR: [{ datasets: { has: slug } }, { datasets: { isEmpty: true }, scopes: { has: 'operate' } }] },
      ],
    },
    select: { id: true },
  });
  return key !== null;
}
