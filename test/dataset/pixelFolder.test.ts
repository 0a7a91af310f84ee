import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importCoco, importDlInfo, moveImages } from '../../src/dataset';
import { loadStack, type PlacedSlice, readKeySlice } from '../../src/imaging';
import { encodeHounsfield } from '../imaging/png';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { countTables, Scratch, SMALL_CSV } from './importBed';

let bed: TestDatabase;
let scratch: Scratch;
let folders = 0;

beforeAll(async () => {
  bed = await createTestDatabase();
  scratch = new Scratch();
});
afterAll(async () => {
  scratch.remove();
  await bed.drop();
});

const SIDE = 512;

/** The slices of the small file, what their pixel files are filled with, and their width and height. */
const SLICES: [series: string, slice: string, hounsfield: number, side: number][] = [
  ['000901_01_01', '020', 1, SIDE],
  ['000901_02_03', '1004', 2, 768],
  ['000902_01_01', '007', 3, SIDE],
  ['000903_01_02', '110', 4, 1024],
];

const encoded = new Map<string, Buffer>();

/** A slice that is encoded once, because most tests want the same ones. */
function pixels(hounsfield: number, side = SIDE): Buffer {
  const key = `${hounsfield} ${side}`;
  const bytes = encoded.get(key) ?? encodeHounsfield(side, side, () => hounsfield);
  encoded.set(key, bytes);
  return bytes;
}

/** @returns a folder with the slices where `place` puts them */
function folderOf(place: (series: string, slice: string, index: number) => string): string {
  const folder = `folder-${folders++}`;
  mkdirSync(join(scratch.root, folder), { recursive: true });
  SLICES.forEach(([series, slice, hounsfield, side], i) => {
    scratch.write(`${folder}/${place(series, slice, i)}`, pixels(hounsfield, side));
  });
  return join(scratch.root, folder);
}

const importFrom = (imagesDir: string, slug: string, more: { requireImages?: boolean; skipBadRows?: boolean } = {}) =>
  importDlInfo({ database: bed.database, csvPath: SMALL_CSV, imagesDir, slug, ...more });

interface StoredFile extends PlacedSlice {
  hasPixels: boolean;
  sliceIndex: number;
}

/** The pixel files of a data set as all who read them are told. */
const filesOf = (slug: string) =>
  bed.database.query<StoredFile>({
    text: `SELECT file_name AS "fileName", slice_index AS "sliceIndex", has_pixels AS "hasPixels", pixel_path AS "pixelPath",
             width, height, pixel_sha256 AS "pixelSha256", image_root AS "imageRoot", follow_links AS "followLinks"
           FROM bookmarked_image AS image JOIN dataset ON dataset.id = dataset_id WHERE slug = $1 ORDER BY image.id`,
    values: [slug],
  });

/**
 * @returns the values of the files that can be read, in the order of the source; each has to be the one that was
 * imported
 */
async function valuesOf(slug: string): Promise<(number | undefined)[]> {
  const files = (await filesOf(slug)).filter(({ hasPixels }) => hasPixels);
  return Promise.all(
    files.map(async (file) => {
      const { slice, pixelsChanged } = await readKeySlice(file);
      expect(pixelsChanged).toBe(false);
      return slice.hounsfield[0];
    }),
  );
}

