import * as fc from 'fast-check';
import { boxIou } from '../../src/evaluation';
import { nonMaximumSuppression } from '../../src/inference';

const boxArbitrary = fc
  .tuple(
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 20 }),
  )
  .map(([x, y, width, height]) => [x, y, x + width, y + height]);
const scene = fc.array(fc.tuple(boxArbitrary, fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 30 });
const unpack = (boxes: [number[], number][]) => ({
  flat: boxes.flatMap(([box]) => box),
  scores: boxes.map(([, score]) => score),
  all: boxes.map((_, index) => index),
});

describe('nonMaximumSuppression', () => {
  it('keeps the better one of two boxes that overlap', () => {
    expect(nonMaximumSuppression([0, 0, 10, 10, 0, 0, 10, 9], [0.4, 0.6], [0, 1], 0.5, 10)).toEqual([1]);
  });

  it('keeps both when their IoU is exactly the threshold', () => {
    const boxes = [0, 0, 10, 10, 0, 0, 10, 5];
    expect(nonMaximumSuppression(boxes, [0.9, 0.8], [0, 1], 0.5, 10)).toEqual([0, 1]);
    expect(nonMaximumSuppression(boxes, [0.9, 0.8], [0, 1], 0.499, 10)).toEqual([0]);
  });

  it('keeps the first of equal boxes with equal scores, and stops at the limit', () => {
    expect(nonMaximumSuppression([0, 0, 4, 4, 0, 0, 4, 4], [0.5, 0.5], [1, 0], 0.3, 10)).toEqual([0]);
    expect(nonMaximumSuppression([0, 0, 1, 1, 5, 5, 6, 6, 8, 8, 9, 9], [0.1, 0.3, 0.2], [0, 1, 2], 0.3, 2)).toEqual([
      1, 2,
    ]);
    expect(nonMaximumSuppression([], [], [], 0.3, 2)).toEqual([]);
  });

  it('answers best first, with no two that overlap more than the threshold, and drops none without a better one', () => {
    fc.assert(
      fc.property(scene, fc.double({ min: 0, max: 1, noNaN: true }), (boxes, threshold) => {
        const { flat, scores, all } = unpack(boxes);
        const kept = nonMaximumSuppression(flat, scores, all, threshold, 100);
        expect([...kept].sort((a, b) => scores[b]! - scores[a]! || a - b)).toEqual(kept);
        const overlaps = (a: number, b: number) => boxIou(flat, a, flat, b) > threshold;
        for (const [at, index] of kept.entries())
          expect(kept.slice(at + 1).some((other) => overlaps(index, other))).toBe(false);
        for (const index of all.filter((one) => !kept.includes(one)))
          expect(kept.some((better) => overlaps(better, index) && scores[better]! >= scores[index]!)).toBe(true);
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(scene, (boxes) => {
        const { flat, scores, all } = unpack(boxes);
        const once = nonMaximumSuppression(flat, scores, all, 0.3, 100);
        expect(nonMaximumSuppression(flat, scores, once, 0.3, 100)).toEqual(once);
      }),
    );
  });
});
