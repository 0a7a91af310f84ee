/**
 * The arithmetic of quotas, without any clock or database: what is used of a quota at a time, and what one server may
 * still grant.
 */

/** A quota of somebody: so much in each window. */
export interface QuotaRule {
  readonly limit: number;
  readonly windowMs: number;
}

/** How much of a quota is used. */
export interface QuotaUse {
  /** start of the window that it was last charged in; ms since 1970 */
  readonly since: number;
  /** in that window, with what earlier windows left to pay */
  readonly used: number;
}

/**
 * A server that was last told of a quota may grant so much more without asking: with N servers on a database, at most
 * N - 1 such parts are granted beyond a limit.
 */
const CHUNK = 1 / 20;
/** The same for what an address has of its share, where a key is used at several. */
const CHUNK_OF_SHARE = 1 / 4;
/** Of a quota by the minute, so much is kept for addresses of a key that have not used any yet. */
const KEPT_FOR_NEWCOMERS = 1 / 4;
const MINUTE_MS = 60_000;
/** An address of a key has its share as long as it was seen within this time. */
const SEEN_WITHIN_MS = { ofMinutes: 2 * MINUTE_MS, ofDays: 10 * MINUTE_MS };
/** Addresses of a key that have shares of their own; the others have one together. */
const MAX_ADDRESSES = 1_000;
const OTHERS = 'others';

/** @returns the use at a time: each window that has passed gives one limit back */
export function quotaUseAt({ since, used }: QuotaUse, { limit, windowMs }: QuotaRule, now: number): QuotaUse {
  const start = Math.floor(now / windowMs) * windowMs;
  if (start <= since) return { since, used };
  return { since: start, used: Math.max(0, used - ((start - since) / windowMs) * limit) };
}

/** @returns the time at which something of the quota is given back, and something is left; ms since 1970 */
export function resetAt(use: QuotaUse, rule: QuotaRule, now: number): number {
  const { since, used } = quotaUseAt(use, rule, now);
  return since + rule.windowMs * Math.max(1, Math.floor(used / rule.limit));
}

/** What an address of a key has used, by the database. */
export interface ShareUse {
  readonly address: string;
  /** start of the window in which it last used something; ms since 1970 */
  readonly since: number;
  /** in that window */
  readonly used: number;
  /** ms since 1970 */
  readonly seenAt: number;
}

/** What an address is charged now. */
export interface ShareCharge {
  readonly address: string;
  /** at least 0, which only says that it was seen */
  readonly amount: number;
  /** ms since 1970 */
  readonly seenAt: number;
}

/** What one server knows of an address of a key in the present window. */
interface AddressUse {
  windowStart: number;
  /** by the database */
  known: number;
  /** used here, and not in the database yet */
  pending: number;
  /** on its way to the database */
  writing: number;
  seenAt: number;
  /** as the database has it */
  seenWritten: number;
}

/** What one server knows of one quota of one owner. */
export class QuotaAccount {
  private known: QuotaUse = { since: 0, used: 0 };
  /** used here, and not in the database yet */
  private pending = 0;
  /** on its way to the database */
  private writing = 0;
  private readonly addresses = new Map<string, AddressUse>();

  /** @param rule as it was when it was last asked for */
  constructor(public rule: QuotaRule) {}

  /** Whether nothing is lost if this account is forgotten. */
  get isSettled(): boolean {
    return this.pending === 0 && this.writing === 0;
  }

  /**
   * Whether the database has to be asked before more is granted.
   *
   * @param address of a key, whose share is asked about too; null: shares are not kept
   */
  mustWrite(address: string | null, now: number): boolean {
    const unwritten = this.pending + this.writing;
    if (unwritten >= this.rule.limit * CHUNK) return true;
    // Nothing here, or one address alone, whose chunk is greater than that of the account.
    if (address === null || unwritten === 0 || this.addresses.size < 2) return false;
    const use = this.addresses.get(address) ?? this.addresses.get(OTHERS);
    return use !== undefined && use.pending + use.writing >= this.sharesAt(now).share * CHUNK_OF_SHARE;
  }

  /** @returns what is used as far as this server knows */
  use(now: number): QuotaUse {
    const { since, used } = quotaUseAt(this.known, this.rule, now);
    return { since, used: used + this.pending + this.writing };
  }

  /** Notes that an address uses the key, from which on it has a share. */
  see(address: string, now: number): void {
    this.of(address, now).seenAt = now;
  }