describe('Pixel files are found and read', () => {
  const key = (series: string, slice: string): string => `${series}_${slice}.png`;

  it.each<[string, (series: string, slice: string, index: number) => string, string?]>([
    ["in DeepLesion's layout", (series, slice) => `${series}/${slice}.png`],
    ['all in one folder', key],
    ['all in one folder below, as Key_slices.zip has them', (...slice) => `Key_slices/${key(slice[0], slice[1])}`],
    ['all in the folder Images_png', (series, slice) => `Images_png/${key(series, slice)}`],
    ['in a folder for each archive', (series, slice, i) => `Images_png_0${i}/${series}/${slice}.png`],
    [
      'in a doubled folder for each archive',
      (series, slice, i) => `Images_png_0${i}/Images_png/${series}/${slice}.png`,
    ],
    ['in series folders under their whole names', (series, slice) => `${series}/${key(series, slice)}`],
    ['with a suffix in capitals', (series, slice) => `Images_png/${series}/${slice}.PNG`],
    ['in a mixture', (series, slice, i) => (i % 2 ? `Images_png/${series}/${slice}.png` : key(series, slice))],
    ['in the folder above a series folder that was named', (series, slice) => `${series}/${slice}.png`, '000902_01_01'],
  ])('%s', async (kind, place, below = '') => {
    const slug = `found-${kind.replaceAll(/[^a-z]+/gi, '-').toLowerCase()}`.slice(0, 60).replace(/-$/, '');
    const report = await importFrom(join(folderOf(place), below), slug, { requireImages: true });
    expect(report).toMatchObject({ imagesWithPixels: 4, missingPixels: null, notes: [] });
    expect(await valuesOf(slug)).toEqual([1, 2, 3, 4]);
  });

  it('of an ordinary COCO set in a flat folder, below one, or where another machine had them', async () => {
    const root = join(scratch.root, 'ordinary');
    const names = ['scan-b.png', 'day 1/a.jpg', 'day 2/a.jpg', '/home/else/set/train/x_12.png', 'C:\\set\\val\\y.tif'];
    const places = ['scan-b.png', 'day 1/a.png', 'day 2/a.png', 'x_12.png', 'val/y.png'];
    for (const [i, place] of places.entries()) scratch.write(`ordinary/${place}`, pixels(i));
    const images = names.map((file_name, id) => ({ id, file_name, width: SIDE, height: SIDE }));
    const jsonPath = scratch.write('ordinary.json', JSON.stringify({ images, annotations: [] }));
    const report = await importCoco({ database: bed.database, jsonPath, slug: 'ordinary', imagesDir: root });
    expect(report.imagesWithPixels).toBe(5);
    expect(await valuesOf('ordinary')).toEqual([0, 1, 2, 3, 4]);
  });

  it('but not where the end of a name would do for two images', async () => {
    scratch.write('twice/a.png', pixels(1));
    const images = ['x/a.png', 'y/a.png'].map((file_name, id) => ({ id, file_name, width: SIDE, height: SIDE }));
    const jsonPath = scratch.write('twice.json', JSON.stringify({ images, annotations: [] }));
    const imagesDir = join(scratch.root, 'twice');
    const report = await importCoco({ database: bed.database, jsonPath, slug: 'twice', imagesDir });
    expect(report.imagesWithPixels).toBe(0);
  });

  it('but not in a folder of any other name: it may hold other versions of the slices', async () => {
    const imagesDir = folderOf((series, slice, i) => `${i < 2 ? 'Images_png' : 'old'}/${series}/${slice}.png`);
    expect(await importFrom(imagesDir, 'old')).toMatchObject({ imagesWithPixels: 2 });
  });

  it('but not by the slice number alone, which every series has', async () => {
    const imagesDir = folderOf((_, slice) => `${slice}.png`);
    const images = [{ id: 1, file_name: 'x/000902_01_01/007.png', width: SIDE, height: SIDE }];
    const jsonPath = scratch.write('number.json', JSON.stringify({ images, annotations: [] }));
    const report = await importCoco({ database: bed.database, jsonPath, slug: 'number', imagesDir });
    expect(report.imagesWithPixels).toBe(0);
  });

  it('and a file of an image’s own name is its own, although another image could have it under another suffix', async () => {
    scratch.write('suffix/a.png', pixels(1));
    const images = ['a.jpg', 'a.png'].map((file_name, id) => ({ id, file_name, width: SIDE, height: SIDE }));
    const jsonPath = scratch.write('suffix.json', JSON.stringify({ images, annotations: [] }));
    const imagesDir = join(scratch.root, 'suffix');
    await importCoco({ database: bed.database, jsonPath, slug: 'suffix', imagesDir });
    expect((await filesOf('suffix')).map(({ hasPixels }) => hasPixels)).toEqual([false, true]);
  });

  it('with their neighbours, whose numbers are written as theirs', async () => {
    const root = join(scratch.root, 'neighbours');
    for (const name of ['000901_01_01_009', '000901_01_01_010', '000901_01_01_011', '000901_01_02_011'])
      scratch.write(`neighbours/${name}.png`, pixels(Number(name.slice(-3))));
    for (const [i, name] of ['p3-9', 'p3-10', 'p3-11'].entries()) scratch.write(`neighbours/${name}.png`, pixels(i));
    const stack = async (fileName: string, sliceIndex: number) => {
      const pixelPath = `${fileName}.png`;
      const stated = { fileName: pixelPath, width: SIDE, height: SIDE, pixelSha256: null };
      const key = { ...stated, pixelPath, sliceIndex, sliceIntervalMm: 1 };
      const { offsetsMm, slices } = await loadStack(root, key, [-1, 0, 1]);
      return offsetsMm.map((offset, i) => [offset, slices[i]?.hounsfield[0]]);
    };
    const three = (values: number[]) => values.map((value, i) => [i - 1, value]);
    expect(await stack('000901_01_01_010', 10)).toEqual(three([9, 10, 11]));
    expect(await stack('p3-10', 10)).toEqual(three([0, 1, 2]));
    // A number that is not the slice's says nothing of its neighbours.
    expect(await stack('p3-10', 3)).toEqual([[0, 1]]);
  });
});

