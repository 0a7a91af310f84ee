/**
 * Average precision, average recall and precision–recall curves, equal to pycocotools' `accumulate` and `summarize`
 * within 1e-6.
 */
import {
  AREA_RANGES,
  type AreaRange,
  type CocoImages,
  type CocoMatches,
  DROPPED,
  matchCoco,
  TRUE_POSITIVE,
} from './cocoMatch';
import { type Ranking, rankDetections } from './ranking';
import { COCO_THRESHOLDS, toCocoThresholds } from './thresholds';

/**
 * 0, 0.01 … 1 as numpy's linspace makes them: element 35 is 0.35000000000000003, and a recall of 7/20 does not reach
 * it.
 */
export const RECALL_POINTS: Float64Array = Float64Array.from({ length: 101 }, (_, i) => i * 0.01);

/**
 * @param share 0 … 1
 * @param total at least 1
 * @returns the least whole number whose quotient by the total is not below the share: found by division, as recalls are
 *   compared, but with one for a recall and not one for each hit
 */
export function leastReaching(share: number, total: number): number {
  let least = Math.ceil(share * total);
  while (least > 0 && (least - 1) / total >= share) least--;
  while (least / total < share) least++;
  return least;
}

/** Precision at 101 recalls for one class, area range, threshold and limit of detections. */
export interface PrecisionRecall {
  /** 101, at each of RECALL_POINTS the best precision at that recall or a higher one, 0 beyond the greatest recall */
  readonly precision: Float64Array;
  /** 101, the lowest score that gets there; null beyond the greatest recall */
  readonly scoreThresholds: readonly (number | null)[];
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly lesionCount: number;
}

/**
 * Walks the detections by falling score.
 *
 * @param t index of the threshold in `matches`
 * @param maxDetections only so many best detections of an image, not more than those that were matched
 * @returns null if there is no lesion that counts: precision is then undefined
 */
export function precisionRecall(
  images: CocoImages,
  ranking: Ranking,
  matches: CocoMatches,
  t: number,
  maxDetections: number,
): PrecisionRecall | null {
  const { lesionCount } = matches;
  if (lesionCount === 0) return null;
  const outcome = matches.outcome.subarray(t * images.scores.length, (t + 1) * images.scores.length);
  /** at the n-th hit: precision there and, after the backward pass, the best from there on */
  const envelope: number[] = [];
  const scores: number[] = [];
  let falsePositives = 0;
  for (const detection of ranking.order) {
    if (outcome[detection] === DROPPED || ranking.rankInImage[detection]! >= maxDetections) continue;
    if (outcome[detection] === TRUE_POSITIVE) {
      scores.push(images.scores[detection]!);
      envelope.push(scores.length / (scores.length + falsePositives));
    } else {
      falsePositives++;
    }
  }
  for (let n = envelope.length - 2; n >= 0; n--) envelope[n] = Math.max(envelope[n]!, envelope[n + 1]!);
  const precision = new Float64Array(RECALL_POINTS.length);
  const scoreThresholds: (number | null)[] = new Array(RECALL_POINTS.length).fill(null);
  let hit = 0;
  for (let r = 0; r < RECALL_POINTS.length; r++) {
    while (hit < envelope.length && (hit + 1) / lesionCount < RECALL_POINTS[r]!) hit++;
    if (hit >= envelope.length) break;
    precision[r] = envelope[hit]!;
    scoreThresholds[r] = scores[hit]!;
  }
  return { precision, scoreThresholds, truePositives: scores.length, falsePositives, lesionCount };
}

/** AP of a precision–recall curve: the mean of its 101 precisions. */
export function meanPrecision(curve: PrecisionRecall): number {
  return curve.precision.reduce((sum, value) => sum + value, 0) / curve.precision.length;
}

/** pycocotools' twelve metrics; null if it has −1, because no lesion counts. */
export interface CocoSummary {
  ap: number | null;
  ap50: number | null;
  ap75: number | null;
  apSmall: number | null;
  apMedium: number | null;
  apLarge: number | null;
  ar1: number | null;
  ar10: number | null;
  ar100: number | null;
  arSmall: number | null;
  arMedium: number | null;
  arLarge: number | null;
}

/** AP and greatest recall of one class at each threshold; null if no lesion counts. */
interface ClassFigures {
  /** T */
  readonly ap: (number | null)[];
  /** T */
  readonly recall: (number | null)[];
}

/**
 * The twelve metrics over one or more classes. A class without lesions is excluded, one without detections counts 0.
 *
 * @param classes the same images in the same order for each class
 * @throws RangeError if boxes, scores or offsets do not fit
 */
export function summarizeCoco(classes: readonly CocoImages[]): CocoSummary {
  const thresholds = toCocoThresholds(COCO_THRESHOLDS);
  const rankings = classes.map(rankDetections);
  const figures = (range: AreaRange, limits: readonly number[]): ClassFigures[][] => {
    const ofClasses = classes.map((images, c) => {
      const matches = matchCoco(images, rankings[c]!, thresholds, range, 100);
      return limits.map((limit) => classFigures(images, rankings[c]!, matches, thresholds.length, limit));
    });
    return limits.map((_, i) => ofClasses.map((ofClass) => ofClass[i]!));
  };
  const [at1, at10, all] = figures(AREA_RANGES.all, [1, 10, 100]);
  const [small] = figures(AREA_RANGES.small, [100]);
  const [medium] = figures(AREA_RANGES.medium, [100]);
  const [large] = figures(AREA_RANGES.large, [100]);
  const mean = (which: keyof ClassFigures, of: ClassFigures[] | undefined): number | null =>
    meanOfDefined((of ?? []).flatMap((figure) => figure[which]));
  const at = (t: number): number | null => meanOfDefined((all ?? []).map((figure) => figure.ap[t]!));
  return {
    ap: mean('ap', all),
    ap50: at(0),
    ap75: at(5),
    apSmall: mean('ap', small),
    apMedium: mean('ap', medium),
    apLarge: mean('ap', large),
    ar1: mean('recall', at1),
    ar10: mean('recall', at10),
    ar100: mean('recall', all),
    arSmall: mean('recall', small),
    arMedium: mean('recall', medium),
    arLarge: mean('recall', large),
  };
}

function classFigures(
  images: CocoImages,
  ranking: Ranking,
  matches: CocoMatches,
  thresholdCount: number,
  maxDetections: number,
): ClassFigures {
  const curves = Array.from({ length: thresholdCount }, (_, t) =>
    precisionRecall(images, ranking, matches, t, maxDetections),
  );
  return {
    ap: curves.map((curve) => curve && meanPrecision(curve)),
    recall: curves.map((curve) => curve && curve.truePositives / curve.lesionCount),
  };
}

/** The mean of the values that are there; null if none is. */
export function meanOfDefined(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length;
}
