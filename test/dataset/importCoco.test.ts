import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ImportReport, importCoco } from '../../src/dataset';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { countTables, describeReal, realFile, Scratch } from './importBed';

let bed: TestDatabase;
let scratch: Scratch;

beforeAll(async () => {
  bed = await createTestDatabase();
  scratch = new Scratch();
});
afterAll(async () => {
  scratch.remove();
  await bed.drop();
});

interface Coco {
  images: Record<string, unknown>[];
  annotations: Record<string, unknown>[];
  categories?: Record<string, unknown>[] | null;
}

/** Two slices with DeepLesion's names in both spellings, a foreign image without annotations, three boxes. */
const small = (): Coco => ({
  images: [
    {
      id: 7,
      file_name: '000904_01_02/162.png',
      width: 512,
      height: 512,
      spacing: 0.8,
      slice_intv: 5,
      windows: [-175, 275],
    },
    { id: 8, file_name: '000904_02_01_1007.png', width: 768, height: 512, slice_intv: 0 },
    { id: 9, file_name: 'scan-b.png', width: 640, height: 480 },
  ],
  annotations: [
    { id: 1, image_id: 7, category_id: 1, bbox: [10, 20, 30, 40], area: 1200 },
    { id: 2, image_id: 7, category_id: 1, bbox: [100.5, 20.25, 12, 8], area: 804, noisy: 1 },
    { id: 5, image_id: 8, category_id: 1, bbox: [1, 2, 3, 4] },
  ],
});

let files = 0;
const write = (coco: unknown): string =>
  scratch.write(
    `coco-${files++}.json`,
    typeof coco === 'string' || Buffer.isBuffer(coco) ? coco : JSON.stringify(coco),
  );
const importSmall = (
  slug: string,
  change: (coco: Coco) => void = () => undefined,
  more: { skipBadRows?: true } = {},
) => {
  const coco = small();
  change(coco);
  return importCoco({ database: bed.database, jsonPath: write(coco), slug, ...more });
};

