import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidImage, inspectSliceFile, loadStack, slicePath } from '../../src/imaging';
import { encodeHounsfield } from './png';
import { describeWithRealData, REAL_IMAGE_ROOT } from './realData';

const KEY = '000001_01_01_109.png';
/** What the data set says of a key slice that `put` writes. */
const STATED = { width: 4, height: 4, pixelSha256: null };
let root: string;

/** A slice file of one HU value. */
function put(slice: string, hounsfield: number, side = 4): void {
  writeFileSync(
    join(root, '000001_01_01', `${slice}.png`),
    encodeHounsfield(side, side, () => hounsfield),
  );
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'deeplesion-stack-'));
  mkdirSync(join(root, '000001_01_01'));
  put('109', 9);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('loadStack', () => {
  const key = (sliceIntervalMm: number | null) => ({ fileName: KEY, sliceIndex: 109, sliceIntervalMm, ...STATED });
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
      { fileName: '000001_01_01_000.png', sliceIndex: 0, sliceIntervalMm: 1, width: 2, height: 2, pixelSha256: null },
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

  it('fails when the key slice has another size than the data set says, before a neighbour is held against it', async () => {
    put('110', 10, 5);
    await expect(loadStack(root, { ...key(5), width: 5, height: 4 }, [0, 2])).rejects.toMatchObject({
      reason: 'SIZE_DIFFERS',
      message: '000001_01_01_109.png: the data set says 5 × 4, the file has 4 × 4 pixels: its boxes would not fit.',
    });
  });

  it("tells whether the key slice's file is the one that was imported, whatever its neighbours are", async () => {
    const { sha256 } = await inspectSliceFile({ imageRoot: root, fileName: KEY });
    const changedOf = async (pixelSha256: string | null, interval: number | null = 5) =>
      (await loadStack(root, { ...key(interval), pixelSha256 }, [0, 2])).pixelsChanged;
    expect(await changedOf(sha256)).toBe(false);
    expect(await changedOf(null)).toBeNull();
    put('110', 10);
    expect(await changedOf(sha256)).toBe(false);
    put('109', 7);
    expect(await changedOf(sha256)).toBe(true);
    expect(await changedOf(sha256, null)).toBe(true);
    expect(await changedOf(null)).toBeNull();
  });

  it('says NOT_FOUND when the key slice itself is missing', async () => {
    await expect(
      loadStack(root, { fileName: '000007_01_01_001.png', sliceIndex: 1, sliceIntervalMm: 5, ...STATED }, [0, 2]),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describeWithRealData('loadStack on the published slices', () => {
  it('has every published slice of 000001_01_01 and stops at its ends', async () => {
    const { offsetsMm, slices } = await loadStack(
      REAL_IMAGE_ROOT!,
      { fileName: KEY, sliceIndex: 109, sliceIntervalMm: 5, width: 512, height: 512, pixelSha256: null },
      [-100, -2, 0, 2, 100],
    );
    expect(offsetsMm).toEqual([-30, -5, 0, 5, 30]);
    expect(slices.every((slice) => slice.width === 512 && slice.height === 512)).toBe(true);
  });
});
