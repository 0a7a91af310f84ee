import { countHits } from './accuracy';
import { type Interval, intervalOf, type Resampling, resampleShares } from './bootstrap';
import { seededRandom } from './random';
import type { Stratum } from './strata';

/** Two ways of training at one threshold; each metric is the mean over the trainings of its arm. */
export interface ArmComparison {
  /** null without lesions */
  readonly first: number | null;
  readonly firstInterval: Interval | null;
  readonly second: number | null;
  readonly secondInterval: Interval | null;
  /** second less first, −1..1 */
  readonly difference: number | null;
  readonly differenceInterval: Interval | null;
  /** second less first of each pair of trainings, in their order */
  readonly pairs: readonly number[];
}

/** Another stream than that of the patients, which `resampleShares` draws from the seed itself. */
const TRAINING_STREAM = 7919;

/**
 * Compares two arms of trainings, paired by their place (the i-th of both shares seed and data). Each resample draws
 * patients and pairs of trainings with replacement, so that the 95 % interval holds what is chance in the lesions as
 * well as in the trainings; with three pairs the latter is a rough guess.
 *
 * @param first,second levels of the same lesions in the same order, from `hitLevels`; one array a training, as many in
 *   both
 * @returns one comparison for each of T thresholds
 * @throws RangeError if the arms have no training or not equally many
 */
export function compareArms(
  first: readonly Uint16Array[],
  second: readonly Uint16Array[],
  stratum: Stratum,
  thresholdCount: number,
  resampling: Resampling,
): ArmComparison[] {
  const count = first.length;
  if (count === 0 || second.length !== count)
    throw new RangeError(`Expected as many trainings in both arms, got ${first.length} and ${second.length}.`);
  const shares = resampleShares([...first, ...second], [stratum], thresholdCount, resampling).map((one) => one[0]!);
  const drawn = drawPairs(count, resampling);
  const hits = [...first, ...second].map((levels) => countHits(levels, stratum, thresholdCount).correct);
  const total = stratum.lesions.length;
  return Array.from({ length: thresholdCount }, (_, t) => {
    const accuracy = hits.map((correct) => correct[t]! / total);
    const ofArm = (offset: number): Float64Array => meanOfDrawn(shares, t, offset, drawn);
    const [a, b] = [ofArm(0), ofArm(count)];
    const known = total > 0;
    const meanFirst = mean(accuracy.slice(0, count));
    const meanSecond = mean(accuracy.slice(count));
    return {
      first: known ? meanFirst : null,
      firstInterval: intervalOf(a),
      second: known ? meanSecond : null,
      secondInterval: intervalOf(b),
      difference: known ? meanSecond - meanFirst : null,
      differenceInterval: intervalOf(b.map((value, resample) => value - a[resample]!)),
      pairs: known ? first.map((_levels, pair) => accuracy[count + pair]! - accuracy[pair]!) : [],
    };
  });
}

/** [resample][draw] → pair of trainings */
function drawPairs(count: number, { resamples, seed }: Resampling): number[][] {
  const random = seededRandom(seed + TRAINING_STREAM);
  return Array.from({ length: resamples }, () =>
    Array.from({ length: count }, () => Math.floor((random() / 2 ** 32) * count)),
  );
}

/** The mean accuracy of the drawn trainings of an arm in each resample; empty if nothing varies. */
function meanOfDrawn(
  shares: readonly (readonly Float64Array[])[],
  t: number,
  offset: number,
  drawn: readonly number[][],
): Float64Array {
  const length = shares[offset]![t]!.length;
  return Float64Array.from({ length }, (_, resample) =>
    mean(drawn[resample]!.map((pair) => shares[offset + pair]![t]![resample]!)),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
