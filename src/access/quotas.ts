import type { Database, Queryable } from '../database';
import { messageOf } from '../errors';
import type { Logger } from '../log';
import { QuotaAccount, type QuotaUse, quotaUseAt, resetAt } from './quotaAccount';
import { QUOTA_NAMES, QUOTAS, type QuotaName } from './quotaLimits';
import { type QuotaStanding, quotaExceeded } from './quotaRefusal';
import {
  type DefaultLimits,
  defaultLimitsOf,
  isAnonymous,
  type LimitedCaller,
  limitOf,
  type QuotaSettings,
} from './quotaRules';
import {
  type Charged,
  chargeQuotas,
  chargeShares,
  deleteUnusedQuotas,
  findQuotaUses,
  type QuotaCharge,
  type StoredShare,
  type StoredShareCharge,
  type StoredUse,
} from './quotaStore';

/** Counts bytes while they come or go. */
export interface QuotaMeter {
  /** @throws QuotaExceeded if so much is not left @param bytes that are announced */
  expect(bytes: number): Promise<void>;
  /** @throws QuotaExceeded if more came than was left; it is counted in any case */
  add(bytes: number): void | Promise<void>;
}

/** What is counted for `/metrics`, by the name of a quota. */
export interface QuotaCounts {
  readonly refused: ReadonlyMap<QuotaName, number>;
  /** by the name of a quota and whether it was a key */
  readonly spent: ReadonlyMap<QuotaName, { readonly key: number; readonly anonymous: number }>;
  /** what was granted without an answer of the database */
  readonly unchecked: number;
}

/** How long a server goes on without the database. */
export interface QuotaClock {
  /** what was spent is written so often; ms */
  writtenEveryMs: number;
  /** a request waits at most so long for the database; ms */
  patienceMs: number;
  /** rows that hold nothing are deleted so often; ms */
  cleanedEveryMs: number;
  /** ms since 1970 */
  now(): number;
}

const CLOCK: QuotaClock = { writtenEveryMs: 1_000, patienceMs: 1_000, cleanedEveryMs: 600_000, now: () => Date.now() };
/** Accounts in memory; those that came first are forgotten first, once they are written. */
const MAX_ACCOUNTS = 20_000;

/**
 * What callers may have in a minute and in a day. Requests are counted in memory, and one statement a second writes what
 * was spent by all callers and reads what other servers granted them; only a caller that has spent a twentieth of its
 * limit since then waits for it. If the database does not answer, requests pass, and `/metrics` says so.
 */
export class Quotas {
  private readonly clock: QuotaClock;
  private readonly hasOwnClock: boolean;
  private readonly defaults: DefaultLimits;
  private readonly accounts = new Map<string, QuotaAccount>();
  /** accounts that the next statement is about */
  private readonly dirty = new Map<string, { owner: string; name: QuotaName; account: QuotaAccount }>();
  private readonly refused = new Map<QuotaName, number>();
  private readonly spent = new Map<QuotaName, { key: number; anonymous: number }>();
  private unchecked = 0;
  private writing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isAway = false;
  private cleanedAt = Number.NEGATIVE_INFINITY;
  /** of the database's clock before this machine's; ms */
  private aheadMs = 0;

  /** @param clock other than the default for tests: a `now` of their own is that of the database as well */
  constructor(
    private readonly database: Database,
    settings: QuotaSettings,
    private readonly log: Logger,
    clock: Partial<QuotaClock> = {},
  ) {
    this.clock = { ...CLOCK, ...clock };
    this.hasOwnClock = clock.now !== undefined;
    this.defaults = defaultLimitsOf(settings);
  }

  /** For `/metrics`. */
  get counts(): QuotaCounts {
    return { refused: this.refused, spent: this.spent, unchecked: this.unchecked };
  }

  /** @returns the limit of a quota for a caller; null: none */
  limitOf(caller: LimitedCaller, name: QuotaName): number | null {
    return limitOf(caller, name, this.defaults);
  }

