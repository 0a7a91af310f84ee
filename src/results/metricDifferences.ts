/** Differences of evaluations in any figure: paired over patients, and corrected for how many were asked for. */
import type { Queryable } from '../database';
import { BadUserInput } from '../errors';
import { adjustByHolm, compareFigures } from '../evaluation';
import { checkComparable } from './comparisonRules';
import { type ComparedRuns, loadComparedRuns, rememberingLast } from './evaluationComparison';
import { findEvaluations } from './evaluationRows';
import { type ChosenMetric, figureOf, type ReadMetric, readMetric } from './figuresOfRun';

/** One figure of two evaluations over the images that both runs completed. */
export interface MetricDifference {
  metric: ReadMetric;
  stratum: string;
  imageCount: number;
  lesionCount: number;
  /** 0 … 1; null without lesions, as the next two */
  first: number | null;
  second: number | null;
  /** first less second, −1 … 1 */
  difference: number | null;
  /** 95 %, paired over patients; null if the lesions come from fewer than two patients, as the p-values */
  ciLow: number | null;
  ciHigh: number | null;
  /** two-sided, of the same bootstrap (`bootstrapP`) */
  pValue: number | null;
  /** by Holm over all differences that were asked for together */
  adjustedPValue: number | null;
}

export const MAX_COMPARED_METRICS = 20;

/**
 * Compares each of the evaluations with one baseline in each of the metrics.
 *
 * @param selection.stratum ALL unless given
 * @returns one list per id, in their order, with one difference per metric
 * @throws NotFound, BadUserInput as `compareWithBaseline`
 */
export async function compareMetrics(
  database: Queryable,
  firstIds: readonly number[],
  baselineId: number,
  metrics: readonly ChosenMetric[],
  { stratum }: { stratum?: string } = {},
): Promise<MetricDifference[][]> {
  if (metrics.length < 1 || metrics.length > MAX_COMPARED_METRICS)
    throw new BadUserInput(`Expected 1 to ${MAX_COMPARED_METRICS} metrics, got ${metrics.length}.`, 'metrics');
  const rows = await findEvaluations(database, [baselineId, ...firstIds]);
  const baseline = rows.find(({ id }) => id === baselineId);
  if (baseline) for (const row of rows) checkComparable(row, baseline);
  const topK = baseline?.protocol.accuracy.defaultTopK ?? 1;
  const read = metrics.map((metric) => readMetric(metric, topK));
  const loadBaseline = rememberingLast();
  const found: Omit<MetricDifference, 'adjustedPValue'>[][] = [];
  for (const firstId of firstIds) {
    const runs = await loadComparedRuns(database, firstId, baselineId, { stratum, topK }, loadBaseline);
    found.push(read.map((metric) => differenceOf(runs, metric)));
  }
  const adjusted = adjustByHolm(found.flat().map(({ pValue }) => pValue));
  return found.map((ofFirst, f) =>
    ofFirst.map((difference, m) => ({ ...difference, adjustedPValue: adjusted[f * read.length + m]! })),
  );
}

function differenceOf(
  { first, second, protocol, stratum }: ComparedRuns,
  metric: ReadMetric,
): Omit<MetricDifference, 'adjustedPValue'> {
  const [a, b] = [first, second].map((data) => figureOf(data, protocol, stratum, metric));
  const { interval, ...figures } = compareFigures(a!, b!, protocol.intervals);
  return {
    metric,
    stratum: stratum.name,
    imageCount: first.imageIds.length,
    lesionCount: stratum.lesions.length,
    ...figures,
    ciLow: interval?.low ?? null,
    ciHigh: interval?.high ?? null,
  };
}