  /** @returns what is left for an address; at most 0 if nothing is */
  leftFor(address: string | null, now: number): number {
    const left = this.rule.limit - this.use(now).used;
    if (address === null) return left;
    const own = this.usedBy(address, now);
    const { share, reserved } = this.sharesAt(now);
    return Math.min(left, Math.max(share - own, left - reserved + Math.max(0, share - own)));
  }

  /** Charges what was granted. @param address of a key; null: shares are not kept */
  spend(amount: number, address: string | null, now: number): void {
    this.pending += amount;
    if (address !== null) this.of(address, now).pending += amount;
  }

  /** @returns what is to be written now */
  takePending(): number {
    this.writing = this.pending;
    this.pending = 0;
    return this.writing;
  }

  /** @returns what is to be written of its addresses now, with those that were seen again */
  takeShares(now: number): ShareCharge[] {
    const windowStart = this.windowStart(now);
    const charges: ShareCharge[] = [];
    for (const [address, use] of this.addresses) {
      // What a window has left that is over counts for the account alone.
      if (use.windowStart !== windowStart) beginWindow(use, windowStart);
      if (use.pending === 0 && use.seenAt <= use.seenWritten) continue;
      use.writing = use.pending;
      use.pending = 0;
      use.seenWritten = use.seenAt;
      charges.push({ address, amount: use.writing, seenAt: use.seenAt });
    }
    return charges;
  }

  /** @param use as the database has it, with what was taken to be written @param shares likewise */
  wrote(use: QuotaUse, shares: readonly ShareUse[] = []): void {
    this.writing = 0;
    for (const address of this.addresses.values()) address.writing = 0;
    this.learn(use, shares);
  }

  /** What was taken to be written was not: it is written with the next. */
  couldNotWrite(): void {
    this.pending += this.writing;
    this.writing = 0;
    for (const use of this.addresses.values()) {
      use.pending += use.writing;
      use.writing = 0;
      use.seenWritten = 0;
    }
  }

  /** What the database says outside the writing of this account. */
  learn(use: QuotaUse, shares: readonly ShareUse[] = []): void {
    this.known = use;
    for (const { address, since, used, seenAt } of shares) {
      const own = this.addresses.get(address);
      if (!own) {
        if (this.addresses.size >= MAX_ADDRESSES) continue;
        const nothing = { pending: 0, writing: 0 };
        this.addresses.set(address, { windowStart: since, known: used, ...nothing, seenAt, seenWritten: seenAt });
        continue;
      }
      own.seenAt = Math.max(own.seenAt, seenAt);
      if (since < own.windowStart) continue;
      if (since > own.windowStart) beginWindow(own, since);
      own.known = used;
    }
  }

  /** @returns the share of an address, and what is kept for newcomers and for all that have not used theirs */
  private sharesAt(now: number): { share: number; reserved: number } {
    const { limit, windowMs } = this.rule;
    const isByMinute = windowMs <= MINUTE_MS;
    const within = isByMinute ? SEEN_WITHIN_MS.ofMinutes : SEEN_WITHIN_MS.ofDays;
    const windowStart = this.windowStart(now);
    const usedByActive: number[] = [];
    for (const [address, use] of this.addresses) {
      const used = use.windowStart === windowStart ? usedOf(use) : 0;
      if (now - use.seenAt <= within) usedByActive.push(used);
      else if (used === 0) this.addresses.delete(address);
    }
    const kept = isByMinute ? KEPT_FOR_NEWCOMERS * limit : 0;
    const share = (limit - kept) / Math.max(1, usedByActive.length);
    return { share, reserved: usedByActive.reduce((sum, used) => sum + Math.max(0, share - used), kept) };
  }

  private usedBy(address: string, now: number): number {
    const use = this.addresses.get(address) ?? this.addresses.get(OTHERS);
    return use && use.windowStart === this.windowStart(now) ? usedOf(use) : 0;
  }

  private of(address: string, now: number): AddressUse {
    const windowStart = this.windowStart(now);
    const key = this.addresses.has(address) || this.addresses.size < MAX_ADDRESSES ? address : OTHERS;
    let use = this.addresses.get(key);
    if (!use) {
      use = { windowStart, known: 0, pending: 0, writing: 0, seenAt: now, seenWritten: 0 };
      this.addresses.set(key, use);
    } else if (use.windowStart !== windowStart) beginWindow(use, windowStart);
    return use;
  }

  private windowStart(now: number): number {
    return Math.floor(now / this.rule.windowMs) * this.rule.windowMs;
  }
}

const usedOf = ({ known, pending, writing }: AddressUse): number => known + pending + writing;

function beginWindow(use: AddressUse, windowStart: number): void {
  use.windowStart = windowStart;
  use.known = 0;
  use.pending = 0;
  use.writing = 0;
}
