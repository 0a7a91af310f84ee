import fc from 'fast-check';
import { linearScale, logScale } from '../../../web/app/figures/scale';

const value = fc.double({ min: 0.01, max: 100, noNaN: true });
const pair = fc.tuple(value, value).filter(([low, high]) => Math.abs(high - low) > 0.01);

describe('a scale', () => {
  it.each([
    ['linear', linearScale],
    ['logarithmic', logScale],
  ])('that is %s puts the ends of its domain on the ends of its range, and leads back', (_, scaleOf) => {
    fc.assert(
      fc.property(pair, value, (domain, at) => {
        const scale = scaleOf(domain, [400, 20]);
        expect(scale(domain[0])).toBeCloseTo(400);
        expect(scale(domain[1])).toBeCloseTo(20);
        expect(scale.invert(scale(at))).toBeCloseTo(at, 4);
      }),
    );
  });

  it('puts the rates of a FROC at equal distances', () => {
    const scale = logScale([1 / 8, 16], [0, 70]);
    expect([1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16].map((rate) => Math.round(scale(rate)))).toEqual([
      0, 10, 20, 30, 40, 50, 60, 70,
    ]);
  });

  it('puts a domain without an extent in the middle', () => {
    expect(linearScale([5, 5], [0, 10])(5)).toBe(5);
  });
});
