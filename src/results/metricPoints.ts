import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Queryable } from '../database';
import { BadUserInput } from '../errors';
import {
  AREA_RANGES,
  allLesions,
  bestOverlapOfLesions,
  bootstrapAccuracy,
  bootstrapFroc,
  countHits,
  type FrocCurve,
  type FrocOutcome,
  findOverlaps,
  frocCurves,
  frocCurvesOneToOne,
  frocOutcome,
  fromThousandths,
  groupByLabel,
  hitLevels,
  type Interval,
  leastHits,
  matchCoco,
  meanPrecision,
  oneToOneOutcome,
  overlapOf,
  precisionRecall,
  type Ranking,
  RECALL_POINTS,
  rankDetections,
  readFroc,
  type ScoredImages,
  SIZE_BANDS,
  type Stratum,
  sizeBandOf,
  toCocoThresholds,
  toThousandths,
} from '../evaluation';
import type { EvaluatedLesion, EvaluationData } from './evaluationData';
import type { EvaluationProtocol } from './evaluationProtocol';

/** One row of `metric_point`; the meaning of abscissa, numerator and value by kind stands at the makers below. */
export interface MetricPoint {
  kind: 'ACCURACY' | 'FROC' | 'FROC_BAND' | 'AVERAGE_PRECISION' | 'PRECISION_RECALL';
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

const NOTHING = { topK: null, abscissa: null, ciLow: null, ciHigh: null, scoreThreshold: null };

/**
 * The strata of the lesions: ALL, the coarse types that occur, the three size bands where any lesion has a diameter (empty bands too, as
 * figures without value), and the pseudo-clusters that occur.
 */
export function strataOf(lesions: readonly EvaluatedLesion[]): Stratum[] {
  const byType = groupByLabel(
    lesions.map(({ coarseType }) => (coarseType === 'UNKNOWN' ? null : `coarse-type:${coarseType}`)),
  );
  const bands = new Map(
    groupByLabel(lesions.map(({ longDiameterMm }) => sizeBandOf(longDiameterMm))).map((band) => [band.name, band]),
  );
  const bySize =
    bands.size === 0
      ? []
      : SIZE_BANDS.map((band) => ({
          name: `size:${band}`,
          lesions: bands.get(band)?.lesions ?? new Int32Array(0),
        }));
  const byCluster = groupByLabel(
    lesions.map(({ pseudoClusterId }) => (pseudoClusterId === null ? null : `pseudo-cluster:${pseudoClusterId}`)),
  );
  const byName = (a: Stratum, b: Stratum): number => a.name.localeCompare(b.name, 'en', { numeric: true });
  return [allLesions(lesions.length), ...byType.sort(byName), ...bySize, ...byCluster.sort(byName)];
}

/**
 * Computes every figure of the protocol. The event loop gets a turn between the parts, because a server may share the process: of
 * 5,000 images × 100 boxes the longest part takes about 0.1 s.
 */
export async function computeMetricPoints(data: EvaluationData, protocol: EvaluationProtocol): Promise<MetricPoint[]> {
  const ranking = rankDetections(data.images);
  const strata = strataOf(data.lesions);
  const points: MetricPoint[] = [];
  for (const part of [accuracyPoints, frocPoints, precisionPoints]) {
    for (const some of part(data, ranking, strata, protocol)) {
      points.push(...some);
      await nextTurn();
    }
  }
  return points;
}

/** Numbers that the bootstrap keeps until it sorts them: 256 MiB. 50 strata with 10,000 resamples and the usual thresholds and counts are 28 million. */
const MAX_DRAWS = 32 * 2 ** 20;

/** @throws BadUserInput where the draws of all points would not fit into memory */
function checkDraws(draws: number): void {
  if (draws > MAX_DRAWS)
    throw new BadUserInput(
      `Expected resamples × strata × topK × IoU thresholds to be at most ${MAX_DRAWS}, got ${draws}: ask for fewer resamples, or fewer of the others.`,
      'resamples',
    );
}

/**
 * ACCURACY: numerator lesions hit of denominator lesions, with its interval over patients. All strata and counts of boxes share their draws.
 */
function* accuracyPoints(
  { images, patientOf, patientCount }: EvaluationData,
  ranking: Ranking,
  strata: readonly Stratum[],
  { accuracy, intervals: { resamples, seed } }: EvaluationProtocol,
): Generator<MetricPoint[]> {
  const milli = accuracy.iouThresholds.map(toThousandths);
  const thresholds = fromThousandths(milli);
  const overlap = overlapOf(accuracy.criterion, accuracy.boxMeasure);
  const levels = accuracy.topK.map((topK) =>
    hitLevels(bestOverlapOfLesions(images, ranking, topK, overlap), thresholds, accuracy.comparator),
  );
  checkDraws(accuracy.topK.length * strata.length * milli.length * resamples);
  const resampling = { patientOf, patientCount, resamples, seed };
  const intervals = bootstrapAccuracy(levels, strata, milli.length, resampling);
  for (const [k, topK] of accuracy.topK.entries())
    for (const [s, stratum] of strata.entries()) {
      const { correct, total } = countHits(levels[k]!, stratum, milli.length);
      yield milli.map((iouThresholdMilli, t) => ({
        ...NOTHING,
        kind: 'ACCURACY',
        stratum: stratum.name,
        topK,
        iouThresholdMilli,
        numerator: correct[t]!,
        denominator: total,
        value: total === 0 ? null : correct[t]! / total,
        ciLow: intervals[k]![s]![t]?.low ?? null,
        ciHigh: intervals[k]![s]![t]?.high ?? null,
      }));
    }
}

function* frocPoints(
  data: EvaluationData,
  ranking: Ranking,
  strata: readonly Stratum[],
  protocol: EvaluationProtocol,
): Generator<MetricPoint[]> {
  const { images, patientOfImage: patientOf, imagePatientCount: patientCount } = data;
  const { froc, intervals } = protocol;
  for (const threshold of froc.thresholds) {
    const milli = toThousandths(threshold);
    const { curves, outcomes } = frocOfStrata(images, ranking, strata, milli, froc);
    for (const [s, curve] of curves.entries()) yield stepPoints(curve, strata[s]!.name, milli);
    const resampling = { patientOf, patientCount, resamples: intervals.resamples, seed: intervals.seed };
    const bands = bootstrapFroc(images, ranking, strata, outcomes, froc.falsePositivesPerImage, resampling);
    yield strata.flatMap(({ name }, s) =>
      froc.falsePositivesPerImage.map((rate, r) => bandPoint(curves[s]!, name, milli, rate, bands[s]![r]!)),
    );
  }
}

/** The curves of all strata at one threshold, and what each box does in them. */
function frocOfStrata(
  images: ScoredImages,
  ranking: Ranking,
  strata: readonly Stratum[],
  milli: number,
  { criterion, comparator, boxMeasure, duplicates }: EvaluationProtocol['froc'],
): { curves: FrocCurve[]; outcomes: FrocOutcome[] } {
  if (duplicates === 'FALSE_POSITIVE') {
    const thresholds = toCocoThresholds([milli]);
    return {
      curves: strata.map((stratum) => frocCurvesOneToOne(images, ranking, stratum, thresholds)[0]!),
      outcomes: strata.map((stratum) => oneToOneOutcome(images, ranking, stratum, thresholds[0]!)),
    };
  }
  const least = leastHits(fromThousandths([milli]), comparator);
  const pairs = findOverlaps(images, ranking, overlapOf(criterion, boxMeasure), least[0]!);
  return {
    curves: strata.map((stratum) => frocCurves(images, ranking, pairs, stratum, least)[0]!),
    outcomes: strata.map((stratum) => frocOutcome(ranking, pairs, stratum, least[0]!)),
  };
}

/**
 * FROC_BAND: the curve read at one of the protocol's rates (abscissa), with its interval over patients. Every stratum draws the same
 * patients.
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
    ...NOTHING,
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
 * FROC: the whole step curve. numerator lesions hit of denominator lesions by the boxes from scoreThreshold on, abscissa false
 * positives an image. It always begins at abscissa 0, so that a reading at any rate is the last point not above it.
 */
function stepPoints(curve: FrocCurve, stratum: string, iouThresholdMilli: number): MetricPoint[] {
  const point = (falsePositives: number, hits: number, scoreThreshold: number | null): MetricPoint => ({
    ...NOTHING,
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

/**
 * AVERAGE_PRECISION: value AP, denominator lesions, of all lesions and of small, medium and large ones (COCO's areas). PRECISION_RECALL: abscissa recall, value the best precision at that recall or a higher one.
 * Neither is a quotient of two counts, so that the numerator stays empty.
 */
function* precisionPoints(
  { images }: EvaluationData,
  ranking: Ranking,
  _strata: readonly Stratum[],
  { averagePrecision }: EvaluationProtocol,
): Generator<MetricPoint[]> {
  const milli = averagePrecision.iouThresholds.map(toThousandths);
  const limit = averagePrecision.maxDetectionsPerImage;
  const curveAt = new Set(averagePrecision.precisionRecallAt.map(toThousandths));
  for (const area of ['all', 'small', 'medium', 'large'] as const) {
    const matches = matchCoco(images, ranking, toCocoThresholds(milli), AREA_RANGES[area], limit);
    for (const [t, iouThresholdMilli] of milli.entries()) {
      const curve = precisionRecall(images, ranking, matches, t, limit);
      const common = { ...NOTHING, iouThresholdMilli, numerator: null, denominator: matches.lesionCount };
      const stratum = area === 'all' ? 'ALL' : `area:${area}`;
      yield [{ ...common, stratum, kind: 'AVERAGE_PRECISION', value: curve && meanPrecision(curve) }];
      if (area !== 'all' || !curve || !curveAt.has(iouThresholdMilli)) continue;
      yield Array.from(RECALL_POINTS, (_, r) => ({
        ...common,
        stratum,
        kind: 'PRECISION_RECALL',
        abscissa: r / 100,
        value: curve.precision[r]!,
        scoreThreshold: curve.scoreThresholds[r]!,
      }));
    }
  }
}

/** Inserts all points in one statement, whatever their number. */
export async function insertMetricPoints(
  transaction: Queryable,
  evaluationId: number,
  points: readonly MetricPoint[],
): Promise<void> {
  const column = <Name extends keyof MetricPoint>(name: Name): MetricPoint[Name][] =>
    points.map((point) => point[name]);
  await transaction.query({
    text: `
      INSERT INTO metric_point (evaluation_id, kind, stratum, top_k, iou_threshold_milli, abscissa, numerator, denominator,
        value, ci_low, ci_high, score_threshold)
      SELECT $1, * FROM unnest($2::metric_kind[], $3::text[], $4::int[], $5::int[], $6::float8[], $7::int[], $8::int[],
        $9::float8[], $10::float8[], $11::float8[], $12::float8[])`,
    values: [
      evaluationId,
      column('kind'),
      column('stratum'),
      column('topK'),
      column('iouThresholdMilli'),
      column('abscissa'),
      column('numerator'),
      column('denominator'),
      column('value'),
      column('ciLow'),
      column('ciHigh'),
      column('scoreThreshold'),
    ],
  });
}
