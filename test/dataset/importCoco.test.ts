import { importCoco } from '../../src/dataset';
import { CocoBed, small } from './cocoBed';

let bed: CocoBed;
beforeAll(async () => {
  bed = await CocoBed.create();
});
afterAll(() => bed.drop());

describe('An import of a COCO file', () => {
  it('keeps boxes with the first pixel edge at 0, and no diameters', async () => {
    expect(await bed.importSmall('small')).toMatchObject({
      version: 1,
      lesions: 3,
      images: 3,
      patients: 2,
      studies: 3,
      wrongAreas: 1,
      badRowCount: 0,
      split: 'UNASSIGNED',
    });
    const rows = await bed.database.query({
      text: `SELECT source_row_index AS row, file_name AS "fileName", ARRAY[x1, y1, x2, y2] AS box, axes,
               long_diameter_mm AS long, possibly_noisy AS noisy, coarse_type AS type, pixel_convention AS convention, lesion.split
             FROM lesion JOIN bookmarked_image AS image ON image.id = image_id JOIN dataset ON dataset.id = lesion.dataset_id
             WHERE slug = 'small' ORDER BY 1`,
    });
    const same = { axes: [], long: null, type: 'UNKNOWN', convention: 'ZERO_BASED', split: 'UNASSIGNED' };
    expect(rows).toEqual([
      { ...same, row: 0, fileName: '000904_01_02_162.png', box: [10, 20, 40, 60], noisy: false },
      { ...same, row: 1, fileName: '000904_01_02_162.png', box: [100.5, 20.25, 112.5, 28.25], noisy: true },
      { ...same, row: 2, fileName: '000904_02_01_1007.png', box: [1, 2, 4, 6], noisy: false },
    ]);
  });

  it('takes patient, study, series and slice from names of DeepLesion; another image is a patient of its own', async () => {
    const rows = await bed.database.query({
      text: `SELECT file_name AS "fileName", patient.patient_index AS patient, study.study_index AS study, series_index AS series,
               slice_index AS slice, pixel_spacing_mm AS spacing, slice_interval_mm AS interval, windows
             FROM bookmarked_image AS image JOIN series ON series.id = series_id JOIN study ON study.id = series.study_id
             JOIN patient ON patient.id = patient_id JOIN dataset ON dataset.id = image.dataset_id WHERE slug = 'small' ORDER BY image.id`,
    });
    const bare = { spacing: null, interval: null, windows: [] };
    expect(rows).toEqual([
      {
        fileName: '000904_01_02_162.png',
        patient: 904,
        study: 1,
        series: 2,
        slice: 162,
        spacing: 0.8,
        interval: 5,
        windows: [-175, 275],
      },
      { ...bare, fileName: '000904_02_01_1007.png', patient: 904, study: 2, series: 1, slice: 1007 },
      { ...bare, fileName: 'scan-b.png', patient: 907, study: 1, series: 1, slice: 0 },
    ]);
  });

  it('puts all images into the split that is asked for, which makes another version of the same file', async () => {
    const jsonPath = bed.write(small());
    const as = (split?: 'TEST') => importCoco({ database: bed.database, jsonPath, slug: 'split', split });
    expect(await as()).toMatchObject({ version: 1, split: 'UNASSIGNED' });
    expect(await as('TEST')).toMatchObject({ version: 2, split: 'TEST', alreadyImported: false });
    expect(await as('TEST')).toMatchObject({ version: 2, alreadyImported: true });
    const splits = await bed.database.query({
      text: `SELECT DISTINCT split FROM bookmarked_image JOIN dataset ON dataset.id = dataset_id WHERE slug = 'split' AND is_latest`,
    });
    expect(splits).toEqual([{ split: 'TEST' }]);
  });

  it('finds pixel files of both spellings', async () => {
    bed.scratch.write('Images_png/000904_01_02/162.png', '');
    bed.scratch.write('Images_png/000904_02_01/1007.png', '');
    const jsonPath = bed.write(small());
    const report = await importCoco({ database: bed.database, jsonPath, slug: 'pixels', imagesDir: bed.scratch.root });
    expect(report.imagesWithPixels).toBe(2);
  });

  it('leaves out bad entries when asked to, and names them', async () => {
    const report = await bed.importSmall(
      'rest',
      ({ images, annotations }) => {
        images.push({ id: 10, file_name: 'bad.png', width: 0, height: 10 });
        annotations.push({ id: 6, image_id: 10, bbox: [1, 1, 2, 2] }, { id: 7, image_id: 7, bbox: [1, 1, -2, 2] });
      },
      { skipBadRows: true },
    );
    expect(report).toMatchObject({ lesions: 3, images: 3, badRowCount: 3 });
    expect(report.badRows.map(({ place, column }) => `${place}.${column}`)).toEqual([
      'images[3].width',
      'annotations[3].image_id',
      'annotations[4].bbox[2]',
    ]);
  });
});

