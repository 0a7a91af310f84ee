import { execute, parse, validate } from 'graphql';
import { type Caller, createKey, KeyRing, type NewApiKey, Quotas, SCOPES } from '../../src/access';
import { createContext } from '../../src/graphql';
import { createLogger } from '../../src/log';
import type { Services } from '../../src/services';
import { idOfNothing, idOfRow } from '../globalIds';
import { seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { testSchema as schema, testServices } from './testGraph';

const CREATE = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  secret apiKey { id name prefix scopes datasets note createdBy expiresAt lastUsedAt revokedAt } } }`;
const ROTATE = `mutation ($input: RotateApiKeyInput!) { rotateApiKey(input: $input) {
  secret apiKey { id name scopes expiresAt } replaced { id expiresAt revokedAt } } }`;
const REVOKE = 'mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { apiKey { id revokedAt } } }';
const CREATE_LIMITED = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  secret apiKey { quotas { name limit used resetAt } } } }`;
const NOW = Date.parse('2026-01-01T12:00:00Z');
const LIST = '{ apiKeys(orderBy: { field: NAME }) { totalCount nodes { name } } }';

let test: TestDatabase;
let ring: KeyRing;
beforeAll(async () => {
  test = await createTestDatabase();
  ring = new KeyRing(test.database, createLogger('silent'), { clock: { keptMs: 0 } });
  await seedDataset(test.database, { slug: 'one', patients: 1 });
  await seedDataset(test.database, { slug: 'other', patients: 1 });
});
afterAll(() => test.drop());

const callerOf = (text: string): Promise<Caller> => ring.identify('10.0.0.1', [`Bearer ${text}`]);
const callerWith = async (name: string, wanted: Partial<NewApiKey> = {}): Promise<Caller> =>
  callerOf((await createKey(test.database, { name, scopes: SCOPES, ...wanted }, null)).text);

interface Key {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  datasets: string[] | null;
  createdBy: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
  quotas: { name: string; limit: number; used: number; resetAt: string }[];
}
interface Answers {
  createApiKey: { secret: string | null; apiKey: Key };
  rotateApiKey: { secret: string | null; apiKey: Key; replaced: Key };
  revokeApiKey: { apiKey: Key };
  apiKeys: { totalCount: number; nodes: Key[] };
  viewer: { key: Key | null; scopes: string[] };
  node: Key | null;
}
async function ask(caller: Caller, source: string, input?: object, parts: Partial<Services> = {}) {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const contextValue = createContext(testServices(test.database, parts), { caller });
  const { data, errors } = await execute({ schema, document, contextValue, variableValues: { input } });
  const [error] = errors ?? [];
  const cause = error?.originalError as { code?: string; scope?: string; argument?: string } | undefined;
  const code = cause && { code: cause.code, ...(cause.scope ? { scope: cause.scope } : {}) };
  return { ...(JSON.parse(JSON.stringify(data)) as Answers), error: code, message: error?.message };
}

describe('viewer', () => {
  it('says which key a request came with, and what it may do', async () => {
    const caller = await callerWith('viewing', { scopes: ['review', 'read'] });
    const { viewer } = await ask(caller, '{ viewer { scopes key { name prefix scopes datasets createdBy } } }');
    expect(viewer).toEqual({
      scopes: ['read', 'review'],
      key: {
        name: 'viewing',
        prefix: `dl_${caller.key?.keyId}`,
        scopes: ['read', 'review'],
        datasets: null,
        createdBy: null,
      },
    });
  });

  it('has no key without one', async () => {
    const anonymous: Caller = {
      ...{ owner: 'x', address: 'x', scopes: new Set(['read']), key: null, person: null, datasets: null },
    };
    expect((await ask(anonymous, '{ viewer { scopes key { id } } }')).viewer).toEqual({ scopes: ['read'], key: null });
  });
});

