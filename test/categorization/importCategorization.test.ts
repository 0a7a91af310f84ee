import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromFeatureBytes, importCategorization } from '../../src/categorization';
import { seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type FolderContent, type FolderLesion, Folders, lesionsOf, npyBytes } from './folderBed';

let test: TestDatabase;
let lesions: FolderLesion[];
let datasetId: number;
const folders = new Folders();
beforeAll(async () => {
  test = await createTestDatabase();
  datasetId = await seedDataset(test.database, { patients: 6 });
  lesions = await lesionsOf(test.database, datasetId);
});
afterAll(async () => {
  folders.remove();
  await test.drop();
});

const TABLES = ['categorization', 'pseudo_cluster', 'cluster_assignment', 'lesion_feature', 'categorization_iteration'];
async function counts(): Promise<number[]> {
  const all = TABLES.map((table) => `(SELECT count(*) FROM ${table})`).join(', ');
  const [row] = await test.database.query<{ counts: number[] }>({ text: `SELECT ARRAY[${all}] AS counts` });
  return row?.counts.map(Number) ?? [];
}

const imported = (folder: string, more: Partial<Parameters<typeof importCategorization>[1]> = {}) =>
  importCategorization(test.database, { folder, dataset: 'seed', ...more });

/** Imports a folder that was changed; it is expected to be refused without a trace. */
async function refusal(change: (content: FolderContent) => void, name = 'refused'): Promise<string> {
  const before = await counts();
  const failure = await imported(folders.write(lesions, change), { name }).then(
    () => 'imported',
    (thrown: Error) => thrown.message,
  );
  expect(await counts()).toEqual(before);
  return failure;
}