describe('What other exporters write', () => {
  it('ids from 0, the same image for each lesion, and an annotation that comes twice make one image with all lesions', async () => {
    const report = await bed.importSmall('repeated', ({ images, annotations }) => {
      images.push({ ...images[0] }, { ...images[0], id: 0, file_name: '000904_01_02_162.png', windows: [-1500, 500] });
      annotations.push({ id: 0, image_id: 0, bbox: [5, 6, 7, 8] }, { ...annotations[0] });
    });
    expect(report).toMatchObject({ images: 3, lesions: 4, badRowCount: 0 });
    expect(report.notes).toMatchObject([
      { kind: 'IMAGE_ENTRIES_MERGED', count: 2, first: ['images[3]', 'images[4]'] },
      { kind: 'PATIENTS_UNKNOWN', count: 1, first: ['scan-b.png'] },
      { kind: 'ANNOTATIONS_MERGED', count: 1, first: ['annotations[4]'] },
    ]);
    const rows = await bed.database.query({
      text: `SELECT source_row_index AS row, windows FROM lesion JOIN bookmarked_image AS image ON image.id = image_id
             JOIN dataset ON dataset.id = lesion.dataset_id WHERE slug = 'repeated' AND file_name = '000904_01_02_162.png' ORDER BY 1`,
    });
    const windows = [-175, 275, -1500, 500];
    expect(rows).toEqual([0, 1, 3].map((row) => ({ row, windows })));
  });

  it('null for what is not known is the same as nothing, and false the same as 0', async () => {
    const unknown = { spacing: null, slice_intv: null, windows: null, slice_no: null, patient_id: null };
    const report = await bed.importSmall('nulls', (coco) => {
      Object.assign(coco.images[0] ?? {}, unknown);
      Object.assign(coco.annotations[0] ?? {}, {
        category_id: null,
        area: null,
        iscrowd: null,
        noisy: null,
        ignore: null,
      });
      Object.assign(coco.annotations[1] ?? {}, { iscrowd: false, noisy: false, ignore: false });
      coco.categories = null;
    });
    expect(report).toMatchObject({ lesions: 3, badRowCount: 0 });
  });

  it('numbers alone in a list and windows in pairs are read', async () => {
    await bed.importSmall('lists', ({ images }) => {
      Object.assign(images[0] ?? {}, {
        spacing: [0.8, 0.8],
        slice_intv: [5],
        windows: [
          [-175, 275],
          [-1500, 500],
        ],
      });
    });
    const rows = await bed.database.query({
      text: `SELECT pixel_spacing_mm AS spacing, slice_interval_mm AS interval, windows FROM bookmarked_image AS image
             JOIN dataset ON dataset.id = dataset_id WHERE slug = 'lists' AND slice_index = 162`,
    });
    expect(rows).toEqual([{ spacing: 0.8, interval: 5, windows: [-175, 275, -1500, 500] }]);
  });

  it('windows turned round, marks to ignore and unknown categories are told', async () => {
    const report = await bed.importSmall('told', (coco) => {
      Object.assign(coco.images[0] ?? {}, { windows: [275, -175] });
      Object.assign(coco.annotations[0] ?? {}, { ignore: 1, category_id: 2 });
      coco.categories = [
        { id: 1, name: 'Soft tissue lesions' },
        { id: 2, name: 'cyst' },
      ];
    });
    expect(report.notes).toMatchObject([
      { kind: 'WINDOWS_NOT_USED', count: 1, first: ['images[0]'] },
      { kind: 'PATIENTS_UNKNOWN', count: 1 },
      { kind: 'IGNORED_ANNOTATIONS', count: 1, first: ['annotations[0]'] },
      { kind: 'CATEGORIES_WITHOUT_TYPE', count: 1, first: ['cyst'] },
    ]);
    const rows = await bed.database.query({
      text: `SELECT coarse_type AS type, possibly_noisy AS noisy FROM lesion JOIN dataset ON dataset.id = dataset_id WHERE slug = 'told'
             ORDER BY source_row_index`,
    });
    expect(rows).toEqual([
      { type: 'UNKNOWN', noisy: true },
      { type: 'SOFT_TISSUE', noisy: true },
      { type: 'SOFT_TISSUE', noisy: false },
    ]);
  });

  it('a set without lesions is a set', async () => {
    const report = await bed.importSmall('negatives', (coco) => {
      coco.annotations = [];
    });
    expect(report).toMatchObject({ lesions: 0, images: 3, patients: 2 });
    expect(report.notes).toContainEqual(expect.objectContaining({ kind: 'NO_LESIONS', count: 3 }));
  });

  it('an annotation of an image that does not fit says which entry that is', async () => {
    const { badRows } = await bed.importSmall(
      'follow',
      ({ images, annotations }) => {
        images.push({ id: 10, file_name: 'bad.png', width: 0, height: 10 });
        annotations.push({ id: 6, image_id: 10, bbox: [1, 1, 2, 2] });
      },
      { skipBadRows: true },
    );
    expect(badRows[1]).toEqual({
      place: 'annotations[3]',
      column: 'image_id',
      reason: 'its image 10 does not fit: see images[3]',
    });
  });

  it('a file that an earlier release read with other patients is imported again', async () => {
    const jsonPath = bed.write(small());
    const again = () => importCoco({ database: bed.database, jsonPath, slug: 'earlier' });
    await again();
    expect(await again()).toMatchObject({ version: 1, alreadyImported: true });
    await bed.database.query({
      text: `UPDATE dataset SET import_report = import_report || '{"patients": 3}' WHERE slug = 'earlier'`,
    });
    expect(await again()).toMatchObject({ version: 2, alreadyImported: false, patients: 2 });
  });
});
