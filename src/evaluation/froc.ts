/**
 * FROC as the public DeepLesion codes count it (3DCE, MULAN, DeepLesion_manual_test_set): detections of all images by
 * falling score; a box with overlap ≥ τ makes *every* lesion it overlaps so far a hit, a box with none is a false
 * positive, and a box on lesions that are hit already is neither. This differs from COCO, where a box takes one lesion
 * and a repeat is a false positive.
 *
 * Those codes leave the order of equal scores to chance. Here equal scores are one operating point, since no threshold
 * parts them; the curve then does not depend on the order of images.
 */
import type { ScoredImages } from './boxes';
import type { Overlap } from './iou';
import type { Ranking } from './ranking';
import type { Stratum } from './strata';

/** 0.125 … 16 false positives an image, where the public codes read the curve. */
export const FROC_RATES: readonly number[] = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16];

/**
 * A step curve: one point per number of false positives at which more lesions are hit, with the most hits at that
 * number, and the end of the curve as last point. Before the first point nothing is hit. Rates are falsePositives[i] /
 * imageCount.
 */
export interface FrocCurve {
  readonly imageCount: number;
  readonly lesionCount: number;
  /** rising */
  readonly falsePositives: Int32Array;
  /** rising, but for the last point, which may repeat the one before */
  readonly truePositives: Int32Array;
  /** boxes with at least this score make the point */
  readonly scoreThresholds: Float64Array;
}

/** What a curve says at a rate of false positives an image. */
export interface FrocReading {
  falsePositivesPerImage: number;
  /** hits at the last point whose rate is not above; null without lesions */
  sensitivity: number | null;
  truePositives: number;
  scoreThreshold: number | null;
  /** false if the detections run out before this rate: the sensitivity is then that of all detections */
  reachedFalsePositivesPerImage: boolean;
}

/** The overlaps of detections with lesions of the same image from a minimum upwards, by detection (D + 1 offsets). */
export interface OverlapPairs {
  readonly offsets: Int32Array;
  readonly lesion: Int32Array;
  readonly overlap: Float64Array;
}

/**
 * Finds all pairs that overlap by at least `minimum`; they serve every stratum and every threshold from `minimum` on.
 */
export function findOverlaps(images: ScoredImages, ranking: Ranking, overlap: Overlap, minimum: number): OverlapPairs {
  const offsets = new Int32Array(ranking.imageOf.length + 1);
  const lesions: number[] = [];
  const overlaps: number[] = [];
  for (let detection = 0; detection < ranking.imageOf.length; detection++) {
    const image = ranking.imageOf[detection]!;
    for (let lesion = images.lesionOffsets[image]!; lesion < images.lesionOffsets[image + 1]!; lesion++) {
      const value = overlap(images.detectionBoxes, detection, images.lesionBoxes, lesion);
      if (value >= minimum) {
        lesions.push(lesion);
        overlaps.push(value);
      }
    }
    offsets[detection + 1] = lesions.length;
  }
  return { offsets, lesion: Int32Array.from(lesions), overlap: Float64Array.from(overlaps) };
}

/**
 * The FROC curves of one stratum, one per rising threshold. Only lesions of the stratum are looked for; all boxes stay,
 * so that hits on other lesions are false positives, as in the public codes.
 *
 * @param pairs from {@link findOverlaps} with a minimum not above the first threshold
 * @param thresholds least overlaps that hit, from `leastHits`
 */
