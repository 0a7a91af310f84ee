import fc from 'fast-check';
import { PNG } from 'pngjs';
import {
  decodePng16,
  type HounsfieldSlice,
  InvalidImage,
  MARK_COLORS,
  type Mark,
  readSlice,
  regionAround,
  renderSlice,
  windowedValue,
  windowFromRange,
  windowToBytes,
} from '../../src/imaging';
import { describeWithRealData, realSlices } from './realData';

const WINDOW = windowFromRange(0, 255);

/** A slice whose HU are greys of WINDOW already. */
function greySlice(width: number, height: number, at: (x: number, y: number) => number): HounsfieldSlice {
  return {
    width,
    height,
    hounsfield: Int16Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width))),
  };
}

interface Picture {
  width: number;
  height: number;
  /** 0 greyscale, 2 RGB */
  colourType: number;
  at(x: number, y: number): number[];
}

async function render(
  slice: HounsfieldSlice,
  options: Omit<Parameters<typeof renderSlice>[1], 'window'>,
): Promise<Picture> {
  const png = await renderSlice(slice, { window: WINDOW, ...options });
  const { width, height, data } = PNG.sync.read(png);
  return {
    width,
    height,
    colourType: png.readUInt8(25),
    at: (x, y) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)],
  };
}

describe('renderSlice', () => {
  it('writes an 8-bit greyscale PNG with exactly the windowed greys', async () => {
    const slice = greySlice(37, 23, (x, y) => (x * 7 + y * 11) % 300);
    const { width, height, colourType, at } = await render(slice, {});
    expect([width, height, colourType]).toEqual([37, 23, 0]);
    const greys = windowToBytes(slice, WINDOW, WINDOW.function);
    for (let i = 0; i < greys.length; i++) expect(at(i % 37, Math.floor(i / 37))[0]).toBe(greys[i]);
  });

  it.each([
    [768, 768],
    [1024, 1024],
    [512, 300],
  ])('renders %d × %d at its own size and fits it into another', async (width, height) => {
    const slice = greySlice(width, height, (x) => x % 256);
    expect(await render(slice, {})).toMatchObject({ width, height });
    expect(await render(slice, { size: 256 })).toMatchObject({
      width: 256,
      height: Math.round((256 * height) / width),
    });
  });

  it('keeps a flat slice flat at every size', async () => {
    for (const size of [1, 3, 10, 33, 64, 100]) {
      const { width, height, at } = await render(
        greySlice(32, 16, () => 137),
        { size },
      );
      expect([width, height]).toEqual([size, Math.max(1, Math.round(size / 2))]);
      expect(at(0, 0)).toEqual([137, 137, 137]);
      expect(at(width - 1, height - 1)).toEqual([137, 137, 137]);
    }
  });

  it('averages when it shrinks and does not skip pixels', async () => {
    const { at } = await render(
      greySlice(64, 64, (x, y) => ((x + y) % 2 === 0 ? 0 : 255)),
      { size: 16 },
    );
    expect(Math.abs(at(8, 8)[0]! - 127)).toBeLessThanOrEqual(2);
  });

  it('shows the region alone', async () => {
    const slice = greySlice(50, 40, (x, y) => x + y);
    const { width, height, at } = await render(slice, { region: { x: 10, y: 5, width: 12, height: 8 } });
    expect([width, height, at(0, 0)[0], at(11, 7)[0]]).toEqual([12, 8, 15, 33]);
  });

  it('draws in RGB where it was asked to, and leaves the other pixels as they are', async () => {
    const marks: Mark[] = [{ kind: 'box', x1: 10, y1: 10, x2: 30, y2: 20, color: 'lesion' }];
    const { colourType, at } = await render(
      greySlice(40, 40, () => 50),
      { marks },
    );
    expect(colourType).toBe(2);
    expect(at(20, 15)).toEqual([50, 50, 50]);
    const [red, green] = at(20, 10);
    expect(green).toBeGreaterThan(red!);
  });

  it('moves marks with the region and the size', async () => {
    const marks: Mark[] = [{ kind: 'segment', x1: 20, y1: 0, x2: 20, y2: 40, color: 'longAxis' }];
    const { at } = await render(
      greySlice(40, 40, () => 0),
      { marks, region: { x: 15, y: 10, width: 10, height: 10 }, size: 100 },
    );
    expect(at(50, 50)[0]).toBeGreaterThan(0.6 * MARK_COLORS.longAxis[0]);
    expect(at(46, 50)).toEqual([0, 0, 0]);
  });

  it('writes a score on a plate of its box’s colour, inside the picture even at its edge', async () => {
    const marks: Mark[] = [{ kind: 'box', x1: -5, y1: -5, x2: 30, y2: 20, color: 'miss', label: '0.87' }];
    const { at } = await render(
      greySlice(64, 64, () => 200),
      { marks },
    );
    expect(at(0, 0)).toEqual([...MARK_COLORS.miss]);
    const plate = Array.from({ length: 9 * 25 }, (_, i) => at(i % 25, Math.floor(i / 25)));
    expect(plate.filter(([red]) => red === 0).length).toBeGreaterThan(30);
  });

  it('survives marks anywhere: outside, over all, without extent', async () => {
    const coordinate = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: -5, max: 40 }));
    const mark = fc.record({
      kind: fc.constantFrom('box' as const, 'segment' as const),
      x1: coordinate,
      y1: coordinate,
      x2: coordinate,
      y2: coordinate,
      color: fc.constantFrom('hit' as const, 'shortAxis' as const),
      label: fc.constantFrom('0.99', '1.00', '?'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(mark, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        async (marks, size) => {
          const { width, height } = await render(
            greySlice(32, 24, () => 9),
            { marks, size },
          );
          return Math.max(width, height) === size;
        },
      ),
      { numRuns: 40 },
    );
  });

  it('refuses a region outside the slice and sizes out of range', async () => {
    const slice = greySlice(8, 8, () => 0);
    for (const region of [
      { x: -1, y: 0, width: 2, height: 2 },
      { x: 7, y: 0, width: 2, height: 2 },
      { x: 0, y: 0, width: 0, height: 2 },
    ]) {
      await expect(render(slice, { region })).rejects.toThrow(/Expected a region inside 8 × 8/);
    }
    for (const size of [0, -1, 2049, Number.NaN])
      await expect(render(slice, { size })).rejects.toThrow(/Expected size to be in 1 … 2048/);
  });

  it('gives a picture that is not taken for a 16-bit slice', async () => {
    await expect(
      decodePng16(
        await renderSlice(
          greySlice(8, 8, () => 0),
          { window: WINDOW },
        ),
      ),
    ).rejects.toThrow(InvalidImage);
  });
});

