import { type Interval, intervalOf } from './bootstrap';
import { drawWeights } from './patientDraws';
import { seededRandom } from './random';

/** A number with its 95 % interval over patients; null for fewer than two patients. */
export interface BandedCount {
  readonly count: number;
  readonly interval: Interval | null;
}

/**
 * Intervals of counts by a bootstrap over patients. All counts draw the same patients.
 *
 * @param ofPatients one list of counts each, by patient
 */
export function bootstrapCounts(
  ofPatients: readonly Int32Array[],
  { patientCount, resamples, seed }: { patientCount: number; resamples: number; seed: number },
): BandedCount[] {
  const drawn = patientCount >= 2 ? resamples : 0;
  const values = ofPatients.map(() => new Float64Array(drawn));
  const random = seededRandom(seed);
  const weights = new Int32Array(patientCount);
  for (let draw = 0; draw < drawn; draw++) {
    drawWeights(random, weights);
    for (const [at, counts] of ofPatients.entries())
      values[at]![draw] = counts.reduce((sum, count, patient) => sum + count * weights[patient]!, 0);
  }
  return ofPatients.map((counts, at) => ({
    count: counts.reduce((sum, count) => sum + count, 0),
    interval: intervalOf(values[at]!),
  }));
}