export function frocCurves(
  images: ScoredImages,
  ranking: Ranking,
  pairs: OverlapPairs,
  stratum: Stratum,
  thresholds: Float64Array,
): FrocCurve[] {
  const T = thresholds.length;
  const inStratum = new Uint8Array(images.lesionBoxes.length / 4);
  for (const lesion of stratum.lesions) inStratum[lesion] = 1;
  /** a lesion is hit so far at the first hitLevel thresholds; a box is a false positive from its own level on */
  const hitLevel = new Uint16Array(inStratum.length);
  const falseAtLevel = new Int32Array(T + 1);
  const hits = new Int32Array(T);
  const points = Array.from({ length: T }, () => new CurveBuilder());
  const { order } = ranking;
  let firstRisen = T;
  let lastRisen = -1;

  for (let place = 0; place < order.length; place++) {
    const detection = order[place]!;
    let boxLevel = 0;
    for (let pair = pairs.offsets[detection]!; pair < pairs.offsets[detection + 1]!; pair++) {
      const lesion = pairs.lesion[pair]!;
      if (!inStratum[lesion]) continue;
      const level = levelOf(pairs.overlap[pair]!, thresholds);
      if (level > boxLevel) boxLevel = level;
      for (let t = hitLevel[lesion]!; t < level; t++) {
        hits[t]!++;
        if (t < firstRisen) firstRisen = t;
        if (t > lastRisen) lastRisen = t;
      }
      if (level > hitLevel[lesion]!) hitLevel[lesion] = level;
    }
    falseAtLevel[boxLevel]!++;
    const score = images.scores[detection]!;
    const groupEnds = place + 1 === order.length || images.scores[order[place + 1]!] !== score;
    if (groupEnds && lastRisen >= 0) {
      for (let t = firstRisen; t <= lastRisen; t++) points[t]!.add(countFalse(falseAtLevel, t), hits[t]!, score);
      firstRisen = T;
      lastRisen = -1;
    }
  }
  const lowest = order.length === 0 ? null : images.scores[order[order.length - 1]!]!;
  return points.map((builder, t) => {
    if (lowest !== null) builder.add(countFalse(falseAtLevel, t), hits[t]!, lowest);
    return builder.build(images.imageCount, stratum.lesions.length);
  });
}

/**
 * Reads a curve at a rate: the most hits with at most `rate` false positives an image, 0 when already the first point
 * has more.
 */
export function readFroc(curve: FrocCurve, rate: number): FrocReading {
  let point = -1;
  let last = curve.falsePositives.length - 1;
  while (point < last) {
    const middle = (point + last + 1) >> 1;
    if (keepsRate(curve.falsePositives[middle]!, curve.imageCount, rate)) point = middle;
    else last = middle - 1;
  }
  const truePositives = point < 0 ? 0 : curve.truePositives[point]!;
  const end = curve.falsePositives.at(-1);
  return {
    falsePositivesPerImage: rate,
    sensitivity: curve.lesionCount === 0 ? null : truePositives / curve.lesionCount,
    truePositives,
    scoreThreshold: point < 0 ? null : curve.scoreThresholds[point]!,
    reachedFalsePositivesPerImage: end !== undefined && end / curve.imageCount >= rate,
  };
}

/**
 * Whether there are at most `rate` false positives per image: compared as the quotient that is shown, because 0.29 × 100
 * is less than 29.
 */
export function keepsRate(falsePositives: number, imageCount: number, rate: number): boolean {
  return falsePositives === 0 || falsePositives / imageCount <= rate;
}

function levelOf(overlap: number, thresholds: Float64Array): number {
  let level = 0;
  while (level < thresholds.length && overlap >= thresholds[level]!) level++;
  return level;
}

function countFalse(falseAtLevel: Int32Array, t: number): number {
  let count = 0;
  for (let level = 0; level <= t; level++) count += falseAtLevel[level]!;
  return count;
}

/** Collects rising points; a point with as many false positives as the last takes its place. */
export class CurveBuilder {
  private readonly falsePositives: number[] = [];
  private readonly truePositives: number[] = [];
  private readonly scores: number[] = [];

  add(falsePositives: number, truePositives: number, score: number): void {
    const last = this.falsePositives.length - 1;
    if (last >= 0 && this.falsePositives[last] === falsePositives) {
      if (this.truePositives[last] === truePositives) return;
      this.falsePositives.pop();
      this.truePositives.pop();
      this.scores.pop();
    }
    this.falsePositives.push(falsePositives);
    this.truePositives.push(truePositives);
    this.scores.push(score);
  }

  build(imageCount: number, lesionCount: number): FrocCurve {
    return {
      imageCount,
      lesionCount,
      falsePositives: Int32Array.from(this.falsePositives),
      truePositives: Int32Array.from(this.truePositives),
      scoreThresholds: Float64Array.from(this.scores),
    };
  }
}