describe('Pixel files that are found elsewhere than in the usual layout', () => {
  it('are held against the size that the source states', async () => {
    const imagesDir = folderOf((series, slice) => `${series}_${slice}.png`);
    writeFileSync(
      join(imagesDir, '000902_01_01_007.png'),
      encodeHounsfield(64, 64, () => 0),
    );
    await expect(importFrom(imagesDir, 'misfit')).rejects.toThrow(
      '000902_01_01_007.png: the data set says 512 × 512, the file has 64 × 64 pixels',
    );
    const skipping = { skipBadRows: true };
    expect(await importFrom(imagesDir, 'misfit', skipping)).toMatchObject({ imagesWithPixels: 3 });
    expect((await filesOf('misfit')).find(({ hasPixels }) => !hasPixels)).toMatchObject({
      fileName: '000902_01_01_007.png',
      pixelPath: null,
      pixelSha256: null,
    });
    await expect(importFrom(imagesDir, 'every', { ...skipping, requireImages: true })).rejects.toThrow(
      '1 pixel file is not what it says',
    );
  });

  it('are looked for again where files were put in order below the same folder', async () => {
    const imagesDir = folderOf((series, slice) => `${series}_${slice}.png`);
    await importFrom(imagesDir, 'ordered');
    for (const [series, slice] of SLICES) {
      mkdirSync(join(imagesDir, series), { recursive: true });
      renameSync(join(imagesDir, `${series}_${slice}.png`), join(imagesDir, series, `${slice}.png`));
    }
    const again = { alreadyImported: true, pixelsNoted: true, imagesWithPixels: 4, changedPixels: { count: 0 } };
    expect(await importFrom(imagesDir, 'ordered')).toMatchObject(again);
    expect(await valuesOf('ordered')).toEqual([1, 2, 3, 4]);
  });

  it('are found by `dataset move` as by an import, at the paths that they had or at others', async () => {
    const real = folderOf((series, slice) => `Images_png/${series}/${slice}.png`);
    await importFrom(real, 'moving');
    const flat = folderOf((series, slice) => `Key_slices/${series}_${slice}.png`);
    expect(await moveImages(bed.database, 'moving', flat)).toMatchObject({ pixelsNoted: true, changed: [], notes: [] });
    expect(await valuesOf('moving')).toEqual([1, 2, 3, 4]);
    const linked = folderOf(() => 'note.txt');
    for (const [series] of SLICES) symlinkSync(join(real, 'Images_png', series), join(linked, series));
    expect(await moveImages(bed.database, 'moving', linked)).toMatchObject({ notes: [{ kind: 'LINKS_FOLLOWED' }] });
    expect(await filesOf('moving')).toMatchObject([{ pixelPath: null, followLinks: true }, {}, {}, {}]);
    expect(await valuesOf('moving')).toEqual([1, 2, 3, 4]);
    const half = folderOf((series, slice, i) => (i < 2 ? `${series}/${slice}.png` : 'note.txt'));
    await expect(moveImages(bed.database, 'moving', half)).rejects.toThrow(
      /holds 2 of the 4 pixel files of moving@1; .* expected at .*007\.png; .* holds 2 folders/,
    );
  });

  it('are found by `dataset move` below a folder that only the source named', async () => {
    const folder = join(scratch.root, 'named');
    for (const [i, name] of ['a', 'b'].entries()) scratch.write(`named/set/train/${name}.PNG`, pixels(i));
    const images = ['a', 'b'].map((name, id) => {
      return { id, file_name: `/home/else/set/train/${name}.png`, width: SIDE, height: SIDE };
    });
    const jsonPath = scratch.write('named.json', JSON.stringify({ images, annotations: [] }));
    await importCoco({ database: bed.database, jsonPath, slug: 'named', imagesDir: folder, requireImages: true });
    renameSync(folder, `${folder}-moved`);
    const moved = await moveImages(bed.database, 'named', `${folder}-moved`);
    expect(moved).toMatchObject({ pixelsNoted: true, imagesWithPixels: 2, changed: [] });
    expect(await valuesOf('named')).toEqual([0, 1]);
  });
});

