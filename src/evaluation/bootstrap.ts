/**
 * 95 % intervals by a bootstrap over patients: lesions of one patient are not independent, so whole patients are drawn
 * with replacement and the accuracy is computed again from their counts. Percentile method, quantiles interpolated
 * linearly.
 */
import { drawWeights } from './patientDraws';
import { seededRandom } from './random';
import type { Stratum } from './strata';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What is drawn, and how often. */
export interface Resampling {
  /** G, the patient of each lesion as 0..patientCount − 1 */
  readonly patientOf: Int32Array;
  readonly patientCount: number;
  /** at least 100; 1,000 and more for metrics to publish */
  readonly resamples: number;
  /** whole number; the same seed gives the same intervals */
  readonly seed: number;
}

/**
 * Intervals of the accuracy at every threshold, for several readings (say top-1 and top-5) and strata, from the same
 * draws.
 *
 * @param readings levels of each lesion, from `hitLevels`
 * @returns [reading][stratum][threshold]; null if the lesions come from fewer than two patients, since nothing varies
 *   then
 * @throws RangeError on counts that do not fit
 */
export function bootstrapAccuracy(
  readings: readonly Uint16Array[],
  strata: readonly Stratum[],
  thresholdCount: number,
  resampling: Resampling,
): (Interval | null)[][][] {
  const shares = resampleShares(readings, strata, thresholdCount, resampling);
  return shares.map((ofReading) => ofReading.map((ofStratum) => ofStratum.map(intervalOf)));
}

/**
 * The resampled accuracies themselves, [reading][stratum][threshold][resample]; NaN if the draw had no lesion of the
 * stratum, and an empty array for a stratum of fewer than two patients. Readings share every draw, so that their
 * differences are paired.
 */
export function resampleShares(
  readings: readonly Uint16Array[],
  strata: readonly Stratum[],
  thresholdCount: number,
  resampling: Resampling,
): Float64Array[][][] {
  checkResampling(readings, resampling);
  const { patientOf, patientCount, resamples } = resampling;
  const varies = strata.map((stratum) => new Set(stratum.lesions.map((lesion) => patientOf[lesion]!)).size >= 2);
  const shares = readings.map(() =>
    varies.map((does) => Array.from({ length: thresholdCount }, () => new Float64Array(does ? resamples : 0))),
  );
  // Gathered once, so that a draw reads along the arrays.
  const patients = strata.map(({ lesions }) => lesions.map((lesion) => patientOf[lesion]!));
  const levels = readings.map((ofReading) =>
    strata.map(({ lesions }) => Uint16Array.from(lesions, (one) => ofReading[one]!)),
  );
  const random = seededRandom(resampling.seed);
  const weights = new Int32Array(patientCount);
  const atLevel = new Int32Array(thresholdCount + 1);
  for (let resample = 0; resample < resamples; resample++) {
    drawWeights(random, weights);
    levels.forEach((ofReading, reading) => {
      ofReading.forEach((ofStratum, s) => {
        if (!varies[s]) return;
        atLevel.fill(0);
        addWeights(atLevel, ofStratum, patients[s]!, weights);
        writeShares(atLevel, shares[reading]![s]!, resample);
      });
    });
  }
  return shares;
}

function addWeights(atLevel: Int32Array, levels: Uint16Array, patients: Int32Array, weights: Int32Array): void {
  for (let i = 0; i < levels.length; i++) atLevel[levels[i]!]! += weights[patients[i]!]!;
}

/** Turns counts of lesions by level into the share hit at each threshold. */
function writeShares(atLevel: Int32Array, shares: readonly Float64Array[], resample: number): void {
  const total = atLevel.reduce((sum, count) => sum + count, 0);
  let hit = 0;
  for (let t = shares.length - 1; t >= 0; t--) {
    hit += atLevel[t + 1]!;
    shares[t]![resample] = hit / total;
  }
}

/** The 2.5 % and 97.5 % quantiles of the values that are numbers; null if there are none. */
export function intervalOf(values: Float64Array): Interval | null {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return sorted.length === 0 ? null : { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** @param sorted rising, not empty */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return Math.min(sorted[above]!, sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!));
}

function checkResampling(readings: readonly Uint16Array[], { patientOf, patientCount, resamples }: Resampling): void {
  if (!Number.isInteger(resamples) || resamples < 100) {
    throw new RangeError(`Expected at least 100 resamples, got ${resamples}.`);
  }
  for (const levels of readings) {
    if (levels.length !== patientOf.length) {
      throw new RangeError(`Expected a patient for each of the ${levels.length} lesions, got ${patientOf.length}.`);
    }
  }
  patientOf.forEach((patient, lesion) => {
    if (patient < 0 || patient >= patientCount) {
      throw new RangeError(`Expected patientOf[${lesion}] to be in 0..${patientCount - 1}, got ${patient}.`);
    }
  });
}
