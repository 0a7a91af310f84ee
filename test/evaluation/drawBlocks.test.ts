import fc from 'fast-check';
import { leastReaching } from '../../src/evaluation/averagePrecision';
import { BLOCK, DrawnCounts, packDraws } from '../../src/evaluation/drawBlocks';

describe('draws, twelve at once', () => {
  it('count what each draw counts alone, wherever the list is parted and however often a patient is drawn', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }).chain((patientCount) =>
          fc.record({
            weights: fc.array(
              fc.array(fc.oneof(fc.nat(9), fc.constantFrom(50_000, 131_071)), {
                minLength: patientCount,
                maxLength: patientCount,
              }),
              { minLength: 1, maxLength: BLOCK },
            ),
            patients: fc.array(fc.nat(patientCount - 1), { maxLength: 300 }),
            ends: fc.array(fc.nat(300), { maxLength: 5 }),
          }),
        ),
        ({ weights, patients, ends }) => {
          const counts = new DrawnCounts(
            Int32Array.from(patients),
            packDraws(weights.map((one) => Int32Array.from(one))),
          );
          for (const end of [...ends.sort((a, b) => a - b), patients.length].filter((one) => one <= patients.length)) {
            counts.upTo(end);
            const before = patients.slice(0, end);
            expect([...counts.sums].slice(0, weights.length)).toEqual(
              weights.map((one) => before.reduce((sum, patient) => sum + (one[patient] ?? 0), 0)),
            );
          }
        },
      ),
    );
  });

  it('are refused where a patient is drawn so often that two draws would run into each other', () => {
    expect(() => packDraws([Int32Array.of(2 ** 17)])).toThrow(RangeError);
  });
});

it('finds the hits that reach a recall as a division for each number of hits does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 0, max: 100 }), (total, percent) => {
      const share = percent * 0.01;
      const least = leastReaching(share, total);
      expect(least / total).toBeGreaterThanOrEqual(share);
      if (least > 0) expect((least - 1) / total).toBeLessThan(share);
    }),
  );
});
