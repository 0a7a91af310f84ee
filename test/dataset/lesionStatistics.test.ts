import fc from 'fast-check';
import { type Database, openDatabase, readPage } from '../../src/database';
import {
  type DiameterStatistics,
  type HistogramSpec,
  keptLesionStatistics,
  type LesionRow,
  lesionListing,
  lesionStatistics,
  type StatisticsRequest,
} from '../../src/dataset';
import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

let test: TestDatabase;
let lesions: LesionRow[];
beforeAll(async () => {
  test = await createTestDatabase();
  const id = await seedDataset(test.database, { patients: 20 });
  await seedCategorization(test.database, id);
  lesions = (await readPage(test.database, lesionListing({}, []), { first: 500 })).rows;
});
afterAll(() => test.drop());

const PLAIN: StatisticsRequest = { filter: {}, groupBy: [], images: true, patients: true };

/** The plain way, one figure after the other. */
function reference(values: (number | null)[]): Omit<DiameterStatistics, 'histograms'> {
  const found = values.filter((value) => value !== null).sort((a, b) => a - b);
  const n = found.length;
  const mean = n === 0 ? null : found.reduce((sum, value) => sum + value, 0) / n;
  const squares = found.reduce((sum, value) => sum + (value - (mean ?? 0)) ** 2, 0);
  const percentile = (p: number): number => {
    const place = (p / 100) * (n - 1);
    const low = found[Math.floor(place)] ?? 0;
    return low + ((found[Math.ceil(place)] ?? 0) - low) * (place - Math.floor(place));
  };
  return {
    count: n,
    mean,
    standardDeviation: n < 2 ? null : Math.sqrt(squares / (n - 1)),
    min: found[0] ?? null,
    max: found.at(-1) ?? null,
    percentiles: n === 0 ? null : [5, 25, 50, 75, 95].map(percentile),
  };
}

function expectClose(got: DiameterStatistics | null, wanted: Omit<DiameterStatistics, 'histograms'>): void {
  const flat = (one: Omit<DiameterStatistics, 'histograms'> | null) => [
    one?.count,
    one?.mean,
    one?.standardDeviation,
    one?.min,
    one?.max,
    ...(one?.percentiles ?? [null]),
  ];
  flat(got).forEach((figure, index) => {
    const other = flat(wanted)[index];
    if (typeof figure === 'number' && typeof other === 'number') expect(figure).toBeCloseTo(other, 9);
    else expect(figure).toBe(other);
  });
}

describe('lesion statistics', () => {
  it('are those of all lesions where nothing is grouped', async () => {
    const rows = await lesionStatistics(test.database, {
      ...PLAIN,
      longDiameter: { percentiles: true, histograms: [] },
      shortDiameter: { percentiles: true, histograms: [] },
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      lesions: lesions.length,
      images: new Set(lesions.map(({ imageId }) => imageId)).size,
      patients: new Set(lesions.map(({ patientId }) => patientId)).size,
    });
    expectClose(rows[0]?.longDiameter ?? null, reference(lesions.map(({ longDiameterMm }) => longDiameterMm)));
    expectClose(rows[0]?.shortDiameter ?? null, reference(lesions.map(({ shortDiameterMm }) => shortDiameterMm)));
  });

  it('of the groups are those of their lesions, and add up to all', async () => {
    const rows = await lesionStatistics(test.database, {
      ...PLAIN,
      groupBy: ['SPLIT', 'COARSE_TYPE'],
      longDiameter: { percentiles: true, histograms: [] },
    });
    expect(rows.reduce((sum, row) => sum + row.lesions, 0)).toBe(lesions.length);
    for (const row of rows) {
      const members = lesions.filter(({ split, coarseType }) => split === row.split && coarseType === row.coarseType);
      expect(row.lesions).toBe(members.length);
      expectClose(row.longDiameter, reference(members.map(({ longDiameterMm }) => longDiameterMm)));
    }
  });

  it('can be grouped by everything at once', async () => {
    const groupBy = ['DATASET', 'SPLIT', 'COARSE_TYPE', 'SEX', 'AGE_BAND', 'PSEUDO_CLUSTER'] as const;
    const rows = await lesionStatistics(test.database, { ...PLAIN, groupBy: [...groupBy] });
    expect(rows.reduce((sum, row) => sum + row.lesions, 0)).toBe(lesions.length);
    for (const one of groupBy) {
      const single = await lesionStatistics(test.database, { ...PLAIN, groupBy: [one] });
      expect(single.reduce((sum, row) => sum + row.lesions, 0)).toBe(lesions.length);
    }
    const bands = await lesionStatistics(test.database, { ...PLAIN, groupBy: ['AGE_BAND'] });
    expect(bands.every(({ ageBandFrom }) => ageBandFrom === null || Number(ageBandFrom) % 10 === 0)).toBe(true);
  });

  it('obey the filter', async () => {
    const [row] = await lesionStatistics(test.database, {
      ...PLAIN,
      filter: { split: ['TEST'], longDiameterMm: { gte: 8 } },
      longDiameter: { percentiles: false, histograms: [] },
    });
    const members = lesions.filter(({ split, longDiameterMm }) => split === 'TEST' && (longDiameterMm ?? 0) >= 8);
    expect(row?.lesions).toBe(members.length);
    expect(row?.longDiameter?.min).toBeGreaterThanOrEqual(8);
  });

  it('of no lesions are 0 and null', async () => {
    const [row] = await lesionStatistics(test.database, {
      ...PLAIN,
      filter: { split: [] },
      longDiameter: {
        percentiles: true,
        histograms: [
          { bins: 3, min: null, max: null },
          { bins: 2, min: 0, max: 1 },
        ],
      },
    });
    expect(row).toMatchObject({
      lesions: 0,
      images: 0,
      longDiameter: {
        count: 0,
        mean: null,
        standardDeviation: null,
        percentiles: null,
        histograms: [null, { edges: [0, 0.5, 1], counts: [0, 0], below: 0, above: 0, nullCount: 0 }],
      },
    });
    expect(await lesionStatistics(test.database, { ...PLAIN, filter: { split: [] }, groupBy: ['SEX'] })).toEqual([]);
  });
});

