import { BadUserInput } from '../errors';
import { fromThousandths, leastHits, type OutcomeRules, overlapOf, toCocoThresholds } from '../evaluation';
import { type EvaluationProtocol, parseThresholds } from './evaluationProtocol';

/** The stored metrics whose rules outcomes may follow. */
export const OUTCOME_METRICS = ['FROC', 'AVERAGE_PRECISION', 'ACCURACY'] as const;
export type OutcomeMetric = (typeof OUTCOME_METRICS)[number];

/** Under which rules of a protocol. */
export interface RulesChoice {
  /** FROC unless given */
  readonly metric?: OutcomeMetric | undefined;
  /** of the overlap that the metric measures; in (0, 1), at most three decimals; 0.5 unless given */
  readonly iouThreshold?: number | undefined;
  /** 0 … iouThreshold; 0.1, or iouThreshold if that is lower, unless given */
  readonly backgroundIou?: number | undefined;
  /** of ACCURACY: how many detections of an image count, 1 … 1,000; that of the protocol unless given */
  readonly topK?: number | undefined;
}

const USUAL_BACKGROUND_IOU = 0.1;
const MAX_TOP_K = 1_000;

/**
 * @returns the rules that a metric of the protocol has at an overlap threshold
 * @throws BadUserInput naming the argument
 */
export function outcomeRulesOf(protocol: EvaluationProtocol, choice: RulesChoice): OutcomeRules {
  const { metric = 'FROC', iouThreshold = 0.5, topK } = choice;
  const [milli] = parseThresholds([iouThreshold], 'iouThreshold');
  if (topK !== undefined && metric !== 'ACCURACY')
    throw new BadUserInput(`Expected topK only together with metric: ACCURACY, got ${metric}.`, 'topK');
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1 && topK <= MAX_TOP_K))
    throw new BadUserInput(`Expected topK to be from 1 to ${MAX_TOP_K}, got ${topK}.`, 'topK');
  const background = choice.backgroundIou ?? Math.min(USUAL_BACKGROUND_IOU, iouThreshold);
  if (!(background >= 0 && background <= iouThreshold))
    throw new BadUserInput(
      `Expected backgroundIou to be from 0 to ${iouThreshold}, got ${background}.`,
      'backgroundIou',
    );
  const { finds, leastHit, overlap, maxDetections } = matchingOf(protocol, metric, milli!, topK);
  return { finds, leastHit, overlap, maxDetections, backgroundOverlap: Math.min(background, leastHit) };
}

function matchingOf(
  { froc, accuracy, averagePrecision }: EvaluationProtocol,
  metric: OutcomeMetric,
  milli: number,
  topK: number | undefined,
): Omit<OutcomeRules, 'backgroundOverlap'> {
  const all = Number.POSITIVE_INFINITY;
  const coco = {
    finds: 'ONE',
    leastHit: toCocoThresholds([milli])[0]!,
    overlap: overlapOf('IOU', 'CONTINUOUS'),
  } as const;
  if (metric === 'AVERAGE_PRECISION') return { ...coco, maxDetections: averagePrecision.maxDetectionsPerImage };
  if (metric === 'FROC' && froc.duplicates === 'FALSE_POSITIVE') return { ...coco, maxDetections: all };
  const { criterion, comparator, boxMeasure } = metric === 'FROC' ? froc : accuracy;
  return {
    finds: 'EVERY',
    leastHit: leastHits(fromThousandths([milli]), comparator)[0]!,
    overlap: overlapOf(criterion, boxMeasure),
    maxDetections: metric === 'FROC' ? all : (topK ?? accuracy.defaultTopK),
  };
}
