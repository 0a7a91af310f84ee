/**
 * Overlap thresholds are whole thousandths wherever they are named, stored or compared, because sums of 0.05 are not
 * equal to the decimals that people write (0.5 + 2 × 0.05 = 0.6000000000000001) and a metric filed under such a number
 * is not found again.
 */

/** 0.05, 0.10 … 0.95: the thresholds of the accuracy curve, in thousandths. */
export const DEFAULT_THRESHOLDS: readonly number[] = Array.from({ length: 19 }, (_, i) => 50 + 50 * i);

/** 0.50, 0.55 … 0.95: the thresholds of COCO's AP, in thousandths. */
export const COCO_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) => 500 + 50 * i);

/**
 * A threshold as whole thousandths.
 *
 * @throws RangeError outside (0, 1) and for more than three decimals
 */
export function toThousandths(threshold: number): number {
  const thousandths = Math.round(threshold * 1000);
  if (!(thousandths > 0 && thousandths < 1000)) {
    throw new RangeError(`Expected an IoU threshold in (0, 1), got ${threshold}.`);
  }
  if (Math.abs(threshold * 1000 - thousandths) > 1e-6) {
    throw new RangeError(`Expected an IoU threshold of at most three decimals, got ${threshold}.`);
  }
  return thousandths;
}

/** The thresholds as numbers to compare with. @throws RangeError unless they are rising whole thousandths in 1..999 */
export function fromThousandths(thousandths: readonly number[]): Float64Array {
  thousandths.forEach((value, i) => {
    const rises = i === 0 || value > thousandths[i - 1]!;
    if (!Number.isInteger(value) || value < 1 || value > 999 || !rises) {
      throw new RangeError(`Expected rising whole thousandths in 1..999, got ${thousandths.join(' ')}.`);
    }
  });
  return Float64Array.from(thousandths, (value) => value / 1000);
}

/**
 * The thresholds as pycocotools compares with them. Its ten come from numpy's linspace, whose ninth is
 * 0.8999999999999999: a box at exactly that IoU is a match there.
 */
export function toCocoThresholds(thousandths: readonly number[]): Float64Array {
  const step = (0.95 - 0.5) / 9;
  return fromThousandths(thousandths).map((value, i) => {
    const at = COCO_THRESHOLDS.indexOf(thousandths[i]!);
    return at < 0 || at === 9 ? value : 0.5 + at * step;
  });
}

/** Whether an overlap hits above a threshold only, or at it as well. */
export const COMPARATORS = ['GREATER', 'GREATER_OR_EQUAL'] as const;
export type Comparator = (typeof COMPARATORS)[number];

/**
 * The least overlaps that hit at the thresholds: the thresholds themselves, or the next greater double where only more
 * than that hits.
 */
export function leastHits(thresholds: Float64Array, comparator: Comparator): Float64Array {
  return comparator === 'GREATER_OR_EQUAL' ? thresholds : thresholds.map(nextAbove);
}

/** @param value positive and finite */
function nextAbove(value: number): number {
  const double = Float64Array.of(value);
  const bits = new BigUint64Array(double.buffer);
  bits[0] = bits[0]! + 1n;
  return double[0]!;
}
