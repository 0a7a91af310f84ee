import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_FILE_BYTES, readSlice, slicePath } from '../../src/imaging';
import { encodeHounsfield } from './png';

const KEY = '000001_01_01_109.png';
let folder: string;
let root: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-imaging-'));
  root = join(folder, 'Images_png');
  mkdirSync(join(root, '000001_01_01'), { recursive: true });
  writeFileSync(
    join(root, '000001_01_01', '109.png'),
    encodeHounsfield(4, 4, () => 9),
  );
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
