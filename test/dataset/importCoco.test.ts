import { join } from 'node:path';
import { importCoco } from '../../src/dataset';
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
  scratch.write(`coco-${files++}.json`, typeof coco === 'string' ? coco : JSON.stringify(coco));
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
      text: `SELECT file_name AS "fileName", patient_index AS patient, study_index AS study, series_index AS series, slice_index AS slice,
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
    ['annotation id 0', annotation({ id: 0 }), 'annotations[1].id: expected an id from 1 on'],
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

  it.each([
    ['no JSON', '{"images": [', 'is not JSON'],
    ['no COCO file', '{"images": {}}', 'expected the lists "images" and "annotations"'],
    [
      'a number beyond doubles',
      '{"images":[{"id":1,"file_name":"a.png","width":9,"height":9}],"annotations":[{"id":1,"image_id":1,"bbox":[1e400,1,1,1]}]}',
      'annotations[0].bbox[0]: expected a finite x, got Infinity',
    ],
    ['no annotations', '{"images": [], "annotations": []}', 'has no annotations'],
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
});
