import { setTimeout as sleep } from 'node:timers/promises';
import { loadPrisma } from '../../src/database';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

let bed: TestDatabase;
beforeAll(async () => {
  bed = await createTestDatabase();
});
afterAll(() => bed.drop());

const dataset = (slug: string) => ({
  slug,
  version: 1,
  name: slug,
  pixelConvention: 'ONE_BASED' as const,
  sourceFormat: 'dl-info',
  sourceFile: 'x.csv',
  sourceSha256: 'abc',
  importReport: { lesions: 3 },
});
const slugs = async () => {
  const rows = await bed.database.query<{ slug: string }>({ text: 'SELECT slug FROM dataset ORDER BY slug' });
  return rows.map(({ slug }) => slug);
};
const emptied = () => bed.database.query({ text: 'DELETE FROM dataset' });

/** @returns the texts of what is sent while `work` runs */
async function sentDuring(work: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const end = bed.database.onStatement((text) => sent.push(text));
  await work().finally(end);
  return sent;
}

describe('Prisma Client', () => {
  afterEach(emptied);

  it('reads what it wrote with the types of the schema', async () => {
    const before = new Date();
    const made = await bed.database.prisma.dataset.create({ data: dataset('typed') });
    expect(made).toMatchObject({ id: expect.any(Number), isLatest: true, importReport: { lesions: 3 } });
    expect(Math.abs(made.importedAt.getTime() - before.getTime())).toBeLessThan(60_000);
    const [row] = await bed.database.query<{ importedAt: Date }>({
      text: 'SELECT imported_at AS "importedAt" FROM dataset',
    });
    expect(made.importedAt).toEqual(row?.importedAt);
  });

  it('is loaded without a database', async () => {
    expect(await sentDuring(loadPrisma)).toEqual([]);
  });

  it('leaves times to the clock of the database', async () => {
    const [now] = await bed.database.transaction(async ({ prisma, query }) => {
      await prisma.dataset.create({ data: dataset('timed') });
      return query<{ isNow: boolean }>({ text: 'SELECT imported_at = now()::timestamptz(3) AS "isNow" FROM dataset' });
    });
    expect(now?.isNow).toBe(true);
  });

  it('belongs to the transaction that it is taken from', async () => {
    const failing = bed.database.transaction(async (transaction) => {
      await transaction.prisma.dataset.create({ data: dataset('lost') });
      expect(await transaction.query({ text: 'SELECT slug FROM dataset' })).toEqual([{ slug: 'lost' }]);
      await transaction.query({ text: "UPDATE dataset SET slug = 'seen'" });
      expect(await transaction.prisma.dataset.findFirst({ select: { slug: true } })).toEqual({ slug: 'seen' });
      expect(await bed.database.prisma.dataset.count()).toBe(0);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await slugs()).toEqual([]);
  });

  it('keeps transactions apart that are open at the same time', async () => {
    const work = Array.from({ length: 5 }, (_, n) =>
      bed.database
        .transaction(async ({ prisma }) => {
          await prisma.dataset.create({ data: dataset(`of-${n}`) });
          for (let time = 0; time < 3; time++)
            expect((await prisma.dataset.findMany()).map(({ slug }) => slug)).toEqual([`of-${n}`]);
          throw new Error('over');
        })
        .catch((thrown: Error) => thrown.message),
    );
    expect(await Promise.all(work)).toEqual(Array(5).fill('over'));
    expect(await slugs()).toEqual([]);
  });

  it('takes back an operation of several statements that fails, and nothing else of the transaction', async () => {
    await bed.database.transaction(async ({ prisma }) => {
      await prisma.dataset.create({ data: dataset('kept') });
      const patients = { create: [1, 1].map((patientIndex) => ({ patientIndex, sex: 'MALE' as const })) };
      const failing = prisma.dataset.create({ data: { ...dataset('twins'), patients } });
      await expect(failing).rejects.toMatchObject({ code: 'P2002' });
      await prisma.dataset.create({ data: dataset('kept-too') });
    });
    expect(await slugs()).toEqual(['kept', 'kept-too']);
  });

  it('does an operation of several statements as a whole outside of a transaction', async () => {
    const patients = { create: [1, 1].map((patientIndex) => ({ patientIndex, sex: 'MALE' as const })) };
    const sent = await sentDuring(async () => {
      const failing = bed.database.prisma.dataset.create({ data: { ...dataset('twins'), patients } });
      await expect(failing).rejects.toMatchObject({ code: 'P2002' });
    });
    expect(sent.some((text) => text.startsWith('INSERT INTO "public"."patient"'))).toBe(true);
    expect(await slugs()).toEqual([]);
  });

  it('inserts or updates a row by its key in one statement', async () => {
    const data = { name: 'a', version: '1.0.0', modelSha256: 'a'.repeat(64), featureDimension: 2 };
    const { name, version, modelSha256 } = data;
    const sent = await sentDuring(() =>
      bed.database.prisma.encoder.upsert({
        where: { name_version_modelSha256: { name, version, modelSha256 } },
        create: data,
        update: { featureDimension: 2 },
      }),
    );
    expect(sent).toHaveLength(1);
  });
});

describe('Prisma Client of somebody who leaves', () => {
  afterEach(emptied);

  it('has its statements cancelled in PostgreSQL', async () => {
    const leaving = new AbortController();
    const asked = bed.database.until(leaving.signal);
    await bed.database.transaction(async (transaction) => {
      await transaction.query({ text: 'LOCK TABLE dataset' });
      const answer = asked.prisma.dataset.findMany().catch((thrown: Error) => thrown.message);
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while ((await transaction.query({ text: waiting })).length === 0) await sleep(10);
      leaving.abort(new Error('left'));
      expect(await answer).toBe('left');
      expect(await transaction.query({ text: waiting })).toEqual([]);
    });
  });

  it('sends nothing afterwards', async () => {
    const asked = bed.database.until(AbortSignal.abort(new Error('left')));
    const sent = await sentDuring(() => expect(asked.prisma.dataset.findMany()).rejects.toThrow('left'));
    expect(sent).toEqual([]);
  });
});

describe('statements that wait for their turn', () => {
  it('are sent by the turn alone, by hand and by Prisma Client', async () => {
    const turns: string[] = [];
    const placed = bed.database.inTurns(async (send) => {
      turns.push('begun');
      const answer = await send();
      turns.push('done');
      return answer;
    });
    await placed.query({ text: 'SELECT 1' });
    expect(await placed.prisma.dataset.findMany()).toEqual([]);
    expect(turns).toEqual(['begun', 'done', 'begun', 'done']);
  });
});
