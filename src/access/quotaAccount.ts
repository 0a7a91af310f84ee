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

/** What one address of a key has used in the present window. */
interface AddressUse {
  windowStart: number;
  used: number;
  seenAt: number;
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

  /** Whether the database has to be asked before more is granted. */
  get mustWrite(): boolean {
    return this.pending + this.writing >= this.rule.limit * CHUNK;
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
    if (address !== null) this.noteUseOf(address, amount, now);
  }

  /** Notes what an address was granted by the database itself. */
  noteUseOf(address: string, amount: number, now: number): void {
    const use = this.of(address, now);
    use.used = Math.max(0, use.used + amount);
  }

  /** @returns what is to be written now */
  takePending(): number {
    this.writing = this.pending;
    this.pending = 0;
    return this.writing;
  }

  /** @param use as the database has it, with what was taken to be written */
  wrote(use: QuotaUse): void {
    this.known = use;
    this.writing = 0;
  }

  /** What was taken to be written was not: it is written with the next. */
  couldNotWrite(): void {
    this.pending += this.writing;
    this.writing = 0;
  }

  /** What the database says outside the writing of this account. */
  learn(use: QuotaUse): void {
    this.known = use;
  }

  /** @returns the share of an address, and what is kept for newcomers and for all that have not used theirs */
  private sharesAt(now: number): { share: number; reserved: number } {
    const { limit, windowMs } = this.rule;
    const isByMinute = windowMs <= MINUTE_MS;
    const within = isByMinute ? SEEN_WITHIN_MS.ofMinutes : SEEN_WITHIN_MS.ofDays;
    const windowStart = this.windowStart(now);
    const usedByActive: number[] = [];
    for (const [address, use] of this.addresses) {
      const used = use.windowStart === windowStart ? use.used : 0;
      if (now - use.seenAt <= within) usedByActive.push(used);
      else if (used === 0) this.addresses.delete(address);
    }
    const kept = isByMinute ? KEPT_FOR_NEWCOMERS * limit : 0;
    const share = (limit - kept) / Math.max(1, usedByActive.length);
    return { share, reserved: usedByActive.reduce((sum, used) => sum + Math.max(0, share - used), kept) };
  }

  private usedBy(address: string, now: number): number {
    const use = this.addresses.get(address) ?? this.addresses.get(OTHERS);
    return use && use.windowStart === this.windowStart(now) ? use.used : 0;
  }

  private of(address: string, now: number): AddressUse {
    const windowStart = this.windowStart(now);
    const key = this.addresses.has(address) || this.addresses.size < MAX_ADDRESSES ? address : OTHERS;
    const use = this.addresses.get(key) ?? { windowStart, used: 0, seenAt: now };
    if (use.windowStart !== windowStart) Object.assign(use, { windowStart, used: 0 });
    this.addresses.set(key, use);
    return use;
  }

  private windowStart(now: number): number {
    return Math.floor(now / this.rule.windowMs) * this.rule.windowMs;
  }
}
