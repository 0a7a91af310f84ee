import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidImage, loadStack, MAX_FILE_BYTES, readSlice, slicePath } from '../../src/imaging';
import { encodeHounsfield } from './png';
import { describeWithRealData, REAL_IMAGE_ROOT } from './realData';

const KEY = '000001_01_01_109.png';
let folder: string;
let root: string;

function put(slice: string, hounsfield: number, side = 4): void {
  writeFileSync(
    join(root, '000001_01_01', `${slice}.png`),
    encodeHounsfield(side, side, () => hounsfield),
  );
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-imaging-'));
  root = join(folder, 'Images_png');
  mkdirSync(join(root, '000001_01_01'), { recursive: true });
  put('109', 9);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('slicePath', () => {
  it('takes the series folder from the name and another slice of it by its index', () => {
    expect(slicePath('/data', KEY)).toBe('/data/000001_01_01/109.png');
    expect(slicePath('/data', '000001_01_01/109.png')).toBe('/data/000001_01_01/109.png');
    expect(slicePath('/data', KEY, 7)).toBe('/data/000001_01_01/007.png');
    expect(slicePath('/data', KEY, 1000)).toBe('/data/000001_01_01/1000.png');
    expect(slicePath('/data', '000001_01_01_1141.png')).toBe('/data/000001_01_01/1141.png');
  });

  it.each([
    '',
    '.png',
    '109.png',
    '../109.png',
    '.._109.png',
    '../../etc_1.png',
    'a/../../b_1.png',
    '/etc/passwd',
    '/etc_1.png',
    'a/b_1.png',
    '..\\..\\a_1.png',
    '\\\\host\\share_1.png',
    'C:\\a_1.png',
    '%2e%2e_1.png',
    '%2e%2e%2fa_1.png',
    'a_1.png\0',
    'a\0_1.png',
    'a_1.png/..',
    './a_1.png',
    '~_1.png',
    'a_1.PNG',
    'a_1.svg',
    'a_1.png.svg',
    'a_x.png',
    'a_-1.png',
    'a_1e3.png',
    'a _1.png',
    'ä_1.png',
    'a_123456.png',
    '.hidden_1.png',
    '-_1.png',
    '_1.png',
    `${'a'.repeat(200)}_1.png`,
    'a_1.png\n',
    '…_1.png',
    'a|b_1.png',
    '$(id)_1.png',
    '$x_1.png',
    '*_1.png',
    'file:///etc_1.png',
  ])('refuses the name %j', (name) => {
    expect(() => slicePath('/data', name)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  it('refuses an index that is none', () => {
    for (const index of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => slicePath('/data', KEY, index)).toThrow(/sliceIndex to be a whole number/);
    }
  });
});

describe('readSlice', () => {
  it('reads a slice', async () => {
    expect(await readSlice(slicePath(root, KEY))).toEqual({
      width: 4,
      height: 4,
      hounsfield: new Int16Array(16).fill(9),
    });
  });

  it('reads through an image root that is itself a link', async () => {
    symlinkSync(root, join(folder, 'link'));
    expect((await readSlice(slicePath(join(folder, 'link'), KEY))).width).toBe(4);
  });

  it('says NOT_FOUND for a missing file, with the data set’s name of it and no path of the server', async () => {
    const error = await readSlice(slicePath(root, '000002_01_01_001.png')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'NOT_FOUND',
      message: "The pixel file of 000002_01_01_001.png is not in the data set's image folder.",
    });
  });

  it.each<[string, (file: string) => void]>([
    ['a folder', (file) => mkdirSync(file)],
    [
      'a link out of the image root',
      (file) => {
        writeFileSync(
          join(folder, 'canary.png'),
          encodeHounsfield(2, 2, () => 1),
        );
        symlinkSync(join(folder, 'canary.png'), file);
      },
    ],
    ['a link to a device', (file) => symlinkSync('/dev/zero', file)],
    [
      'a named pipe',
      (file) => {
        execFileSync('mkfifo', [file]);
      },
    ],
    ['a link to itself', (file) => symlinkSync(file, file)],
  ])('refuses %s', async (_, make) => {
    const file = slicePath(root, KEY, 5);
    make(file);
    await expect(readSlice(file)).rejects.toMatchObject({
      reason: 'NOT_A_FILE',
      message: expect.not.stringContaining(folder),
    });
  });

  it('refuses a series folder that is a link out of the image root', async () => {
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(
      join(folder, 'elsewhere', '001.png'),
      encodeHounsfield(2, 2, () => 1),
    );
    symlinkSync(join(folder, 'elsewhere'), join(root, '000009_01_01'));
    await expect(readSlice(slicePath(root, '000009_01_01_001.png'), root)).rejects.toThrow(/leads out of/);
  });

  it('does not read a file that is too large', async () => {
    const file = slicePath(root, KEY, 6);
    writeFileSync(file, '');
    truncateSync(file, 100 * MAX_FILE_BYTES);
    await expect(readSlice(file)).rejects.toMatchObject({ reason: 'TOO_MANY_BYTES' });
  });

  it('names the file of which it refuses the content', async () => {
    writeFileSync(slicePath(root, KEY, 7), 'no picture');
    await expect(readSlice(slicePath(root, KEY, 7))).rejects.toThrow('000001_01_01_007.png is not a PNG file');
  });
});

describe('loadStack', () => {
  const key = (sliceIntervalMm: number | null) => ({ fileName: KEY, sliceIndex: 109, sliceIntervalMm });
  const summary = async (interval: number | null, offsets: number[]): Promise<[number, number][]> => {
    const { slices, offsetsMm } = await loadStack(root, key(interval), offsets);
    return slices.map((slice, i) => [offsetsMm[i]!, slice.hounsfield[0]!]);
  };

  it('reads the neighbours on both sides, head first', async () => {
    put('108', 8);
    put('110', 10);
    expect(await summary(5, [-2, 0, 2])).toEqual([
      [-5, 8],
      [0, 9],
      [5, 10],
    ]);
  });

  it('reads only what is needed: a whole number of slices away is one file', async () => {
    for (let i = 105; i <= 113; i++) put(String(i), i - 100);
    writeFileSync(slicePath(root, KEY, 108), 'broken, but not needed');
    expect(await summary(1, [0, 2])).toEqual([
      [0, 9],
      [2, 11],
    ]);
    expect(await summary(0.25, [0, 1])).toEqual([
      [0, 9],
      [1, 13],
    ]);
    expect(await summary(1.5, [2])).toEqual([
      [0, 9],
      [1.5, 10],
      [3, 11],
    ]);
    expect(await summary(0.59998, [0])).toEqual([[0, 9]]);
  });

  it('steps back towards the key slice where a file is missing, and does not jump over a gap', async () => {
    put('110', 10);
    put('112', 12);
    expect(await summary(1, [-2, 3])).toEqual([
      [0, 9],
      [1, 10],
    ]);
    expect(await summary(5, [-2, 0])).toEqual([[0, 9]]);
  });

  it.each([null, Number.NaN, 0, -1, Number.POSITIVE_INFINITY])(
    'takes the key slice alone when the slice interval is %p',
    async (interval) => {
      put('110', 10);
      expect(await summary(interval, [-2, 0, 2])).toEqual([[0, 9]]);
    },
  );

  it('stops at slice 0', async () => {
    writeFileSync(
      join(root, '000001_01_01', '000.png'),
      encodeHounsfield(2, 2, () => 1),
    );
    const stack = await loadStack(
      root,
      { fileName: '000001_01_01_000.png', sliceIndex: 0, sliceIntervalMm: 1 },
      [-2, 0],
    );
    expect(stack.offsetsMm).toEqual([0]);
  });

  it('fails with the reason when a neighbour is broken or of another size', async () => {
    put('110', 10, 5);
    await expect(summary(5, [2])).rejects.toThrow(
      "Slice 110 of 000001_01_01_109.png's series has 5 × 5 pixels, its key slice 4 × 4.",
    );
    writeFileSync(slicePath(root, KEY, 110), encodeHounsfield(4, 4, () => 1).subarray(0, 50));
    await expect(summary(5, [2])).rejects.toThrow(InvalidImage);
  });

  it('says NOT_FOUND when the key slice itself is missing', async () => {
    await expect(
      loadStack(root, { fileName: '000007_01_01_001.png', sliceIndex: 1, sliceIntervalMm: 5 }, [0, 2]),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describeWithRealData('loadStack on the published slices', () => {
  it('has every published slice of 000001_01_01 and stops at its ends', async () => {
    const { offsetsMm, slices } = await loadStack(
      REAL_IMAGE_ROOT!,
      { fileName: KEY, sliceIndex: 109, sliceIntervalMm: 5 },
      [-100, -2, 0, 2, 100],
    );
    expect(offsetsMm).toEqual([-30, -5, 0, 5, 30]);
    expect(slices.every((slice) => slice.width === 512 && slice.height === 512)).toBe(true);
  });
});