describe('regionAround', () => {
  const slice = { width: 100, height: 80 };

  it('is a square round the box with the margin on each side', () => {
    expect(regionAround({ x1: 40, y1: 30, x2: 60, y2: 40 }, 5, slice)).toEqual({ x: 35, y: 20, width: 30, height: 30 });
  });

  it('moves into the slice where it fits and is cut where it does not', () => {
    expect(regionAround({ x1: -6, y1: 0, x2: 10, y2: 10 }, 5, slice)).toEqual({ x: 0, y: 0, width: 26, height: 26 });
    expect(regionAround({ x1: 90, y1: 70, x2: 104, y2: 80 }, 3, slice)).toEqual({
      x: 80,
      y: 60,
      width: 20,
      height: 20,
    });
    expect(regionAround({ x1: 10, y1: 10, x2: 80, y2: 60 }, 10, slice)).toEqual({ x: 0, y: 0, width: 90, height: 80 });
  });

  it('always lies inside the slice and has at least one pixel', () => {
    const coordinate = fc.double({ min: -200, max: 300, noNaN: true });
    fc.assert(
      fc.property(
        coordinate,
        coordinate,
        fc.double({ min: 0, max: 400, noNaN: true }),
        fc.double({ min: 0, max: 400, noNaN: true }),
        (x1, y1, side, margin) => {
          const { x, y, width, height } = regionAround({ x1, y1, x2: x1 + side, y2: y1 + side }, margin, slice);
          return (
            x >= 0 &&
            y >= 0 &&
            width >= 1 &&
            height >= 1 &&
            x + width <= 100 &&
            y + height <= 80 &&
            [x, y, width, height].every(Number.isInteger)
          );
        },
      ),
    );
  });
});

describeWithRealData('renderSlice on the published slices', () => {
  it('shows every slice with the greys of the formula', async () => {
    const window = windowFromRange(-175, 275);
    for (const path of realSlices()) {
      const slice = await readSlice(path);
      const { data } = PNG.sync.read(await renderSlice(slice, { window }));
      for (let i = 0; i < slice.hounsfield.length; i += 997) {
        expect(data[4 * i]).toBe(windowedValue(slice.hounsfield[i]!, window, window.function));
      }
    }
  });
});