describe('createApiKey', () => {
  it('gives out a key that works, with a role, scopes, data sets and a note, and says who made it', async () => {
    const maker = await callerWith('maker');
    const { createApiKey } = await ask(maker, CREATE, {
      ...{ name: 'a course', role: 'reader', scopes: ['detect'], datasets: ['one'], note: 'for forty laptops' },
      expiresAt: '2040-01-01T00:00:00Z',
    });
    expect(createApiKey.apiKey).toMatchObject({
      ...{ name: 'a course', scopes: ['read', 'export', 'detect'], datasets: ['one'], note: 'for forty laptops' },
      ...{ createdBy: 'maker', expiresAt: '2040-01-01T00:00:00.000Z', lastUsedAt: null, revokedAt: null },
    });
    expect(createApiKey.secret?.startsWith(`${createApiKey.apiKey.prefix}_`)).toBe(true);
    const made = await callerOf(createApiKey.secret ?? '');
    expect([...made.scopes]).toEqual(['read', 'export', 'detect']);
    expect(made.datasets).toEqual(new Set(['one']));
  });

  it('gives a key limits of its own, of which it can give no more to others, and shows what is used', async () => {
    const settings = { host: '0.0.0.0', keyQuotas: { images: 50 } };
    const quotas = new Quotas(test.database, settings, createLogger('silent'), { now: () => NOW });
    const make = (caller: Caller, given: object[]) =>
      ask(caller, CREATE_LIMITED, { name: 'limited', scopes: ['read', 'keys'], quotas: given }, { quotas });
    const limited = [
      { name: 'fields', limit: 1000 },
      { name: 'submissions', limit: null },
    ];
    const { createApiKey } = await make(await callerWith('unlimited'), limited);
    const shown = Object.fromEntries(createApiKey.apiKey.quotas.map(({ name, ...quota }) => [name, quota]));
    expect(Object.keys(shown)).toEqual(['fields', 'images', 'upload-bytes', 'export-bytes']);
    expect(shown).toMatchObject({ fields: { limit: 1000, used: 0 }, images: { limit: 50, used: 0 } });
    const holder = await callerOf(createApiKey.secret ?? '');
    for (const given of [
      { name: 'fields', limit: 1001 },
      { name: 'images', limit: null },
    ])
      expect((await make(holder, [given])).error).toEqual({ code: 'FORBIDDEN' });
    const heir = (await make(holder, [{ name: 'images', limit: 10 }])).createApiKey.apiKey.quotas;
    expect(heir.map(({ limit }) => limit).slice(0, 2)).toEqual([1000, 10]);
    await test.database.transaction((transaction) => quotas.take(transaction, holder, 'images', 7));
    const listed = await ask(holder, '{ viewer { key { quotas { name used resetAt } } } }', undefined, { quotas });
    expect(listed.viewer.key?.quotas[1]).toEqual({ name: 'images', used: 7, resetAt: '2026-01-02T00:00:00.000Z' });
    await quotas.stop();
  });

  it('makes one key for an idempotency key, and shows its secret once', async () => {
    const maker = await callerWith('repeating');
    const input = { name: 'repeated', role: 'reader', idempotencyKey: 'k' };
    const [first, second] = [await ask(maker, CREATE, input), await ask(maker, CREATE, input)];
    expect(second.createApiKey).toEqual({ ...first.createApiKey, secret: null });
  });

  it.each([
    ['scopes', { scopes: ['read', 'operate'] }, { code: 'FORBIDDEN', scope: 'operate' }],
    ['a role', { role: 'operator' }, { code: 'FORBIDDEN', scope: 'detect' }],
    ['data sets', { role: 'reader', datasets: ['one', 'other'] }, { code: 'FORBIDDEN' }],
    ['a longer life', { role: 'reader', expiresAt: '2045-01-01T00:00:00Z' }, { code: 'FORBIDDEN' }],
  ])('never grants %s that its maker lacks', async (_, input, error) => {
    const expiresAt = new Date('2040-01-01T00:00:00Z');
    const maker = await callerWith('small', { scopes: ['read', 'export', 'keys'], datasets: ['one'], expiresAt });
    const before = await ask(maker, LIST);
    expect((await ask(maker, CREATE, { name: 'greedy', ...input })).error).toEqual(error);
    expect((await ask(maker, LIST)).apiKeys).toEqual(before.apiKeys);
    const { createApiKey } = await ask(maker, CREATE, { name: `modest for ${_}`, role: 'reader' });
    expect(createApiKey.apiKey).toMatchObject({ datasets: ['one'], expiresAt: '2040-01-01T00:00:00.000Z' });
  });

  it.each([
    ['no scope', { name: 'x' }, /scopes to name at least one/],
    ['an unknown role', { name: 'x', role: 'admin' }, /among reader, client.*"admin"/],
    ['an unknown scope', { name: 'x', scopes: ['write'] }, /among read, export.*"write"/],
    ['an unknown data set', { name: 'x', role: 'reader', datasets: ['none'] }, /none/],
    [
      'an unknown quota',
      { name: 'x', role: 'reader', quotas: [{ name: 'field', limit: 1 }] },
      /among fields.*"field=1"/,
    ],
    ['a time that is over', { name: 'x', role: 'reader', expiresAt: '2020-01-01T00:00:00Z' }, /in the next 20 years/],
    ['the name of another reviewer', { name: 'Dr Other', role: 'reviewer' }, /not that of another reviewer/],
  ])('refuses %s', async (_, input, message) => {
    await createKey(test.database, { name: 'Dr Other', scopes: ['review'] }, null);
    const answer = await ask(await callerWith(`refused ${_}`), CREATE, input);
    expect(answer.message).toMatch(message);
  });

  it('makes at most 50 active keys of one owner', async () => {
    const maker = await callerWith('many');
    for (let count = 1; count < 50; count++)
      expect((await ask(maker, CREATE, { name: `one of many ${count}`, role: 'reader' })).error).toBeUndefined();
    expect((await ask(maker, CREATE, { name: 'one more', role: 'reader' })).error).toEqual({ code: 'CONFLICT' });
    const { apiKeys } = await ask(maker, '{ apiKeys(filter: { name: "one of many 7" }) { nodes { id } } }');
    await ask(maker, REVOKE, { id: apiKeys.nodes[0]?.id });
    expect((await ask(maker, CREATE, { name: 'one more', role: 'reader' })).error).toBeUndefined();
  });
});

