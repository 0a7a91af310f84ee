/** Who may give out and take back which keys. Pure decisions. */
import { Forbidden } from '../errors';
import { type Caller, expectOwner } from './caller';
import { type ApiKeyRow, holderOfOwner } from './keys';
import { QUOTA_NAMES, type QuotaLimits, type QuotaName } from './quotaLimits';
import type { Scope } from './scopes';

/** What a key lets its holder do. */
export interface Grant {
  readonly scopes: readonly Scope[];
  /** slugs; empty: all data sets */
  readonly datasets: readonly string[];
  readonly expiresAt: Date | null;
  /** limits of its own */
  readonly quotas: QuotaLimits;
}

/** @returns whether a key is the caller's own, was made by it, or may be managed by it because it manages all */
export function maySeeKey(caller: Caller, key: Pick<ApiKeyRow, 'holder' | 'createdBy'>): boolean {
  return isOwnKey(caller, key) || seesAllKeys(caller);
}

export const seesAllKeys = ({ scopes }: Caller): boolean => scopes.has('keys') && scopes.has('operate');

/** @throws Forbidden if a key belongs to another owner, which needs `operate` */
export function expectManagedKey(caller: Caller, key: Pick<ApiKeyRow, 'holder' | 'createdBy'>): void {
  expectOwner(caller, isOwnKey(caller, key) ? caller.owner : key.createdBy, 'a key');
}

function isOwnKey(caller: Caller, { holder, createdBy }: Pick<ApiKeyRow, 'holder' | 'createdBy'>): boolean {
  return createdBy === caller.owner || holder === holderOfOwner(caller.owner);
}

/**
 * What a new key may do: never more than its maker may. What is not asked for is as its maker has it.
 *
 * @param limitOf the maker's limit of a quota; null: none
 * @throws Forbidden naming what the maker lacks
 */
export function grantFrom(
  caller: Caller,
  { scopes, datasets, expiresAt, quotas }: Grant,
  limitOf: (name: QuotaName) => number | null,
): Grant {
  const last = caller.key?.expiresAt ?? null;
  const grant = {
    scopes,
    datasets: datasets.length > 0 ? datasets : [...(caller.datasets ?? [])],
    expiresAt: expiresAt ?? last,
    quotas: { ...caller.key?.quotas, ...quotas },
  };
  expectWithinLimits(quotas, limitOf);
  expectWithin(caller, grant);
  if (last && grant.expiresAt && grant.expiresAt > last)
    throw new Forbidden(
      `A key never outlives the one that made it: expected expiresAt to be at most ${last.toISOString()}.`,
      undefined,
      'expiresAt',
    );
  return grant;
}

/** @throws Forbidden if a key would have more of a quota than its maker */
function expectWithinLimits(quotas: QuotaLimits, limitOf: (name: QuotaName) => number | null): void {
  for (const name of QUOTA_NAMES) {
    const wanted = quotas[name];
    const most = limitOf(name);
    if (wanted === undefined || most === null || (wanted !== null && wanted <= most)) continue;
    throw new Forbidden(
      `A key never grants what its maker lacks: expected at most ${most} of the quota ${name}, got ${wanted ?? 'none'}.`,
      undefined,
      'quotas',
    );
  }
}

/** @throws Forbidden if a key may do something that the caller may not: then the caller may not have its secret */
export function expectWithin(caller: Caller, key: Pick<Grant, 'scopes' | 'datasets'>): void {
  const lacking = key.scopes.find((scope) => !caller.scopes.has(scope));
  if (lacking !== undefined)
    throw new Forbidden(
      `A key never grants what its maker lacks, and yours lacks the scope \`${lacking}\`: leave it out.`,
      lacking,
      'scopes',
    );
  const { datasets } = caller;
  if (datasets && (key.datasets.length === 0 || key.datasets.some((slug) => !datasets.has(slug))))
    throw new Forbidden(
      `A key never grants what its maker lacks, and yours is bound to the data sets ${[...datasets].join(', ')}.`,
      undefined,
      'datasets',
    );
}
