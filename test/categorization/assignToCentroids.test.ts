import { assignToCentroids, type CentroidAssignment, parseCategorizationFile } from '../../src/categorization';
import { seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { categorizationJson } from './folderBed';

/** Centroids (0, 0), (10, 0), (0, 20); made of 60 lesions of other data. */
const file = parseCategorizationFile(JSON.stringify(categorizationJson([10, 20, 30])));

let test: TestDatabase;
let request: CentroidAssignment;
beforeAll(async () => {
  test = await createTestDatabase();
  const datasetId = await seedDataset(test.database, { patients: 1 });
  const lesions = await test.database.query<{ id: number }>({ text: 'SELECT id FROM lesion ORDER BY id LIMIT 4' });
  request = {
    datasetId,
    dataset: 'seed',
    name: 'assigned',
    labels: new Map([[3, 'bone']]),
    file,
    lesionIds: lesions.map(({ id }) => id),
    features: { count: 4, dimension: 2, values: Float32Array.from([1, 0, 9, 0, 0, 14, 5, 0]) },
    manifest: { kind: 'encoder' },
    executionProvider: 'cpu',
  };
});
afterAll(() => test.drop());

describe('the assignment to the centroids of a categorization of other data', () => {
  it('puts each lesion to the nearest centroid, the first of equally near ones', async () => {
    const id = await assignToCentroids(test.database, request);
    const found = await test.database.query({
      text: `SELECT cluster_index AS cluster, label, distance, margin FROM cluster_assignment AS a
             JOIN pseudo_cluster AS c ON c.id = a.pseudo_cluster_id WHERE a.categorization_id = $1 ORDER BY lesion_id`,
      values: [id],
    });
    expect(found).toEqual([
      { cluster: 1, label: null, distance: 1, margin: 8 },
      { cluster: 2, label: null, distance: 1, margin: 8 },
      { cluster: 3, label: 'bone', distance: 6, margin: 8 },
      { cluster: 1, label: null, distance: 5, margin: 0 },
    ]);
    expect(
      await test.database.prisma.categorization.findUnique({
        where: { id },
        include: { encoder: true, iterations: true },
      }),
    ).toMatchObject({
      source: 'ASSIGNED',
      status: 'SUCCEEDED',
      total: 4,
      seed: 7,
      chosenIteration: 1,
      executionProvider: 'cpu',
      request: { assignedFrom: 'mined' },
      encoder: { name: 'phantom-encoder', manifest: { kind: 'encoder' } },
      iterations: [{ iteration: 0 }, { iteration: 1 }],
    });
  });

  it('refuses a name that is taken, and features that do not fit or are no numbers', async () => {
    await expect(assignToCentroids(test.database, request)).rejects.toThrow(/seed has a categorization "assigned"/);
    const withFeatures = (values: number[], dimension = 2) =>
      assignToCentroids(test.database, {
        ...request,
        name: 'other',
        features: { count: 4, dimension, values: Float32Array.from(values) },
      });
    await expect(withFeatures([1, 2, 3, 4], 1)).rejects.toThrow('Expected 4 × 2 features, got 4 × 1.');
    await expect(withFeatures([0, 0, 0, Number.NaN, 0, 0, 0, 0])).rejects.toThrow(/got NaN for lesion 1, feature 1/);
    expect(await test.database.prisma.categorization.count()).toBe(1);
  });
});
