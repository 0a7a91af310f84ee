import { ROLE_NAMES, ROLES, type Role } from '../../../../src/access/scopes';
import { formatBytes, formatCount } from '../../data/text';
import type { ListedKeyFragment, ListedQuotaFragment } from './keys.generated';

/** A key of the list; its secret is in no list. */
export type ListedKey = ListedKeyFragment;

/** A quota of a key or of the reader. */
export type ListedQuota = ListedQuotaFragment;

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

const QUOTA_LABELS: Readonly<Record<string, string>> = {
  fields: 'Fields of responses, a minute',
  images: 'Images for detections, a day',
  'upload-bytes': 'Uploads, a day',
  'export-bytes': 'Exports, a day',
  submissions: 'Submissions, a day',
};

/** The quotas that a key can have limits of its own for. */
export const QUOTA_CHOICES: readonly (readonly [name: string, label: string])[] = Object.entries(QUOTA_LABELS);

/** @param typed limits by the name of a quota; empty: as by default @returns those that were typed, for the server */
export function quotaInputs(typed: Readonly<Record<string, string>>): { name: string; limit: number }[] {
  return Object.entries(typed).flatMap(([name, text]) => (text.trim() === '' ? [] : [{ name, limit: Number(text) }]));
}

/** @returns what a quota is of, and how much of it is used: "1.5 MB of 34 GB" */
export function quotaTexts({ name, limit, used }: Pick<ListedQuota, 'name' | 'limit' | 'used'>): {
  label: string;
  amount: string;
} {
  const format = name.endsWith('-bytes') ? formatBytes : formatCount;
  return { label: QUOTA_LABELS[name] ?? name, amount: `${format(used)} of ${format(limit)}` };
}
