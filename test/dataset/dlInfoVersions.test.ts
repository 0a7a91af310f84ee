import { findDatasetByReference, importDlInfo } from '../../src/dataset';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { countTables, lesionsOf, Scratch, SMALL_CSV } from './importBed';

let bed: TestDatabase;
let scratch: Scratch;

beforeAll(async () => {
  bed = await createTestDatabase();
  scratch = new Scratch();
});
afterAll(async () => {
  scratch.remove();
  await bed.drop();
});

describe('Versions of a data set', () => {
  const importAs = (csvPath: string) => importDlInfo({ database: bed.database, csvPath, slug: 'versions' });

  it('stay as they are when the same file comes again, under any name', async () => {
    await importAs(SMALL_CSV);
    const before = await countTables(bed.database);
    const copy = scratch.csv('copy.csv', (text) => text);
    expect(await importAs(copy)).toMatchObject({ version: 1, alreadyImported: true, lesions: 5 });
    expect(await countTables(bed.database)).toEqual(before);
  });

  it('grow by one with a changed file; the slug then means the new one and the old one stays', async () => {
    const changed = scratch.csv('changed.csv', (text) => text.replace(',5,0,"1, 13"', ',4,0,"1, 13"'));
    expect(await importAs(changed)).toMatchObject({ version: 2, alreadyImported: false });
    expect((await lesionsOf(bed.database, 'versions', 1))[3]?.type).toBe('LUNG');
    expect((await lesionsOf(bed.database, 'versions', 2))[3]?.type).toBe('LIVER');
    expect(await findDatasetByReference(bed.database, 'versions')).toMatchObject({ version: 2, isLatest: true });
    expect(await findDatasetByReference(bed.database, 'versions@1')).toMatchObject({ version: 1, isLatest: false });
    expect(await importAs(SMALL_CSV)).toMatchObject({ version: 1, alreadyImported: true, isLatest: false });
  });

  it('are written one after the other when two imports come at once', async () => {
    const csvPath = scratch.csv('at-once.csv', (text) => text.replace(',5,0,"1, 13"', ',6,0,"1, 13"'));
    const both = await Promise.all([
      importDlInfo({ database: bed.database, csvPath, slug: 'at-once' }),
      importDlInfo({ database: bed.database, csvPath, slug: 'at-once' }),
    ]);
    expect(both.map(({ version }) => version)).toEqual([1, 1]);
    expect(both.map(({ alreadyImported }) => alreadyImported).sort()).toEqual([false, true]);
  });
});

describe('An import that is stopped', () => {
  it('while it waits for another import of the slug leaves the queue', async () => {
    const stop = new AbortController();
    await bed.database.transaction(async ({ query }) => {
      await query({ text: `SELECT pg_advisory_xact_lock(hashtextextended('dataset waiting', 0))` });
      const waiting = importDlInfo({
        database: bed.database,
        csvPath: SMALL_CSV,
        slug: 'waiting',
        signal: stop.signal,
      });
      setTimeout(() => stop.abort(new Error('enough')), 200);
      await expect(waiting).rejects.toThrow('enough');
    });
    expect(await findDatasetByReference(bed.database, 'waiting')).toBeNull();
  });

  it('leaves nothing behind', async () => {
    const before = await countTables(bed.database);
    const stop = new AbortController();
    const stopped = importDlInfo({
      database: bed.database,
      csvPath: SMALL_CSV,
      slug: 'stopped',
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(await countTables(bed.database)).toEqual(before);
  });
});
