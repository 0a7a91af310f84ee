import fc from 'fast-check';
import { type CurvePoint, nearestStep, pointAt, stepsOf, thinned } from '../../../web/app/figures/curve';

const line = (id: string, xs: readonly number[], isReference = false) => ({
  id,
  name: id,
  styleIndex: 0,
  isReference,
  points: xs.map((x) => ({ x, y: x })),
});

describe('reading off curves', () => {
  it('steps through every x of the measured lines once, in order', () => {
    expect(stepsOf([line('a', [0.5, 0.1]), line('b', [0.5, 0.9]), line('paper', [0.42], true)])).toEqual([
      0.1, 0.5, 0.9,
    ]);
  });

  it('finds the nearest step, as walking over all of them would', () => {
    const steps = fc.uniqueArray(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(steps, fc.double({ min: -2e3, max: 2e3, noNaN: true }), (values, wanted) => {
        const sorted = [...values].sort((a, b) => a - b);
        const found = sorted[nearestStep(sorted, wanted)]!;
        expect(Math.abs(found - wanted)).toBe(Math.min(...sorted.map((value) => Math.abs(value - wanted))));
      }),
    );
  });

  it('has no value where a line has no point', () => {
    expect(pointAt([{ x: 0.3, y: 1 }], 0.1 + 0.2)?.y).toBe(1);
    expect(pointAt([{ x: 0.3, y: 1 }], 0.31)).toBeUndefined();
  });

  it('draws a dense line with its ends and extremes, at most four points a pixel', () => {
    const points: CurvePoint[] = Array.from({ length: 5000 }, (_, i) => ({ x: i / 5000, y: Math.sin(i) }));
    const kept = thinned(points, (x) => x * 300);
    expect(kept.length).toBeLessThanOrEqual(4 * 301);
    expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
    const most = (some: readonly CurvePoint[]) => Math.max(...some.map(({ y }) => y ?? 0));
    expect(most(kept)).toBe(most(points));
  });
});
