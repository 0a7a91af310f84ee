import {
  FeatureMatrices,
  type FeatureSet,
  findFeatureSets,
  findNewestFeatureSets,
  importCategorization,
} from '../../src/categorization';
import { seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type FolderLesion, Folders, lesionsOf } from './folderBed';

let test: TestDatabase;
let datasetId: number;
let lesions: FolderLesion[];
let lesionIds: number[];
const folders = new Folders();
beforeAll(async () => {
  test = await createTestDatabase();
  datasetId = await seedDataset(test.database, { patients: 6 });
  lesions = await lesionsOf(test.database, datasetId);
  const rows = await test.database.query<{ id: number }>({
    text: 'SELECT id FROM lesion WHERE dataset_id = $1 ORDER BY source_row_index',
    values: [datasetId],
  });
  lesionIds = rows.map(({ id }) => id);
});
afterAll(async () => {
  folders.remove();
  await test.drop();
});

let names = 0;
async function imported(some: readonly FolderLesion[]): Promise<number> {
  const folder = folders.write(some);
  return (await importCategorization(test.database, { folder, dataset: 'seed', name: `set ${names++}` })).id;
}

async function setOf(categorizationId: number): Promise<FeatureSet> {
  const [set] = await findFeatureSets(test.database, [categorizationId]);
  if (!set) throw new Error('There is no such categorization.');
  return set;
}

/** Counts the reads of whole feature sets while some work is done. */
async function readsDuring(work: () => Promise<unknown>): Promise<number> {
  let reads = 0;
  const stop = test.database.onStatement((text) => {
    if (text.includes('string_agg(feature.features')) reads += 1;
  });
  await work();
  stop();
  return reads;
}

describe('the features in memory', () => {
  it('are those of the lesions of one categorization, by rising id', async () => {
    const matrices = new FeatureMatrices(test.database);
    const all = await matrices.matrixOf(await setOf(await imported(lesions)));
    expect({ count: all.count, dimension: all.dimension }).toEqual({ count: lesions.length, dimension: 2 });
    expect([...all.lesionIds]).toEqual(lesionIds);
    expect([...all.values]).toEqual(lesions.flatMap(({ features }) => features));
    const some = await matrices.matrixOf(await setOf(await imported(lesions.slice(3, 8))));
    expect([...some.lesionIds]).toEqual(lesionIds.slice(3, 8));
    expect([...some.values]).toEqual(lesions.slice(3, 8).flatMap(({ features }) => features));
  });

  it('are read once for all who ask at the same time and later', async () => {
    const matrices = new FeatureMatrices(test.database);
    const [one, other] = [await setOf(await imported(lesions)), await setOf(await imported(lesions.slice(5)))];
    expect(await readsDuring(() => Promise.all([one, one, other, one].map((set) => matrices.matrixOf(set))))).toBe(2);
    expect(await readsDuring(() => matrices.matrixOf(one))).toBe(0);
  });

  it('are read again once features of the encoder are stored', async () => {
    const matrices = new FeatureMatrices(test.database);
    const id = await imported(lesions);
    const before = await setOf(id);
    await matrices.matrixOf(before);
    expect((await setOf(id)).version).toBe(before.version);
    await imported(lesions.slice(0, 4));
    const after = await setOf(id);
    expect(await readsDuring(() => matrices.matrixOf(after))).toBe(1);
    expect(matrices.size).toBe(1);
  });

  it('go with their categorization', async () => {
    const matrices = new FeatureMatrices(test.database);
    const [gone, stays] = [await imported(lesions), await imported(lesions)];
    await matrices.matrixOf(await setOf(gone));
    await test.database.query({ text: 'DELETE FROM categorization WHERE id = $1', values: [gone] });
    expect(await findFeatureSets(test.database, [gone])).toEqual([]);
    await matrices.matrixOf(await setOf(stays));
    expect(matrices.size).toBe(1);
  });

  it('give way to those that were used later, above the limit', async () => {
    const bytes = lesions.length * 3 * 4;
    const matrices = new FeatureMatrices(test.database, 2 * bytes);
    const ids = [await imported(lesions), await imported(lesions), await imported(lesions)];
    const [a, b, c] = await Promise.all(ids.map(setOf));
    if (!a || !b || !c) throw new Error('Three sets were imported.');
    for (const set of [a, b, a, c]) await matrices.matrixOf(set);
    expect(await readsDuring(() => matrices.matrixOf(a))).toBe(0);
    expect(await readsDuring(() => matrices.matrixOf(c))).toBe(0);
    expect(await readsDuring(() => matrices.matrixOf(b))).toBe(1);
  });

  it('are asked for again after a failed read', async () => {
    const set = await setOf(await imported(lesions));
    let fails = true;
    const matrices = new FeatureMatrices({
      prisma: test.database.prisma,
      query: (statement) => (fails ? Promise.reject(new Error('connection lost')) : test.database.query(statement)),
    });
    await expect(matrices.matrixOf(set)).rejects.toThrow('connection lost');
    fails = false;
    expect((await matrices.matrixOf(set)).count).toBe(lesions.length);
  });

  it('let the event loop turn between the searches of a page', async () => {
    const matrices = new FeatureMatrices(test.database);
    const set = await setOf(await imported(lesions));
    await matrices.matrixOf(set);
    let turns = 0;
    let counting = true;
    const count = (): void => {
      turns += 1;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const pages = await Promise.all([1, 2].map(() => matrices.similarLesions(set, lesionIds.slice(0, 5), 3)));
    counting = false;
    expect(pages.flat().map((found) => found.length)).toEqual(Array.from({ length: 10 }, () => 3));
    expect(turns).toBeGreaterThanOrEqual(9);
  });
});

describe('the newest feature set of a data set', () => {
  it('is that of the newest categorization that succeeded and has features', async () => {
    const id = await imported(lesions);
    await test.database.query({
      text: `INSERT INTO categorization (dataset_id, name, method, cluster_count, source, status, request, finished_at, error, encoder_id)
             SELECT dataset_id, name || kind, method, 3, 'COMPUTED', kind::categorization_status, '{}',
               CASE WHEN kind = 'QUEUED' THEN NULL ELSE now() END, CASE WHEN kind = 'FAILED' THEN 'no' END, encoder_id
             FROM categorization, unnest('{QUEUED,FAILED,SUCCEEDED}'::text[]) AS kind WHERE id = $1`,
      values: [id],
    });
    expect(await findNewestFeatureSets(test.database, [datasetId, 99_999])).toEqual([await setOf(id)]);
  });
});
