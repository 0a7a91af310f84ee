import { importDlInfo } from '../../src/dataset';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { describeReal, lesionsOf, realFile } from './importBed';

let bed: TestDatabase;

beforeAll(async () => {
  bed = await createTestDatabase();
});
afterAll(() => bed.drop());

describeReal('The published rows', () => {
  const countsByType = (slug: string) =>
    bed.database.query<{ type: string; count: number }>({
      text: `SELECT coarse_type AS type, count(*) FROM lesion JOIN dataset ON dataset.id = dataset_id WHERE slug = $1 GROUP BY 1 ORDER BY 1`,
      values: [slug],
    });

  it('of the validation split import with exactly the published counts, all boxes within 0.01 px', async () => {
    const report = await importDlInfo({ database: bed.database, csvPath: realFile('DL_info.val.csv'), slug: 'val' });
    expect(report).toMatchObject({
      lesions: 4889,
      images: 4793,
      patients: 703,
      badRowCount: 0,
      boxesBeyondImage: 2,
      // one age is the text NaN
      lesionsWithoutAge: 1,
      lesionsWithoutSex: 0,
      waveringRows: 0,
      boxesThatDiffer: { count: 0, first: [] },
    });
    expect(await countsByType('val')).toEqual([
      { type: 'BONE', count: 139 },
      { type: 'ABDOMEN', count: 1003 },
      { type: 'MEDIASTINUM', count: 808 },
      { type: 'LIVER', count: 584 },
      { type: 'LUNG', count: 1294 },
      { type: 'KIDNEY', count: 261 },
      { type: 'SOFT_TISSUE', count: 342 },
      { type: 'PELVIS', count: 458 },
    ]);
    expect((await lesionsOf(bed.database, 'val')).filter(({ noisy }) => noisy)).toHaveLength(2);
  });

  it('of the first patient have pixel files on all three key slices', async () => {
    const report = await importDlInfo({
      database: bed.database,
      csvPath: realFile('DL_info.patient1.csv'),
      imagesDir: realFile('Images_png'),
      slug: 'patient1',
    });
    expect(report).toMatchObject({ lesions: 3, images: 3, imagesWithPixels: 3, patients: 1 });
    expect((await lesionsOf(bed.database, 'patient1'))[0]?.box.map((edge) => Math.round(edge * 1e4) / 1e4)).toEqual([
      226.169, 90.0204, 241.252, 111.977,
    ]);
  });

  it('of twelve patients in all three splits import whole', async () => {
    const report = await importDlInfo({
      database: bed.database,
      csvPath: realFile('DL_info.sample.csv'),
      slug: 'sample',
    });
    expect(report).toMatchObject({ lesions: 158, badRowCount: 0, boxesThatDiffer: { count: 0 } });
  });
});
