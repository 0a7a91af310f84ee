import fc from 'fast-check';
import {
  QuotaAccount,
  type QuotaRule,
  type QuotaUse,
  quotaUseAt,
  resetAt,
  type ShareUse,
} from '../../src/access/quotaAccount';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const rule: QuotaRule = { limit: 100, windowMs: MINUTE };

describe('what is used of a quota', () => {
  it('is given back by one limit with each window that passes, and never twice', () => {
    fc.assert(
      fc.property(
        fc.nat(5_000),
        fc.nat(100 * MINUTE),
        fc.nat(100 * MINUTE),
        fc.nat(100 * MINUTE),
        (used, since, first, second) => {
          const start = quotaUseAt({ since: 0, used }, rule, since);
          const [between, end] = [since + Math.min(first, second), since + Math.max(first, second)];
          expect(quotaUseAt(quotaUseAt(start, rule, between), rule, end)).toEqual(quotaUseAt(start, rule, end));
        },
      ),
    );
  });

  it('resets at the first full minute after which something is left', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(10 * MINUTE), (used, now) => {
        const use = { since: Math.floor(now / MINUTE) * MINUTE, used };
        const at = resetAt(use, rule, now);
        expect(at % MINUTE).toBe(0);
        expect(at).toBeGreaterThan(now);
        expect(quotaUseAt(use, rule, at).used).toBeLessThan(rule.limit);
        if (used >= rule.limit) expect(quotaUseAt(use, rule, at - 1).used).toBeGreaterThanOrEqual(rule.limit);
      }),
    );
  });
});

describe('two servers on one database', () => {
  /** What the database does with a charge. */
  class Shared {
    use: QuotaUse = { since: 0, used: 0 };

    readonly shares = new Map<string, ShareUse>();

    write(account: QuotaAccount, now: number): void {
      const amount = account.takePending();
      const { since, used } = quotaUseAt(this.use, account.rule, now);
      this.use = { since, used: used + amount };
      const start = Math.floor(now / account.rule.windowMs) * account.rule.windowMs;
      for (const { address, amount: more, seenAt } of account.takeShares(now)) {
        const before = this.shares.get(address);
        const kept = before?.since === start ? before.used : 0;
        this.shares.set(address, { address, since: start, used: kept + more, seenAt });
      }
      account.wrote(this.use, [...this.shares.values()]);
    }
  }

  const step = fc.record({
    server: fc.nat(1),
    does: fc.constantFrom('SPEND', 'SPEND', 'SPEND', 'WRITE'),
    passes: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 7_000),
  });

  it('never grant more in a window than the limit and one chunk, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 600 }), (steps) => {
        const shared = new Shared();
        const servers = [new QuotaAccount(rule), new QuotaAccount(rule)];
        const granted = new Map<number, number>();
        let now = 0;
        for (const { server, does, passes } of steps) {
          const account = servers[server]!;
          now += passes;
          // A server writes every second.
          if (passes > 0) for (const each of servers) shared.write(each, now);
          if (does === 'WRITE' || account.mustWrite(null, now)) shared.write(account, now);
          if (does === 'WRITE' || account.leftFor(null, now) <= 0) continue;
          account.spend(1, null, now);
          const window = Math.floor(now / MINUTE);
          granted.set(window, (granted.get(window) ?? 0) + 1);
        }
        const chunk = rule.limit / 20;
        expect(Math.max(0, ...granted.values())).toBeLessThanOrEqual(rule.limit + chunk);
      }),
    );
  });

  it('give an address of a key one share, however it goes from one to the other', () => {
    const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
    const request = fc.record({
      server: fc.nat(1),
      address: fc.constantFrom(...addresses),
      passes: fc.constantFrom(0, 0, 0, 20),
    });
    const wide: QuotaRule = { limit: 4_000, windowMs: MINUTE };
    fc.assert(
      fc.property(fc.array(request, { minLength: 100, maxLength: 400 }), (requests) => {
        const shared = new Shared();
        const servers = [new QuotaAccount(wide), new QuotaAccount(wide)];
        // Both have seen all four, each of which then has a share of 750.
        for (const server of servers) for (const address of addresses) server.see(address, 0);
        for (const server of servers) shared.write(server, 0);
        const granted = new Map(addresses.map((address) => [address, 0]));
        let now = 1;
        for (const { server, address, passes } of requests) {
          const account = servers[server]!;
          now += passes;
          account.see(address, now);
          if (account.mustWrite(address, now)) shared.write(account, now);
          if (account.leftFor(address, now) <= 0) continue;
          account.spend(40, address, now);
          granted.set(address, (granted.get(address) ?? 0) + 40);
        }
        // A share, what is kept for newcomers, a quarter of a share that the other server has not written yet, and one request.
        const share = (3 / 4) * (wide.limit / 4);
        for (const amount of granted.values())
          expect(amount).toBeLessThanOrEqual(share + wide.limit / 4 + share / 4 + 40);
      }),
    );
  });

  it('lose nothing that could not be written', () => {
    const shared = new Shared();
    const account = new QuotaAccount(rule);
    account.spend(30, null, 0);
    account.takePending();
    account.spend(5, null, 0);
    expect(account.use(0).used).toBe(35);
    account.couldNotWrite();
    shared.write(account, 0);
    expect([shared.use.used, account.use(0).used, account.isSettled]).toEqual([35, 35, true]);
  });
});

describe('a key of forty laptops', () => {
  const laptops = Array.from({ length: 40 }, (_, index) => `10.0.0.${index + 1}`);
  /** @returns how many units an address gets until it is refused */
  const drain = (account: QuotaAccount, address: string, now: number): number => {
    for (let got = 0; ; got++) {
      account.see(address, now);
      if (account.leftFor(address, now) <= 0) return got;
      account.spend(1, address, now);
    }
  };
  const wide = (windowMs: number): QuotaAccount => new QuotaAccount({ limit: 4_000, windowMs });

  it.each([
    ['a minute', MINUTE, 75],
    ['a day', DAY, 100],
  ])('leaves each its share of %s, however greedy one of them is', (_, windowMs, share) => {
    const account = wide(windowMs);
    for (const address of laptops) account.see(address, 0);
    const [greedy = '', ...others] = laptops;
    expect(drain(account, greedy, 0)).toBe(share);
    expect(others.map((address) => drain(account, address, 0))).toEqual(others.map(() => share));
  });

  it('keeps a quarter of a minute for laptops that come later', () => {
    const account = wide(MINUTE);
    const [greedy = '', second = ''] = laptops;
    expect(drain(account, greedy, 0)).toBe(3_000);
    expect(drain(account, second, 0)).toBe(1_000);
  });

  it('gives the shares of those that left to those that stay, and all of a day to a laptop that is alone', () => {
    const account = wide(MINUTE);
    for (const address of laptops) account.see(address, 0);
    expect(drain(account, laptops[0] ?? '', 5 * MINUTE)).toBe(3_000);
    expect(drain(wide(DAY), 'alone', 0)).toBe(4_000);
  });

  it('does not give an address its share of a day again when it comes back', () => {
    const account = wide(DAY);
    for (const address of laptops) account.see(address, 0);
    const [greedy = '', ...others] = laptops;
    drain(account, greedy, 0);
    for (const address of others) account.see(address, 20 * MINUTE);
    expect(drain(account, greedy, 20 * MINUTE)).toBe(0);
  });
});
