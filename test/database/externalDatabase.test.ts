import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Client } from 'pg';
import { migrate, openDatabase } from '../../src/database';
import { BadUserInput } from '../../src/errors';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

/** A database of the test server that is somebody's own. */
async function createForeign(
  options = '',
): Promise<{ url: string; sql(text: string): Promise<unknown[]> } & AsyncDisposable> {
  const bed = await createTestDatabase();
  const url = new URL(bed.url);
  const name = `foreign_${url.pathname.slice(1)}`;
  await bed.database.query({ text: `CREATE DATABASE ${name} ${options}` });
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async sql(text) {
      const client = new Client({ connectionString: url.href });
      await client.connect();
      try {
        return (await client.query(text)).rows;
      } finally {
        await client.end();
      }
    },
    async [Symbol.asyncDispose]() {
      await bed.database.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
      await bed.drop();
    },
  };
}

const TABLES = `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`;

describe('a database of somebody else', () => {
  let bed: TestDatabase;
  beforeAll(async () => {
    bed = await createTestDatabase();
  });
  afterAll(() => bed.drop());

  it.each([
    ["DateStyle = 'German'", 'createdAt'],
    ["DateStyle = 'SQL, DMY'", 'createdAt'],
    ["IntervalStyle = 'iso_8601'", 'interval'],
    ["TimeZone = 'America/New_York'", 'zone'],
    ['search_path = other', 'tables'],
    ['extra_float_digits = 0', 'floats'],
    ["statement_timeout = '1ms'", 'time limits'],
    ["default_transaction_isolation = 'serializable'", 'isolation'],
  ])('is read alike with %s', async (setting) => {
    const name = new URL(bed.url).pathname.slice(1);
    await bed.database.query({ text: `ALTER DATABASE ${name} SET ${setting}` });
    const database = openDatabase(bed.url);
    try {
      expect(await migrate(bed.url)).toEqual([]);
      const [row] = await database.query<Record<string, unknown>>({
        text: `SELECT '2026-11-28 12:34:56+00'::timestamptz AS at, '2026-11-28 12:34:56+00'::timestamptz::text AS told,
                      '1 day 2 hours'::interval::text AS span, (0.1::float8 + 0.2::float8)::text AS sum,
                      current_setting('transaction_isolation') AS isolation, pg_sleep(0.01)::text AS slept,
                      (SELECT count(*) FROM dataset) AS datasets`,
      });
      expect(row).toEqual({
        at: new Date('2026-11-28T12:34:56Z'),
        told: '2026-11-28 12:34:56+00',
        span: '1 day 02:00:00',
        sum: '0.30000000000000004',
        isolation: 'read committed',
        slept: '',
        datasets: 0,
      });
      expect(await database.prisma.dataset.findMany()).toEqual([]);
    } finally {
      await database.close();
      await bed.database.query({ text: `ALTER DATABASE ${name} RESET ALL` });
    }
  });

  it('is refused before anything is written when it holds tables of another program', async () => {
    await using foreign = await createForeign('TEMPLATE template0');
    await foreign.sql('CREATE TABLE invoices (id int); CREATE TABLE customers (id int)');
    await expect(migrate(foreign.url)).rejects.toThrow(
      /Expected an empty database.*tables of another program \(public\.customers, public\.invoices\); nothing was written.*createdb/,
    );
    expect(await foreign.sql(TABLES)).toEqual([{ name: 'customers' }, { name: 'invoices' }]);
  });

  it('is refused when it has the history of another program', async () => {
    await using foreign = await createForeign('TEMPLATE template0');
    await foreign.sql(
      `CREATE TABLE _prisma_migrations (migration_name text); INSERT INTO _prisma_migrations VALUES ('x')`,
    );
    await expect(migrate(foreign.url)).rejects.toThrow(/tables of another program \(public\._prisma_migrations\)/);
  });

  it('is refused when our tables lie in another schema of it, where they would be taken for lost', async () => {
    await using foreign = await createForeign('TEMPLATE template0');
    await foreign.sql('CREATE SCHEMA mine; CREATE TABLE mine.detection_run (id int)');
    await expect(migrate(foreign.url)).rejects.toThrow(/mine\.detection_run/);
  });

  it('is taken when it is empty, or was left by a start that was interrupted', async () => {
    await using foreign = await createForeign('TEMPLATE template0');
    await foreign.sql(
      `CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64), finished_at timestamptz,
         migration_name varchar(255), logs text, rolled_back_at timestamptz, started_at timestamptz DEFAULT now(), applied_steps_count int)`,
    );
    expect(await migrate(foreign.url)).not.toEqual([]);
    expect(await migrate(foreign.url)).toEqual([]);
  });

  it('is refused in an encoding that cannot hold every name', async () => {
    await using foreign = await createForeign(`TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`);
    await expect(migrate(foreign.url)).rejects.toThrow(/encoding UTF8.*has LATIN1.*--encoding=UTF8/);
    expect(await foreign.sql(TABLES)).toEqual([]);
  });

  it('is refused when it is read-only', async () => {
    const name = new URL(bed.url).pathname.slice(1);
    await bed.database.query({ text: `ALTER DATABASE ${name} SET default_transaction_read_only = on` });
    try {
      await expect(migrate(bed.url)).rejects.toThrow(/is read-only: point DATABASE_URL to the primary server/);
    } finally {
      await bed.database.query({
        text: `SET default_transaction_read_only = off; ALTER DATABASE ${name} RESET default_transaction_read_only`,
      });
    }
  });

  it('is refused where its user may not make tables', async () => {
    await using foreign = await createForeign('TEMPLATE template0');
    const role = `r${Math.random().toString(36).slice(2, 10)}`;
    await foreign.sql(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    const url = new URL(foreign.url);
    url.username = role;
    url.password = 'x';
    try {
      await expect(migrate(url.href)).rejects.toThrow(/may not make tables.*GRANT CREATE/);
    } finally {
      await foreign.sql(`DROP ROLE ${role}`);
    }
  });

  const changed = (parts: Partial<Pick<URL, 'password' | 'pathname' | 'port' | 'search'>>): string =>
    Object.assign(new URL(bed.url), parts).href;

  it.each<[string, () => string, RegExp]>([
    ['a wrong password', () => changed({ password: 'wrong' }), /user or password are wrong/],
    ['a database that is not there', () => changed({ pathname: '/nosuch' }), /no such database.*createdb/],
    ['a port that nobody listens on', () => changed({ port: '9' }), /nothing answers there/],
    ['a host that is not known', () => 'postgresql://u:p@no-such-host.invalid/d', /host name is not known/],
    ['no address', () => 'postgresql://u:p#w/x@h:port/d', /is no address.*%40 for @/],
    ['TLS where the server has none', () => changed({ search: '?sslmode=require' }), /does not speak TLS/],
    ['no password', () => changed({ password: '' }), /asks for a password/],
    ['a schema', () => changed({ search: '?schema=dl' }), /without "schema=dl"/],
  ])('is told in one sentence that names DATABASE_URL and no password: %s', async (_what, url, sentence) => {
    const failure: unknown = await migrate(url()).catch((thrown) => thrown);
    expect(failure).toBeInstanceOf(BadUserInput);
    expect(failure).toMatchObject({ message: expect.stringMatching(sentence), argument: 'DATABASE_URL' });
    expect(String(failure)).toMatch(/DATABASE_URL/);
    expect(String(failure)).not.toMatch(new RegExp(`${new URL(bed.url).password}|wrong@|:p@`));
    expect(String(failure)).not.toContain('\n');
  });

  it('may be named with the schema that is meant anyway', async () => {
    expect(await migrate(changed({ search: '?schema=public' }))).toEqual([]);
  });

  it('is told of a server that hangs up', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      await expect(migrate(`postgresql://u:p@127.0.0.1:${port}/d`)).rejects.toThrow(/nothing answers there/);
    } finally {
      server.close();
    }
  });
});
