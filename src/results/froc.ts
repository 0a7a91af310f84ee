import { type Queryable } from '../database';
import { BadUserInput } from '../errors';
import {
  bootstrapFroc,
  FROC_RATES,
  type FrocCurve,
  type FrocOutcome,
  findOverlaps,
  frocCurves,
  frocCurvesOneToOne,
  frocOutcome,
  fromThousandths,
  type Interval,
  leastHits,
  type OverlapCriterion,
  oneToOneOutcome,
  overlapOf,
  type Ranking,
  readFroc,
  type ScoredImages,
  type Stratum,
  toCocoThresholds,
  toThousandths,
} from '../evaluation';
import type { MatchingRules } from './evaluationPresets';
import { type EvaluationProtocol, parseThresholds } from './evaluationProtocol';
import { EMPTY_COLUMNS, type Evaluated, type MetricPoint } from './metric';

/**
 * FROC and FROC_BAND at each of the protocol's overlap thresholds: the curves of all strata, and their readings with
 * intervals over patients.
 */
export function* frocPoints(
  { data, ranking, strata }: Evaluated,
  protocol: EvaluationProtocol,
): Generator<MetricPoint[]> {
  const { images, patientOfImage: patientOf, imagePatientCount: patientCount } = data;
  const { froc, intervals } = protocol;
  for (const threshold of froc.thresholds) {
    const milli = toThousandths(threshold);
    const matching = matchingAt(images, ranking, milli, froc);
    const curves = strata.map(matching.curveOf);
    const outcomes = strata.map(matching.outcomeOf);
    for (const [s, curve] of curves.entries()) yield stepPoints(curve, strata[s]!.name, milli);
    const resampling = { patientOf, patientCount, resamples: intervals.resamples, seed: intervals.seed };
    const bands = bootstrapFroc(images, ranking, strata, outcomes, froc.falsePositivesPerImage, resampling);
    yield strata.flatMap(({ name }, s) =>
      froc.falsePositivesPerImage.map((rate, r) => bandPoint(curves[s]!, name, milli, rate, bands[s]![r]!)),
    );
  }
}

/**
 * The rules of the protocol's FROC with another overlap.
 *
 * @throws BadUserInput if the overlap does not go with the rule for duplicates
 */
export function frocRules(
  { froc }: Pick<EvaluationProtocol, 'froc'>,
  criterion: OverlapCriterion | null | undefined,
): EvaluationProtocol['froc'] {
  if (criterion == null) return froc;
  if (froc.duplicates === 'FALSE_POSITIVE' && criterion !== 'IOU')
    throw new BadUserInput(
      `Expected criterion IOU, got ${criterion}: in this protocol a box matches one lesion, as in COCO.`,
      'criterion',
    );
  return { ...froc, criterion };
}

/** How detections and lesions of one overlap threshold are matched, in any stratum. */
export interface Matching {
  curveOf(stratum: Stratum): FrocCurve;
  /** what each box does */
  outcomeOf(stratum: Stratum): FrocOutcome;
}

/** @returns the matching of a protocol. @param milli overlap threshold in thousandths */
export function matchingAt(
  images: ScoredImages,
  ranking: Ranking,
  milli: number,
  { criterion, comparator, boxMeasure, duplicates }: MatchingRules['froc'],
): Matching {
  if (duplicates === 'FALSE_POSITIVE') {
    const thresholds = toCocoThresholds([milli]);
    return {
      curveOf: (stratum) => frocCurvesOneToOne(images, ranking, stratum, thresholds)[0]!,
      outcomeOf: (stratum) => oneToOneOutcome(images, ranking, stratum, thresholds[0]!),
    };
  }
  const least = leastHits(fromThousandths([milli]), comparator);
  const pairs = findOverlaps(images, ranking, overlapOf(criterion, boxMeasure), least[0]!);
  return {
    curveOf: (stratum) => frocCurves(images, ranking, pairs, stratum, least)[0]!,
    outcomeOf: (stratum) => frocOutcome(ranking, pairs, stratum, least[0]!),
  };
}

/**
 * FROC_BAND: the curve read at one of the protocol's rates (abscissa), with its interval over patients. Every stratum
 * draws the same patients.
 */
function bandPoint(
  curve: FrocCurve,
  stratum: string,
  iouThresholdMilli: number,
  rate: number,
  band: Interval | null,
): MetricPoint {
  const reading = readFroc(curve, rate);
  return {
    ...EMPTY_COLUMNS,
    kind: 'FROC_BAND',
    stratum,
    iouThresholdMilli,
    abscissa: rate,
    numerator: reading.truePositives,
    denominator: curve.lesionCount,
    value: reading.sensitivity,
    ciLow: band?.low ?? null,
    ciHigh: band?.high ?? null,
    scoreThreshold: reading.scoreThreshold,
  };
}