  /** As `admit`, by what this server knows. @throws QuotaExceeded */
  expectSome(caller: LimitedCaller, name: QuotaName): void {
    const account = this.accountOf(caller, name);
    if (account) this.expectLeft(caller, name, account);
  }

  /**
   * Lets a caller go on if anything is left of its quota.
   *
   * @returns a promise only if the database has to be asked first
   * @throws QuotaExceeded
   */
  admit(caller: LimitedCaller, name: QuotaName): void | Promise<void> {
    const account = this.accountOf(caller, name);
    if (!account) return;
    const address = sharedAddressOf(caller);
    if (account.mustWrite(address, this.now()))
      return this.written(account, address).then(() => this.expectLeft(caller, name, account));
    this.expectLeft(caller, name, account);
  }

  /** Charges what was done for a caller, also beyond its limit: it is known only afterwards. */
  spend(caller: LimitedCaller, name: QuotaName, amount: number): void {
    const account = this.accountOf(caller, name);
    if (!account || amount <= 0) return;
    account.spend(amount, sharedAddressOf(caller), this.now());
    this.count(caller, name, amount);
    this.writeSoon(caller.owner, name, account);
  }

  /**
   * Takes something from a quota in the transaction that does what it is for, exactly; if that is rolled back, nothing is
   * taken.
   *
   * @throws QuotaExceeded if there is not so much left
   */
  async take(transaction: Queryable, caller: LimitedCaller, name: QuotaName, amount: number): Promise<void> {
    const account = this.accountOf(caller, name);
    if (!account) return;
    const { owner } = caller;
    const address = sharedAddressOf(caller);
    const charged = await chargeQuotas(transaction, [{ owner, name, amount, ...account.rule }], this.testTime());
    const shares = address === null ? [] : await this.takeShare(transaction, { owner, name, amount, address }, account);
    const [use] = charged.uses;
    if (use) {
      // As it was before: the transaction is rolled back if it does not fit.
      account.learn({ since: use.since, used: Math.max(0, use.used - amount) }, without(shares, address, amount));
      if (account.leftFor(address, this.now()) < amount) throw this.refusal(caller, name, account, amount);
      account.learn(use, shares);
    }
    this.count(caller, name, amount);
  }

  /** @returns what counts bytes against a quota; null if the caller has no limit */
  meterOf(caller: LimitedCaller, name: QuotaName): QuotaMeter | null {
    if (this.limitOf(caller, name) === null) return null;
    const check = (bytes: number): void => {
      const account = this.accountOf(caller, name);
      if (account && account.leftFor(sharedAddressOf(caller), this.now()) < bytes)
        throw this.refusal(caller, name, account, bytes);
    };
    return {
      expect: async (bytes) => {
        const account = this.accountOf(caller, name);
        if (!account) return;
        this.dirty.set(keyOf(caller.owner, name), { owner: caller.owner, name, account });
        await this.written(account, sharedAddressOf(caller));
        check(Math.max(1, bytes));
      },
      add: (bytes) => {
        this.spend(caller, name, bytes);
        check(0);
        const account = this.accountOf(caller, name);
        const address = sharedAddressOf(caller);
        if (!account?.mustWrite(address, this.now())) return undefined;
        return this.written(account, address).then(() => check(0));
      },
    };
  }

  /** @returns how a caller stands as far as this server knows; null if it has no limit */
  standingOf(caller: LimitedCaller, name: QuotaName): QuotaStanding | null {
    const account = this.accountOf(caller, name);
    return account ? this.standing(name, account, account.use(this.now()), sharedAddressOf(caller)) : null;
  }

  /** @returns how a caller stands by all servers, in each quota that it has */
  async standingsOf(caller: LimitedCaller): Promise<QuotaStanding[]> {
    await this.write();
    return this.standingsFrom(caller, await this.usesOf([caller.owner]));
  }

