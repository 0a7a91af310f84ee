import fc from 'fast-check';
import { type Caller, type QuotaLimits, Quotas } from '../../src/access';
import { type QuotaRule, type QuotaUse, quotaUseAt } from '../../src/access/quotaAccount';
import { chargeQuotas, chargeShares, deleteUnusedQuotas, findQuotaUses } from '../../src/access/quotaStore';
import { openDatabase } from '../../src/database';
import { QuotaExceeded } from '../../src/errors';
import { createLogger } from '../../src/log';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

const MINUTE = 60_000;
/** A minute, as both servers and the database have it. */
let now = Date.parse('2026-01-01T12:00:00Z');
const log = createLogger('silent');
let test: TestDatabase;
let made = 0;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const serverWith = (limits: QuotaLimits, database = test.database, patienceMs = 60_000): Quotas =>
  new Quotas(database, { host: '0.0.0.0', anonymousQuotas: limits, keyQuotas: limits }, log, {
    ...{ now: () => now, writtenEveryMs: 1e9, patienceMs },
  });
const newCaller = (): Caller => {
  const address = `10.1.0.${++made}`;
  return { owner: address, address, scopes: new Set(['read'] as const), key: null, person: null, datasets: null };
};
/** @returns how many units a server grants until it refuses */
async function drain(server: Quotas, caller: Caller, atMost = 10_000): Promise<number> {
  for (let granted = 0; granted < atMost; granted++) {
    try {
      await server.admit(caller, 'fields');
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(QuotaExceeded);
      return granted;
    }
    server.spend(caller, 'fields', 1);
  }
  return atMost;
}

describe('quotas of two servers', () => {
  it('add up: what one has granted, the other does not', async () => {
    const [one, other] = [serverWith({ fields: 100 }), serverWith({ fields: 100 })];
    const caller = newCaller();
    expect(await drain(one, caller, 60)).toBe(60);
    expect(await drain(other, caller)).toBeLessThanOrEqual(45);
    await one.write();
    await other.write();
    expect(await drain(one, caller)).toBe(0);
    const [standing] = await other.standingsOf(caller);
    expect(standing).toMatchObject({ name: 'fields', limit: 100, left: 0, resetAt: new Date('2026-01-01T12:01:00Z') });
    expect(standing?.used).toBeGreaterThanOrEqual(100);
    expect(standing?.used).toBeLessThanOrEqual(105);
  });

  it('are given back at the next minute, less what a long response took beyond the limit', async () => {
    const server = serverWith({ fields: 100 });
    const caller = newCaller();
    server.spend(caller, 'fields', 250);
    await server.write();
    const start = now;
    const standing = () => server.standingOf(caller, 'fields');
    expect(standing()).toMatchObject({ used: 250, left: 0, resetAt: new Date(start + 2 * MINUTE) });
    now = start + MINUTE;
    expect(await drain(server, caller)).toBe(0);
    now = start + 2 * MINUTE;
    expect(await drain(server, caller)).toBe(50);
    now = start;
  });

  it('take exactly what is left in a transaction, and nothing if that is rolled back', async () => {
    const servers = [serverWith({ images: 10 }), serverWith({ images: 10 })];
    const caller = newCaller();
    const take = (amount: number, index = 0) =>
      test.database.transaction((transaction) => servers[index % 2]!.take(transaction, caller, 'images', amount));
    await expect(take(11)).rejects.toThrow(
      /at most 10 images a day .*quota images.* 10 are left until .*, got 11: ask for less/,
    );
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => take(3, index)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    await take(1);
    await expect(take(1, 1)).rejects.toMatchObject({ code: 'RATE_LIMITED', quota: { name: 'images', limit: 10 } });
    expect(servers[1]?.counts.refused.get('images')).toBeGreaterThan(0);
  });

  /** A laptop of the course whose one key this is. */
  const laptopsOf = (count: number): Caller[] => {
    const key = { id: 'ABCDEFGH', name: 'course', holder: ++made, quotas: {} } as unknown as Caller['key'];
    const owner = `key:${made}`;
    return Array.from({ length: count }, (_, index) => ({ ...newCaller(), key, owner, address: `10.2.0.${index}` }));
  };

  it('give each laptop of a course one share, whichever server it asks', async () => {
    const [one, other] = [serverWith({ fields: 1_000 }), serverWith({ fields: 1_000 })];
    const [greedy, ...others] = laptopsOf(5);
    // A server reads an account at once when it first meets it: before anything is spent, so that it is known who writes first.
    for (const [server, laptop] of [
      [one, greedy!],
      [other, others[0]!],
    ] as const) {
      server.standingOf(laptop, 'fields');
      await server.write();
    }
    // All were seen, some here and some there, and each server has written that.
    for (const [index, laptop] of [greedy!, ...others].entries()) [one, other][index % 2]!.spend(laptop, 'fields', 1);
    for (const server of [one, other, one]) await server.write();
    // 750 of 1,000 for five: 150 each. The greedy one takes its share here, and finds no second one there.
    expect(await drain(one, greedy!)).toBe(149);
    await one.write();
    await other.write();
    expect(await drain(other, greedy!)).toBeLessThanOrEqual(38);
    await other.write();
    for (const laptop of others) {
      await one.write();
      expect(await drain(one, laptop)).toBeGreaterThanOrEqual(111);
    }
    expect(await test.database.prisma.quotaShare.count({ where: { owner: greedy!.owner } })).toBe(5);
  });

  it('take the share of a laptop exactly, in the transaction of its request', async () => {
    const servers = [serverWith({ images: 100 }), serverWith({ images: 100 })];
    const [one, two] = laptopsOf(2);
    const take = (caller: Caller, amount: number, index: number) =>
      test.database.transaction((transaction) => servers[index]!.take(transaction, caller, 'images', amount));
    await take(two!, 1, 1);
    await take(one!, 40, 0);
    await expect(take(one!, 20, 1)).rejects.toThrow(/share/);
    await take(one!, 10, 1);
    await expect(take(one!, 1, 0)).rejects.toThrow(/share/);
    await take(two!, 49, 0);
  });

  it('pass while the database does not answer, and say so in the metrics', async () => {
    const away = openDatabase('postgresql://nobody@127.0.0.1:9/none');
    const server = serverWith({ fields: 100 }, away, 20);
    const caller = newCaller();
    expect(await drain(server, caller)).toBe(100);
    expect(server.counts.unchecked).toBeGreaterThan(0);
    await server.stop();
    await away.close();
  });
});

