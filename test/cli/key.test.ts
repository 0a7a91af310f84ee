import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { runCommand } from './runCommand';

const KEY = /^dl_[A-Z2-7]{8}_[A-Za-z0-9_-]{43}\n$/;
let test: TestDatabase;
const environment = process.env;

beforeAll(async () => {
  test = await createTestDatabase();
  process.env = { ...environment, DATABASE_URL: test.url };
});
afterAll(async () => {
  process.env = environment;
  await test.drop();
});

const create = (...words: string[]) => runCommand('key', 'create', '--name', 'Dr Example', ...words);

describe('deeplesion key', () => {
  it('prints a new key alone on standard output, and stores nothing of its secret', async () => {
    const { output, code } = await create('--role', 'reviewer');
    expect(code).toBeUndefined();
    expect(output).toMatch(KEY);
    const rows = await test.database.query<Record<string, unknown>>({ text: 'SELECT * FROM api_key' });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ name: 'Dr Example', scopes: ['read', 'export', 'review'], datasets: [] });
    expect(JSON.stringify(rows)).not.toContain(output.trim().slice(12));
  });

  it('prints an object with --json, and takes roles, scopes, data sets, a note and an expiry', async () => {
    const { output, errors } = await create(
      ...['--role', 'reader', '--scope', 'detect', 'upload', '--dataset', 'one', '--dataset', 'two'],
      ...['--quota', 'fields=1000', 'images=none', '--expires-days', '30', '--note', 'a course', '--json'],
    );
    const { key, expiresAt, createdAt, ...rest } = JSON.parse(output);
    expect(`${key}\n`).toMatch(KEY);
    expect(rest).toMatchObject({
      id: key.slice(3, 11),
      scopes: ['read', 'export', 'detect', 'upload'],
      datasets: ['one', 'two'],
      quotas: { fields: 1000, images: null },
      note: 'a course',
      revokedAt: null,
    });
    expect(Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / 86_400_000)).toBe(30);
    expect(errors).toContain('there is no data set one');
    const lines = (await runCommand('key', 'list')).output;
    expect(lines).toMatch(/\tnever used\tfields=1000,images=none$/m);
  });

  it('lists keys without secrets, as lines and as JSON, and revokes one by its id', async () => {
    const key = (await create('--role', 'client')).output.trim();
    const id = key.slice(3, 11);
    const { output } = await runCommand('key', 'revoke', id);
    expect(output).toMatch(new RegExp(`^${id} \\(Dr Example\\) is revoked since`));
    // A second time it changes nothing.
    expect((await runCommand('key', 'revoke', `dl_${id}`)).output).toBe(output);
    const lines = (await runCommand('key', 'list')).output;
    expect(lines).toMatch(new RegExp(`^${id}\tDr Example\tread,export,detect,upload,submit\tall data sets\trevoked`));
    expect(lines).not.toContain(key.slice(12));
    const [newest] = JSON.parse((await runCommand('key', 'list', '--json')).output);
    expect(newest).toMatchObject({ id, prefix: `dl_${id}`, lastUsedAt: null });
    expect(newest.revokedAt).not.toBeNull();
  });

  it('replaces a key by one of the same rights, and the old one lives on for the overlap', async () => {
    const old = (await create('--role', 'client', '--note', 'a course')).output.trim();
    const { output } = await runCommand('key', 'rotate', old.slice(3, 11), '--overlap-hours', '2', '--json');
    const { key, replaced, ...made } = JSON.parse(output);
    expect(`${key}\n`).toMatch(KEY);
    expect(made).toMatchObject({ name: 'Dr Example', scopes: expect.arrayContaining(['detect']), note: 'a course' });
    expect(replaced).toMatchObject({ id: old.slice(3, 11), revokedAt: null, expiresAt: expect.any(String) });
    const again = await runCommand('key', 'rotate', made.id, '--overlap-hours', '0');
    expect(again.output).toMatch(KEY);
    const [, second] = JSON.parse((await runCommand('key', 'list', '--json')).output);
    expect(second).toMatchObject({ id: made.id, revokedAt: expect.any(String) });
    const { errors, code } = await runCommand('key', 'rotate', again.output.slice(3, 11), '--overlap-hours', '721');
    expect([code, errors]).toEqual([1, expect.stringMatching(/0 to 720, got "721"/)]);
    expect((await runCommand('key', 'rotate', made.id)).errors).toMatch(/neither revoked nor expired/);
    const events = await test.database.prisma.auditEvent.findMany({ where: { action: 'key rotate' } });
    expect(events).toMatchObject([
      { changes: expect.stringContaining('"overlapHours":2'), address: 'command line' },
      { changes: expect.stringContaining('"overlapHours":0') },
    ]);
    expect(JSON.stringify(events)).not.toContain(key.slice(12));
  });

  it.each([
    ['no scope', ['--note', 'x'], /--role or --scope/],
    ['an unknown role', ['--role', 'admin'], /among reader, client.*got "admin"/],
    ['an unknown scope', ['--scope', 'write'], /among read, export.*got "write"/],
    ['a data set with a version', ['--role', 'reader', '--dataset', 'deeplesion@1'], /without a version/],
    ['too long a life', ['--role', 'reader', '--expires-days', '4000'], /1 to 3650, got "4000"/],
    ['no life', ['--role', 'reader', '--expires-days', '0'], /1 to 3650/],
    ['an unknown quota', ['--role', 'reader', '--quota', 'field=1'], /among fields, images.*got "field=1"/],
    ['an empty name', ['--role', 'reader', '--name', ' '], /name to have 1 to 200/],
    ['a name of two lines', ['--role', 'reader', '--name', 'a\nb'], /one line/],
  ])('refuses %s, and stores nothing', async (_, words, message) => {
    const [before] = await test.database.query({ text: 'SELECT count(*) FROM api_key' });
    const { output, errors, code } = await create(...words);
    expect(code).toBe(1);
    expect(errors).toMatch(message);
    expect(output).toBe('');
    expect(await test.database.query({ text: 'SELECT count(*) FROM api_key' })).toEqual([before]);
  });

  it('says which ids there are when it is given another', async () => {
    const { errors, code } = await runCommand('key', 'revoke', 'AAAAAAAA');
    expect(code).toBe(1);
    expect(errors).toMatch(/no key with this id.*key list/);
  });
});
