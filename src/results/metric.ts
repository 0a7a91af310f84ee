/** What a metric of an evaluation is: how it is computed, and how its points are stored. */
import type { Ranking, Stratum } from '../evaluation';
import type { EvaluationData } from './evaluationData';
import type { EvaluationProtocol } from './evaluationProtocol';

/**
 * One row of `metric_point`. The meaning of abscissa, numerator and value for a kind is documented where the metric is
 * computed.
 */
export interface MetricPoint {
  /** a metric may have several kinds of points, such as a curve and its intervals */
  kind: string;
  stratum: string;
  topK: number | null;
  iouThresholdMilli: number;
  abscissa: number | null;
  numerator: number | null;
  denominator: number | null;
  value: number | null;
  ciLow: number | null;
  ciHigh: number | null;
  scoreThreshold: number | null;
}

/** The columns that most points leave empty. */
export const EMPTY_COLUMNS = { topK: null, abscissa: null, ciLow: null, ciHigh: null, scoreThreshold: null };

/** The detections of a run against the lesions of its images. */
export interface Evaluated {
  data: EvaluationData;
  /** all detections, the most confident first */
  ranking: Ranking;
  /** `ALL` first */
  strata: readonly Stratum[];
}

/**
 * Computes all points of a metric, in parts: the event loop gets a turn after each, because a server may share the
 * process. A part of 5,000 images × 100 boxes takes about 0.1 s.
 */
export type Metric = (evaluated: Evaluated, protocol: EvaluationProtocol) => Iterable<MetricPoint[]>;
