import fc from 'fast-check';
import { type HounsfieldSlice, type InputSpec, prepareTensor } from '../../src/imaging';

function slice(width: number, height: number, at: (x: number, y: number) => number): HounsfieldSlice {
  const hounsfield = Int16Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)));
  return { width, height, hounsfield };
}

const FULL = { low: -1024, high: 3071 };

function spec(width: number, height: number, offsetsMm: number[], window = FULL): InputSpec {
  return {
    width,
    height,
    channels: offsetsMm.map((offsetMm) => ({ offsetMm, window })),
    scaledRange: { low: -1, high: 1 },
  };
}

/** One channel whose numbers are HU again. */
const inHounsfield = (width: number, height: number, offsetMm = 0): InputSpec => ({
  width,
  height,
  channels: [{ offsetMm, window: FULL }],
  scaledRange: FULL,
});

/**
 * Twenty lines of the plain definition: every output pixel sums a triangle over all input pixels, first across, then
 * down.
 */
function slowResize(source: HounsfieldSlice, width: number, height: number): number[] {
  const weightsOf = (from: number, to: number, i: number): number[] => {
    const scale = from / to;
    const support = Math.max(1, scale);
    const raw = Array.from({ length: from }, (_, j) =>
      Math.max(0, 1 - Math.abs(j + 0.5 - scale * (i + 0.5)) / support),
    );
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return raw.map((weight) => weight / total);
  };
  const out: number[] = [];
  for (let y = 0; y < height; y++) {
    const down = weightsOf(source.height, height, y);
    for (let x = 0; x < width; x++) {
      const across = weightsOf(source.width, width, x);
      let sum = 0;
      down.forEach((wy, r) => {
        across.forEach((wx, c) => {
          sum += wy * wx * source.hounsfield[r * source.width + c]!;
        });
      });
      out.push(sum);
    }
  }
  return out;
}

describe('prepareTensor', () => {
  it('puts windows on the scaled range and clips', () => {
    const one = slice(4, 1, (x) => [-2000, 0, 100, 3000][x]!);
    const input = { ...spec(4, 1, [0]), channels: [{ offsetMm: 0, window: { low: -100, high: 300 } }] };
    expect([...prepareTensor({ slices: [one], offsetsMm: [0] }, input)]).toEqual([-1, -0.5, 0, 1]);
  });

  it('lays channels one after the other, row by row', () => {
    const stack = { slices: [slice(2, 2, (x, y) => 10 * y + x)], offsetsMm: [0] };
    const input: InputSpec = {
      ...inHounsfield(2, 2),
      channels: [
        { offsetMm: 0, window: FULL },
        { offsetMm: 0, window: { low: 0, high: 4095 } },
      ],
    };
    const tensor = prepareTensor(stack, input);
    expect([...tensor.subarray(0, 4)]).toEqual([0, 1, 10, 11]);
    expect([...tensor.subarray(4)]).toEqual([-1024, -1023, -1014, -1013]);
  });

  it('clamps air outside the field of view before it interpolates', () => {
    const stack = { slices: [slice(1, 1, () => -3024), slice(1, 1, () => 0)], offsetsMm: [0, 5] };
    expect(prepareTensor(stack, inHounsfield(1, 1, 2.5))[0]).toBe(-512);
  });

  it('interpolates between the two slices round an offset and holds the last slice beyond the ends', () => {
    const stack = { slices: [-5, 0, 5, 10].map((offset) => slice(1, 1, () => offset * 10)), offsetsMm: [-5, 0, 5, 10] };
    const at = (offsetMm: number): number => prepareTensor(stack, inHounsfield(1, 1, offsetMm))[0]!;
    expect([-100, -5, -2, 0, 2, 5, 7.5, 10, 100].map((offset) => Math.round(1000 * at(offset)) / 1000)).toEqual([
      -50, -50, -20, 0, 20, 50, 75, 100, 100,
    ]);
  });

  it('replicates the key slice when it is all there is', () => {
    const key = slice(3, 3, (x, y) => x * y);
    const tensor = prepareTensor({ slices: [key], offsetsMm: [0] }, spec(3, 3, [-2, 0, 2]));
    expect(tensor.subarray(0, 9)).toEqual(tensor.subarray(9, 18));
    expect(tensor.subarray(9, 18)).toEqual(tensor.subarray(18));
  });

  it('resizes as the plain definition of the triangle filter does, smaller, larger and in one direction alone', () => {
    const size = fc.integer({ min: 1, max: 24 });
    fc.assert(
      fc.property(
        size,
        size,
        size,
        size,
        fc.infiniteStream(fc.integer({ min: -1024, max: 3071 })),
        (width, height, outWidth, outHeight, values) => {
          const source = slice(width, height, () => values.next().value ?? 0);
          const tensor = prepareTensor({ slices: [source], offsetsMm: [0] }, inHounsfield(outWidth, outHeight));
          const expected = slowResize(source, outWidth, outHeight);
          return expected.every((value, i) => Math.abs(tensor[i]! - value) < 0.02);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('keeps every value inside the scaled range and a flat slice flat', () => {
    fc.assert(
      fc.property(fc.integer({ min: -32768, max: 32767 }), fc.integer({ min: 1, max: 70 }), (hu, side) => {
        const flat = { slices: [slice(37, 41, () => hu)], offsetsMm: [0] };
        const tensor = prepareTensor(flat, spec(side, side, [0, 3], { low: -160, high: 240 }));
        const expected = Math.min(1, Math.max(-1, (hu - 40) / 200));
        return tensor.every((value) => value >= -1 && value <= 1 && Math.abs(value - expected) < 1e-5);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a stack that is none', () => {
    const a = slice(2, 2, () => 0);
    expect(() => prepareTensor({ slices: [], offsetsMm: [] }, spec(2, 2, [0]))).toThrow(
      /at least one slice, got 0 slices/,
    );
    expect(() => prepareTensor({ slices: [a, a], offsetsMm: [0] }, spec(2, 2, [0]))).toThrow(/2 slices and 1 offsets/);
    expect(() => prepareTensor({ slices: [a, a], offsetsMm: [5, 0] }, spec(2, 2, [0]))).toThrow(/ascending/);
    expect(() => prepareTensor({ slices: [a, slice(3, 2, () => 0)], offsetsMm: [0, 5] }, spec(2, 2, [0]))).toThrow(
      /one size/,
    );
  });
});
