/** The metrics that every evaluation has. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { rankDetections } from '../evaluation';
import { accuracyPoints } from './accuracy';
import { precisionPoints } from './averagePrecision';
import type { EvaluationData } from './evaluationData';
import type { EvaluationProtocol } from './evaluationProtocol';
import { frocPoints } from './froc';
import type { Metric, MetricPoint } from './metric';
import { strataOfData } from './strata';

/** By name; a metric is added by one entry. A new one has no points in evaluations that are stored already. */
const METRICS: Readonly<Record<string, Metric>> = {
  accuracy: accuracyPoints,
  froc: frocPoints,
  averagePrecision: precisionPoints,
};

/** Computes every metric of the protocol over all strata. */
export async function computeMetricPoints(data: EvaluationData, protocol: EvaluationProtocol): Promise<MetricPoint[]> {
  const evaluated = { data, ranking: rankDetections(data.images), strata: strataOfData(data) };
  const points: MetricPoint[] = [];
  for (const metric of Object.values(METRICS)) {
    for (const part of metric(evaluated, protocol)) {
      points.push(...part);
      await nextTurn();
    }
  }
  return points;
}
