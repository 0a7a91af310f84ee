import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { importCoco } from '../../src/dataset';
import { type Coco, CocoBed } from './cocoBed';
import { countTables } from './importBed';

let bed: CocoBed;
beforeAll(async () => {
  bed = await CocoBed.create();
});
afterAll(() => bed.drop());

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
    const thrown = await bed.importSmall('small', change).then(
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
    await expect(importCoco({ database: bed.database, jsonPath: bed.write(text), slug: 'small' })).rejects.toThrow(
      expected,
    );
  });

  it('a file that is not there', async () => {
    const jsonPath = join(bed.scratch.root, 'absent.json');
    await expect(importCoco({ database: bed.database, jsonPath, slug: 'small' })).rejects.toThrow(
      /^There is no file absent\.json\.$/,
    );
  });
});
