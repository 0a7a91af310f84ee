/**
 * What a detector does at one score threshold: sensitivity, false positives per image, precision and F1, with their
 * counts. A point stands for all detections with at least its score, so that equal scores are never parted.
 */
import { type Interval, intervalOf } from './bootstrap';
import type { ScoredImages } from './boxes';
import { keepsRate } from './froc';
import type { FrocOutcome, ImageResampling } from './frocBands';
import { drawWeights } from './patientDraws';
import { seededRandom } from './random';
import type { Ranking } from './ranking';

/** One point of the curve over all score thresholds. */
export interface OperatingPoint {
  /** detections with at least this score count; null: none does */
  readonly scoreThreshold: number | null;
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** What a point is read as. */
export interface OperatingRates {
  /** null without lesions */
  readonly sensitivity: number | null;
  /** null without images */
  readonly falsePositivesPerImage: number | null;
  /** null without a detection that is a hit or a false positive */
  readonly precision: number | null;
  /** harmonic mean of sensitivity and precision; null where either is */
  readonly f1: number | null;
}

/** By which of its figures a point is chosen. */
export type OperatingChoice =
  | { readonly scoreThreshold: number }
  | { readonly falsePositivesPerImage: number }
  | { readonly sensitivityAtLeast: number }
  | { readonly precisionAtLeast: number };

/** The detections of a stratum by falling score, and what each does there. */
export interface OperatingSubject {
  readonly images: ScoredImages;
  readonly ranking: Ranking;
  /** from `frocOutcome` or `oneToOneOutcome` */
  readonly outcome: FrocOutcome;
  /** of the stratum */
  readonly lesionCount: number;
}

/**
 * All points by falling score threshold, the first without any detection: one for each distinct score.
 *
 * @returns typed columns of the same length
 */
export function operatingPoints({ images, ranking, outcome }: OperatingSubject): OperatingColumns {
  const { order } = ranking;
  const scoreThresholds = new Float64Array(order.length + 1);
  const truePositives = new Int32Array(order.length + 1);
  const falsePositives = new Int32Array(order.length + 1);
  let length = 1;
  let [hits, misses] = [0, 0];
  for (let place = 0; place < order.length; place++) {
    const detection = order[place]!;
    hits += outcome.hits[detection]!;
    misses += outcome.isFalse[detection]!;
    const score = images.scores[detection]!;
    if (place + 1 < order.length && images.scores[order[place + 1]!] === score) continue;
    scoreThresholds[length] = score;
    truePositives[length] = hits;
    falsePositives[length++] = misses;
  }
  return {
    length,
    scoreThresholds: scoreThresholds.subarray(0, length),
    truePositives: truePositives.subarray(0, length),
    falsePositives: falsePositives.subarray(0, length),
  };
}

/** Points by falling score threshold. The score of the first one means nothing. */
export interface OperatingColumns {
  readonly length: number;
  readonly scoreThresholds: Float64Array;
  readonly truePositives: Int32Array;
  readonly falsePositives: Int32Array;
}

/** @returns a point of the columns. @param at 0 … length − 1 */
function pointAt({ scoreThresholds, truePositives, falsePositives }: OperatingColumns, at: number): OperatingPoint {
  return {
    scoreThreshold: at === 0 ? null : scoreThresholds[at]!,
    truePositives: truePositives[at]!,
    falsePositives: falsePositives[at]!,
  };
}

/**
 * Chooses a point: at a score threshold all detections from there on; at a rate of false positives or a precision the
 * point with the most hits that keeps it, and of equally many the highest threshold; at a sensitivity the one with the
 * highest threshold that reaches it.
 *
 * @returns null if no point keeps what was asked
 */
export function chooseOperatingPoint(
  columns: OperatingColumns,
  { lesionCount, imageCount }: { lesionCount: number; imageCount: number },
  choice: OperatingChoice,
): OperatingPoint | null {
  const { length, scoreThresholds, truePositives, falsePositives } = columns;
  const last = (keeps: (at: number) => boolean): OperatingPoint | null => {
    for (let at = length - 1; at >= 0; at--) if (keeps(at)) return pointAt(columns, firstAsGood(columns, at));
    return null;
  };
  if ('scoreThreshold' in choice) {
    let at = length - 1;
    while (at > 0 && scoreThresholds[at]! < choice.scoreThreshold) at--;
    return pointAt(columns, at);
  }
  if ('falsePositivesPerImage' in choice)
    return last((at) => keepsRate(falsePositives[at]!, imageCount, choice.falsePositivesPerImage));
  if ('precisionAtLeast' in choice)
    return last((at) => {
      const boxes = truePositives[at]! + falsePositives[at]!;
      return boxes > 0 && truePositives[at]! / boxes >= choice.precisionAtLeast;
    });
  for (let at = 0; at < length; at++)
    if (lesionCount > 0 && truePositives[at]! / lesionCount >= choice.sensitivityAtLeast) return pointAt(columns, at);
  return null;
}

/** Of the points with as many hits the one with the highest threshold, and so with the fewest false positives. */
function firstAsGood({ truePositives }: OperatingColumns, at: number): number {
  let first = at;
  while (first > 0 && truePositives[first - 1] === truePositives[at]) first--;
  return first;
}

/** @param imageCount of the evaluation, with and without detections */
export function ratesOf(
  { truePositives, falsePositives }: Pick<OperatingPoint, 'truePositives' | 'falsePositives'>,
  { lesionCount, imageCount }: { lesionCount: number; imageCount: number },
): OperatingRates {
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  const sensitivity = share(truePositives, lesionCount);
  const precision = share(truePositives, truePositives + falsePositives);
  return {
    sensitivity,
    falsePositivesPerImage: share(falsePositives, imageCount),
    precision,
    // From the counts, which is exact where one of the two is 0.
    f1:
      sensitivity === null || precision === null
        ? null
        : (2 * truePositives) / (lesionCount + truePositives + falsePositives),
  };
}

/** 95 % intervals of a point; null if the images come from fewer than two patients. */
export type OperatingIntervals = { readonly [Rate in keyof OperatingRates]: Interval | null };

/**
 * Intervals of the rates at a score threshold, by a bootstrap over patients. The threshold stays what it is.
 *
 * @param imageOfLesions image of each lesion of the stratum
 */
export function bootstrapOperatingPoint(
  { images, ranking, outcome }: Omit<OperatingSubject, 'lesionCount'>,
  imageOfLesions: Int32Array,
  scoreThreshold: number | null,
  { patientOf, patientCount, resamples, seed }: ImageResampling,
): OperatingIntervals {
  const ofPatient = { hits: new Int32Array(patientCount), misses: new Int32Array(patientCount) };
  for (const detection of ranking.order) {
    if (scoreThreshold === null || images.scores[detection]! < scoreThreshold) break;
    const patient = patientOf[ranking.imageOf[detection]!]!;
    ofPatient.hits[patient]! += outcome.hits[detection]!;
    ofPatient.misses[patient]! += outcome.isFalse[detection]!;
  }
  const lesionsOf = new Int32Array(patientCount);
  for (const image of imageOfLesions) lesionsOf[patientOf[image]!]!++;
  const imagesOf = new Int32Array(patientCount);
  for (const patient of patientOf) imagesOf[patient]!++;

  const drawn = new Set(patientOf).size >= 2 ? resamples : 0;
  const rates = {
    sensitivity: new Float64Array(drawn),
    falsePositivesPerImage: new Float64Array(drawn),
    precision: new Float64Array(drawn),
    f1: new Float64Array(drawn),
  };
  const random = seededRandom(seed);
  const weights = new Int32Array(patientCount);
  const weigh = (counts: Int32Array): number => {
    let sum = 0;
    for (let patient = 0; patient < patientCount; patient++) sum += counts[patient]! * weights[patient]!;
    return sum;
  };
  for (let draw = 0; draw < drawn; draw++) {
    drawWeights(random, weights);
    const point = { truePositives: weigh(ofPatient.hits), falsePositives: weigh(ofPatient.misses) };
    const read = ratesOf(point, { lesionCount: weigh(lesionsOf), imageCount: weigh(imagesOf) });
    for (const name of RATES) rates[name][draw] = read[name] ?? Number.NaN;
  }
  return {
    sensitivity: intervalOf(rates.sensitivity),
    falsePositivesPerImage: intervalOf(rates.falsePositivesPerImage),
    precision: intervalOf(rates.precision),
    f1: intervalOf(rates.f1),
  };
}

const RATES = ['sensitivity', 'falsePositivesPerImage', 'precision', 'f1'] as const;

/**
 * Thins the points for a slider: at most `count`, spread evenly over the ranks of the detections, always with the first
 * and the last.
 *
 * @param count at least 2
 */
export function thinPoints(columns: OperatingColumns, count: number): OperatingPoint[] {
  const steps = Math.min(count, columns.length) - 1;
  if (steps <= 0) return [pointAt(columns, 0)];
  return Array.from({ length: steps + 1 }, (_, step) =>
    pointAt(columns, Math.round((step * (columns.length - 1)) / steps)),
  );
}
