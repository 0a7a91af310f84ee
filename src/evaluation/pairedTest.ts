/** How many lesions two runs found, at one threshold. */
export interface DiscordantCounts {
  readonly both: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly neither: number;
}

/**
 * Counts the lesions of a stratum by who found them, at each of T thresholds.
 *
 * @param levelsA,levelsB levels of the same lesions, from `hitLevels`
 */
export function countDiscordant(
  levelsA: Uint16Array,
  levelsB: Uint16Array,
  lesions: ArrayLike<number>,
  thresholdCount: number,
): DiscordantCounts[] {
  return Array.from({ length: thresholdCount }, (_, t) => {
    const counts = { both: 0, onlyA: 0, onlyB: 0, neither: 0 };
    for (let i = 0; i < lesions.length; i++) {
      const a = levelsA[lesions[i]!]! > t;
      const b = levelsB[lesions[i]!]! > t;
      counts[a ? (b ? 'both' : 'onlyA') : b ? 'onlyB' : 'neither']++;
    }
    return counts;
  });
}

/**
 * The exact two-sided McNemar test: were both runs equally good, each of the lesions that one alone found would be a
 * fair coin. It takes lesions as independent, which those of one patient are not: read it alongside the interval over
 * patients.
 *
 * @param onlyA,onlyB whole numbers from 0
 * @returns p in (0, 1]; 1 without a lesion that one alone found
 */
export function mcNemarP(onlyA: number, onlyB: number): number {
  const n = onlyA + onlyB;
  if (n === 0) return 1;
  const fewer = Math.min(onlyA, onlyB);
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    if (k > 0) logTerm += Math.log((n - k + 1) / k);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}
