import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { importCoco, importDlInfo } from '../../src/dataset';
import { encodeHounsfield } from '../imaging/png';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { countTables, describeReal, realFile, Scratch, SMALL_CSV } from './importBed';

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

const FIRST = '000901_01_01/020.png';
const SECOND = '000902_01_01/007.png';
const slice = (side: number, hounsfield = 40): Buffer => encodeHounsfield(side, side, () => hounsfield);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const importSmall = (slug: string, images: string, more: { skipBadRows?: boolean; csvPath?: string } = {}) =>
  importDlInfo({
    database: bed.database,
    csvPath: SMALL_CSV,
    slug,
    imagesDir: join(scratch.root, images),
    ...more,
  });

interface StoredImage {
  hasPixels: boolean;
  pixelSha256: string | null;
}

async function storedImages(slug: string): Promise<Record<string, StoredImage>> {
  const rows = await bed.database.query<StoredImage & { fileName: string }>({
    text: `SELECT file_name AS "fileName", has_pixels AS "hasPixels", pixel_sha256 AS "pixelSha256"
           FROM bookmarked_image AS image JOIN dataset ON dataset.id = dataset_id WHERE slug = $1`,
    values: [slug],
  });
  return Object.fromEntries(rows.map(({ fileName, ...rest }) => [fileName, rest]));
}

const forgetChecksums = (slug: string) =>
  bed.database.query({
    text: 'UPDATE bookmarked_image SET pixel_sha256 = NULL WHERE dataset_id = (SELECT id FROM dataset WHERE slug = $1)',
    values: [slug],
  });

describe('An import with pixel files', () => {
  it('keeps the SHA-256 of each key slice, and counts each file in its progress', async () => {
    const bytes = [slice(512, 1), slice(512, 2)] as const;
    scratch.write(`sums/${FIRST}`, bytes[0]);
    scratch.write(`sums/${SECOND}`, bytes[1]);
    const steps: [number, number][] = [];
    await importDlInfo({
      database: bed.database,
      csvPath: SMALL_CSV,
      slug: 'sums',
      imagesDir: join(scratch.root, 'sums'),
      onProgress: (done, total) => steps.push([done, total]),
    });
    expect(steps).toEqual([
      [1, 7],
      [2, 7],
      [2, 7],
      [7, 7],
    ]);
    expect(await storedImages('sums')).toEqual({
      '000901_01_01_020.png': { hasPixels: true, pixelSha256: sha256(bytes[0]) },
      '000902_01_01_007.png': { hasPixels: true, pixelSha256: sha256(bytes[1]) },
      '000901_02_03_1004.png': { hasPixels: false, pixelSha256: null },
      '000903_01_02_110.png': { hasPixels: false, pixelSha256: null },
    });
  });

  it.each<[string, () => Buffer, string]>([
    ['of another size', () => slice(256), 'the data set says 512 × 512, the file has 256 × 256 pixels'],
    [
      'of width and height changed about',
      () => encodeHounsfield(512, 300, () => 0),
      'the data set says 512 × 512, the file has 512 × 300 pixels',
    ],
    [
      'of 8 bits',
      () => PNG.sync.write(new PNG({ width: 512, height: 512 }), { bitDepth: 8, colorType: 0 }),
      '000902_01_01_007.png has 8 bits a pixel: Hounsfield units are lost in it.',
    ],
    ['in colour', () => PNG.sync.write(new PNG({ width: 512, height: 512 })), '000902_01_01_007.png is RGB with alpha'],
    [
      'of another format',
      () => Buffer.from('GIF89a, and more of it'.repeat(9)),
      '000902_01_01_007.png is not a PNG file',
    ],
  ])(
    'is refused for a file %s, named with what is wrong and what to do, and writes nothing',
    async (name, make, reason) => {
      const folder = `refused ${name}`;
      scratch.write(`${folder}/${FIRST}`, slice(512));
      scratch.write(`${folder}/${SECOND}`, make());
      const before = await countTables(bed.database);
      await expect(importSmall('refused', folder)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: 'images',
        message: expect.stringMatching(
          new RegExp(`^small\\.csv: nothing was changed, because 1 pixel file is not what it says\\.\\n  .*${reason}`),
        ),
      });
      await expect(importSmall('refused', folder)).rejects.toThrow(/--images, or correct the sizes.*--skip-bad-rows/);
      expect(await countTables(bed.database)).toEqual(before);
    },
  );

  it('takes images whose file does not fit without their pixels when asked to, and names them', async () => {
    scratch.write(`skipped/${FIRST}`, slice(512));
    scratch.write(`skipped/${SECOND}`, slice(64));
    const report = await importSmall('skipped', 'skipped', { skipBadRows: true });
    expect(report).toMatchObject({ lesions: 5, images: 4, imagesWithPixels: 1 });
    expect(report.unusablePixels).toEqual({
      count: 1,
      first: [
        '000902_01_01_007.png: the data set says 512 × 512, the file has 64 × 64 pixels: its boxes would not fit.',
      ],
    });
    expect((await storedImages('skipped'))['000902_01_01_007.png']).toEqual({ hasPixels: false, pixelSha256: null });
  });

  it('names damaged files and keeps them: they may be mended', async () => {
    scratch.write(`damaged/${FIRST}`, '');
    scratch.write(`damaged/${SECOND}`, slice(512).subarray(0, 20));
    const report = await importSmall('damaged', 'damaged');
    expect(report.imagesWithPixels).toBe(2);
    expect(report.unusablePixels.first.sort()).toEqual([
      '000902_01_01_007.png is truncated: it ends after 20 bytes, inside its header.',
      'Expected a 16-bit greyscale PNG, but 000901_01_01_020.png is empty.',
    ]);
  });

  it('stops reading a folder of files that all do not fit', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ id: i + 1, slice: String(i + 1).padStart(3, '0') }));
    for (const { slice: name } of rows) scratch.write(`wrong/000001_01_01/${name}.png`, slice(32));
    const jsonPath = scratch.write(
      'wrong.json',
      JSON.stringify({
        images: rows.map((row) => ({ id: row.id, file_name: `000001_01_01_${row.slice}.png`, width: 64, height: 64 })),
        annotations: rows.map(({ id }) => ({ id, image_id: id, bbox: [1, 1, 9, 9] })),
      }),
    );
    const imagesDir = join(scratch.root, 'wrong');
    const failure = await importCoco({ database: bed.database, jsonPath, slug: 'wrong', imagesDir }).catch(String);
    expect(failure).toContain('wrong.json: nothing was changed, because at least 2');
    expect(String(failure).match(/the data set says 64 × 64, the file has 32 × 32 pixels/g)).toHaveLength(20);
  });

  it('is stopped over its files', async () => {
    scratch.write(`stopped/${FIRST}`, slice(512));
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    const imagesDir = join(scratch.root, 'stopped');
    await expect(
      importCoco({
        database: bed.database,
        jsonPath: scratch.write(
          'stopped.json',
          JSON.stringify({
            images: [{ id: 1, file_name: '000901_01_01_020.png', width: 512, height: 512 }],
            annotations: [{ id: 1, image_id: 1, bbox: [1, 1, 9, 9] }],
          }),
        ),
        slug: 'stopped',
        imagesDir,
        signal: stop.signal,
      }),
    ).rejects.toThrow('enough');
  });
});

