/** What a board is sorted by, and which of it is published for a hidden split. */
import { BadUserInput } from '../errors';
import { FROC_RATES } from '../evaluation';
import type { BoardReport } from './boardEntry';
import { parseThresholds } from './evaluationProtocol';

export const BOARD_METRICS = ['ACCURACY', 'FROC_SENSITIVITY', 'AVERAGE_PRECISION'] as const;
export type BoardMetricKind = (typeof BOARD_METRICS)[number];

/** Greater is better; each is a share. */
export type BoardMetric = { iouThreshold: number } & (
  | { kind: 'ACCURACY'; topK: number }
  /** the mean over these rates, rising */
  | { kind: 'FROC_SENSITIVITY'; falsePositivesPerImage: readonly number[] }
  | { kind: 'AVERAGE_PRECISION' }
);

/** Rates of the mean sensitivity. */
export const MEAN_RATES: readonly number[] = [0.5, 1, 2, 4, 8, 16];
const MAX_RATE = 1_000;
const MAX_TOP_K = 1_000;
/** What is published for a hidden split: with thresholds of the caller's own, a submission could measure each of its boxes. */
const BLIND = { iouThreshold: 0.5, topK: [1, 5], stratum: 'ALL' };
/** Digits of the aggregates of a hidden split. */
const BLIND_DIGITS = 3;

/**
 * @param isBlind whether the ground truth is hidden from the caller
 * @throws BadUserInput naming the argument
 */
export function checkBoardMetric(metric: BoardMetric, stratum: string, isBlind: boolean): void {
  parseThresholds([metric.iouThreshold], 'iouThreshold');
  if (metric.kind === 'ACCURACY' && !(Number.isInteger(metric.topK) && metric.topK >= 1 && metric.topK <= MAX_TOP_K))
    throw new BadUserInput(`Expected topK to be from 1 to ${MAX_TOP_K}, got ${metric.topK}.`, 'topK');
  if (metric.kind === 'FROC_SENSITIVITY')
    for (const rate of metric.falsePositivesPerImage)
      if (!(rate > 0 && rate <= MAX_RATE))
        throw new BadUserInput(
          `Expected falsePositivesPerImage to be above 0 and at most ${MAX_RATE}, got ${rate}.`,
          'falsePositivesPerImage',
        );
  if (isBlind) checkBlind(metric, stratum);
}

function checkBlind(metric: BoardMetric, stratum: string): void {
  const refuse = (what: string, argument: string): never => {
    throw new BadUserInput(
      `The ground truth of this split is hidden: expected ${what}, because other metrics would tell of single boxes.`,
      argument,
    );
  };
  if (stratum !== BLIND.stratum) refuse('the stratum ALL', 'stratum');
  if (metric.iouThreshold !== BLIND.iouThreshold) refuse(`iouThreshold ${BLIND.iouThreshold}`, 'metric');
  if (metric.kind === 'ACCURACY' && !BLIND.topK.includes(metric.topK))
    refuse(`topK ${BLIND.topK.join(' or ')}`, 'metric');
  if (metric.kind === 'FROC_SENSITIVITY' && !metric.falsePositivesPerImage.every((rate) => FROC_RATES.includes(rate)))
    refuse(`falsePositivesPerImage to be one of ${FROC_RATES.join(', ')}, or omitted`, 'metric');
}

/** @returns a board without the sizes of the ground truth, its shares rounded */
export function roundedForBlind(report: BoardReport): BoardReport {
  const rounded = (share: number | null): number | null =>
    share === null ? null : Number(share.toFixed(BLIND_DIGITS));
  return {
    ...report,
    lesionCount: null,
    patientCount: null,
    resolvableDifference: rounded(report.resolvableDifference),
    entries: report.entries.map((entry) => ({
      ...entry,
      evaluationId: null,
      value: rounded(entry.value),
      ciLow: rounded(entry.ciLow),
      ciHigh: rounded(entry.ciHigh),
    })),
  };
}
