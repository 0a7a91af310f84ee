import fc from 'fast-check';
import { countDiscordant, mcNemarP } from '../../src/evaluation';

/** scipy.stats.binomtest(onlyA, onlyA + onlyB, 0.5).pvalue, SciPy 1.17 */
const SCIPY: [onlyA: number, onlyB: number, p: number][] = [
  [1, 5, 0.21875],
  [10, 25, 0.016673847800120715],
  [0, 12, 0.00048828125],
  [300, 360, 0.02157234823197109],
  [7, 7, 1],
];

describe('mcNemarP', () => {
  it.each(SCIPY)('of %i against %i equals SciPy', (onlyA, onlyB, p) => {
    expect(mcNemarP(onlyA, onlyB)).toBeCloseTo(p, 10);
    expect(mcNemarP(onlyB, onlyA)).toBeCloseTo(p, 10);
  });

  it('is 1 where nothing differs, and a probability for any counts', () => {
    expect(mcNemarP(0, 0)).toBe(1);
    const counts = fc.nat(5000);
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const p = mcNemarP(a, b);
        return p >= 0 && p <= 1;
      }),
    );
  });
});

describe('countDiscordant', () => {
  it('tells at each threshold who hit which lesions', () => {
    // Lesion 0 is hit by both up to the second threshold, 1 by A alone, 2 by nobody, 3 is of another stratum.
    const a = Uint16Array.of(2, 1, 0, 2);
    const b = Uint16Array.of(2, 0, 0, 2);
    expect(countDiscordant(a, b, [0, 1, 2], 2)).toEqual([
      { both: 1, onlyA: 1, onlyB: 0, neither: 1 },
      { both: 1, onlyA: 0, onlyB: 0, neither: 2 },
    ]);
  });
});
