import { DEFAULT_THRESHOLDS, fromThousandths, sizeBandOf, toThousandths } from '../../src/evaluation';
import { groupByLabel } from '../../src/evaluation/strata';

describe('thresholds', () => {
  it('are 0.05 to 0.95 in 19 steps, each equal to its decimal', () => {
    expect([...fromThousandths(DEFAULT_THRESHOLDS)]).toEqual([
      0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
    ]);
  });

  it('are found in thousandths even where they come from sums', () => {
    expect(toThousandths(0.5 + 2 * 0.05)).toBe(600);
    expect(toThousandths(0.29)).toBe(290);
  });

  it('are refused outside 0 to 1, with four decimals, unsorted or twice', () => {
    expect(() => toThousandths(1.5)).toThrow(new RangeError('Expected an IoU threshold in (0, 1), got 1.5.'));
    expect(() => toThousandths(0)).toThrow(RangeError);
    expect(() => toThousandths(Number.NaN)).toThrow(RangeError);
    expect(() => toThousandths(0.1234)).toThrow(
      new RangeError('Expected an IoU threshold of at most three decimals, got 0.1234.'),
    );
    expect(() => fromThousandths([500, 500])).toThrow(
      new RangeError('Expected rising whole thousandths in 1..999, got 500 500.'),
    );
  });
});

describe('strata', () => {
  it('put diameters of exactly 10 and 30 mm into the middle band, and none without a diameter', () => {
    expect([9.99, 10, 30, 30.01, null].map(sizeBandOf)).toEqual([
      'under-10mm',
      '10-30mm',
      '10-30mm',
      'over-30mm',
      null,
    ]);
  });

  it('group lesions by label and leave out those without', () => {
    expect(groupByLabel(['LUNG', null, 'BONE', 'LUNG'])).toEqual([
      { name: 'LUNG', lesions: Int32Array.of(0, 3) },
      { name: 'BONE', lesions: Int32Array.of(2) },
    ]);
  });
});
