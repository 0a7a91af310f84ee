/** The figures by which detectors are compared, read from the stored boxes of a run. */
import { BadUserInput } from '../errors';
import {
  averagePrecisionFigure,
  COCO_THRESHOLDS,
  type Figure,
  imagesOfLesions,
  type PrecisionSubject,
  type Ranking,
  rankDetections,
  type Stratum,
  sensitivityFigure,
  shareFigure,
  toCocoThresholds,
} from '../evaluation';
import { levelsOf } from './evaluationComparison';
import type { EvaluationData } from './evaluationData';
import { type EvaluationProtocol, parseThresholds } from './evaluationProtocol';
import { matchingAt } from './froc';

export const METRIC_KINDS = ['ACCURACY', 'SENSITIVITY', 'AVERAGE_PRECISION'] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

/** One figure of an evaluation. */
export interface ChosenMetric {
  kind: MetricKind;
  /** in (0, 1), at most three decimals; 0.5, and for the average precision the mean over COCO's ten, unless given */
  iouThreshold?: number | null;
  /** of ACCURACY; that of the protocol unless given */
  topK?: number | null;
  /** of SENSITIVITY; 4 unless given */
  falsePositivesPerImage?: number | null;
}

/** A metric with everything that it was read with; null what does not belong to its kind. */
export interface ReadMetric {
  kind: MetricKind;
  /** null: the mean over COCO's ten */
  iouThreshold: number | null;
  topK: number | null;
  falsePositivesPerImage: number | null;
}

export const MAX_RATE = 1_000;
const MAX_TOP_K = 1_000;

/**
 * Completes a choice.
 *
 * @param defaultTopK for the accuracy
 * @throws BadUserInput naming the argument
 */
export function readMetric(metric: ChosenMetric, defaultTopK: number): ReadMetric {
  const { kind } = metric;
  const refuse = (argument: string): never => {
    throw new BadUserInput(`Expected no ${argument} with ${kind}, to which it does not belong.`, argument);
  };
  if (metric.topK != null && kind !== 'ACCURACY') refuse('topK');
  if (metric.falsePositivesPerImage != null && kind !== 'SENSITIVITY') refuse('falsePositivesPerImage');
  const iouThreshold = metric.iouThreshold ?? (kind === 'AVERAGE_PRECISION' ? null : 0.5);
  if (iouThreshold !== null) parseThresholds([iouThreshold], 'iouThreshold');
  const topK = kind === 'ACCURACY' ? (metric.topK ?? defaultTopK) : null;
  if (topK !== null && !(Number.isInteger(topK) && topK >= 1 && topK <= MAX_TOP_K))
    throw new BadUserInput(`Expected topK to be from 1 to ${MAX_TOP_K}, got ${topK}.`, 'topK');
  const rate = kind === 'SENSITIVITY' ? (metric.falsePositivesPerImage ?? 4) : null;
  if (rate !== null && !(rate >= 0 && rate <= MAX_RATE))
    throw new BadUserInput(
      `Expected falsePositivesPerImage to be from 0 to ${MAX_RATE}, got ${rate}.`,
      'falsePositivesPerImage',
    );
  return { kind, iouThreshold, topK, falsePositivesPerImage: rate };
}

/** The figure of one run in one stratum, by the rules of a protocol. */
export function figureOf(
  data: EvaluationData,
  protocol: EvaluationProtocol,
  stratum: Stratum,
  metric: ReadMetric,
  ranking: Ranking = rankDetections(data.images),
): Figure {
  const milli =
    metric.iouThreshold === null ? [...COCO_THRESHOLDS] : parseThresholds([metric.iouThreshold], 'iouThreshold');
  if (metric.kind === 'ACCURACY') {
    const levels = levelsOf(data, metric.topK ?? protocol.accuracy.defaultTopK, milli, protocol);
    const isHit = Uint8Array.from(stratum.lesions, (lesion) => (levels[lesion]! > 0 ? 1 : 0));
    const patients = stratum.lesions.map((lesion) => data.patientOf[lesion]!);
    return shareFigure(isHit, patients, data.patientCount);
  }
  const subject = precisionSubjectOf(data, protocol, stratum, ranking);
  if (metric.kind === 'AVERAGE_PRECISION') return averagePrecisionFigure(subject, toCocoThresholds(milli));
  const outcome = matchingAt(data.images, ranking, milli[0]!, protocol.froc).outcomeOf(stratum);
  return sensitivityFigure({ ...subject, outcome }, metric.falsePositivesPerImage ?? 4);
}

/** What precision and sensitivity of a stratum are read from. */
export function precisionSubjectOf(
  { images, patientOfImage, imagePatientCount }: EvaluationData,
  { averagePrecision }: EvaluationProtocol,
  stratum: Stratum,
  ranking: Ranking,
): PrecisionSubject {
  const imageOf = imagesOfLesions(images);
  return {
    images,
    ranking,
    stratum,
    maxDetections: averagePrecision.maxDetectionsPerImage,
    patientOfImages: patientOfImage,
    patientsOfLesions: stratum.lesions.map((lesion) => patientOfImage[imageOf[lesion]!]!),
    patientCount: imagePatientCount,
  };
}
