import fc from 'fast-check';
import { cropSquare, type HounsfieldSlice } from '../../src/imaging';

const sliceOf = (width: number, height: number, at: (x: number, y: number) => number): HounsfieldSlice => ({
  width,
  height,
  hounsfield: Int16Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width))),
});

describe('a square cut out of a slice', () => {
  it('is the slice itself where a pixel of the one is a pixel of the other', () => {
    const slice = sliceOf(9, 9, (x, y) => 10 * y + x);
    const crop = cropSquare(slice, { centreX: 4.5, centreY: 3.5, sidePx: 4 }, 4);
    expect([...crop]).toEqual([23, 24, 25, 26, 33, 34, 35, 36, 43, 44, 45, 46, 53, 54, 55, 56]);
  });

  it('is air beyond the edges of the slice', () => {
    const crop = cropSquare(
      sliceOf(8, 8, () => 50),
      { centreX: -20, centreY: 4, sidePx: 8 },
      8,
    );
    expect(new Set(crop)).toEqual(new Set([-1024]));
  });

  it('takes what lies outside −1024 … 3071 HU as the end of that range', () => {
    const crop = cropSquare(
      sliceOf(8, 8, (x) => (x < 4 ? -3024 : 4000)),
      { centreX: 3.5, centreY: 3.5, sidePx: 8 },
      8,
    );
    expect(new Set(crop)).toEqual(new Set([-1024, 3071]));
  });

  it('keeps a ramp a ramp, whatever the side, and a flat slice flat', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 20, max: 44, noNaN: true }),
        fc.double({ min: 20, max: 44, noNaN: true }),
        fc.double({ min: 1, max: 38, noNaN: true }),
        (centreX, centreY, sidePx) => {
          const side = 8;
          const place = { centreX, centreY, sidePx };
          const flat = cropSquare(
            sliceOf(64, 64, () => 37),
            place,
            side,
          );
          expect(new Set(flat)).toEqual(new Set([37]));
          const ramp = cropSquare(
            sliceOf(64, 64, (x) => 10 * x),
            place,
            side,
          );
          for (let x = 0; x < side; x++) {
            const expected = 10 * (centreX + ((x + 0.5) / side - 0.5) * sidePx);
            expect(Math.abs(ramp[x]! - expected)).toBeLessThanOrEqual(0.51);
          }
        },
      ),
    );
  });
});
