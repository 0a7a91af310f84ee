import fc from 'fast-check';
import { Random } from '../../src/phantom/random';
import { axisLength, boxOfRecist, jitterRecist, measureRecist, type PixelPoint } from '../../src/phantom/recist';

function ellipse(cx: number, cy: number, rx: number, ry: number, rot: number): PixelPoint[] {
  return Array.from({ length: 180 }, (_, k) => {
    const a = rx * Math.cos((2 * Math.PI * k) / 180);
    const b = ry * Math.sin((2 * Math.PI * k) / 180);
    return { x: cx + a * Math.cos(rot) - b * Math.sin(rot), y: cy + a * Math.sin(rot) + b * Math.cos(rot) };
  });
}

const shapes = fc.record({
  rx: fc.double({ min: 4, max: 60, noNaN: true }),
  ratio: fc.double({ min: 0.3, max: 0.95, noNaN: true }),
  rot: fc.double({ min: 0, max: 3.1, noNaN: true }),
});

describe('measureRecist', () => {
  it('finds the axes of an ellipse, whichever way it lies', () => {
    fc.assert(
      fc.property(shapes, ({ rx, ratio, rot }) => {
        const { longAxis, shortAxis } = measureRecist(ellipse(200, 150, rx, rx * ratio, rot));
        expect(axisLength(longAxis)).toBeCloseTo(2 * rx, 3);
        expect(axisLength(shortAxis) / (2 * rx * ratio)).toBeCloseTo(1, 2);
        const [a, b] = longAxis;
        const [c, d] = shortAxis;
        expect(Math.abs((b.x - a.x) * (d.x - c.x) + (b.y - a.y) * (d.y - c.y)) / rx ** 2).toBeLessThan(1e-6);
      }),
    );
  });

  it('refuses a contour of one point', () => {
    expect(() => measureRecist([{ x: 1, y: 1 }])).toThrow('two points or more');
  });
});

describe('jitterRecist', () => {
  it('moves end points by the reader’s spread and keeps the long axis the longer one', () => {
    fc.assert(
      fc.property(shapes, fc.integer(), ({ rx, ratio, rot }, seed) => {
        const clean = measureRecist(ellipse(0, 0, rx, rx * ratio, rot));
        const { longAxis, shortAxis } = jitterRecist(clean, 0.5, new Random(seed));
        expect(axisLength(longAxis)).toBeGreaterThanOrEqual(axisLength(shortAxis));
        expect(Math.abs(axisLength(longAxis) - axisLength(clean.longAxis))).toBeLessThan(4);
      }),
    );
  });
});

describe('boxOfRecist', () => {
  it('is the extent of the four end points and 5 px on every side', () => {
    const box = boxOfRecist({
      longAxis: [
        { x: 233.537, y: 95.0204 },
        { x: 234.057, y: 106.977 },
      ],
      shortAxis: [
        { x: 231.169, y: 101.605 },
        { x: 236.252, y: 101.143 },
      ],
    });
    for (const [k, published] of [226.169, 90.0204, 241.252, 111.977].entries())
      expect(box[k]).toBeCloseTo(published, 9);
  });
});
