import './withoutSecondCopyCheck';
import { importCategorization } from '../../src/categorization';
import { type FolderLesion, Folders, lesionsOf } from '../categorization/folderBed';
import { idOfRow } from '../globalIds';
import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { graphOf, type RunQuery, testServices } from './testGraph';

let test: TestDatabase;
let ask: RunQuery;
let lesions: FolderLesion[];
let withFeatures: string;
let without: string;
const folders = new Folders();

beforeAll(async () => {
  test = await createTestDatabase();
  ask = graphOf(testServices(test.database));
  const datasetId = await seedDataset(test.database, { patients: 12 });
  lesions = await lesionsOf(test.database, datasetId);
  const folder = folders.write(lesions);
  const { id } = await importCategorization(test.database, {
    folder,
    dataset: 'seed',
    name: 'features',
    partial: true,
  });
  withFeatures = await idOfRow(test.database, 'Categorization', id);
  without = await idOfRow(test.database, 'Categorization', await seedCategorization(test.database, datasetId));
});
afterAll(async () => {
  folders.remove();
  await test.drop();
});

interface Map {
  method: string;
  lesionCount: number;
  stride: number;
  explainedVariance: number[];
  lesionIds: string[];
  x: number[];
  y: number[];
  clusterIndexes: number[];
}

async function mapOf(id: string): Promise<Map | null> {
  const { data, errors } = await ask(
    `query Q($id: ID!) { categorization(id: $id) { featureMap {
      method lesionCount stride explainedVariance lesionIds x y clusterIndexes } } }`,
    { id },
  );
  expect(errors).toEqual([]);
  return (data.categorization as unknown as { featureMap: Map | null }).featureMap;
}

describe('Categorization.featureMap', () => {
  it('has a point for each lesion, with its id and its cluster', async () => {
    const map = await mapOf(withFeatures);
    expect(map).toMatchObject({ method: 'PCA', lesionCount: lesions.length, stride: 1 });
    expect([map?.x, map?.y, map?.clusterIndexes].map((list) => list?.length)).toEqual([
      lesions.length,
      lesions.length,
      lesions.length,
    ]);
    const { data } = await ask(
      `query Q($ids: [ID!]!, $c: ID!) { nodes(ids: $ids) { ... on Lesion { sourceRowIndex pseudoCluster(categorization: $c) { clusterIndex } } } }`,
      { ids: map?.lesionIds, c: withFeatures },
    );
    const nodes = data.nodes as unknown as { sourceRowIndex: number; pseudoCluster: { clusterIndex: number } }[];
    expect(nodes.map(({ pseudoCluster }) => pseudoCluster.clusterIndex)).toEqual(map?.clusterIndexes);
    expect(new Set(nodes.map(({ sourceRowIndex }) => sourceRowIndex)).size).toBe(lesions.length);
  });

  it('puts lesions no farther from one another than their features are, and explains its variance', async () => {
    const map = await mapOf(withFeatures);
    const rowOf = (id: string) => Number(Buffer.from(id, 'base64url').toString().split(':').at(-1));
    const featuresOf = (point: number) => lesions[rowOf(map?.lesionIds[point] ?? '')]?.features ?? [];
    for (let a = 0; a < lesions.length; a++)
      for (let b = 0; b < a; b++) {
        const apart = Math.hypot(...featuresOf(a).map((value, k) => value - (featuresOf(b)[k] ?? 0)));
        const shown = Math.hypot((map?.x[a] ?? 0) - (map?.x[b] ?? 0), (map?.y[a] ?? 0) - (map?.y[b] ?? 0));
        expect(shown).toBeLessThanOrEqual(apart + 1e-4);
      }
    const [first = 0, second = 0] = map?.explainedVariance ?? [];
    expect(first).toBeGreaterThanOrEqual(second);
    expect(first + second).toBeLessThanOrEqual(1 + 1e-9);
  });

  it('is the same each time', async () => {
    expect(await mapOf(withFeatures)).toEqual(await mapOf(withFeatures));
  });

  it('is null without an error where there are no features', async () => {
    expect(await mapOf(without)).toBeNull();
  });
});

describe('PseudoCluster.labelledAt', () => {
  it('is the time of the present name, null without one', async () => {
    const { data } = await ask(
      'query Q($id: ID!) { categorization(id: $id) { pseudoClusters { nodes { id labelledAt } } } }',
      {
        id: without,
      },
    );
    const { nodes } = (
      data.categorization as unknown as { pseudoClusters: { nodes: { id: string; labelledAt: null }[] } }
    ).pseudoClusters;
    const [{ id, labelledAt } = { id: '', labelledAt: undefined }] = nodes;
    expect(labelledAt).toBeNull();
    const label = async (name: string | null) => {
      const answer = await ask(
        `mutation M($id: ID!, $l: String) { labelPseudoCluster(input: { pseudoClusterId: $id, label: $l }) { pseudoCluster { label labelledAt } } }`,
        { id, l: name },
      );
      expect(answer.errors).toEqual([]);
      return (answer.data.labelPseudoCluster as unknown as { pseudoCluster: { label: string; labelledAt: string } })
        .pseudoCluster;
    };
    const named = await label('lung nodule');
    expect(named).toEqual({ label: 'lung nodule', labelledAt: expect.any(String) });
    expect(await label('lung nodule')).toEqual(named);
    expect(await label(null)).toEqual({ label: null, labelledAt: null });
  });
});