/**
 * FROC: the whole step curve. numerator lesions hit of denominator lesions by the boxes from scoreThreshold on,
 * abscissa false positives an image. It always begins at abscissa 0, so that a reading at any rate is the last point
 * not above it.
 */
function stepPoints(curve: FrocCurve, stratum: string, iouThresholdMilli: number): MetricPoint[] {
  const point = (falsePositives: number, hits: number, scoreThreshold: number | null): MetricPoint => ({
    ...EMPTY_COLUMNS,
    kind: 'FROC',
    stratum,
    iouThresholdMilli,
    abscissa: falsePositives / Math.max(1, curve.imageCount),
    numerator: hits,
    denominator: curve.lesionCount,
    value: curve.lesionCount === 0 ? null : hits / curve.lesionCount,
    scoreThreshold,
  });
  const steps = Array.from(curve.falsePositives, (count, i) =>
    point(count, curve.truePositives[i]!, curve.scoreThresholds[i]!),
  );
  return curve.falsePositives[0] === 0 ? steps : [point(0, 0, null), ...steps];
}

/** Sensitivity at a rate of false positives, or one step of the curve. */
export interface FrocPoint {
  evaluationId: number;
  stratum: string;
  iouThreshold: number;
  falsePositivesPerImage: number;
  /** null without lesions */
  sensitivity: number | null;
  truePositives: number;
  total: number;
  /**
   * 95 % interval over patients, at the rates of the protocol; null at others, and when the lesions come from fewer
   * than two patients
   */
  ciLow: number | null;
  ciHigh: number | null;
  /** boxes from this score on; null before the first box */
  scoreThreshold: number | null;
  /** false if the detections run out before this rate: the sensitivity is then that of all detections */
  reachedFalsePositivesPerImage: boolean;
}

export interface FrocSelection {
  stratum?: string;
  /** overlap threshold, 0.5 unless given */
  iouThreshold?: number;
}

/** The FROC read at rates of false positives an image, 0.125 … 16 unless given, by rising rate. */
export async function findFrocPoints(
  database: Queryable,
  evaluationIds: readonly number[],
  selection: FrocSelection & { falsePositivesPerImage?: readonly number[] } = {},
): Promise<FrocPoint[]> {
  return database.query<FrocPoint>({
    name: 'froc-points',
    text: `
      SELECT evaluation.id AS "evaluationId", point.stratum, point.iou_threshold_milli / 1000.0::float8 AS "iouThreshold",
        rate AS "falsePositivesPerImage", point.value AS sensitivity, point.numerator AS "truePositives",
        point.denominator AS total, point.score_threshold AS "scoreThreshold", band.ci_low AS "ciLow", band.ci_high AS "ciHigh",
        curve_end.abscissa >= rate AS "reachedFalsePositivesPerImage"
      FROM unnest($1::int[]) AS evaluation (id)
      CROSS JOIN unnest($4::float8[]) AS rate
      CROSS JOIN LATERAL (
        SELECT max(abscissa) AS abscissa FROM metric_point
        WHERE evaluation_id = evaluation.id AND kind = 'FROC' AND stratum = $2 AND top_k IS NULL AND iou_threshold_milli = $3
      ) AS curve_end
      CROSS JOIN LATERAL (
        SELECT * FROM metric_point
        WHERE evaluation_id = evaluation.id AND kind = 'FROC' AND stratum = $2 AND top_k IS NULL AND iou_threshold_milli = $3
          AND abscissa <= rate
        ORDER BY abscissa DESC LIMIT 1
      ) AS point
      LEFT JOIN metric_point AS band ON band.evaluation_id = evaluation.id AND band.kind = 'FROC_BAND' AND band.stratum = $2
        AND band.iou_threshold_milli = $3 AND band.abscissa = rate
      ORDER BY evaluation.id, rate`,
    values: [...curveKey(evaluationIds, selection), selection.falsePositivesPerImage ?? FROC_RATES],
  });
}

function curveKey(evaluationIds: readonly number[], { stratum, iouThreshold }: FrocSelection): unknown[] {
  return [evaluationIds, stratum ?? 'ALL', parseThresholds([iouThreshold ?? 0.5], 'iouThreshold')[0]];
}
