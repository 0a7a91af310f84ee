import { join } from 'node:path';
import { type ImportReport, importCoco } from '../../src/dataset';
import { CocoBed, FORMS } from './cocoBed';

let bed: CocoBed;
beforeAll(async () => {
  bed = await CocoBed.create();
});
afterAll(() => bed.drop());

describe('Names of DeepLesion in any form', () => {
  const SLICES: [string, string][] = [
    ['000907_01_01', '103'],
    ['000907_01_01', '104'],
    ['000907_02_03', '1004'],
    ['000908_01_01', '007'],
  ];
  const importAs = (slug: string, form: (series: string, slice: string) => string) => {
    const images = SLICES.map(([series, slice], i) => ({
      id: i,
      file_name: form(series, slice),
      width: 512,
      height: 512,
    }));
    const annotations = images.map(({ id }) => ({ id, image_id: id, bbox: [10, 20, 30 + id, 40] }));
    return importCoco({
      database: bed.database,
      jsonPath: bed.write({ images, annotations }),
      slug,
      imagesDir: join(bed.scratch.root, 'forms'),
    });
  };

  it.each(FORMS)('as %s keep patients, studies, series and pixel files', async (slug, form) => {
    for (const [series, slice] of SLICES) bed.scratch.write(`forms/Images_png/${series}/${slice}.png`, '');
    const report = await importAs(`form-${slug}`, form);
    expect(report).toMatchObject({ images: 4, patients: 2, studies: 3, series: 3, imagesWithPixels: 4, notes: [] });
    const same = { hasPixels: true, path: null };
    expect(await bed.placesOf(`form-${slug}`)).toEqual([
      { ...same, fileName: '000907_01_01_103.png', patient: 907, study: 1, series: 1, slice: 103 },
      { ...same, fileName: '000907_01_01_104.png', patient: 907, study: 1, series: 1, slice: 104 },
      { ...same, fileName: '000907_02_03_1004.png', patient: 907, study: 2, series: 3, slice: 1004 },
      { ...same, fileName: '000908_01_01_007.png', patient: 908, study: 1, series: 1, slice: 7 },
    ]);
  });

  it('that another program changed keep patients, and the report says so', async () => {
    const report = await importAs('roboflow', (series, slice) => `${series}_${slice}_png.rf.${slice}abc.jpg`);
    expect(report).toMatchObject({ images: 4, patients: 2, studies: 3, series: 3, imagesWithPixels: 0 });
    expect(report.notes).toMatchObject([
      {
        kind: 'NAMES_LIKE_DEEPLESION',
        count: 4,
        first: expect.arrayContaining(['000907_01_01_103_png.rf.103abc.jpg']),
      },
    ]);
  });
});

describe('Patients of other images', () => {
  const importImages = (slug: string, images: Record<string, unknown>[]): Promise<ImportReport> =>
    bed.importSmall(slug, (coco) => {
      coco.images = images.map((image, id) => ({ id, width: 9, height: 9, ...image }));
      coco.annotations = images.map((_, id) => ({ id, image_id: id, bbox: [1, 1, 2, 2] }));
    });

  it('are those that the entries name, by number or in words', async () => {
    const report = await importImages('named', [
      { file_name: 'a.png', patient_id: 'LIDC-3' },
      { file_name: 'b.png', patient_id: 'LIDC-3' },
      { file_name: 'c.png', patient_id: '000017' },
      { file_name: 'd.png', patient: 17 },
      { file_name: 'e.png', patient: { age: 60 } },
    ]);
    expect(report).toMatchObject({ patients: 3, studies: 5 });
    expect(report.notes).toMatchObject([{ kind: 'PATIENTS_UNKNOWN', count: 1, first: ['e.png'] }]);
    expect((await bed.placesOf('named')).map(({ patient }) => patient)).toEqual([18, 18, 17, 17, 22]);
  });

  it('are reported where the file name says another one', async () => {
    const report = await importImages('two-patients', [{ file_name: '000005_01_01_001.png', patient_id: 6 }]);
    expect(report.notes).toMatchObject([{ kind: 'PATIENT_DIFFERS', count: 1, first: ['images[0]'] }]);
    expect(await bed.placesOf('two-patients')).toMatchObject([{ patient: 5 }]);
  });

  it('are reported where they are in the folders of several splits', async () => {
    const report = await importImages('torn', [
      { file_name: 'train/000005_01_01_001.png' },
      { file_name: 'val2017/000005_01_01_002.png' },
      { file_name: 'train/000006_01_01_002.png' },
    ]);
    expect(report.notes).toMatchObject([
      { kind: 'PATIENTS_IN_SEVERAL_SPLITS', count: 1, first: ['patient 5: train, val'] },
    ]);
  });

  it('keep what is above the folder of all images to themselves', async () => {
    await importImages('private', [
      { file_name: '/home/somebody/scans/day1/a.png' },
      { file_name: '/home/somebody/scans/day2/a.png' },
    ]);
    expect((await bed.placesOf('private')).map(({ fileName }) => fileName)).toEqual(['day1/a.png', 'day2/a.png']);
  });
});
