import fc from 'fast-check';
import { boxIou, clipBoxes, iou, overlapOf } from '../../src/evaluation';
import { anyBox } from './randomImages';
import { plainIou } from './reference';

describe('boxIou', () => {
  it('gives the share of the union that is common', () => {
    expect(boxIou([0, 0, 10, 10], 0, [5, 0, 15, 10], 0)).toBe(50 / 150);
    expect(boxIou([0, 0, 40, 40], 0, [0, 0, 20, 40], 0)).toBe(0.5);
  });

  it('counts the last pixel of a side when widths are inclusive', () => {
    expect(boxIou([0, 0, 9, 9], 0, [5, 0, 14, 9], 0, 'INCLUSIVE')).toBe(50 / 150);
    expect(boxIou([0, 0, 9, 9], 0, [10, 0, 19, 9], 0, 'INCLUSIVE')).toBe(0);
    expect(boxIou([0, 0, 9, 9], 0, [9.5, 0, 19, 9], 0, 'INCLUSIVE')).toBeGreaterThan(0);
  });

  it('is 0 for boxes apart in both directions, where two negative sides would multiply to an area', () => {
    expect(boxIou([0, 0, 10, 10], 0, [20, 20, 30, 30], 0)).toBe(0);
    expect(boxIou([0, 0, 10, 10], 0, [10, 0, 20, 10], 0)).toBe(0);
  });

  it('is 0, not NaN, for boxes without area', () => {
    expect(boxIou([3, 3, 3, 3], 0, [3, 3, 3, 3], 0)).toBe(0);
  });

  it('reads the boxes at their index', () => {
    expect(boxIou([9, 9, 9, 9, 0, 0, 4, 4], 1, [9, 9, 9, 9, 1, 1, 2, 2, 0, 0, 4, 4], 2)).toBe(1);
  });

  it('is symmetric, in 0..1, exactly 1 for a box with itself, and equal to the plain formula', () => {
    fc.assert(
      fc.property(anyBox, anyBox, fc.constantFrom('CONTINUOUS' as const, 'INCLUSIVE' as const), (a, b, measure) => {
        const value = boxIou(a, 0, b, 0, measure);
        expect(value).toBe(boxIou(b, 0, a, 0, measure));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(boxIou(a, 0, a, 0, measure)).toBe(1);
        expect(value).toBe(plainIou(a, b, measure === 'INCLUSIVE' ? 1 : 0));
      }),
    );
  });

  it('keeps double precision: an IoU of 0.7 is not below 0.7', () => {
    expect(boxIou(Float64Array.of(0, 0, 10, 10), 0, Float64Array.of(0, 0, 10, 7), 0)).toBeGreaterThanOrEqual(0.7);
  });
});

describe('iou', () => {
  it('takes boxes with named edges', () => {
    expect(iou({ x1: 0, y1: 0, x2: 10, y2: 10 }, { x1: 5, y1: 0, x2: 15, y2: 10 })).toBe(50 / 150);
  });
});

describe('overlapOf', () => {
  const tiny = [50, 50, 51, 51];
  const lesion = [0, 0, 99, 99];

  it('gives a tiny box inside a lesion IoBB 1 and hardly any IoU', () => {
    expect(overlapOf('IOBB', 'INCLUSIVE')(tiny, 0, lesion, 0)).toBe(1);
    expect(overlapOf('IOU', 'INCLUSIVE')(tiny, 0, lesion, 0)).toBe(4 / 10000);
  });

  it('divides by the lesion for IoGT and takes the greater of both for IoBBGT', () => {
    expect(overlapOf('IOGT', 'INCLUSIVE')(tiny, 0, lesion, 0)).toBe(4 / 10000);
    expect(overlapOf('IOBBGT', 'INCLUSIVE')(tiny, 0, lesion, 0)).toBe(1);
    expect(overlapOf('IOBBGT', 'INCLUSIVE')(lesion, 0, tiny, 0)).toBe(1);
  });

  it('refuses a criterion it does not know and lists those it does', () => {
    expect(() => overlapOf('DICE' as 'IOU', 'CONTINUOUS')).toThrow(
      new RangeError('Expected the criterion to be one of IOU, IOBB, IOGT, IOBBGT, got DICE.'),
    );
  });
});

describe('clipBoxes', () => {
  it('cuts a box past the right edge of a 1-based image at width + 0.5 and leaves the given array alone', () => {
    const boxes = Float64Array.of(480.2, 100, 518.6, 130, -3, 2, 8, 600);
    expect([...clipBoxes(boxes, [512, 512], [512, 512], 0.5)]).toEqual([480.2, 100, 512.5, 130, 0.5, 2, 8, 512.5]);
    expect(boxes[2]).toBe(518.6);
  });
});
