import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { openDatabase } from '../src/database';
import { BadUserInput, InsufficientStorage, NotFound, Unavailable } from '../src/errors';
import { outageOf, userErrorFrom } from '../src/outages';
import { createTestDatabase, type TestDatabase } from './testDatabase';

/** Conditions of PostgreSQL that are outages, and what they become. */
const OUTAGES = [
  ['disk_full', InsufficientStorage],
  ['admin_shutdown', Unavailable],
  ['cannot_connect_now', Unavailable],
  ['too_many_connections', Unavailable],
  ['connection_failure', Unavailable],
  ['read_only_sql_transaction', Unavailable],
] as const;
/** Those that are a fault or a refusal. */
const OTHERS = ['unique_violation', 'undefined_table', 'query_canceled', 'insufficient_privilege'];

describe('an outage', () => {
  let bed: TestDatabase;
  beforeAll(async () => {
    bed = await createTestDatabase();
  });
  afterAll(() => bed.drop());

  /** What a statement throws while the server raises an error of its own. */
  const raised = (condition: string): Promise<unknown> =>
    bed.database
      .query({ text: `DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '${condition}'; END $$` })
      .catch((thrown: unknown) => thrown);

  it.each(OUTAGES)('is known by what PostgreSQL says: %s', async (condition, kind) => {
    expect(outageOf(await raised(condition))).toBeInstanceOf(kind);
  });

  it.each(OTHERS)('is not what is a fault or a refusal: %s', async (condition) => {
    expect(outageOf(await raised(condition))).toBeUndefined();
  });

  it('is known over the driver, a transaction and Prisma, from a server that is not there', async () => {
    const url = new URL(bed.url);
    url.port = '9';
    const away = openDatabase(url.href);
    const failures = [
      await away.query({ text: 'SELECT 1' }).catch((thrown: unknown) => thrown),
      await away.transaction(async () => undefined).catch((thrown: unknown) => thrown),
      await away.prisma.dataset.findMany().catch((thrown: unknown) => thrown),
    ];
    await away.close();
    expect(failures.map((failure) => outageOf(failure)?.code)).toEqual(['UNAVAILABLE', 'UNAVAILABLE', 'UNAVAILABLE']);
  });

  describe('over Prisma', () => {
    beforeAll(() =>
      bed.database.query({
        text: `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 EXECUTE format($do$ DO 'BEGIN RAISE EXCEPTION ''x'' USING ERRCODE = ''%s''; END' $do$, NEW.name); END $$;
               CREATE TRIGGER fail BEFORE INSERT ON encoder FOR EACH ROW EXECUTE FUNCTION fail()`,
      }),
    );

    /** What Prisma Client throws while the server raises an error of its own. */
    const thrownFor = (condition: string): Promise<unknown> =>
      bed.database.prisma.encoder
        .create({ data: { name: condition, version: '1.0.0', modelSha256: 'a'.repeat(64), featureDimension: 2 } })
        .catch((thrown: unknown) => thrown);

    it.each(OUTAGES)('is known by what PostgreSQL says: %s', async (condition, kind) => {
      expect(outageOf(await thrownFor(condition))).toBeInstanceOf(kind);
    });

    it.each(OTHERS)('is not what is a fault or a refusal: %s', async (condition) => {
      const thrown = await thrownFor(condition);
      expect(thrown).toBeInstanceOf(Error);
      expect(outageOf(thrown)).toBeUndefined();
    });

    it('is known when the connection dies under a statement', async () => {
      const failing = bed.database.transaction(async (transaction) => {
        const [own] = await transaction.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
        await bed.database.query({ text: 'SELECT pg_terminate_backend($1)', values: [own?.pid] });
        await transaction.prisma.dataset.findMany();
      });
      expect(outageOf(await failing.catch((thrown: unknown) => thrown))).toBeInstanceOf(Unavailable);
    });
  });

  (existsSync('/dev/full') ? it : it.skip)('is known by what the system says, also from another process', () => {
    const full = openSync('/dev/full', 'w');
    let failure: unknown;
    try {
      writeSync(full, 'x');
    } catch (thrown) {
      failure = thrown;
    } finally {
      closeSync(full);
    }
    expect(outageOf(failure)).toBeInstanceOf(InsufficientStorage);
    expect(outageOf(new Error(`An upload could not be read: ${String(failure)}`))).toBeInstanceOf(InsufficientStorage);
  });

  it('is found in what wraps it, and leaves errors for people as they are', () => {
    const inner = Object.assign(new Error('x'), { code: '57P01' });
    expect(outageOf(new Error('a', { cause: new AggregateError([new Error('b'), inner]) }))?.code).toBe('UNAVAILABLE');
    const refusal = new NotFound('No such run.', 'id', { cause: inner });
    expect(userErrorFrom(refusal)).toBe(refusal);
    expect(userErrorFrom(new BadUserInput('No.'))).toBeInstanceOf(BadUserInput);
    expect(userErrorFrom(new TypeError('x is not a function'))).toBeUndefined();
    expect(userErrorFrom('text')).toBeUndefined();
    expect(userErrorFrom(null)).toBeUndefined();
  });
});
