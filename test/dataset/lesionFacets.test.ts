import fc from 'fast-check';
import {
  type FacetBucket,
  LESION_FACET_FIELDS,
  LESION_HISTOGRAM_FIELDS,
  type LesionFacetField,
  type LesionFilter,
  type LesionHistogramField,
  lesionFacets,
  lesionHistograms,
  lesionStatistics,
  SEXES,
  SPLITS,
  type StatisticsRow,
} from '../../src/dataset';
import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

let test: TestDatabase;
let uuid: string;
let olderUuid: string;
beforeAll(async () => {
  test = await createTestDatabase();
  const id = await seedDataset(test.database, { patients: 20 });
  const renamed = async (row: number, name: string) =>
    (await test.database.prisma.categorization.update({ where: { id: row }, data: { name } })).uuid;
  olderUuid = await renamed(await seedCategorization(test.database, id, 2), 'older');
  uuid = await renamed(await seedCategorization(test.database, id, 3), 'newest');
  await seedDataset(test.database, { slug: 'other', patients: 3 });
});
afterAll(() => test.drop());

const OWN: Record<Exclude<LesionFacetField, 'PSEUDO_CLUSTER' | 'POSSIBLY_NOISY'>, keyof LesionFilter> = {
  COARSE_TYPE: 'coarseType',
  SPLIT: 'split',
  SEX: 'sex',
  AGE_BAND: 'ageYears',
};
const KEYS = { COARSE_TYPE: 'coarseType', SPLIT: 'split', SEX: 'sex', AGE_BAND: 'ageBandFrom' } as const;

const range = (most: number) =>
  fc.tuple(fc.nat(most), fc.nat(most)).map(([a, b]) => ({ gte: Math.min(a, b), lte: Math.max(a, b) }));
const plainFilter: fc.Arbitrary<LesionFilter> = fc.record(
  {
    dataset: fc.constantFrom('seed', 'other@1'),
    split: fc.subarray([...SPLITS]),
    coarseType: fc.subarray(['UNKNOWN', 'BONE', 'LUNG', 'PELVIS'] as const).map((types) => [...types]),
    sex: fc.subarray([...SEXES]),
    ageYears: range(90),
    longDiameterMm: range(20),
    shortDiameterMm: range(8),
    possiblyNoisy: fc.boolean(),
    hasPixels: fc.boolean(),
  },
  { requiredKeys: [] },
);
const filters = fc
  .tuple(plainFilter, fc.option(plainFilter, { nil: undefined }))
  .map(([own, inner]): LesionFilter => ({ ...own, ...(inner ? { or: [inner, { split: ['TEST'] }] } : {}) }));

const without = (filter: LesionFilter, field: keyof LesionFilter): LesionFilter => ({ ...filter, [field]: undefined });
const found = (buckets: readonly FacetBucket[]) =>
  buckets.flatMap(({ value, count }) => (count > 0 ? [[value, count] as const] : []));

