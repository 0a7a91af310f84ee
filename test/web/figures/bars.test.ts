import fc from 'fast-check';
import {
  barsOf,
  brushOf,
  isInside,
  paddedBins,
  positionOf,
  rangeOfBrush,
  textOfRange,
  wholeBrush,
} from '../../../web/app/figures/bars';

const bins = Array.from({ length: 10 }, (_, index) => ({ from: index * 10, to: index * 10 + 10, count: index }));
const bars = barsOf(bins);
const open = barsOf(bins, 7);

describe('a histogram with a brush', () => {
  it('gives what lies above the last bin a bar of its own', () => {
    expect(bars.counts).toHaveLength(10);
    expect(open.counts.at(-1)).toBe(7);
    expect(open.edges.at(-1)).toBe(Number.POSITIVE_INFINITY);
    expect(barsOf([])).toEqual({ edges: [], counts: [] });
  });

  it('finds the place of a value, with its fraction of a bar', () => {
    expect(positionOf(bars, 25)).toBe(2.5);
    expect(positionOf(bars, 30)).toBe(3);
    expect(positionOf(bars, -5)).toBe(0);
    expect(positionOf(bars, 100)).toBe(10);
    expect(positionOf(open, 250)).toBe(10.5);
  });

  it('has no range where it covers everything, and an open one at its ends', () => {
    expect(rangeOfBrush(bars, { low: 0, high: 10 })).toBeUndefined();
    expect(rangeOfBrush(bars, { low: 2, high: 10 })).toEqual({ gte: 20 });
    expect(rangeOfBrush(bars, { low: 0, high: 3 })).toEqual({ lte: 30 });
    expect(rangeOfBrush(open, { low: 9, high: 10 })).toEqual({ gte: 90, lte: 100 });
    expect(rangeOfBrush(open, { low: 10, high: 11 })).toEqual({ gte: 100 });
  });

  it('draws a range of edges where it came from', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(10), fc.constantFrom(0, 1), (first, second, step) => {
        const brush = wholeBrush(first, second, 10);
        expect(brushOf(bars, rangeOfBrush(bars, brush, step), step)).toEqual(brush);
      }),
    );
  });

  it('takes whole years to the last one before the next band', () => {
    expect(rangeOfBrush(bars, { low: 4, high: 6 }, 1)).toEqual({ gte: 40, lte: 59 });
  });

  it('is at least one bar wide and stays inside, whichever way it is drawn', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 15, noNaN: true }),
        fc.double({ min: -5, max: 15, noNaN: true }),
        (a, b) => {
          const { low, high } = wholeBrush(a, b, 10);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(10);
          expect(high - low).toBeGreaterThanOrEqual(1);
        },
      ),
    );
    expect(isInside({ low: 2, high: 4 }, 3)).toBe(true);
    expect(isInside({ low: 2, high: 4 }, 4)).toBe(false);
  });

  it('continues to the ends of a scale that is known', () => {
    const some = [
      { from: 0.4, to: 0.5, count: 3 },
      { from: 0.5, to: 0.6, count: 1 },
    ];
    const padded = paddedBins(some, 0, 1);
    expect(padded.map(({ count }) => count)).toEqual([0, 0, 0, 0, 3, 1, 0, 0, 0, 0]);
    expect(padded[0]?.from).toBeCloseTo(0);
    expect(padded.at(-1)?.to).toBeCloseTo(1);
    expect(paddedBins([], 0, 1)).toEqual([]);
  });

  it('has no more bars than can be seen where all values are nearly the same', () => {
    const counted = (list: readonly { count: number }[]) => list.reduce((sum, { count }) => sum + count, 0);
    for (const width of [0, 1e-5, 0.003]) {
      const narrow = Array.from({ length: 40 }, (_, i) => ({
        from: 0.5 + i * width,
        to: 0.5 + (i + 1) * width,
        count: 1,
      }));
      const padded = paddedBins(narrow, 0, 1);
      expect(padded.length).toBeLessThanOrEqual(62);
      expect(counted(padded)).toBe(40);
      expect(padded[0]?.from).toBeLessThanOrEqual(1e-9);
      expect(padded.at(-1)?.to).toBeGreaterThanOrEqual(1 - 1e-9);
    }
  });

  it('says a range as text', () => {
    expect(textOfRange({ gte: 10, lte: 30 }, String)).toBe('10 to 30');
    expect(textOfRange({ gte: 10 }, String)).toBe('from 10');
    expect(textOfRange({ lte: 30 }, String)).toBe('up to 30');
  });
});