describe('Where pixel files are missing', () => {
  it('the caller is told what was looked for and what lies there, and the report that everybody can read is not', async () => {
    const imagesDir = folderOf((_, slice, i) => `part-${i}/elsewhere/${slice}.png`);
    writeFileSync(join(imagesDir, 'README.md'), '');
    const report = await importFrom(imagesDir, 'nowhere');
    expect(report).toMatchObject({ imagesWithPixels: 0 });
    expect(report.missingPixels).toBe(
      `The first was expected at ${imagesDir}/000901_01_01/020.png; ${imagesDir} holds 4 folders such as part-0 and 1 file such as README.md.`,
    );
    const [stored] = await bed.database.query<{ report: string }>({
      text: `SELECT import_report::text AS report FROM dataset WHERE slug = 'nowhere'`,
    });
    expect(stored?.report).not.toContain(scratch.root);
  });

  it('the first missing one is told where others are there', async () => {
    const imagesDir = folderOf((series, slice, i) => (i === 2 ? 'note.txt' : `${series}/${slice}.png`));
    const { missingPixels, imagesWithPixels } = await importFrom(imagesDir, 'some');
    expect(imagesWithPixels).toBe(3);
    expect(missingPixels).toContain('expected at ');
    expect(missingPixels).toContain('/000902_01_01/007.png; ');
  });

  it('an import that requires them changes nothing', async () => {
    const imagesDir = folderOf((series, slice, i) => (i === 2 ? 'note.txt' : `${series}/${slice}.png`));
    const before = await countTables(bed.database);
    await expect(importFrom(imagesDir, 'required', { requireImages: true })).rejects.toThrow(
      /^1 of 4 images have no pixel file, so that nothing was imported .* expected at .*007\.png; .* holds 3 folders/,
    );
    const without = importDlInfo({ database: bed.database, csvPath: SMALL_CSV, slug: 'required', requireImages: true });
    await expect(without).rejects.toThrow('Expected --images with --require-images');
    expect(await countTables(bed.database)).toEqual(before);
  });

  it('pictures of another form are told', async () => {
    const imagesDir = folderOf((series, slice, i) => `${series}/${slice}.${i === 0 ? 'png' : 'jpg'}`);
    const { notes, imagesWithPixels } = await importFrom(imagesDir, 'jpg');
    expect(imagesWithPixels).toBe(1);
    expect(notes).toMatchObject([{ kind: 'PIXELS_IN_OTHER_FORMAT', count: 3 }]);
  });

  it('folders and links to nothing do not count', async () => {
    const imagesDir = folderOf((series, slice, i) => `${series}/${i < 2 ? `${slice}.png/x` : `${slice}.png`}`);
    rmSync(join(imagesDir, '000902_01_01/007.png'));
    symlinkSync('/nowhere/007.png', join(imagesDir, '000902_01_01/007.png'));
    const { notes, imagesWithPixels } = await importFrom(imagesDir, 'nothing');
    expect(imagesWithPixels).toBe(1);
    expect(notes).toMatchObject([{ kind: 'LINKS_TO_NOTHING', count: 3 }]);
  });
});