  /**
   * @param caller the holder of a key, who need not ask now
   * @param uses of its owner, as the database has them
   */
  standingsFrom(caller: LimitedCaller, uses: readonly StoredUse[]): QuotaStanding[] {
    return QUOTA_NAMES.flatMap((name) => {
      const limit = this.limitOf(caller, name);
      if (limit === null) return [];
      const account = new QuotaAccount({ limit, windowMs: QUOTAS[name].windowMs });
      account.learn(uses.find((use) => use.name === name) ?? { since: 0, used: 0 });
      return [this.standing(name, account, account.use(this.now()), null)];
    });
  }

  /** @returns what the database has of some owners */
  async usesOf(owners: readonly string[]): Promise<readonly StoredUse[]> {
    return (await findQuotaUses(this.database, owners)).uses;
  }

  /** Writes what was spent until now. */
  async write(): Promise<void> {
    while (this.writing) await this.writing;
    if (this.dirty.size === 0) return;
    this.writing = this.writeNow().finally(() => {
      this.writing = undefined;
    });
    await this.writing;
  }

  /** Writes the last of it. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.write();
  }

  private async writeNow(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const entries = [...this.dirty.values()];
    this.dirty.clear();
    const charges = entries.map(({ owner, name, account }) => ({
      ...{ owner, name, amount: account.takePending() },
      ...account.rule,
    }));
    const ofAddresses = entries.flatMap(({ owner, name, account }) =>
      account.takeShares(this.now()).map((share) => ({ owner, name, windowMs: account.rule.windowMs, ...share })),
    );
    try {
      const { uses, now, shares } = await this.charge(charges, ofAddresses);
      if (!this.hasOwnClock) this.aheadMs = now - this.clock.now();
      const found = new Map(uses.map((use) => [keyOf(use.owner, use.name), use]));
      const sharesOf = new Map(entries.map(({ owner, name }): [string, StoredShare[]] => [keyOf(owner, name), []]));
      for (const share of shares) sharesOf.get(keyOf(share.owner, share.name))?.push(share);
      for (const { owner, name, account } of entries) {
        const key = keyOf(owner, name);
        account.wrote(found.get(key) ?? NOTHING, sharesOf.get(key));
      }
      this.isAway = false;
      await this.clean();
    } catch (failure) {
      this.goOnAlone(messageOf(failure));
      for (const { owner, name, account } of entries) {
        account.couldNotWrite();
        this.writeSoon(owner, name, account);
      }
    }
  }

  /** Both or neither: a share of what was not charged would be another one. */
  private charge(
    charges: readonly QuotaCharge[],
    ofAddresses: readonly StoredShareCharge[],
  ): Promise<Charged & { shares: readonly StoredShare[] }> {
    const at = this.testTime();
    const all = async (queryable: Queryable) => ({
      ...(await chargeQuotas(queryable, charges, at)),
      shares: ofAddresses.length === 0 ? [] : await chargeShares(queryable, ofAddresses, at),
    });
    return ofAddresses.length === 0 ? all(this.database) : this.database.transaction(all);
  }

  private takeShare(
    transaction: Queryable,
    { owner, name, amount, address }: Pick<QuotaCharge, 'owner' | 'name' | 'amount'> & { address: string },
    { rule: { windowMs } }: QuotaAccount,
  ): Promise<readonly StoredShare[]> {
    return chargeShares(transaction, [{ owner, name, amount, address, windowMs, seenAt: this.now() }], this.testTime());
  }

  /** Until the database answers again, this server counts for itself. */
  private goOnAlone(reason: string): void {
    if (!this.isAway) this.log.warn(`quotas are not shared with the database for now: ${reason}`);
    this.isAway = true;
  }

  private async clean(): Promise<void> {
    if (performance.now() - this.cleanedAt < this.clock.cleanedEveryMs) return;
    this.cleanedAt = performance.now();
    await deleteUnusedQuotas(this.database, this.testTime());
  }

