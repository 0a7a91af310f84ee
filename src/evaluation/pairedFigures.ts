/** Whether the figures of two detectors differ: paired over patients, and corrected where many are asked for. */
import { type Interval, intervalOf } from './bootstrap';
import { drawFigures, type Figure, type FigureDraws, valueOfFigure } from './figures';

/** One figure of two detectors. */
export interface PairedFigures {
  readonly first: number | null;
  readonly second: number | null;
  /** first less second, −1 … 1; null without lesions */
  readonly difference: number | null;
  /** 95 %, both under the same draws of patients; null if nothing varies */
  readonly interval: Interval | null;
  /** two-sided, see {@link bootstrapP}; null if nothing varies */
  readonly pValue: number | null;
}

/** Compares two figures of the same patients. */
export function compareFigures(first: Figure, second: Figure, draws: FigureDraws): PairedFigures {
  const [ofFirst, ofSecond] = drawFigures([first, second], draws);
  const differences = ofFirst!.map((value, draw) => value - ofSecond![draw]!);
  const [a, b] = [valueOfFigure(first), valueOfFigure(second)];
  return {
    first: a,
    second: b,
    difference: a === null || b === null ? null : a - b,
    interval: intervalOf(differences),
    pValue: bootstrapP(differences),
  };
}

/**
 * The two-sided p-value that belongs to the percentile interval: twice the share of the draws on the side of 0 that has
 * fewer, draws of exactly 0 on both sides, with one draw more on either side (Davison and Hinkley 1997, 4.2.3), so that it
 * is never below 2 / (draws + 1) and at most 1.
 *
 * @param differences those that are NaN do not count
 * @returns null if there are none
 */
export function bootstrapP(differences: Float64Array): number | null {
  let [below, above, count] = [0, 0, 0];
  for (const difference of differences) {
    if (Number.isNaN(difference)) continue;
    count++;
    if (difference <= 0) below++;
    if (difference >= 0) above++;
  }
  return count === 0 ? null : Math.min(1, (2 * (Math.min(below, above) + 1)) / (count + 1));
}

/**
 * Holm's correction (1979): the chance that any of the differences is called real though none of them is stays below what
 * one alone would have.
 *
 * @param pValues null where there is none; it stays null and is not counted
 * @returns in the same order, each at least what it was and at most 1
 */
export function adjustByHolm(pValues: readonly (number | null)[]): (number | null)[] {
  const rising = pValues
    .flatMap((p, place) => (p === null ? [] : [{ p, place }]))
    .sort((a, b) => a.p - b.p || a.place - b.place);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let greatest = 0;
  for (const [rank, { p, place }] of rising.entries()) {
    greatest = Math.max(greatest, Math.min(1, (rising.length - rank) * p));
    adjusted[place] = greatest;
  }
  return adjusted;
}