describe('histograms', () => {
  const of = async (spec: HistogramSpec) => {
    const [row] = await lesionStatistics(test.database, {
      ...PLAIN,
      longDiameter: { percentiles: false, histograms: [spec] },
    });
    return row?.longDiameter?.histograms[0] ?? null;
  };

  it('put every lesion into exactly one place, right-open but for the last bin, whatever the ends', async () => {
    const end = fc.option(fc.oneof(fc.integer({ min: -5, max: 25 }), fc.float({ min: 0, max: 20, noNaN: true })));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), end, end, async (bins, min, max) => {
        fc.pre(min === null || max === null || min < max);
        const histogram = await of({ bins, min, max });
        const { edges, counts } = histogram ?? { edges: [], counts: [] };
        expect(edges).toHaveLength(bins + 1);
        const values = lesions.map(({ longDiameterMm }) => longDiameterMm).filter((value) => value !== null);
        const [first = 0, last = 0] = [edges[0], edges.at(-1)];
        expect(histogram?.below).toBe(values.filter((value) => value < first).length);
        expect(histogram?.above).toBe(values.filter((value) => value > last).length);
        expect(histogram?.nullCount).toBe(lesions.length - values.length);
        if (first < last)
          counts.forEach((count, bin) => {
            const [low = 0, high = 0] = [edges[bin], edges[bin + 1]];
            const inside = values.filter(
              (value) => value >= low && (value < high || (bin === bins - 1 && value === high)),
            );
            expect(count).toBe(inside.length);
          });
      }),
      { numRuns: 40 },
    );
  });

  it('have the same bins in every group', async () => {
    const rows = await lesionStatistics(test.database, {
      ...PLAIN,
      groupBy: ['SPLIT'],
      longDiameter: { percentiles: false, histograms: [{ bins: 4, min: null, max: null }] },
    });
    const edges = rows.map(({ longDiameter }) => longDiameter?.histograms[0]?.edges);
    expect(new Set(edges.map((one) => one?.join())).size).toBe(1);
    expect(edges[0]).toEqual([5, 7.5, 10, 12.5, 15]);
  });

  it('hold all lesions of one diameter in the last bin', async () => {
    const [row] = await lesionStatistics(test.database, {
      ...PLAIN,
      filter: { longDiameterMm: { gte: 7, lte: 7 } },
      longDiameter: { percentiles: false, histograms: [{ bins: 3, min: null, max: null }] },
    });
    expect(row?.longDiameter?.histograms[0]).toMatchObject({ edges: [7, 7, 7, 7], counts: [0, 0, row?.lesions] });
  });

  it.each([
    [{ bins: 0, min: null, max: null }, 'bins'],
    [{ bins: 201, min: null, max: null }, 'bins'],
    [{ bins: 5, min: 3, max: 3 }, 'min'],
  ])('refuse %j by name', async (spec, argument) => {
    await expect(of(spec)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument });
  });
});

describe('statistics that are kept', () => {
  const REQUEST: StatisticsRequest = { ...PLAIN, groupBy: ['PSEUDO_CLUSTER', 'SPLIT'] };

  /** What is answered, and how many statements over lesions that took. */
  async function ask(database: Database, sight: string, request = REQUEST) {
    let computed = 0;
    const stop = database.onStatement((text) => {
      computed += text.includes('FROM lesion') ? 1 : 0;
    });
    const rows = await keptLesionStatistics(database, database, sight, request);
    stop();
    return { rows, computed };
  }

  it('are computed once for each question and each sight, and are the same', async () => {
    const first = await ask(test.database, 'null');
    expect(first).toEqual({ rows: await lesionStatistics(test.database, REQUEST), computed: 1 });
    expect(await ask(test.database, 'null')).toEqual({ ...first, computed: 0 });
    expect((await ask(test.database, '{"hidden":[]}')).computed).toBe(1);
    expect((await ask(test.database, 'null', { ...REQUEST, images: false })).computed).toBe(1);
  });

  it('are computed again after any change of lesions, patients or categorizations, by whichever server it was made', async () => {
    const other = openDatabase(test.url);
    const changes = [
      `UPDATE lesion SET long_diameter_mm = 33 WHERE id = (SELECT min(id) FROM lesion)`,
      `UPDATE patient SET sex = 'UNKNOWN' WHERE id = (SELECT min(id) FROM patient)`,
      `UPDATE study SET age_years = 91 WHERE id = (SELECT min(id) FROM study)`,
      `UPDATE dataset SET name = 'another'`,
      `UPDATE pseudo_cluster SET label = 'another' WHERE id = (SELECT min(id) FROM pseudo_cluster)`,
      `DELETE FROM categorization`,
      `DELETE FROM dataset`,
    ];
    for (const text of changes) {
      await ask(test.database, 'null');
      await other.query({ text });
      expect([text, await ask(test.database, 'null')]).toEqual([
        text,
        { rows: await lesionStatistics(test.database, REQUEST), computed: 1 },
      ]);
    }
    await other.close();
  });
});
