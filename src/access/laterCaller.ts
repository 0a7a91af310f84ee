/** Work that is done for a caller who does not ask at that moment: what is kept of the caller until then. */
import { z } from 'zod';
import type { Queryable } from '../database';
import { Forbidden } from '../errors';
import type { Caller } from './caller';
import { callerOf } from './keyRing';
import { findKeyById } from './keys';
import { SCOPES } from './scopes';

const KeptCaller = z.object({
  scopes: z.array(z.enum(SCOPES)),
  /** slugs of the only data sets; null: all */
  datasets: z.array(z.string()).nullable(),
  /** ID of the key, `dl_ID_SECRET` */
  keyId: z.string().nullable(),
});
/** What a caller may, as JSON. */
export type KeptCaller = z.infer<typeof KeptCaller>;

/** @returns what is to be kept of a caller beside its owner */
export const keptCaller = ({ scopes, datasets, key }: Caller): KeptCaller => ({
  scopes: [...scopes],
  datasets: datasets && [...datasets],
  keyId: key?.keyId ?? null,
});

/**
 * The caller of an earlier request. A key may now what it may now; what a person or an address may is known only when
 * they ask, so that it is what they might then. Which data sets that shows, and which terms are accepted, is looked up now.
 *
 * @param kept of `keptCaller`, as it was stored
 * @throws Forbidden if the key was revoked or has expired meanwhile
 */
export async function callerLater(database: Queryable, owner: string, kept: unknown): Promise<Caller> {
  const { scopes, datasets, keyId } = KeptCaller.parse(kept);
  if (keyId === null)
    return {
      ...{ owner, address: owner, scopes: new Set(scopes), key: null, person: null },
      datasets: datasets && new Set(datasets),
    };
  const row = await findKeyById(database, keyId);
  const isAlive = row && row.revokedAt === null && (row.expiresAt === null || row.expiresAt > new Date());
  if (!isAlive)
    throw new Forbidden(
      'The key that this was requested with was revoked or has expired meanwhile: request it again with another key.',
    );
  return { ...callerOf(row), address: owner };
}
