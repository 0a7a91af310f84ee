import { openDatabase } from '../../src/database';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

describe('a database', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  const names = () => test.database.query<{ slug: string }>({ text: 'SELECT slug FROM dataset ORDER BY slug' });
  const insert = (slug: string) => ({
    text: `INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256, import_report)
           VALUES ($1, 1, $1, 'ONE_BASED', 'dl-info', 'x.csv', 'abc', '{}')`,
    values: [slug],
  });

  it('gives counts and sums as numbers', async () => {
    const [row] = await test.database.query<{ count: number; sum: number }>({
      text: 'SELECT count(*), sum(i) FROM generate_series(1, 4) i',
    });
    expect(row).toEqual({ count: 4, sum: 10 });
  });

  it('keeps what a transaction wrote when its work resolves', async () => {
    await test.database.transaction((transaction) => transaction.query(insert('kept')));
    expect(await names()).toEqual([{ slug: 'kept' }]);
  });

  it('keeps nothing of a transaction whose work rejects, even if statements succeeded', async () => {
    const failing = test.database.transaction(async (transaction) => {
      await transaction.query(insert('lost'));
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await names()).toEqual([{ slug: 'kept' }]);
  });

  it('fails a transaction whose connection dies between two statements, and nothing else', async () => {
    const failing = test.database.transaction(async (transaction) => {
      const [own] = await transaction.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
      const ended = new Promise((resolve) => transaction.client.once('end', resolve));
      await test.database.query({ text: 'SELECT pg_terminate_backend($1)', values: [own?.pid] });
      await ended;
      await transaction.query({ text: 'SELECT 1' });
    });
    await expect(failing).rejects.toThrow();
    expect(await test.database.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
  });

  it('takes the locks from a transaction whose owner fell asleep, for who waits for them', async () => {
    const sleeper = openDatabase(test.url, { idleInTransactionTimeoutMs: 300 });
    try {
      await test.database.query({ text: 'CREATE TABLE held (id int)' });
      let taken: Promise<unknown> = Promise.resolve();
      const asleep = sleeper.transaction(async (transaction) => {
        await transaction.query({ text: 'LOCK TABLE held' });
        taken = test.database.query({ text: 'SELECT * FROM held' });
        await taken;
        await transaction.query({ text: 'INSERT INTO held VALUES (1)' });
      });
      await expect(asleep).rejects.toThrow();
      expect(await taken).toEqual([]);
    } finally {
      await sleeper.close();
    }
  });

  it('tells a listener every statement, its own and those of Prisma', async () => {
    const statements: string[] = [];
    const end = test.database.onStatement((text) => statements.push(text));
    await test.database.query({ text: 'SELECT 1' });
    await test.database.prisma.dataset.findMany();
    end();
    await test.database.query({ text: 'SELECT 2' });
    expect(statements).toHaveLength(2);
    expect(statements[0]).toBe('SELECT 1');
  });

  it('refuses invariants that the code might forget', async () => {
    await expect(test.database.query(insert('Not A Slug'))).rejects.toThrow(/check constraint/);
  });
});