describe('the database', () => {
  const limit = 50;
  const rule: QuotaRule = { limit, windowMs: MINUTE };

  it('reckons as a server does', async () => {
    const charge = fc.record({ amount: fc.nat(120), after: fc.nat(3 * MINUTE) });
    await fc.assert(
      fc.asyncProperty(fc.array(charge, { minLength: 1, maxLength: 6 }), async (charges) => {
        const owner = `owner ${++made}`;
        let use: QuotaUse = { since: 0, used: 0 };
        let at = now;
        for (const { amount, after } of charges) {
          at += after;
          const { since, used } = quotaUseAt(use, rule, at);
          use = { since, used: used + amount };
          const { uses } = await chargeQuotas(test.database, [{ owner, name: 'fields', amount, ...rule }], at);
          expect(uses).toEqual([{ owner, name: 'fields', ...use }]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('forgets rows of which nothing is used any more', async () => {
    const charge = { name: 'fields', ...rule } as const;
    const time = Date.now();
    await chargeQuotas(test.database, [{ ...charge, owner: 'past', amount: 3 }], time - 5 * MINUTE);
    await chargeQuotas(test.database, [{ ...charge, owner: 'in debt', amount: 10 * limit }], time - 5 * MINUTE);
    await chargeQuotas(test.database, [{ ...charge, owner: 'now', amount: 3 }], time);
    await deleteUnusedQuotas(test.database);
    const share = { name: 'fields', windowMs: MINUTE, address: '10.9.9.9', amount: 1 } as const;
    const ofShare = (owner: string, seenAt: number) =>
      chargeShares(test.database, [{ ...share, owner, seenAt }], seenAt).then((shares) => shares.length);
    expect(await ofShare('in debt', time - 15 * MINUTE)).toBe(1);
    expect(await ofShare('now', time)).toBe(1);
    await deleteUnusedQuotas(test.database);
    const kept = await test.database.prisma.quotaShare.findMany({ where: { address: share.address } });
    expect(kept.map(({ owner }) => owner)).toEqual(['now']);
    const { uses } = await findQuotaUses(test.database, ['past', 'in debt', 'now']);
    expect(uses.map(({ owner }) => owner).sort()).toEqual(['in debt', 'now']);
  });
});
