import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testServices } from './testGraph';

interface Group {
  lesionCount: number;
  dataset: { slug: string } | null;
  pseudoCluster: { clusterIndex: number } | null;
}

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await seedCategorization(test.database, await seedDataset(test.database));
  await seedDataset(test.database, { slug: 'other', patients: 3 });
});
afterAll(() => test.drop());

describe.each(EXECUTORS)('the keys of lesion statistics, run by %s', (executor) => {
  const groups = async (groupBy: string): Promise<Group[]> => {
    const { data, errors } = await graphOf(
      testServices(test.database),
      executor,
    )(`{ lesionStatistics(groupBy: ${groupBy}) { lesionCount dataset { slug } pseudoCluster { clusterIndex } } }`);
    expect(errors).toEqual([]);
    return data.lesionStatistics as unknown as Group[];
  };

  it('name the data set of each group', async () => {
    const slugs = (await groups('DATASET')).map(({ dataset }) => dataset?.slug);
    expect(slugs.sort()).toEqual(['other', 'seed']);
  });

  it('name the pseudo-cluster of each group, and none for the lesions that are in none', async () => {
    const [{ total } = { total: 0 }] = await test.database.query<{ total: number }>({
      text: 'SELECT count(*) AS total FROM cluster_assignment',
    });
    const found = await groups('PSEUDO_CLUSTER');
    const inClusters = found.filter(({ pseudoCluster }) => pseudoCluster !== null);
    expect(inClusters.reduce((sum, { lesionCount }) => sum + lesionCount, 0)).toBe(total);
    expect(new Set(inClusters.map(({ pseudoCluster }) => pseudoCluster?.clusterIndex)).size).toBe(inClusters.length);
    expect(found.filter(({ pseudoCluster }) => pseudoCluster === null)).toHaveLength(1);
  });

  it('are null where nothing was grouped by them', async () => {
    expect(await groups('[]')).toEqual([{ lesionCount: expect.any(Number), dataset: null, pseudoCluster: null }]);
  });
});