describe('the import of a categorization', () => {
  it('stores the clustering with its lineage, features, centroids and the place of each lesion', async () => {
    const steps: number[] = [];
    const report = await imported(folders.write(lesions), {
      labels: new Map([[2, ' lung nodule ']]),
      onProgress: (done, total) => steps.push(done / total),
    });
    expect(report).toMatchObject({
      name: 'mined',
      clusterCount: 3,
      lesions: lesions.length,
      lesionsWithoutRow: 0,
      rowsLeftOut: 0,
    });
    expect(steps.at(-1)).toBe(1);
    const stored = await test.database.prisma.categorization.findFirstOrThrow({
      where: { id: report.id },
      include: { encoder: true, iterations: { orderBy: { iteration: 'asc' } }, scans: true, clusters: true },
    });
    expect(stored).toMatchObject({
      source: 'IMPORTED',
      status: 'SUCCEEDED',
      completed: lesions.length,
      total: lesions.length,
      seed: 7,
      startWeights: 'random',
      codeVersion: 'abc123',
      chosenIteration: 1,
      createdAt: new Date('2026-11-20T10:11:12Z'),
      encoder: { name: 'phantom-encoder', version: '1.0.0', featureDimension: 2 },
    });
    expect(stored.iterations.map((one) => [one.nmiToPrevious, one.silhouette, one.nmiToHiddenTypes])).toEqual([
      [null, 0.25, null],
      [1, 0.5, 0.7],
    ]);
    expect(stored.scans.filter(({ chosen }) => chosen).map(({ clusterCount }) => clusterCount)).toEqual([3]);
    const clusters = stored.clusters.sort((a, b) => a.clusterIndex - b.clusterIndex);
    expect(clusters.map(({ clusterIndex, label }) => [clusterIndex, label])).toEqual([
      [1, null],
      [2, 'lung nodule'],
      [3, null],
    ]);
    expect([...fromFeatureBytes(clusters[2]?.centroid ?? Buffer.alloc(0))]).toEqual([0, 20]);

    const places = await test.database.query<Record<string, unknown>>({
      text: `SELECT source_row_index AS n, cluster_index AS cluster, distance, margin, features
             FROM lesion JOIN cluster_assignment AS a ON a.lesion_id = lesion.id JOIN pseudo_cluster AS c ON c.id = a.pseudo_cluster_id
             JOIN lesion_feature AS f ON f.lesion_id = lesion.id WHERE a.categorization_id = $1 ORDER BY n LIMIT 5`,
      values: [report.id],
    });
    // The n-th lesion lies n % 5 to the right of its centroid; the centroids are (0, 0), (10, 0), (0, 20).
    expect(places.map(({ features: _, ...place }) => place)).toEqual([
      { n: 0, cluster: 1, distance: 0, margin: 10 },
      { n: 1, cluster: 2, distance: 1, margin: 10 },
      { n: 2, cluster: 3, distance: 2, margin: expect.closeTo(Math.hypot(2, 20) - 2) },
      { n: 3, cluster: 1, distance: 3, margin: 4 },
      { n: 4, cluster: 2, distance: 4, margin: 10 },
    ]);
    expect([...fromFeatureBytes(places[2]?.features as Buffer)]).toEqual([2, 20]);
  });

  it('refuses a name that the data set has, and says what to do', async () => {
    await expect(imported(folders.write(lesions))).rejects.toThrow(/has a categorization "mined".*--name/s);
    expect((await imported(folders.write(lesions), { name: 'again' })).name).toBe('again');
  });

  it('lets one of two imports at once have the name', async () => {
    const folder = folders.write(lesions);
    const outcomes = await Promise.allSettled([imported(folder, { name: 'twin' }), imported(folder, { name: 'twin' })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('counts lesions that the folder does not have', async () => {
    const report = await imported(folders.write(lesions.slice(3)), { name: 'without three' });
    expect(report).toMatchObject({ lesions: lesions.length - 3, lesionsWithoutRow: 3 });
  });

  it('leaves out lesions that the data set does not have only where it is told to', async () => {
    const foreign = [...lesions, { fileName: '000099_01_01_001.png', box: [1, 2, 3, 4], cluster: 1, features: [0, 0] }];
    const folder = folders.write(foreign);
    await expect(imported(folder, { name: 'foreign' })).rejects.toThrow(
      new RegExp(
        `line ${foreign.length + 1}, column Bounding_boxes: the data set has no lesion on a key slice "000099.*--partial`,
        's',
      ),
    );
    expect(await imported(folder, { name: 'foreign', partial: true })).toMatchObject({
      rowsLeftOut: 1,
      lesions: lesions.length,
    });
    await expect(imported(folders.write(foreign.slice(-1)), { name: 'none', partial: true })).rejects.toThrow(
      /No row .* is a lesion of seed/,
    );
  });

  it('finds boxes within 0.01 px and no farther', async () => {
    const moved = (by: number) => lesions.map((one) => ({ ...one, box: one.box.map((edge) => edge + by) }));
    expect(await imported(folders.write(moved(0.009)), { name: 'near' })).toMatchObject({ lesions: lesions.length });
    await expect(imported(folders.write(moved(0.02)), { name: 'far' })).rejects.toThrow(
      /the nearest differs by 0.0200 px/,
    );
  });

  it('keeps the first features that it knows of an encoder and a lesion', async () => {
    const before = await counts();
    await imported(folders.write(lesions), { name: 'known features' });
    expect((await counts())[3]).toBe(before[3]);
  });

  it('stops without a trace when it is told to', async () => {
    const stop = new AbortController();
    const before = await counts();
    const folder = folders.write(lesions);
    const work = imported(folder, {
      name: 'stopped',
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('stopped')),
    });
    stop.abort(new Error('stopped'));
    await expect(work).rejects.toThrow('stopped');
    expect(await counts()).toEqual(before);
  });

  it('refuses a folder without one of its files and a data set that is not there', async () => {
    const folder = folders.write(lesions);
    rmSync(join(folder, 'features.npy'));
    await expect(imported(folder)).rejects.toThrow('There is no file features.npy in the folder.');
    await expect(imported(folder, { dataset: 'elsewhere' })).rejects.toThrow(/There is no data set elsewhere/);
  });

  it.each<[string, (content: FolderContent) => void, RegExp]>([
    [
      'a cluster beyond K',
      ({ csv }) => set(csv, 2, 2, '4'),
      /assignments.csv.*line 3, column cluster: expected a whole number in 1 … 3, got "4"/s,
    ],
    ['a cluster that is no number', ({ csv }) => set(csv, 1, 2, 'one'), /line 2, column cluster: .*"one"/],
    ['a negative distance', ({ csv }) => set(csv, 1, 3, '-1'), /line 2, column distance: .*"-1"/],
    [
      'a distance that the features do not have',
      ({ csv }) => set(csv, 2, 3, '5'),
      /line 3, column distance: expected 1.00000, which row 1 of features.npy/,
    ],
    [
      'half a box',
      ({ csv }) => set(csv, 1, 1, '1, 2'),
      /line 2, column Bounding_boxes: expected x1, y1, x2, y2, got "1, 2"/,
    ],
    ['a missing column', ({ csv }) => set(csv, 0, 2, 'group'), /line 1: .*missing cluster/],
    [
      'a lesion that comes twice',
      ({ csv }) => csv.splice(5, 1, [...(csv[2] ?? [])]),
      /distance|once more|has \d+ of it/,
    ],
    ['a row too few', ({ csv }) => csv.pop(), /features.npy has \d+ rows, assignments.csv has \d+/],
    [
      'features that are no numbers',
      (content) => nanAt(content, 4),
      /features.npy \[4, 0\]: expected a finite number, got NaN/,
    ],
    [
      'a wrong number of features',
      ({ json }) => Object.assign(json, { featureDimension: 3 }),
      /centroids.0: expected 3 numbers/,
    ],
    [
      'features of another dimension',
      (content) => Object.assign(content, { features: npyBytes(lesions.map(() => [1, 2, 3])) }),
      /features.npy has 3 columns, categorization.json says featureDimension 2/,
    ],
    [
      'doubles',
      (content) =>
        Object.assign(content, {
          features: npyBytes([[1, 2]], "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"),
        }),
      /features.npy: expected float32.*got <f8/,
    ],
    [
      'an array that is cut',
      (content) => Object.assign(content, { features: content.features.subarray(0, -4) }),
      /features.npy: expected .* bytes, got/,
    ],
    [
      'no array',
      (content) => Object.assign(content, { features: Buffer.from('features are elsewhere') }),
      /features.npy: expected an array/,
    ],
    [
      'a cluster that is left out',
      ({ json }) => json.clusters.pop(),
      /clusters: expected each clusterIndex of 1 … 3 once, got 1, 2/,
    ],
    [
      'sizes that are not those of the rows',
      ({ json }) => Object.assign(json.clusters[0] ?? {}, { size: 1 }),
      /says that cluster 1 has 1 lesions, assignments.csv has/,
    ],
    [
      'an NMI above 1',
      ({ json }) => Object.assign(json.iterations[1] ?? {}, { nmiToPrevious: 1.1 }),
      /iterations.1.nmiToPrevious: /,
    ],
    [
      'a chosen iteration that is none',
      ({ json }) => Object.assign(json, { chosenIteration: 9 }),
      /chosenIteration: expected one of the iterations, got 9/,
    ],
    ['a checksum that is none', ({ json }) => Object.assign(json.encoder, { sha256: 'x' }), /encoder.sha256: /],
    ['another format', ({ json }) => Object.assign(json, { formatVersion: 2 }), /formatVersion: /],
  ])('refuses %s, naming file, row and field', async (_, change, message) => {
    expect(await refusal(change)).toMatch(message);
  });

  it('names the second row of a lesion that comes twice', async () => {
    const first = lesions[0] as FolderLesion;
    const folder = folders.write([...lesions, first]);
    await expect(imported(folder, { name: 'twice' })).rejects.toThrow(
      `line ${lesions.length + 2}, column Bounding_boxes: the lesion of line 2 once more`,
    );
  });

  it('refuses labels of clusters that are not there and another dimension of a known encoder', async () => {
    const folder = folders.write(lesions);
    await expect(imported(folder, { name: 'x', labels: new Map([[4, 'lung']]) })).rejects.toThrow(
      /labels for the clusters 1 … 3, got one for 4/,
    );
    await expect(imported(folder, { name: 'x', labels: new Map([[1, ' ']]) })).rejects.toThrow(
      /label to have 1 to 200/,
    );
    const wide = folders.write(lesions, (content) => {
      Object.assign(content.json, { featureDimension: 1, centroids: [[0], [10], [0]] });
      content.features = npyBytes(lesions.map(({ features }) => [features[0] ?? 0]));
    });
    await expect(imported(wide, { name: 'x' })).rejects.toThrow(
      /featureDimension to be 2, as phantom-encoder 1.0.0 has it, got 1/,
    );
  });
});

function set(csv: string[][], row: number, column: number, text: string): void {
  (csv[row] ?? [])[column] = text;
}

function nanAt(content: FolderContent, row: number): void {
  content.features = npyBytes(lesions.map(({ features }, i) => (i === row ? [Number.NaN, 0] : features)));
}