describe('the keys of others', () => {
  it('are listed, found, revoked and rotated only with operate', async () => {
    const lead = await callerWith('lead', { scopes: ['read', 'keys'] });
    const own = (await ask(lead, CREATE, { name: 'of the lead', scopes: ['read'] })).createApiKey.apiKey;
    const other = await callerWith('not of the lead', { scopes: ['read'] });
    const otherId = await idOfRow(test.database, 'ApiKey', other.key?.row ?? 0);
    expect((await ask(lead, LIST)).apiKeys).toEqual({
      totalCount: 2,
      nodes: [{ name: 'lead' }, { name: 'of the lead' }],
    });
    expect((await ask(lead, `{ node(id: "${own.id}") { id } }`)).node).toEqual({ id: own.id });
    expect((await ask(lead, `{ node(id: "${otherId}") { id } }`)).node).toBeNull();
    expect((await ask(lead, REVOKE, { id: otherId })).error).toEqual({ code: 'FORBIDDEN', scope: 'operate' });
    expect((await ask(lead, ROTATE, { id: otherId })).error).toEqual({ code: 'FORBIDDEN', scope: 'operate' });
    const operator = await callerWith('operator of all');
    expect((await ask(operator, LIST)).apiKeys.totalCount).toBeGreaterThan(2);
    expect((await ask(operator, REVOKE, { id: otherId })).revokeApiKey.apiKey.revokedAt).not.toBeNull();
    expect((await ask(operator, REVOKE, { id: idOfNothing('ApiKey') })).error).toEqual({ code: 'NOT_FOUND' });
  });
});

describe('rotateApiKey', () => {
  it('gives out a second key of the same owner, and lets the first live for the overlap', async () => {
    const operator = await callerWith('rotating');
    const { text, row } = await createKey(test.database, { name: 'rotated', scopes: ['read', 'review'] }, null);
    const id = await idOfRow(test.database, 'ApiKey', row.id);
    const { rotateApiKey } = await ask(operator, ROTATE, { id, overlapHours: 2 });
    const { apiKey, replaced, secret } = rotateApiKey;
    expect(apiKey).toMatchObject({ name: 'rotated', scopes: ['read', 'review'], expiresAt: null });
    const hours = (Date.parse(replaced.expiresAt ?? '') - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(2);
    const [old, fresh] = [await callerOf(text), await callerOf(secret ?? '')];
    expect(fresh.owner).toBe(old.owner);
    expect(fresh.key?.keyId).not.toBe(old.key?.keyId);
  });

  it('without an overlap revokes the first at once', async () => {
    const operator = await callerWith('rotating at once');
    const { text, row } = await createKey(test.database, { name: 'rotated at once', scopes: ['read'] }, null);
    const id = await idOfRow(test.database, 'ApiKey', row.id);
    expect((await ask(operator, ROTATE, { id, overlapHours: 0 })).rotateApiKey.replaced.revokedAt).not.toBeNull();
    await expect(callerOf(text)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await ask(operator, ROTATE, { id })).error).toEqual({ code: 'CONFLICT' });
  });

  it('gives no one the secret of a key that may do more', async () => {
    const weak = await callerWith('weak', { scopes: ['keys', 'operate'] });
    const { row } = await createKey(test.database, { name: 'strong', scopes: ['read', 'review'] }, null);
    const id = await idOfRow(test.database, 'ApiKey', row.id);
    expect((await ask(weak, ROTATE, { id })).error).toEqual({ code: 'FORBIDDEN', scope: 'read' });
    const bound = await callerWith('bound', { datasets: ['one'] });
    expect((await ask(bound, ROTATE, { id })).error).toEqual({ code: 'FORBIDDEN' });
  });

  it('does not make a key live longer than the one that asks', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const ending = await callerWith('ending', { expiresAt });
    const id = await idOfRow(test.database, 'ApiKey', ending.key?.row ?? 0);
    const { apiKey } = (await ask(ending, ROTATE, { id })).rotateApiKey;
    expect(apiKey.expiresAt).toBe(expiresAt.toISOString());
  });
});

describe('a key in the database', () => {
  it.each([
    ['revived', 'revoked_at = NULL'],
    ['given more scopes', `scopes = scopes || '{operate}'`],
    ['extended', 'expires_at = NULL'],
  ])('is never %s', async (_, change) => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const { row } = await createKey(test.database, { name: `kept ${_}`, scopes: ['read'], expiresAt }, null);
    await test.database.query({ text: 'UPDATE api_key SET revoked_at = now() WHERE id = $1', values: [row.id] });
    await expect(
      test.database.query({ text: `UPDATE api_key SET ${change} WHERE id = $1`, values: [row.id] }),
    ).rejects.toThrow(/neither revived nor extended/);
  });
});