describe('An import of a COCO file', () => {
  it('keeps boxes with the first pixel edge at 0, and no diameters', async () => {
    expect(await importSmall('small')).toMatchObject({
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
      text: `SELECT source_row_index AS row, file_name AS "fileName", ARRAY[x1, y1, x2, y2] AS box, axes, long_diameter_mm AS long, possibly_noisy AS noisy,
               coarse_type AS type, pixel_convention AS convention, lesion.split
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
      text: `SELECT file_name AS "fileName", patient.patient_index AS patient, study.study_index AS study, series_index AS series, slice_index AS slice,
               pixel_spacing_mm AS spacing, slice_interval_mm AS interval, windows
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
    const jsonPath = write(small());
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
    scratch.write('Images_png/000904_01_02/162.png', '');
    scratch.write('Images_png/000904_02_01/1007.png', '');
    const jsonPath = write(small());
    const report = await importCoco({ database: bed.database, jsonPath, slug: 'pixels', imagesDir: scratch.root });
    expect(report.imagesWithPixels).toBe(2);
  });

  it('leaves out bad entries when asked to, and names them', async () => {
    const report = await importSmall(
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

/** Whom each image of a data set shows, and where its pixel file lies. */
const placesOf = (slug: string) =>
  bed.database.query<{ fileName: string; patient: number }>({
    text: `SELECT file_name AS "fileName", patient.patient_index AS patient, study.study_index AS study, series_index AS series, slice_index AS slice,
             has_pixels AS "hasPixels", pixel_path AS path
           FROM bookmarked_image AS image JOIN series ON series.id = series_id JOIN study ON study.id = series.study_id
           JOIN patient ON patient.id = patient_id JOIN dataset ON dataset.id = image.dataset_id WHERE slug = $1 ORDER BY file_name`,
    values: [slug],
  });

/** The same image names as other programs write them. */
const FORMS: [string, (series: string, slice: string) => string][] = [
  ['jpg', (series, slice) => `${series}_${slice}.jpg`],
  ['jpeg-in-capitals', (series, slice) => `${series}/${slice}.JPEG`],
  ['prefix', (series, slice) => `Images_png/${series}/${slice}.png`],
  ['prefix-of-a-split', (series, slice) => `train2017/${series}_${slice}.png`],
  ['dot', (series, slice) => `./${series}/${slice}.png`],
  ['above', (series, slice) => `../data//Images_png/./${series}/${slice}.png`],
  ['back-slashes', (series, slice) => `Images_png\\${series}\\${slice}.png`],
  ['absolute', (series, slice) => `/home/somebody/DeepLesion/Images_png/${series}/${slice}.png`],
  ['drive', (series, slice) => `D:\\DeepLesion\\Images_png\\${series}\\${slice}.png`],
  ['share', (series, slice) => `\\\\server\\share\\${series}_${slice}.png`],
  ['url', (series, slice) => `https://example.org/data/${series}/${slice}.png?token=a%2Fb#1`],
  ['bucket', (series, slice) => `s3://bucket/Images_png/${series}/${slice}.png`],
  ['label-studio', (series, slice) => `/data/local-files/?d=Images_png%2F${series}%2F${slice}.png`],
  ['label-studio-upload', (series, slice) => `images\\3f2b1a9c-${series}_${slice}.png`],
  ['capitals', (series, slice) => `${series}/${slice}.PNG`],
  ['tif', (series, slice) => `${series}_${slice}.tif`],
  ['nifti', (series, slice) => `${series}_${slice}.nii.gz`],
  ['bare', (series, slice) => `${series}_${slice}`],
  ['bare-folder', (series, slice) => `${series}/${slice}`],
  ['blank', (series, slice) => ` ${series}_${slice}.png \n`],
  ['folder-and-whole-name', (series, slice) => `${series}/${series}_${slice}.png`],
];

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
      jsonPath: write({ images, annotations }),
      slug,
      imagesDir: join(scratch.root, 'forms'),
    });
  };

  it.each(FORMS)('as %s keep patients, studies, series and pixel files', async (slug, form) => {
    for (const [series, slice] of SLICES) scratch.write(`forms/Images_png/${series}/${slice}.png`, '');
    const report = await importAs(`form-${slug}`, form);
    expect(report).toMatchObject({ images: 4, patients: 2, studies: 3, series: 3, imagesWithPixels: 4, notes: [] });
    const same = { hasPixels: true, path: null };
    expect(await placesOf(`form-${slug}`)).toEqual([
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
    importSmall(slug, (coco) => {
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
    expect((await placesOf('named')).map(({ patient }) => patient)).toEqual([18, 18, 17, 17, 22]);
  });

  it('are reported where the file name says another one', async () => {
    const report = await importImages('two-patients', [{ file_name: '000005_01_01_001.png', patient_id: 6 }]);
    expect(report.notes).toMatchObject([{ kind: 'PATIENT_DIFFERS', count: 1, first: ['images[0]'] }]);
    expect(await placesOf('two-patients')).toMatchObject([{ patient: 5 }]);
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
    expect((await placesOf('private')).map(({ fileName }) => fileName)).toEqual(['day1/a.png', 'day2/a.png']);
  });
});

describe('What other exporters write', () => {
  it('ids from 0, the same image for each lesion, and an annotation that comes twice make one image with all lesions', async () => {
    const report = await importSmall('repeated', ({ images, annotations }) => {
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
    const report = await importSmall('nulls', (coco) => {
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
    await importSmall('lists', ({ images }) => {
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
    const report = await importSmall('told', (coco) => {
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
      text: `SELECT coarse_type AS type, possibly_noisy AS noisy FROM lesion JOIN dataset ON dataset.id = dataset_id WHERE slug = 'told' ORDER BY source_row_index`,
    });
    expect(rows).toEqual([
      { type: 'UNKNOWN', noisy: true },
      { type: 'SOFT_TISSUE', noisy: true },
      { type: 'SOFT_TISSUE', noisy: false },
    ]);
  });

  it('a set without lesions is a set', async () => {
    const report = await importSmall('negatives', (coco) => {
      coco.annotations = [];
    });
    expect(report).toMatchObject({ lesions: 0, images: 3, patients: 2 });
    expect(report.notes).toContainEqual(expect.objectContaining({ kind: 'NO_LESIONS', count: 3 }));
  });

  it('an annotation of an image that does not fit says which entry that is', async () => {
    const { badRows } = await importSmall(
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

  it('a file that an earlier release read with other patients is imported anew', async () => {
    const jsonPath = write(small());
    const again = () => importCoco({ database: bed.database, jsonPath, slug: 'earlier' });
    await again();
    expect(await again()).toMatchObject({ version: 1, alreadyImported: true });
    await bed.database.query({
      text: `UPDATE dataset SET import_report = import_report || '{"patients": 3}' WHERE slug = 'earlier'`,
    });
    expect(await again()).toMatchObject({ version: 2, alreadyImported: false, patients: 2 });
  });
});

describe('A bad entry of a COCO file is named, and nothing is changed', () => {
  const annotation = (change: Record<string, unknown>) => (coco: Coco) => {
    Object.assign(coco.annotations[1] ?? {}, change);
  };
  const image = (change: Record<string, unknown>) => (coco: Coco) => {
    Object.assign(coco.images[1] ?? {}, change);
  };

  it.each<[string, (coco: Coco) => void, string]>([
    [
      'a negative width',
      annotation({ bbox: [1, 2, -3, 4] }),
      'annotations[1].bbox[2]: expected a positive width, got -3',
    ],
    [
      'a height of zero',
      annotation({ bbox: [1, 2, 3, 0] }),
      'annotations[1].bbox[3]: expected a positive height, got 0',
    ],
    ['a box of three numbers', annotation({ bbox: [1, 2, 3] }), 'annotations[1].bbox: expected the four numbers'],
    ['a box of text', annotation({ bbox: ['1', 2, 3, 4] }), 'annotations[1].bbox[0]: expected a finite x, got "1"'],
    [
      'a missing box',
      annotation({ bbox: undefined }),
      'annotations[1].bbox: expected the four numbers x, y, width, height, got nothing',
    ],
    [
      'a box far away',
      annotation({ bbox: [1e300, 2, 3, 4] }),
      'annotations[1].bbox[0]: expected a finite x of at most 1000000',
    ],
    [
      'a width that rounding swallows',
      annotation({ bbox: [1000, 2, 1e-300, 4] }),
      'annotations[1].bbox: expected sides above',
    ],
    [
      'an annotation id that is no number',
      annotation({ id: 'a7' }),
      'annotations[1].id: expected a whole number, got "a7"',
    ],
    [
      'a box beside its image',
      annotation({ bbox: [600, 600, 40, 40] }),
      'annotations[1].bbox: expected a box on its image of 512 × 512 pixels, got x 600 … 640, y 600 … 640',
    ],
    [
      'a box that touches the right edge from outside',
      annotation({ bbox: [512, 10, 5, 5] }),
      'annotations[1].bbox: expected a box on its image',
    ],
    [
      'a box that touches the upper edge from outside',
      annotation({ bbox: [10, -5, 5, 5] }),
      'annotations[1].bbox: expected a box on its image',
    ],
    ['a crowd as true', annotation({ iscrowd: true }), 'annotations[1].iscrowd: expected 0: a crowd is a region'],
    ['a noisy mark in words', annotation({ noisy: 'no' }), 'annotations[1].noisy: expected 0 or 1, got "no"'],
    [
      'a window that is no list',
      image({ windows: '-175, 275' }),
      'images[1].windows: expected a list of Hounsfield values',
    ],
    [
      'an interval in words',
      image({ slice_intv: '5 mm' }),
      'images[1].slice_intv: expected a slice interval in mm, got "5 mm"',
    ],
    ['two spacings', image({ spacing: [0.8, 0.9] }), 'images[1].spacing: expected a pixel spacing, got [0.8,0.9]'],
    [
      'a negative patient',
      image({ patient_id: -1 }),
      'images[1].patient_id: expected a patient number from 0 on, got -1',
    ],
    [
      'a file name of nothing but dots',
      image({ file_name: './' }),
      'images[1].file_name: expected a file name of at most 300',
    ],
    [
      'a URL that hides a NUL',
      image({ file_name: 'https://example.org/a%00.png' }),
      'images[1].file_name: expected a file name of at most 300 characters without NUL',
    ],
    [
      'a category without a number',
      (coco) => Object.assign(coco, { categories: [{ id: '1', name: 'Lesion' }] }),
      'categories[0].id: expected a whole number, got "1"',
    ],
    [
      'one file with two spacings',
      ({ images }) => images.push({ ...images[0], id: 10, spacing: 0.7 }),
      'images[3].spacing: 000904_01_02_162.png is also that of images[0], with 0.8 there and 0.7 here',
    ],
    [
      'one file of two patients',
      ({ images }) => images.push({ ...images[2], id: 10, patient_id: 1 }, { ...images[2], id: 11, patient_id: 2 }),
      'images[4].patient_id: scan-b.png is also that of',
    ],
    [
      'an annotation id that comes twice',
      annotation({ id: 1 }),
      'annotations[1].id: annotation id 1 is also that of annotations[0]',
    ],
    ['an unknown image', annotation({ image_id: 99 }), 'annotations[1].image_id: no image that fits has the id 99'],
    ['a crowd', annotation({ iscrowd: 1 }), 'annotations[1].iscrowd: expected 0: a crowd is a region to be ignored'],
    [
      'an unknown category',
      (coco) => Object.assign(coco, { categories: [{ id: 2 }] }),
      'annotations[0].category_id: no category has the id 1',
    ],
    [
      'a lesion that comes twice',
      annotation({ bbox: [10, 20, 30, 40] }),
      'annotations[1].all: repeats the lesion of annotations[0]',
    ],
    [
      'an annotation that is no object',
      ({ annotations }) => annotations.splice(1, 1, null as never),
      'annotations[1].all',
    ],
    ['an image id that comes twice', image({ id: 7 }), 'images[1].id: image id 7 is also that of images[0]'],
    [
      'one file in two spellings',
      image({ file_name: '000904_01_02_162.png' }),
      'images[1].file_name: 000904_01_02_162.png is also that of images[0]',
    ],
    ['an image without width', image({ width: undefined }), 'images[1].width: expected a width in pixels, got nothing'],
    [
      'an image of a negative height',
      image({ height: -5 }),
      'images[1].height: expected a height in pixels from 1 on, got -5',
    ],
    ['a file name with NUL', image({ file_name: 'a\0b.png' }), 'images[1].file_name: expected text without NUL'],
    [
      'half a surrogate pair',
      image({ file_name: 'a\ud800.png' }),
      'images[1].file_name: expected text without NUL or half',
    ],
    ['a spacing of zero', image({ spacing: 0 }), 'images[1].spacing: expected a positive pixel spacing, got 0'],
  ])('%s', async (_, change, expected) => {
    const before = await countTables(bed.database);
    const thrown = await importSmall('small', change).then(
      () => new Error('it was imported'),
      (error: Error) => error,
    );
    expect(thrown.message).toContain(expected);
    expect(thrown).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await countTables(bed.database)).toEqual(before);
  });

  it.each<[string, string | Buffer, string]>([
    ['no JSON', '{"images": [', 'is not JSON'],
    ['no COCO file', '{"images": {}}', 'expected the lists "images" and "annotations"'],
    [
      'a number beyond doubles',
      '{"images":[{"id":1,"file_name":"a.png","width":9,"height":9}],"annotations":[{"id":1,"image_id":1,"bbox":[1e400,1,1,1]}]}',
      'annotations[0].bbox[0]: expected a finite x, got Infinity',
    ],
    ['nothing in it', '{"images": [], "annotations": []}', 'has no images'],
    ['no annotations', '{"images": [], "annotation": []}', '"annotations" is missing. An empty list says'],
    ['no list of images', '{"images": null, "annotations": []}', '"images" is null'],
    ['results of a detector', '[{"image_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]', 'in one object, got a list'],
    ['a number alone', '7', 'in one object, got 7'],
    [
      'NaN, as Python writes it',
      '{"images": [{"id": 1, "slice_intv": NaN}], "annotations": []}',
      'NaN and Infinity are not valid JSON: write null instead',
    ],
    ['UTF-16', Buffer.from('\uFEFF{"images": [], "annotations": []}', 'utf16le'), 'is UTF-16: save it as UTF-8.'],
    ['UTF-16 without a mark', Buffer.from('{"images": []}', 'utf16le'), 'is UTF-16: save it as UTF-8.'],
    ['gzip', gzipSync('{"images": [], "annotations": []}'), 'is packed with gzip: unpack it first.'],
    ['a zip', Buffer.from('PK\u0003\u0004 more'), 'is a zip archive'],
    ['Latin-1', Buffer.from('{"images": [{"file_name": "Schädel.png"}]}', 'latin1'), 'is not UTF-8: save it as UTF-8.'],
  ])('%s', async (_, text, expected) => {
    await expect(importCoco({ database: bed.database, jsonPath: write(text), slug: 'small' })).rejects.toThrow(
      expected,
    );
  });

  it('a file that is not there', async () => {
    const jsonPath = join(scratch.root, 'absent.json');
    await expect(importCoco({ database: bed.database, jsonPath, slug: 'small' })).rejects.toThrow(
      /^There is no file absent\.json\.$/,
    );
  });
});

describeReal('A public COCO file of the validation split', () => {
  it('imports whole, with all of its areas found wrong', async () => {
    const report = await importCoco({
      database: bed.database,
      jsonPath: realFile('deeplesion_val.coco.json'),
      slug: 'val',
      split: 'VALIDATION',
    });
    expect(report).toMatchObject({ lesions: 4889, images: 4793, patients: 703, wrongAreas: 4889, badRowCount: 0 });
    const [noisy] = await bed.database.query({
      text: `SELECT count(*) FROM lesion JOIN dataset ON dataset.id = dataset_id WHERE slug = 'val' AND possibly_noisy`,
    });
    expect(noisy).toEqual({ count: 2 });
  });

  it.each(FORMS)('has the same patients with names as %s', async (slug, form) => {
    const coco: Coco = JSON.parse(readFileSync(realFile('deeplesion_val.coco.json'), 'utf8'));
    const images: Record<string, unknown>[] = coco.images.slice(0, 400).map((image) => {
      const [series = '', file = ''] = String(image.file_name).split('/');
      return { ...image, file_name: form(series, file.replace('.png', '')) };
    });
    const ids = new Set(images.map(({ id }) => id));
    const annotations = coco.annotations.filter(({ image_id: id }) => ids.has(Number(id)));
    const expected = await importCoco({
      database: bed.database,
      jsonPath: write({ ...coco, images: coco.images.slice(0, 400), annotations }),
      slug: 'val-400',
    });
    const report = await importCoco({
      database: bed.database,
      jsonPath: write({ ...coco, images, annotations }),
      slug: `val-${slug}`,
    });
    const { lesions, patients, studies, series } = expected;
    expect(report).toMatchObject({ lesions, patients, studies, series, images: 400, badRowCount: 0 });
    expect(await placesOf(`val-${slug}`)).toEqual(await placesOf('val-400'));
  });
});

describeReal('Key slices that a third party published', () => {
  it('import whole, with types and pixel files', async () => {
    const report = await importCoco({
      database: bed.database,
      jsonPath: realFile('key_slices/annotations.coco.json'),
      slug: 'key-slices',
      imagesDir: realFile('key_slices'),
    });
    expect(report).toMatchObject({
      lesions: 26,
      images: 26,
      imagesWithPixels: 26,
      patients: 4,
      badRowCount: 0,
      notes: [],
    });
    const types = await bed.database.query<{ type: string }>({
      text: `SELECT DISTINCT coarse_type AS type FROM lesion JOIN dataset ON dataset.id = dataset_id WHERE slug = 'key-slices'`,
    });
    expect(types.length).toBeGreaterThan(3);
    expect(types).not.toContainEqual({ type: 'UNKNOWN' });
  });

  it.each(FORMS)('keep their pixel files with names as %s', async (slug, form) => {
    const coco: Coco = JSON.parse(readFileSync(realFile('key_slices/annotations.coco.json'), 'utf8'));
    for (const image of coco.images) {
      const [series = '', file = ''] = String(image.file_name).split('/');
      image.file_name = form(series, file.replace('.png', ''));
    }
    const report = await importCoco({
      database: bed.database,
      jsonPath: write(coco),
      slug: `key-slices-${slug}`,
      imagesDir: realFile('key_slices'),
      requireImages: true,
    });
    expect(report).toMatchObject({ lesions: 26, imagesWithPixels: 26, patients: 4, notes: [] });
    expect(await placesOf(`key-slices-${slug}`)).toEqual(await placesOf('key-slices'));
  });
});
