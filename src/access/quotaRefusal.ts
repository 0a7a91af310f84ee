import { QuotaExceeded } from '../errors';
import { QUOTAS, type QuotaName } from './quotaLimits';
import { isAnonymous, type LimitedCaller } from './quotaRules';

/** How a caller stands in one of its quotas. */
export interface QuotaStanding {
  readonly name: QuotaName;
  readonly limit: number;
  /** at least 0 */
  readonly used: number;
  /** for the address that asks, at least 0: of a key that others use too, it may be less than is left of the key */
  readonly left: number;
  /** when something is given back */
  readonly resetAt: Date;
  /** until then; whole, at least 1 */
  readonly resetSeconds: number;
}

/** Why a quota refuses something. */
interface Excess {
  /** how much was asked for; 0 if that is known only afterwards */
  readonly wanted: number;
  /** the key has so much left, and the address that asks has not */
  readonly isShare: boolean;
}

/** @returns the refusal: which quota, when something is given back, how to get more */
export function quotaExceeded(
  caller: LimitedCaller,
  { name, limit, left, resetAt, resetSeconds }: QuotaStanding,
  { wanted, isShare }: Excess,
): QuotaExceeded {
  const until = resetAt.toISOString();
  const whose = isAnonymous(caller) ? 'without a key' : 'with your key';
  const bound = `Expected at most ${limit} ${QUOTAS[name].what} ${whose} (the quota ${name})`;
  const share = ', of which each network address that uses the key has its share';
  const state = wanted > 0 ? `${left} are left until ${until}, got ${wanted}` : `they are used up until ${until}`;
  const todo = wanted > limit ? 'ask for less at a time' : `try again in ${resetSeconds} s`;
  return new QuotaExceeded(
    `${bound}${isShare ? share : ''}; ${isShare && wanted === 0 ? `yours is used up until ${until}` : state}: ${todo}. ${howToGetMore(caller, name)}`,
    resetSeconds,
    { name, limit, resetAt: until },
  );
}

function howToGetMore(caller: LimitedCaller, name: QuotaName): string {
  return isAnonymous(caller)
    ? 'A key has more: the operator of this server makes one with "npx deeplesion key create".'
    : `The operator of this server makes keys that have more with "npx deeplesion key create --quota ${name}=LIMIT".`;
}
