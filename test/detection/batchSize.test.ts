import fc from 'fast-check';
import { batchOf } from '../../src/detection/batchSize';

describe('batchOf', () => {
  it('takes a power of two of what waits, as many as the device is best with', () => {
    expect([1, 2, 3, 5, 9, 40].map((waiting) => batchOf(waiting, 8))).toEqual([1, 2, 2, 4, 8, 8]);
    expect(batchOf(7, 1)).toBe(1);
    expect(batchOf(7, 6)).toBe(4);
  });

  it('works through any number in few, known sizes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.constantFrom(1, 2, 4, 8, 16), (count, batchSize) => {
        let left = count;
        while (left > 0) {
          const taken = batchOf(left, batchSize);
          expect([1, 2, 4, 8, 16].filter((size) => size <= batchSize)).toContain(taken);
          left -= taken;
        }
        expect(left).toBe(0);
      }),
    );
  });
});
