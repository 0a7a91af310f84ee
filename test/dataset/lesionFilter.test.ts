import fc from 'fast-check';
import { countRows, readPage } from '../../src/database';
import {
  COARSE_TYPES,
  imageListing,
  type LesionFilter,
  type LesionRow,
  lesionListing,
  patientListing,
  SEXES,
  SPLITS,
  studyListing,
} from '../../src/dataset';
import { seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

let test: TestDatabase;
let lesions: LesionRow[];
beforeAll(async () => {
  test = await createTestDatabase();
  await seedDataset(test.database, { patients: 20, missingEvery: 3 });
  const parents = { image: true, study: true, patient: true };
  lesions = (await readPage(test.database, lesionListing({}, [], parents), { first: 500 })).rows;
});
afterAll(() => test.drop());

const idsOf = async (filter: LesionFilter): Promise<number[]> =>
  (await readPage(test.database, lesionListing(filter, []), { first: 500 })).rows.map(({ id }) => id);

/** The plain way: a test of one row in memory. */
function fits(lesion: LesionRow, filter: LesionFilter): boolean {
  const inside = (value: number | null | undefined, range: LesionFilter['longDiameterMm']): boolean =>
    (range?.gte == null && range?.lte == null) ||
    (value != null && value >= (range.gte ?? -Infinity) && value <= (range.lte ?? Infinity));
  const { image, patient } = lesion;
  return (
    (filter.patientIndex == null || patient?.patientIndex === filter.patientIndex) &&
    (!filter.sourceRowIndex || filter.sourceRowIndex.includes(lesion.sourceRowIndex)) &&
    (!filter.split || filter.split.includes(lesion.split)) &&
    (!filter.coarseType || filter.coarseType.includes(lesion.coarseType)) &&
    (!filter.sex || filter.sex.includes(patient?.sex ?? 'UNKNOWN')) &&
    inside(lesion.longDiameterMm, filter.longDiameterMm) &&
    inside(lesion.shortDiameterMm, filter.shortDiameterMm) &&
    inside(lesion.normalizedZ, filter.locationZ) &&
    inside(image?.study?.ageYears, filter.ageYears) &&
    (filter.possiblyNoisy == null || lesion.possiblyNoisy === filter.possiblyNoisy) &&
    (filter.hasPixels == null || image?.hasPixels === filter.hasPixels) &&
    (filter.and ?? []).every((one) => fits(lesion, one)) &&
    (!filter.or || filter.or.some((one) => fits(lesion, one))) &&
    (!filter.not || !fits(lesion, filter.not))
  );
}

const range = (low: number, high: number) =>
  fc.record(
    { gte: fc.integer({ min: low, max: high }), lte: fc.integer({ min: high, max: 2 * high }) },
    { requiredKeys: [] },
  );
const { filter: filters } = fc.letrec<{ filter: LesionFilter }>((tie) => ({
  filter: fc.record(
    {
      patientIndex: fc.option(fc.integer({ min: 1, max: 22 }), { freq: 1 }),
      sourceRowIndex: fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 60 }),
      split: fc.subarray([...SPLITS]),
      coarseType: fc.subarray([...COARSE_TYPES]),
      sex: fc.subarray([...SEXES]),
      longDiameterMm: range(5, 15),
      shortDiameterMm: range(2, 7),
      locationZ: fc.constantFrom({ gte: 0.7 }, { lte: 0.7 }, { gte: 0.5, lte: 0.75 }),
      ageYears: range(20, 80),
      possiblyNoisy: fc.boolean(),
      hasPixels: fc.boolean(),
      and: fc.array(tie('filter'), { maxLength: 2, depthIdentifier: 'filter' }),
      or: fc.array(tie('filter'), { maxLength: 2, depthIdentifier: 'filter' }),
      not: fc.option(tie('filter'), { depthIdentifier: 'filter', maxDepth: 3 }),
    },
    { requiredKeys: [] },
  ),
}));

describe('the filter of lesions', () => {
  it('keeps exactly the rows that fit it in memory, however it is put together', async () => {
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        let wanted: number[];
        try {
          wanted = await idsOf(filter);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'BAD_USER_INPUT' });
          return;
        }
        expect(wanted).toEqual(lesions.filter((lesion) => fits(lesion, filter)).map(({ id }) => id));
      }),
      { numRuns: 150 },
    );
  });

  it('and its negation share no row and leave none out, even if values are missing', async () => {
    await fc.assert(
      fc.asyncProperty(range(5, 15), async (longDiameterMm) => {
        const kept = await countRows(test.database, lesionListing({ longDiameterMm }, []));
        const rest = await countRows(test.database, lesionListing({ not: { longDiameterMm } }, []));
        expect(kept + rest).toBe(lesions.length);
      }),
      { numRuns: 10 },
    );
  });

  it('holds for everything where and is empty, for nothing where or or a list is', async () => {
    expect(await idsOf({ and: [] })).toHaveLength(lesions.length);
    expect(await idsOf({ or: [] })).toEqual([]);
    expect(await idsOf({ split: [] })).toEqual([]);
    expect(await idsOf({ split: null, not: null, and: null, or: null })).toHaveLength(lesions.length);
  });

  it('refuses an interval that is upside down', () => {
    expect(() => lesionListing({ ageYears: { gte: 50, lte: 40 } }, [])).toThrow(
      'Expected ageYears.gte to be at most ageYears.lte, got 50 and 40.',
    );
  });
});

describe('the filters of images, patients and studies', () => {
  const count = (listing: Parameters<typeof countRows>[1]) => countRows(test.database, listing);

  it('find the images with at least one lesion that fits a filter of lesions as a whole', async () => {
    await fc.assert(
      fc.asyncProperty(filters, async (lesion) => {
        let fitting: number[];
        try {
          fitting = await idsOf(lesion);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'BAD_USER_INPUT' });
          return;
        }
        const images = new Set(lesions.filter(({ id }) => fitting.includes(id)).map(({ imageId }) => imageId));
        expect(await count(imageListing({ lesion }, []))).toBe(images.size);
      }),
      { numRuns: 50 },
    );
  });

  it('agree with the filter of lesions', async () => {
    const images = new Set(lesions.filter(({ coarseType }) => coarseType === 'LUNG').map(({ imageId }) => imageId));
    expect(await count(imageListing({ coarseType: ['LUNG'] }, []))).toBe(images.size);
    const patients = new Set(lesions.filter(({ split }) => split === 'TEST').map(({ patientId }) => patientId));
    expect(await count(patientListing({ split: ['TEST'] }, []))).toBe(patients.size);
    expect(await count(patientListing({ sex: ['FEMALE'], not: { split: ['TEST'] } }, []))).toBeGreaterThan(0);
  });

  it('find by what belongs to them', async () => {
    expect(await count(imageListing({ patientIndex: 4 }, []))).toBe(4);
    expect(await count(imageListing({ fileName: ['000004_01_01_010.png', 'x'] }, []))).toBe(1);
    expect(await count(imageListing({ sliceIntervalMm: { gte: 1 } }, []))).toBe(40);
    expect(await count(imageListing({ not: { sliceIntervalMm: { gte: 1 } } }, []))).toBe(40);
    expect(await count(studyListing({ patientIndex: 4 }, []))).toBe(2);
    expect(await count(studyListing({ ageYears: { gte: 200 } }, []))).toBe(0);
    expect(await count(patientListing({ dataset: 'seed', patientIndex: 4 }, []))).toBe(1);
    expect(await count(patientListing({ dataset: 'seed@2' }, []))).toBe(0);
  });
});
