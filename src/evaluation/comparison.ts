import { countHits } from './accuracy';
import { type Interval, intervalOf, type Resampling, resampleShares } from './bootstrap';
import type { Stratum } from './strata';

/** Two runs on the same lesions at one threshold. */
export interface PairedAccuracy {
  readonly correctA: number;
  readonly correctB: number;
  readonly total: number;
  /** accuracy of A less that of B, −1..1; null without lesions */
  readonly difference: number | null;
  /** 95 % interval of the difference; null if the lesions come from fewer than two patients */
  readonly interval: Interval | null;
}

/**
 * Compares two runs lesion by lesion: both are computed from the same drawn patients, so that what makes a patient hard
 * for both cancels out and the interval is narrower than two separate ones suggest.
 *
 * @param levelsA,levelsB levels of the same lesions in the same order, from `hitLevels`
 * @returns one comparison for each of T thresholds
 * @throws RangeError if the two do not have the same lesions
 */
export function compareAccuracy(
  levelsA: Uint16Array,
  levelsB: Uint16Array,
  stratum: Stratum,
  thresholdCount: number,
  resampling: Resampling,
): PairedAccuracy[] {
  const [sharesA, sharesB] = resampleShares([levelsA, levelsB], [stratum], thresholdCount, resampling);
  const a = countHits(levelsA, stratum, thresholdCount);
  const b = countHits(levelsB, stratum, thresholdCount);
  return Array.from({ length: thresholdCount }, (_, t) => {
    const ofB = sharesB![0]![t]!;
    return {
      correctA: a.correct[t]!,
      correctB: b.correct[t]!,
      total: a.total,
      difference: a.total === 0 ? null : (a.correct[t]! - b.correct[t]!) / a.total,
      interval: intervalOf(sharesA![0]![t]!.map((share, resample) => share - ofB[resample]!)),
    };
  });
}
