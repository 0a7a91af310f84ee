import { formatNumber } from '../../data/text';
import type { Axis, CurveLine, CurvePoint } from '../../figures/curve';
import type {
  AccuracyCurvesQuery,
  AccuracyDifferencesQuery,
  FrocCurvesQuery,
  PrecisionRecallCurvesQuery,
} from './accuracy.generated';
import { distinctNames, type EvaluationHead } from './evaluations';

/** Strata with fewer lesions than this say little: their bands are hatched. */
const SMALL_STRATUM = 10;

const percentTicks = [0, 0.2, 0.4, 0.6, 0.8, 1];
const tick = (value: number): string => String(Math.round(value * 100));

export const IOU_AXIS: Axis = {
  label: 'IoU threshold',
  domain: [0, 1],
  ticks: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
  format: (value) => formatNumber(value, 2).replace(/0$/, ''),
};
export const ACCURACY_AXIS: Axis = {
  label: 'Lesions found (%)',
  domain: [0, 1],
  ticks: percentTicks,
  format: tick,
  formatValue: (value) => formatNumber(value * 100),
};
const RATES = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16];
export const RATE_AXIS: Axis = {
  label: 'False positives per image',
  domain: [0.125, 16],
  ticks: RATES,
  format: (value) => (value < 1 && Number.isInteger(1 / value) ? `1/${1 / value}` : String(value)),
  isLog: true,
};
export const SENSITIVITY_AXIS: Axis = { ...ACCURACY_AXIS, label: 'Sensitivity (%)' };
export const RECALL_AXIS: Axis = {
  label: 'Recall',
  domain: [0, 1],
  ticks: percentTicks,
  format: (value) => formatNumber(value, 2).replace(/0$/, ''),
};
export const PRECISION_AXIS: Axis = { ...ACCURACY_AXIS, label: 'Precision (%)' };

/** A line without its points. */
export type LineHead = Omit<CurveLine, 'points'>;

/** The lines of evaluations, in their order. */
export function lineHeadsOf(evaluations: readonly EvaluationHead[], stratum: string): LineHead[] {
  const names = distinctNames(evaluations);
  return evaluations.map(({ id, strata }, index) => ({
    id,
    name: names[index] ?? id,
    styleIndex: index,
    isSmall: (strata.find(({ name }) => name === stratum)?.lesionCount ?? SMALL_STRATUM) < SMALL_STRATUM,
  }));
}

type PointsById = ReadonlyMap<string, readonly CurvePoint[]>;

/** Points in the order of the heads; a line without an answer has none. */
export const linesOf = (heads: readonly LineHead[], points: PointsById): CurveLine[] =>
  heads.map((head) => ({ ...head, points: points.get(head.id) ?? [] }));

export function accuracyPoints(nodes: AccuracyCurvesQuery['nodes']): PointsById {
  return new Map(
    nodes.flatMap((node) =>
      node && 'accuracyCurve' in node ? [[node.id, (node.accuracyCurve ?? []).map(accuracyPoint)] as const] : [],
    ),
  );
}

/** A stored point of accuracy as one of a figure. */
export function accuracyPoint(point: {
  iouThreshold: number;
  accuracy: number | null;
  ciLow: number | null;
  ciHigh: number | null;
  correct: number;
  total: number;
}): CurvePoint {
  const { iouThreshold, accuracy, ciLow, ciHigh, correct, total } = point;
  return { x: iouThreshold, y: accuracy, low: ciLow, high: ciHigh, detail: `${correct} of ${total}` };
}

export function frocPoints(nodes: FrocCurvesQuery['nodes']): PointsById {
  return new Map(
    nodes.flatMap((node) => (node && 'froc' in node ? [[node.id, (node.froc ?? []).map(frocPoint)] as const] : [])),
  );
}

/** A stored point of a FROC as one of a figure. */
export function frocPoint(point: {
  falsePositivesPerImage: number;
  sensitivity: number | null;
  ciLow: number | null;
  ciHigh: number | null;
  scoreThreshold: number | null;
  truePositives: number;
  total: number;
  reachedFalsePositivesPerImage: boolean;
}): CurvePoint {
  const { falsePositivesPerImage, sensitivity, ciLow, ciHigh, scoreThreshold, truePositives, total } = point;
  return {
    x: falsePositivesPerImage,
    y: sensitivity,
    low: ciLow,
    high: ciHigh,
    detail:
      `${truePositives} of ${total}` +
      (scoreThreshold === null ? '' : `, score ≥ ${scoreThreshold.toFixed(2)}`) +
      (point.reachedFalsePositivesPerImage ? '' : ', all detections'),
  };
}

export function precisionRecallPoints(nodes: PrecisionRecallCurvesQuery['nodes']): PointsById {
  return new Map(
    nodes.flatMap((node) =>
      node && 'precisionRecall' in node
        ? [
            [
              node.id,
              (node.precisionRecall ?? []).map(({ recall, precision, scoreThreshold }) => ({
                x: recall,
                y: precision,
                detail: scoreThreshold === null ? 'not reached' : `score ≥ ${scoreThreshold.toFixed(2)}`,
              })),
            ] as const,
          ]
        : [],
    ),
  );
}

type Differences = NonNullable<AccuracyDifferencesQuery['compareEvaluations']['differences']>;

export function differencePoints(differences: Differences): PointsById {
  return new Map(
    differences.map(({ other, points }) => [
      other.id,
      points.map((point) => ({
        x: point.iouThreshold,
        y: point.difference,
        low: point.ciLow,
        high: point.ciHigh,
        detail: `${point.onlyOther} against ${point.onlyBaseline} of ${point.total}, p = ${pValue(point.mcNemarP)}`,
      })),
    ]),
  );
}

const pValue = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));

/** An axis that holds all differences and their intervals, with zero in sight. */
export function differenceAxis(lines: readonly CurveLine[]): Axis {
  const values = lines.flatMap(({ points }) => points.flatMap(({ y, low, high }) => [y ?? 0, low ?? 0, high ?? 0]));
  const reach = Math.max(0.05, Math.ceil(Math.max(...values.map(Math.abs), 0) * 10) / 10);
  const ticks = [-1, -0.5, 0, 0.5, 1].map((share) => share * reach);
  return {
    label: 'Difference (percentage points)',
    domain: [-reach, reach],
    ticks,
    format: (value) => `${value > 0 ? '+' : ''}${formatNumber(value * 100, 1)}`,
  };
}

/**
 * The paper's figures (Yan et al., arXiv 1710.01766, section 4): accuracy at IoU > 0.5 of its single-class and its
 * multi-class detector on DeepLesion's test split.
 */
export const PAPER_LINES: readonly CurveLine[] = [
  {
    id: 'paper-multi',
    name: 'The paper, multi-class (DeepLesion, test split)',
    styleIndex: 0,
    isReference: true,
    points: [{ x: 0.5, y: 0.643 }],
  },
  {
    id: 'paper-single',
    name: 'The paper, single-class (DeepLesion, test split)',
    styleIndex: 0,
    isReference: true,
    points: [{ x: 0.5, y: 0.5945 }],
  },
];
