/**
 * The paper's detection accuracy: the share of lesions with at least one of the k detections of their image with the
 * highest scores at IoU > τ, class ignored. It is a recall (false positives do not enter) and its comparison is strict,
 * unlike COCO's and the FROC's.
 */
import type { ScoredImages } from './boxes';
import { type BoxMeasure, type Overlap, overlapOf } from './iou';
import type { Ranking } from './ranking';
import type { Stratum } from './strata';
import { type Comparator, leastHits } from './thresholds';

/** Integers of an accuracy curve: accuracy at thresholds[t] is correct[t] / total, and has no value when total is 0. */
export interface AccuracyCounts {
  /** T */
  readonly correct: Int32Array;
  readonly total: number;
}

/**
 * The best IoU of each lesion with the `topK` detections of its image with the highest scores: {@link
 * bestOverlapOfLesions} with the usual criterion.
 *
 * @returns G overlaps in 0..1
 * @throws RangeError if topK is not a positive whole number
 */
export function bestIouOfLesions(
  images: ScoredImages,
  ranking: Ranking,
  topK: number,
  measure: BoxMeasure = 'CONTINUOUS',
): Float64Array {
  return bestOverlapOfLesions(images, ranking, topK, overlapOf('IOU', measure));
}

/**
 * The best overlap of each lesion with the `topK` detections of its image with the highest scores; 0 if none overlaps.
 * All thresholds are read from it: a lesion counts by "at least one box", so that no box is used up by a match.
 *
 * @returns G overlaps in 0..1
 * @throws RangeError if topK is not a positive whole number
 */
export function bestOverlapOfLesions(
  images: ScoredImages,
  ranking: Ranking,
  topK: number,
  overlap: Overlap,
): Float64Array {
  if (!Number.isInteger(topK) || topK < 1)
    throw new RangeError(`Expected topK to be a whole number from 1, got ${topK}.`);
  const { lesionOffsets, lesionBoxes, detectionBoxes } = images;
  const best = new Float64Array(lesionBoxes.length / 4);
  for (let detection = 0; detection < ranking.imageOf.length; detection++) {
    if (ranking.rankInImage[detection]! >= topK) continue;
    const image = ranking.imageOf[detection]!;
    for (let lesion = lesionOffsets[image]!; lesion < lesionOffsets[image + 1]!; lesion++) {
      const value = overlap(detectionBoxes, detection, lesionBoxes, lesion);
      if (value > best[lesion]!) best[lesion] = value;
    }
  }
  return best;
}

/**
 * How many of the rising thresholds each lesion's best overlap lies above (strictly, as the paper has it, unless the
 * comparator says otherwise): the lesion is hit at the first `level` thresholds and at no other.
 */
export function hitLevels(
  bestOverlap: Float64Array,
  thresholds: Float64Array,
  comparator: Comparator = 'GREATER',
): Uint16Array {
  const least = leastHits(thresholds, comparator);
  return Uint16Array.from(bestOverlap, (overlap) => {
    let level = 0;
    while (level < least.length && overlap >= least[level]!) level++;
    return level;
  });
}

/** Counts the lesions of a stratum that are hit at each of T thresholds. */
export function countHits(levels: Uint16Array, stratum: Stratum, thresholdCount: number): AccuracyCounts {
  const atLevel = new Int32Array(thresholdCount + 1);
  for (const lesion of stratum.lesions) atLevel[levels[lesion]!]!++;
  const correct = new Int32Array(thresholdCount);
  let hit = 0;
  for (let t = thresholdCount - 1; t >= 0; t--) {
    hit += atLevel[t + 1]!;
    correct[t] = hit;
  }
  return { correct, total: stratum.lesions.length };
}