  private writeSoon(owner: string, name: QuotaName, account: QuotaAccount, afterMs = this.clock.writtenEveryMs): void {
    this.dirty.set(keyOf(owner, name), { owner, name, account });
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.write();
    }, afterMs).unref();
  }

  /** Waits until an account may grant more; without an answer of the database the request passes. */
  private async written(account: QuotaAccount, address: string | null): Promise<void> {
    if (this.isAway) {
      this.unchecked++;
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'LATE'>((resolve) => {
      timer = setTimeout(resolve, this.clock.patienceMs, 'LATE');
    });
    const writing = async (): Promise<void> => {
      do await this.write();
      while (account.mustWrite(address, this.now()) && !this.isAway);
    };
    const outcome = await Promise.race([writing(), patience]);
    clearTimeout(timer);
    // The requests after this one do not wait again for what does not come.
    if (outcome === 'LATE') this.goOnAlone('it does not answer');
    if (this.isAway) this.unchecked++;
  }

  private expectLeft(caller: LimitedCaller, name: QuotaName, account: QuotaAccount): void {
    if (account.leftFor(sharedAddressOf(caller), this.now()) <= 0) throw this.refusal(caller, name, account, 0);
  }

  private refusal(caller: LimitedCaller, name: QuotaName, account: QuotaAccount, wanted: number): Error {
    this.refused.set(name, (this.refused.get(name) ?? 0) + 1);
    const now = this.now();
    const { limit } = account.rule;
    const isShare = limit - account.use(now).used > Math.max(0, wanted - 1);
    const standing = this.standing(name, account, account.use(now), sharedAddressOf(caller));
    return quotaExceeded(caller, standing, { wanted, isShare });
  }

  private standing(name: QuotaName, account: QuotaAccount, use: QuotaUse, address: string | null): QuotaStanding {
    const now = this.now();
    const reset = resetAt(use, account.rule, now);
    return {
      name,
      limit: account.rule.limit,
      used: Math.ceil(Math.max(0, quotaUseAt(use, account.rule, now).used)),
      left: Math.max(0, Math.floor(account.leftFor(address, now))),
      resetAt: new Date(reset),
      resetSeconds: Math.max(1, Math.ceil((reset - now) / 1000)),
    };
  }

  /** @returns what is known of a quota of a caller; undefined if it has no limit */
  private accountOf(caller: LimitedCaller, name: QuotaName): QuotaAccount | undefined {
    const limit = this.limitOf(caller, name);
    if (limit === null) return undefined;
    const { owner } = caller;
    const key = keyOf(owner, name);
    let account = this.accounts.get(key);
    if (!account) {
      account = new QuotaAccount({ limit, windowMs: QUOTAS[name].windowMs });
      this.accounts.set(key, account);
      this.forgetOldest();
      // What other servers have granted is read at once, and no one waits for it.
      this.writeSoon(owner, name, account, 0);
    } else if (account.rule.limit !== limit) account.rule = { ...account.rule, limit };
    const address = sharedAddressOf(caller);
    if (address !== null) account.see(address, this.now());
    return account;
  }

  private forgetOldest(): void {
    if (this.accounts.size <= MAX_ACCOUNTS) return;
    for (const [key, account] of this.accounts) {
      if (!account.isSettled || this.dirty.has(key)) continue;
      this.accounts.delete(key);
      return;
    }
  }

  private count(caller: LimitedCaller, name: QuotaName, amount: number): void {
    const spent = this.spent.get(name) ?? { key: 0, anonymous: 0 };
    spent[isAnonymous(caller) ? 'anonymous' : 'key'] += amount;
    this.spent.set(name, spent);
  }

  private now(): number {
    return this.clock.now() + this.aheadMs;
  }

  private testTime(): number | null {
    return this.hasOwnClock ? this.clock.now() : null;
  }
}

const NOTHING: QuotaUse = { since: 0, used: 0 };

const keyOf = (owner: string, name: QuotaName): string => `${name} ${owner}`;

/** @returns the shares as they were before an address was charged */
const without = (shares: readonly StoredShare[], address: string | null, amount: number): StoredShare[] =>
  shares.map((share) => (share.address === address ? { ...share, used: Math.max(0, share.used - amount) } : share));

/** A key may be that of a whole course: then each address has its share of it. */
const sharedAddressOf = ({ key, address }: LimitedCaller): string | null => (key ? address : null);
