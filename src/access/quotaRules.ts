/** Whose limits are which. Pure decisions. */
import { type AnonymousSettings, isOpenToOthers } from './anonymous';
import type { Caller } from './caller';
import type { QuotaLimits, QuotaName } from './quotaLimits';

const GIB = 2 ** 30;
const OF_KEYS: QuotaLimits = {
  fields: 6_000_000,
  images: 100_000,
  'upload-bytes': 32 * GIB,
  'export-bytes': 256 * GIB,
  submissions: 200,
};
/** The largest query that is accepted has 200,000 fields; a page of the interface has some thousands. */
const OF_ANONYMOUS: QuotaLimits = {
  fields: 600_000,
  images: 1_000,
  'upload-bytes': 2 * GIB,
  'export-bytes': 16 * GIB,
  submissions: 20,
};
const NONE: QuotaLimits = {};

/** What decides about the limits of callers. */
export interface QuotaSettings extends AnonymousSettings {
  /** KEY_QUOTAS; unset: the defaults for the host */
  keyQuotas?: QuotaLimits;
  /** ANONYMOUS_QUOTAS, likewise */
  anonymousQuotas?: QuotaLimits;
}

/** The limits of callers that have none of their own. */
export interface DefaultLimits {
  readonly keys: QuotaLimits;
  readonly anonymous: QuotaLimits;
}

/** On the user's own machine nothing is limited by default. What a setting does not name is as by default. */
export function defaultLimitsOf(settings: QuotaSettings): DefaultLimits {
  const isOpen = isOpenToOthers(settings);
  return {
    keys: { ...(isOpen ? OF_KEYS : NONE), ...settings.keyQuotas },
    anonymous: { ...(isOpen ? OF_ANONYMOUS : NONE), ...settings.anonymousQuotas },
  };
}

/** Whose limit is asked for. */
export type LimitedCaller = Pick<Caller, 'owner' | 'address' | 'scopes' | 'key'>;

/**
 * @returns the limit of a quota for a caller: that of its key, or none with the scope `operate`, or the default; null is
 *   without limit
 */
export function limitOf(caller: LimitedCaller, name: QuotaName, defaults: DefaultLimits): number | null {
  const own = caller.key?.quotas?.[name];
  if (own !== undefined) return own;
  if (caller.scopes.has('operate')) return null;
  return (isAnonymous(caller) ? defaults.anonymous : defaults.keys)[name] ?? null;
}

/** A caller without any proof of who it is, which is known by its address. */
export const isAnonymous = ({ owner, address }: Pick<Caller, 'owner' | 'address'>): boolean => owner === address;
