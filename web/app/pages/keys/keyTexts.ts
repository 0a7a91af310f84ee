import { ROLE_NAMES, ROLES, type Role } from '../../../../src/access/scopes';
import type { ListedKeyFragment } from './keys.generated';

/** A key of the list; its secret is in no list. */
export type ListedKey = ListedKeyFragment;

/** Whether a key can be used, on the reader's clock. */
export type KeyState = 'ACTIVE' | 'EXPIRED' | 'REVOKED';

/** @param now ms since 1970 */
export function stateOfKey(
  { revokedAt, expiresAt }: Pick<ListedKey, 'revokedAt' | 'expiresAt'>,
  now: number,
): KeyState {
  if (revokedAt !== null) return 'REVOKED';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'EXPIRED' : 'ACTIVE';
}

/** @returns the role that has these scopes and no others */
export function roleOfScopes(scopes: readonly string[]): Role | undefined {
  const given = new Set(scopes);
  return ROLE_NAMES.find((role) => {
    const needed: readonly string[] = ROLES[role];
    return needed.length === given.size && needed.every((scope) => given.has(scope));
  });
}

const MS_PER_DAY = 24 * 3_600_000;
/** As for `deeplesion key create`. */
export const MAX_DAYS = 3650;

/** @param days as typed; empty: for as long as possible @returns null without an end, else a time (ISO 8601, UTC) */
export function expiryOfDays(days: string, now: number): string | null {
  return days.trim() === '' ? null : new Date(now + Number(days) * MS_PER_DAY).toISOString();
}