describe('Links that lead out of the image folder', () => {
  it.each<[string, (real: string, folder: string) => void]>([
    [
      'of series folders',
      (real, folder) => {
        for (const [series] of SLICES) symlinkSync(join(real, series), join(folder, series));
      },
    ],
    [
      'of single files',
      (real, folder) => {
        for (const [series, slice] of SLICES) {
          mkdirSync(join(folder, series));
          symlinkSync(join(real, series, `${slice}.png`), join(folder, series, `${slice}.png`));
        }
      },
    ],
  ])('%s are followed by the import and by all who read afterwards', async (kind, link) => {
    const real = folderOf((series, slice) => `${series}/${slice}.png`);
    const folder = folderOf(() => 'note.txt');
    link(real, folder);
    const slug = `links-${kind.replaceAll(' ', '-')}`;
    const report = await importFrom(folder, slug, { requireImages: true });
    expect(report.notes).toMatchObject([{ kind: 'LINKS_FOLLOWED', count: 4 }]);
    expect(await valuesOf(slug)).toEqual([1, 2, 3, 4]);
  });

  it('of neighbours alone are followed, too: a detector reads them with the key slice', async () => {
    const root = folderOf((series, slice) => `${series}/${slice}.png`);
    const link = scratch.write('annex/object-1', pixels(9));
    symlinkSync(link, join(root, '000902_01_01/008.png'));
    const { notes } = await importFrom(root, 'neighbours');
    expect(notes).toMatchObject([{ kind: 'LINKS_FOLLOWED', count: 1, first: ['000902_01_01/008.png'] }]);
    const key = (await filesOf('neighbours')).find(({ sliceIndex }) => sliceIndex === 7);
    if (!key) throw new Error('The small file has slice 7.');
    const { slices } = await loadStack(root, { ...key, sliceIntervalMm: 1 }, [1]);
    expect(slices.map(({ hounsfield }) => hounsfield[0])).toEqual([3, 9]);
  });

  it('are not followed where the import met none', async () => {
    const other = folderOf((series, slice) => `${series}/${slice}.png`);
    const folder = folderOf((series, slice) => `${series}/${slice}.png`);
    const report = await importFrom(folder, 'planted');
    expect(report.notes).toEqual([]);
    rmSync(join(folder, '000902_01_01'), { recursive: true });
    symlinkSync(join(other, '000902_01_01'), join(folder, '000902_01_01'));
    await expect(valuesOf('planted')).rejects.toThrow('is a link that leads out of');
  });

  it('are followed once the same file is imported again with a folder of links', async () => {
    const real = folderOf((series, slice) => `${series}/${slice}.png`);
    const folder = folderOf(() => 'note.txt');
    for (const [series] of SLICES) symlinkSync(join(real, series), join(folder, series));
    const flat = folderOf((series, slice) => `${series}_${slice}.png`);
    await importFrom(flat, 'again');
    expect(await filesOf('again')).toMatchObject([
      { pixelPath: '000901_01_01_020.png', followLinks: false },
      {},
      {},
      {},
    ]);
    expect(await importFrom(folder, 'again')).toMatchObject({ alreadyImported: true, pixelsNoted: true });
    expect(await filesOf('again')).toMatchObject([{ pixelPath: null, followLinks: true }, {}, {}, {}]);
    expect(await valuesOf('again')).toEqual([1, 2, 3, 4]);
  });
});
