/** What the figures of the page draw, made of the answers. */
import { formatCount, formatNumber } from '../../data/text';
import type { Axis, CurveLine, CurvePoint } from '../../figures/curve';
import { ACCURACY_AXIS } from '../accuracy/lines';
import type { ThresholdCalibrationQuery, ThresholdCurveQuery, ThresholdPrecisionQuery } from './threshold.generated';

export type CurveRow = NonNullable<NonNullable<ThresholdCurveQuery['evaluation']>['operatingCurve']>[number];
export type PrecisionRow = NonNullable<NonNullable<ThresholdPrecisionQuery['evaluation']>['precisionRecall']>[number];
export type CalibrationRow = NonNullable<NonNullable<ThresholdCalibrationQuery['evaluation']>['calibration']>;

/** Detections behind this rate are of no use to anyone, and would press the rest of the curve to the edge. */
const MAX_SHOWN_RATE = 16;

/** Of points with equally many false positives the one with the most hits: one point per place of the marker. */
export function markedRows(curve: readonly CurveRow[]): CurveRow[] {
  const shown = curve.filter(
    ({ scoreThreshold, falsePositivesPerImage }) =>
      scoreThreshold !== null && (falsePositivesPerImage ?? 0) <= MAX_SHOWN_RATE,
  );
  return shown.filter((row, at) => row.falsePositives !== shown[at + 1]?.falsePositives);
}

/** The row that stands for a score threshold; without one that with about one false positive per image. */
export function rowAt(rows: readonly CurveRow[], score: number | undefined): CurveRow | undefined {
  if (score === undefined)
    return rows.findLast(({ falsePositivesPerImage }) => (falsePositivesPerImage ?? 0) <= 1) ?? rows[0];
  return rows.findLast(({ scoreThreshold }) => (scoreThreshold ?? 1) >= score - 1e-12) ?? rows[0];
}

export function sensitivityLine(name: string, rows: readonly CurveRow[]): CurveLine {
  const points = rows.map(
    ({ falsePositivesPerImage, sensitivity, scoreThreshold, truePositives, lesionCount }): CurvePoint => ({
      x: falsePositivesPerImage ?? 0,
      y: sensitivity,
      detail: `score ≥ ${formatNumber(scoreThreshold, 3)}, ${formatCount(truePositives)} of ${formatCount(lesionCount)}`,
    }),
  );
  return { id: 'curve', name, styleIndex: 0, points };
}

/** From 0 to the highest rate that is shown. */
export function rateAxis(rows: readonly CurveRow[]): Axis {
  const most = Math.max(0.25, ...rows.map(({ falsePositivesPerImage }) => falsePositivesPerImage ?? 0));
  const step = [0.05, 0.1, 0.25, 0.5, 1, 2, 4].find((one) => most / one <= 6) ?? 4;
  const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step);
  return {
    label: 'False positives per image',
    domain: [0, most],
    ticks,
    format: (value) => String(Math.round(value * 1000) / 1000),
  };
}

export function precisionLine(name: string, points: readonly PrecisionRow[]): CurveLine {
  return {
    id: 'precision',
    name,
    styleIndex: 0,
    points: points.map(({ recall, precision, scoreThreshold, ciLow, ciHigh }) => ({
      x: recall,
      y: precision,
      low: ciLow,
      high: ciHigh,
      detail: scoreThreshold === null ? 'not reached' : `score ≥ ${formatNumber(scoreThreshold, 3)}`,
    })),
  };
}

export const SCORE_AXIS: Axis = {
  label: 'Mean score of the bin',
  domain: [0, 1],
  ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
  format: (value) => value.toFixed(2),
};
export const HIT_AXIS: Axis = { ...ACCURACY_AXIS, label: 'Detections that hit (%)' };

/** The bins that have detections, beside crosses where score and share would be equal. */
export function reliabilityLines(name: string, { bins }: CalibrationRow): CurveLine[] {
  const points = bins.flatMap(({ meanScore, hitShare, hitShareInterval, hits, count }): CurvePoint[] =>
    meanScore === null
      ? []
      : [
          {
            x: meanScore,
            y: hitShare,
            low: hitShareInterval?.low ?? null,
            high: hitShareInterval?.high ?? null,
            detail: `${formatCount(hits)} of ${formatCount(count)}`,
          },
        ],
  );
  const equal = Array.from({ length: 11 }, (_, at) => ({ x: at / 10, y: at / 10 }));
  return [
    { id: 'bins', name, styleIndex: 0, points },
    { id: 'equal', name: 'Score = share', styleIndex: 1, points: equal, isReference: true },
  ];
}