describe('Another import of the same file', () => {
  it('notes checksums that an earlier one did not take, and looks at each file again', async () => {
    const path = scratch.write(`missing/${FIRST}`, slice(512));
    await importSmall('missing', 'missing');
    await forgetChecksums('missing');
    expect(await importSmall('missing', 'missing')).toMatchObject({
      alreadyImported: true,
      pixelsNoted: false,
      checksumsNoted: 1,
      changedPixels: { count: 0 },
    });
    const expected = sha256(readFileSync(path));
    expect((await storedImages('missing'))['000901_01_01_020.png']).toEqual({ hasPixels: true, pixelSha256: expected });
    writeFileSync(path, slice(512, 9));
    expect(await importSmall('missing', 'missing')).toMatchObject({
      checksumsNoted: 0,
      imagesWithPixels: 1,
      changedPixels: { count: 1, first: ['000901_01_01_020.png'] },
    });
    writeFileSync(path, readFileSync(path).subarray(0, -20));
    expect(await importSmall('missing', 'missing')).toMatchObject({
      unusablePixels: { count: 1, first: [expect.stringContaining('breaks off before the end')] },
    });
    writeFileSync(path, slice(64));
    await expect(importSmall('missing', 'missing')).rejects.toThrow('the file has 64 × 64 pixels');
  });

  it('takes over another folder, names the files that are other ones there, and keeps the checksums of the import', async () => {
    scratch.write(`old/${FIRST}`, slice(512, 1));
    scratch.write(`old/${SECOND}`, slice(512, 2));
    scratch.write(`new/${FIRST}`, slice(512, 1));
    scratch.write(`new/${SECOND}`, slice(512, 3));
    await importSmall('moved', 'old');
    const before = await storedImages('moved');
    rmSync(join(scratch.root, 'old'), { recursive: true });
    expect(await importSmall('moved', 'new')).toMatchObject({
      pixelsNoted: true,
      imagesWithPixels: 2,
      changedPixels: { count: 1, first: ['000902_01_01_007.png'] },
    });
    expect(await storedImages('moved')).toEqual(before);
  });

  it('refuses a folder whose files have another size, and leaves the data set as it is', async () => {
    scratch.write(`right/${FIRST}`, slice(512));
    scratch.write(`small/${FIRST}`, slice(128));
    await importSmall('kept', 'right');
    await expect(importSmall('kept', 'small')).rejects.toThrow('the file has 128 × 128 pixels');
    const [row] = await bed.database.query<{ root: string }>({
      text: `SELECT image_root AS root FROM dataset WHERE slug = 'kept'`,
    });
    expect(row?.root).toBe(join(scratch.root, 'right'));
  });
});

describeReal('Real DeepLesion', () => {
  it('is refused where a row says 1024 × 1024 of slices of 512 × 512', async () => {
    const csvPath = scratch.write(
      'DL_info.csv',
      readFileSync(realFile('DL_info.patient1.csv'), 'utf8').replaceAll('"512, 512"', '"1024, 1024"'),
    );
    const imagesDir = realFile('Images_png');
    await expect(importDlInfo({ database: bed.database, csvPath, slug: 'l15c', imagesDir })).rejects.toThrow(
      /3 pixel files are not what it says\.\n {2}000001_01_01_109\.png: the data set says 1024 × 1024, the file has 512 × 512 pixels/,
    );
  });
});