describe('the facets of lesions', () => {
  it('count like the statistics of the filter without the condition on the facet’s own field', async () => {
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const fields = Object.keys(OWN) as (keyof typeof OWN)[];
        const facets = await lesionFacets(test.database, filter, fields);
        for (const { field, buckets } of facets) {
          if (field === 'PSEUDO_CLUSTER' || field === 'POSSIBLY_NOISY') throw new Error('not asked for');
          const rows = await lesionStatistics(test.database, {
            filter: without(filter, OWN[field]),
            groupBy: [field],
            images: false,
            patients: false,
          });
          const keyOf = (row: StatisticsRow) => row[KEYS[field]];
          expect(found(buckets)).toEqual(
            rows.map((row) => [keyOf(row) === null ? null : String(keyOf(row)), row.lesions]),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keep the choices that the other conditions exclude, with a count of 0', async () => {
    const filter: LesionFilter = { dataset: 'seed', split: ['TEST'], coarseType: ['LUNG'] };
    const [types] = await lesionFacets(test.database, { ...filter, split: [] }, ['COARSE_TYPE', 'SPLIT']);
    expect(types?.buckets.map(({ count }) => count)).toEqual(Array.from({ length: 9 }, () => 0));
    const [, splits] = await lesionFacets(test.database, filter, ['COARSE_TYPE', 'SPLIT']);
    expect(splits?.buckets.map(({ value }) => value)).toEqual(['TRAIN', 'VALIDATION', 'TEST', 'UNASSIGNED']);
  });

  it('leave out the top level alone: what stands inside `and` holds for all', async () => {
    const inner: LesionFilter = { dataset: 'seed', and: [{ split: ['TEST'] }] };
    const [splits] = await lesionFacets(test.database, inner, ['SPLIT']);
    expect(splits?.buckets.map(({ value }) => value)).toEqual(['TEST']);
  });

  it('count noisy lesions and those that are not', async () => {
    const filter: LesionFilter = { dataset: 'seed', possiblyNoisy: true };
    const [noisy, splits] = await lesionFacets(test.database, filter, ['POSSIBLY_NOISY', 'SPLIT']);
    const total = await test.database.prisma.lesion.count({ where: { dataset: { slug: 'seed' } } });
    const flagged = await test.database.prisma.lesion.count({
      where: { dataset: { slug: 'seed' }, possiblyNoisy: true },
    });
    expect(noisy?.buckets).toEqual([
      { value: 'false', count: total - flagged },
      { value: 'true', count: flagged },
    ]);
    expect(splits?.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(flagged);
  });

  it('take the newest categorization, or the one that the filter names, whose data set is kept', async () => {
    const clustersOf = async (filter: LesionFilter) => {
      const [facet] = await lesionFacets(test.database, filter, ['PSEUDO_CLUSTER']);
      return facet?.buckets ?? [];
    };
    const inSeed = await test.database.prisma.lesion.count({ where: { dataset: { slug: 'seed' } } });
    const inOther = await test.database.prisma.lesion.count({ where: { dataset: { slug: 'other' } } });
    const newest = await clustersOf({});
    expect(newest.at(-1)).toEqual({ value: null, count: inOther });
    expect(newest).toHaveLength(4);
    const named = await clustersOf({ pseudoCluster: { categorization: olderUuid, clusterIndex: 1 } });
    expect(named).toHaveLength(2);
    expect(named.reduce((sum, { count }) => sum + count, 0)).toBe(inSeed);
    const pseudoCluster = { categorization: uuid, clusterIndex: 2 };
    const [clusters, splits] = await lesionFacets(test.database, { pseudoCluster }, ['PSEUDO_CLUSTER', 'SPLIT']);
    expect(clusters?.buckets).toHaveLength(3);
    expect(splits?.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(clusters?.buckets[1]?.count);
  });

  it('have no field twice, and may be none', async () => {
    await expect(lesionFacets(test.database, {}, ['SEX', 'SEX'])).rejects.toThrow('each facet once');
    expect(await lesionFacets(test.database, {}, [])).toEqual([]);
    expect((await lesionFacets(test.database, {}, LESION_FACET_FIELDS)).map(({ field }) => field)).toEqual([
      ...LESION_FACET_FIELDS,
    ]);
  });
});

/** All lesions with what histograms are made of. */
async function valuesOf(field: LesionHistogramField, filter: LesionFilter): Promise<(number | null)[]> {
  const rows = await test.database.prisma.lesion.findMany({
    where: { dataset: { slug: 'seed' } },
    include: { image: { include: { study: true } } },
  });
  const of = ({ image, ...lesion }: (typeof rows)[number]) => ({
    LONG_DIAMETER_MM: lesion.longDiameterMm,
    SHORT_DIAMETER_MM: lesion.shortDiameterMm,
    AGE_YEARS: image.study.ageYears,
    LOCATION_Z: lesion.normalizedZ,
    PIXEL_SPACING_MM: image.pixelSpacingMm,
    SLICE_INTERVAL_MM: image.sliceIntervalMm,
  });
  const ranges = {
    longDiameterMm: 'LONG_DIAMETER_MM',
    shortDiameterMm: 'SHORT_DIAMETER_MM',
    ageYears: 'AGE_YEARS',
    locationZ: 'LOCATION_Z',
  } as const;
  return rows
    .map(of)
    .filter((one) =>
      (Object.keys(ranges) as (keyof typeof ranges)[]).every((name) => {
        const wanted = filter[name];
        const value = one[ranges[name]];
        if (!wanted || ranges[name] === field) return true;
        return value !== null && value >= (wanted.gte ?? 0) && value <= (wanted.lte ?? 1e9);
      }),
    )
    .map((one) => one[field]);
}

describe('the histograms of lesions', () => {
  it('count each value once, without the condition on their own field', async () => {
    const filterOf = fc.record(
      {
        longDiameterMm: range(20),
        shortDiameterMm: range(8),
        ageYears: range(90),
        locationZ: fc.constantFrom({ gte: 0.7 }, { lte: 0.7 }, { gte: 0.5, lte: 0.75 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(filterOf, fc.integer({ min: 1, max: 200 }), async (ranges, bins) => {
        const filter: LesionFilter = { dataset: 'seed', ...ranges };
        const histograms = await lesionHistograms(test.database, filter, LESION_HISTOGRAM_FIELDS, bins);
        for (const { field, edges, counts, nullCount } of histograms) {
          const values = await valuesOf(field, filter);
          const known = values.filter((value) => value !== null);
          expect(nullCount).toBe(values.length - known.length);
          expect([edges.length, counts.length]).toEqual(known.length === 0 ? [0, 0] : [bins + 1, bins]);
          if (known.length === 0) continue;
          expect([edges[0], edges.at(-1)]).toEqual([Math.min(...known), Math.max(...known)]);
          const expected = counts.map((_, bin) => {
            const [low = 0, high = 0] = edges.slice(bin, bin + 2);
            const isLast = bin === bins - 1;
            return known.filter((value) => (value === edges.at(-1) ? isLast : value >= low && value < high)).length;
          });
          expect(counts).toEqual(expected);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('are empty where no lesion matches, and refuse other numbers of bins', async () => {
    const nothing: LesionFilter = { dataset: 'seed', split: [] };
    expect(await lesionHistograms(test.database, nothing, ['LOCATION_Z'], 5)).toEqual([
      { field: 'LOCATION_Z', edges: [], counts: [], nullCount: 0 },
    ]);
    for (const bins of [0, 201])
      await expect(lesionHistograms(test.database, {}, ['LOCATION_Z'], bins)).rejects.toThrow(
        'bins to be from 1 to 200',
      );
    await expect(lesionHistograms(test.database, {}, ['AGE_YEARS', 'AGE_YEARS'], 5)).rejects.toThrow('each field once');
  });
});
