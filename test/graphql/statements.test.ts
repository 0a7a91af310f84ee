import { nameMembers } from '../../src/dataset';
import { toGlobalId } from '../../src/globalId';
import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testServices } from './testGraph';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  const id = await seedDataset(test.database, { patients: 100 });
  await seedCategorization(test.database, id);
  // A process asks for the name of a data set version once, before it tells the first ids of that.
  await nameMembers(test.database, [{ datasetId: id }]);
});
afterAll(() => test.drop());

/** Runs a document and answers how many statements it sent. */
async function statementsOf(
  executor: (typeof EXECUTORS)[number],
  source: string,
  variables?: Record<string, unknown>,
): Promise<{ statements: number; data: Record<string, never> }> {
  let statements = 0;
  const stop = test.database.onStatement(() => {
    statements += 1;
  });
  const { data, errors } = await graphOf(testServices(test.database), executor)(source, variables);
  stop();
  expect(errors).toEqual([]);
  return { statements, data };
}

const LESIONS = `query Lesions($first: Int) {
  lesions(first: $first) {
    nodes {
      id
      image { fileName study { ageYears patient { patientIndex } } series { seriesIndex } }
      patient { sex }
      pseudoCluster { clusterIndex }
    }
  }
}`;

describe.each(EXECUTORS)('the statements of one request, run by %s', (executor) => {
  it('are 2 for 500 lesions with image, study, series, patient and cluster, and for 5 of them', async () => {
    const { statements, data } = await statementsOf(executor, LESIONS, { first: 500 });
    expect((data as unknown as { lesions: { nodes: unknown[] } }).lesions.nodes).toHaveLength(500);
    expect(statements).toBe(2);
    expect((await statementsOf(executor, LESIONS, { first: 5 })).statements).toBe(2);
  });

  it('are 2 for a tree of patients, studies, images, lesions and clusters, however wide', async () => {
    const tree = `query Tree($first: Int) { patients(first: $first) { nodes { patientIndex studies { studyIndex
      images { fileName lesions { id pseudoCluster { clusterIndex } } } } } } }`;
    expect((await statementsOf(executor, tree, { first: 100 })).statements).toBe(2);
    expect((await statementsOf(executor, tree, { first: 2 })).statements).toBe(2);
  });

  it('are 1 for one lesion with everything above it', async () => {
    const id = toGlobalId('Lesion', { dataset: 'seed@1', sourceRowIndex: 0 });
    const one =
      'query One($id: ID!) { node(id: $id) { ... on Lesion { image { study { patient { id } } } patient { id } } } }';
    expect((await statementsOf(executor, one, { id })).statements).toBe(1);
  });

  it('are one more at the first read of a data set version in a process, which asks for its name', async () => {
    await seedDataset(test.database, { slug: `fresh-${executor}`, patients: 2 });
    const one = `{ lesions(first: 1, filter: { dataset: "fresh-${executor}" }) { nodes { id } } }`;
    const counts = [await statementsOf(executor, one), await statementsOf(executor, one)];
    // The filter's reference is looked up beside the list.
    expect(counts.map(({ statements }) => statements)).toEqual([3, 2]);
  });

  it('are 1 for many nodes of one type', async () => {
    const ids = Array.from({ length: 200 }, (_, row) =>
      toGlobalId('Lesion', { dataset: 'seed@1', sourceRowIndex: row }),
    );
    const { statements, data } = await statementsOf(
      executor,
      'query Many($ids: [ID!]!) { nodes(ids: $ids) { id ... on Lesion { image { fileName } } } }',
      { ids },
    );
    expect(statements).toBe(1);
    expect(data).toMatchObject({ nodes: ids.map((id) => ({ id })) });
  });

  it('count a list only where its count is asked for, and read it only where its rows are', async () => {
    expect((await statementsOf(executor, '{ lesions { totalCount } }')).statements).toBe(1);
    expect((await statementsOf(executor, '{ lesions { nodes { id } } }')).statements).toBe(1);
    expect((await statementsOf(executor, '{ lesions { totalCount nodes { id } } }')).statements).toBe(2);
  });

  it('do not grow with the parents of a nested list', async () => {
    const nested = `{ patients(first: 60) { nodes { lesions(first: 2, orderBy: { field: LONG_DIAMETER_MM }) { totalCount
      nodes { id longDiameterMm image { fileName } } } } } }`;
    expect((await statementsOf(executor, nested)).statements).toBe(3);
  });

  it('are 1 for statistics, whatever is asked of them, after one that reads whether anything has changed', async () => {
    const statistics = `{ lesionStatistics(groupBy: [SPLIT, SEX]) { split sex lesionCount imageCount patientCount
      longDiameterMm { mean p50 histogram(bins: ${EXECUTORS.indexOf(executor) + 4}) { counts }
        fine: histogram(bins: 100, min: 0, max: 50) { counts } }
      shortDiameterMm { standardDeviation histogram(bins: 3) { edges } } } }`;
    const texts: string[] = [];
    const stop = test.database.onStatement((text) => texts.push(text));
    await statementsOf(executor, statistics);
    expect(texts.map((text) => /FROM (\w+)/.exec(text)?.[1])).toEqual(['data_change', 'lesion']);
    // They are kept as long as nothing changes.
    expect((await statementsOf(executor, statistics)).statements).toBe(1);
    stop();
  });

  it('are those of what is really selected, even if a directive leaves it out', async () => {
    const query = `query Maybe($with: Boolean!) { lesions(first: 3) { nodes {
      id image @include(if: $with) { id study @skip(if: $with) { id } } } } }`;
    let texts: string[] = [];
    const stop = test.database.onStatement((text) => texts.push(text));
    await graphOf(testServices(test.database), executor)(query, { with: false });
    expect(texts.join()).not.toContain('JOIN bookmarked_image');
    texts = [];
    const { errors } = await graphOf(testServices(test.database), executor)(query, { with: true });
    stop();
    expect(errors).toEqual([]);
    expect(texts).toHaveLength(1);
    expect(texts.join()).toContain('JOIN bookmarked_image');
    expect(texts.join()).not.toContain('JOIN study');
  });
});
