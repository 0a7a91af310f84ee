/**
 * Non-inferiority of a detector: it is no worse than a reference by more than a margin, if the lower end of the 95 %
 * interval of the difference is not below minus the margin. That is a one-sided test at 2.5 %.
 */
import type { Queryable } from '../database';
import { BadUserInput } from '../errors';
import type { ChosenMetric, ReadMetric } from './figuresOfRun';
import { compareMetrics, type MetricDifference } from './metricDifferences';

/** Whether a candidate is no worse, and what that rests on. */
export interface NonInferiority extends Omit<MetricDifference, 'adjustedPValue' | 'first' | 'second'> {
  holds: boolean;
  /** 0 … 1 */
  margin: number;
  /** of the figure; null without lesions, as the next one */
  candidate: number | null;
  reference: number | null;
  /** what a person reads */
  sentence: string;
}

/**
 * @param margin how much worse is still acceptable, 0 … 1
 * @throws NotFound, BadUserInput as `compareMetrics`
 */
export async function assertNoWorse(
  database: Queryable,
  candidateId: number,
  referenceId: number,
  metric: ChosenMetric,
  margin: number,
  selection: { stratum?: string } = {},
): Promise<NonInferiority> {
  checkMargin(margin);
  const [[difference] = []] = await compareMetrics(database, [candidateId], referenceId, [metric], selection);
  if (!difference) throw new Error('Expected one difference for one metric of one evaluation.');
  return judge(difference, margin);
}

/** @throws BadUserInput outside 0 … 1 */
export function checkMargin(margin: number): void {
  if (!(margin >= 0 && margin <= 1))
    throw new BadUserInput(`Expected margin to be from 0 to 1, got ${margin}.`, 'margin');
}

/** @param difference candidate less reference */
export function judge(difference: MetricDifference, margin: number): NonInferiority {
  const { adjustedPValue: _, first: candidate, second: reference, ...rest } = difference;
  // What is not above the margin by rounding alone is on it.
  const holds = rest.ciLow !== null && rest.ciLow >= -margin - 1e-12;
  const verdict = { ...rest, candidate, reference, margin, holds };
  return { ...verdict, sentence: sentenceOf(verdict) };
}

function sentenceOf(verdict: Omit<NonInferiority, 'sentence'>): string {
  const { holds, metric, stratum, candidate, reference, difference, ciLow, ciHigh, margin } = verdict;
  const name = `${nameOfMetric(metric)}${stratum === 'ALL' ? '' : ` in ${stratum}`}`;
  if (difference === null || ciLow === null || ciHigh === null)
    return `Not shown: ${name} has no interval, because its lesions come from fewer than two patients.`;
  const percent = (value: number | null): string => `${(100 * (value ?? 0)).toFixed(1)} %`;
  const points = (value: number): string => `${value < 0 ? '−' : '+'}${(100 * Math.abs(value)).toFixed(1)}`;
  const figures =
    `${name} is ${percent(candidate)}, that of the reference ${percent(reference)}; the difference is ` +
    `${points(difference)} percentage points (95 % interval ${points(ciLow)} to ${points(ciHigh)})`;
  const bound = `−${(100 * margin).toFixed(1)}`;
  return holds
    ? `No worse: ${figures}, and its lower end is not below the margin of ${bound}.`
    : `Not shown to be no worse: ${figures}, and its lower end is below the margin of ${bound}.`;
}

/** @returns what a person reads, e.g. "accuracy of the best 5 at IoU > 0.5" */
function nameOfMetric({ kind, iouThreshold, topK, falsePositivesPerImage }: ReadMetric): string {
  if (kind === 'ACCURACY') return `accuracy of the best ${topK} at an overlap of ${iouThreshold}`;
  if (kind === 'SENSITIVITY')
    return `sensitivity at ${falsePositivesPerImage} false positives per image and an overlap of ${iouThreshold}`;
  return iouThreshold === null ? 'average precision over IoU 0.50 to 0.95' : `average precision at IoU ${iouThreshold}`;
}
