import fc from 'fast-check';
import { boxDifferencePx, boxOfAxes, RECIST_PADDING_PX } from '../../src/dataset';

const pixel = fc.double({ min: -50, max: 1100, noNaN: true });
const axes = fc.array(pixel, { minLength: 8, maxLength: 8 });

describe('The box of a RECIST measurement', () => {
  it('is the extent of the four end points, 5 px wider on each side', () => {
    expect(boxOfAxes([100, 100, 130, 140, 108, 126, 124, 114])).toEqual({ x1: 95, y1: 95, x2: 135, y2: 145 });
  });

  it('is the published one for the first row of the public file', () => {
    const box = boxOfAxes([233.537, 95.0204, 234.057, 106.977, 231.169, 101.605, 236.252, 101.143]);
    expect(boxDifferencePx(box, { x1: 226.169, y1: 90.0204, x2: 241.252, y2: 111.977 })).toBeLessThan(1e-9);
  });

  it('holds each end point with exactly the padding to the nearest one', () => {
    fc.assert(
      fc.property(axes, (values) => {
        const box = boxOfAxes(values);
        const xs = values.filter((_, i) => i % 2 === 0);
        const ys = values.filter((_, i) => i % 2 === 1);
        expect(Math.min(...xs) - box.x1).toBeCloseTo(RECIST_PADDING_PX, 9);
        expect(box.x2 - Math.max(...xs)).toBeCloseTo(RECIST_PADDING_PX, 9);
        expect(Math.min(...ys) - box.y1).toBeCloseTo(RECIST_PADDING_PX, 9);
        expect(box.y2 - Math.max(...ys)).toBeCloseTo(RECIST_PADDING_PX, 9);
      }),
    );
  });

  it('does not depend on the order of the end points', () => {
    fc.assert(
      fc.property(axes, ([ax = 0, ay = 0, bx = 0, by = 0, cx = 0, cy = 0, dx = 0, dy = 0]) => {
        expect(boxOfAxes([dx, dy, bx, by, ax, ay, cx, cy])).toEqual(boxOfAxes([ax, ay, bx, by, cx, cy, dx, dy]));
      }),
    );
  });

  it('moves with the measurement', () => {
    fc.assert(
      fc.property(axes, pixel, pixel, (values, dx, dy) => {
        const box = boxOfAxes(values);
        const moved = boxOfAxes(values.map((value, i) => value + (i % 2 === 0 ? dx : dy)));
        const expected = { x1: box.x1 + dx, y1: box.y1 + dy, x2: box.x2 + dx, y2: box.y2 + dy };
        expect(boxDifferencePx(moved, expected)).toBeLessThan(1e-9);
      }),
    );
  });
});
