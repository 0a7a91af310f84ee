import './withoutSecondCopyCheck';
import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { graphOf, type RunQuery, testServices } from './testGraph';

let test: TestDatabase;
let ask: RunQuery;
beforeAll(async () => {
  test = await createTestDatabase();
  await seedCategorization(test.database, await seedDataset(test.database, { patients: 12 }));
  ask = graphOf(testServices(test.database));
});
afterAll(() => test.drop());

interface Bucket {
  key: string | null;
  label: string;
  count: number;
}

async function facetsOf(filter: object, facets?: string[]): Promise<Record<string, Bucket[]>> {
  const { data, errors } = await ask(
    `query Q($filter: LesionFilter, $facets: [LesionFacetField!]) {
      lesionFacets(filter: $filter, facets: $facets) { field buckets { key label count } } }`,
    { filter, facets },
  );
  expect(errors).toEqual([]);
  const list = data.lesionFacets as unknown as { field: string; buckets: Bucket[] }[];
  return Object.fromEntries(list.map(({ field, buckets }) => [field, buckets]));
}

async function countOf(filter: object): Promise<number> {
  const { data, errors } = await ask('query Q($f: LesionFilter) { lesions(filter: $f, first: 0) { totalCount } }', {
    f: filter,
  });
  expect(errors).toEqual([]);
  return (data.lesions as unknown as { totalCount: number }).totalCount;
}

/** The filter that selects a bucket. */
const SELECT: Record<string, (key: string) => object> = {
  COARSE_TYPE: (key) => ({ coarseType: [key] }),
  SPLIT: (key) => ({ split: [key] }),
  SEX: (key) => ({ sex: [key] }),
  AGE_BAND: (key) => ({ ageYears: { gte: Number(key), lte: Number(key) + 9.999 } }),
  PSEUDO_CLUSTER: (key) => ({ pseudoCluster: key }),
  POSSIBLY_NOISY: (key) => ({ possiblyNoisy: key === 'true' }),
};

describe('lesionFacets', () => {
  it('has all fields, and keys that select as many lesions as their counts', async () => {
    const filter = { dataset: 'seed', longDiameterMm: { gte: 7 } };
    const facets = await facetsOf(filter);
    expect(Object.keys(facets)).toEqual(Object.keys(SELECT));
    for (const [field, buckets] of Object.entries(facets))
      for (const { key, count } of buckets)
        if (key !== null)
          expect([field, key, await countOf({ ...filter, ...SELECT[field]?.(key) })]).toEqual([field, key, count]);
  });

  it('has texts to be shown, and says what is unknown', async () => {
    const { COARSE_TYPE, AGE_BAND, POSSIBLY_NOISY, PSEUDO_CLUSTER } = await facetsOf({});
    expect(COARSE_TYPE?.find(({ key }) => key === 'SOFT_TISSUE')?.label).toBe('Soft tissue');
    expect(AGE_BAND?.find(({ key }) => key === '30')?.label).toBe('30–39 years');
    expect(POSSIBLY_NOISY?.map(({ key, label }) => [key, label])).toEqual([
      ['false', 'Not noisy'],
      ['true', 'Possibly noisy'],
    ]);
    expect(PSEUDO_CLUSTER?.map(({ label }) => label)).toEqual([
      'Pseudo-cluster 1',
      'Pseudo-cluster 2',
      'Pseudo-cluster 3',
    ]);
  });

  it('keeps the other choices of a field that the filter restricts', async () => {
    const { SPLIT, SEX } = await facetsOf({ split: 'TEST' }, ['SPLIT', 'SEX']);
    expect(SPLIT?.map(({ key }) => key)).toEqual(['TRAIN', 'VALIDATION', 'TEST', 'UNASSIGNED']);
    expect(SEX?.reduce((sum, { count }) => sum + count, 0)).toBe(await countOf({ split: 'TEST' }));
  });
});

describe('lesionHistograms', () => {
  it('has 24 bins of every field unless others are asked for', async () => {
    const { data, errors } = await ask(`{ lesionHistograms { field edges counts nullCount }
      few: lesionHistograms(fields: [AGE_YEARS], bins: 3, filter: { split: [TEST] }) { field edges counts nullCount } }`);
    expect(errors).toEqual([]);
    const all = data.lesionHistograms as unknown as {
      field: string;
      edges: number[];
      counts: number[];
      nullCount: number;
    }[];
    expect(all.map(({ field }) => field)).toHaveLength(6);
    const total = await countOf({});
    for (const { edges, counts, nullCount } of all) {
      expect([edges.length, counts.length]).toEqual([25, 24]);
      expect(counts.reduce((sum, count) => sum + count, nullCount)).toBe(total);
    }
    expect(data.few).toEqual([expect.objectContaining({ field: 'AGE_YEARS', counts: expect.any(Array) })]);
  });
});

describe('lesion(id)', () => {
  it('finds one lesion, null if there is none, and refuses ids of other things', async () => {
    const { data } = await ask('{ lesions(first: 1) { nodes { id image { id } } } }');
    const [first] = (data.lesions as unknown as { nodes: { id: string; image: { id: string } }[] }).nodes;
    const query = 'query Q($id: ID!) { lesion(id: $id) { id image { id } } }';
    expect((await ask(query, { id: first?.id })).data).toEqual({ lesion: first });
    const none = Buffer.from('Lesion:seed@1:99999').toString('base64url');
    expect((await ask(query, { id: none })).data).toEqual({ lesion: null });
    expect((await ask(query, { id: first?.image.id })).errors[0]?.message).toContain('Lesion');
  });
});
