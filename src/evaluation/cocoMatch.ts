/**
 * Matching as pycocotools does (`evaluateImg`): per image, area range and threshold, detections by falling score each
 * take the best-overlapping lesion that is still free. One lesion is matched once; a repeat is a false positive. Rules
 * kept to the letter, because AP has to be equal: IoU ≥ min(τ, 1 − 1e-10); of equal IoUs the later lesion wins; lesions
 * that count are taken before ignored ones; crowds may be matched again, with IoU = I / A_detection.
 */
import { checkScoredImages, type ScoredImages } from './boxes';
import { area, boxIou, overlapOf } from './iou';
import { detectionsByRank, type Ranking } from './ranking';

/** The images of one class, in the order of their ids (equal scores are ranked by it). */
export interface CocoImages extends ScoredImages {
  /** G areas from the annotations, square pixels; without them width × height of the boxes */
  readonly lesionAreas?: Float64Array;
  /** G, 1 = crowd: not counted, and may be matched by many */
  readonly crowd?: Uint8Array;
  /** G, 1 = not counted: detections on it are dropped */
  readonly ignored?: Uint8Array;
}

/** Areas in square pixels, both ends belong to it. */
export interface AreaRange {
  readonly low: number;
  readonly high: number;
}

export const AREA_RANGES = {
  all: { low: 0, high: 1e10 },
  small: { low: 0, high: 32 ** 2 },
  medium: { low: 32 ** 2, high: 96 ** 2 },
  large: { low: 96 ** 2, high: 1e10 },
} as const satisfies Record<string, AreaRange>;

const FALSE_POSITIVE = 0;
export const TRUE_POSITIVE = 1;
export const DROPPED = 2;

export interface CocoMatches {
  /** lesions that count */
  readonly lesionCount: number;
  /**
   * T × D: FALSE_POSITIVE, TRUE_POSITIVE or DROPPED (beyond maxDetections, on an ignored lesion, or of an area outside
   * the range)
   */
  readonly outcome: Uint8Array;
}

/**
 * @param thresholds T, see `toCocoThresholds`
 * @param maxDetections only so many best detections of an image are looked at
 * @throws RangeError if boxes, scores or offsets do not fit
 */
export function matchCoco(
  images: CocoImages,
  ranking: Ranking,
  thresholds: Float64Array,
  range: AreaRange,
  maxDetections: number,
): CocoMatches {
  checkScoredImages(images);
  const detectionCount = images.scores.length;
  const ignored = ignoredLesions(images, range);
  const byRank = detectionsByRank(images, ranking);
  const outcome = new Uint8Array(thresholds.length * detectionCount).fill(DROPPED);
  const leasts = thresholds.map((threshold) => Math.min(threshold, 1 - 1e-10));
  const lowest = leasts.reduce((one, other) => Math.min(one, other), Infinity);
  const candidates = new Candidates();
  for (let image = 0; image < images.imageCount; image++) {
    const start = images.detectionOffsets[image]!;
    const kept = byRank.subarray(start, Math.min(images.detectionOffsets[image + 1]!, start + maxDetections));
    if (kept.length === 0) continue;
    const lesions = countedFirst(images.lesionOffsets[image]!, images.lesionOffsets[image + 1]!, ignored);
    candidates.find(images, kept, lesions, lowest);
    for (let t = 0; t < leasts.length; t++) {
      const matched = matchImage(candidates, kept.length, lesions, ignored, images.crowd, leasts[t]!);
      const ofThreshold = t * detectionCount;
      for (let d = 0; d < kept.length; d++) {
        const lesion = matched[d]!;
        const drop =
          lesion < 0 ? isOutside(area(images.detectionBoxes, 4 * kept[d]!, 0), range) : ignored[lesion] === 1;
        outcome[ofThreshold + kept[d]!] = drop ? DROPPED : lesion < 0 ? FALSE_POSITIVE : TRUE_POSITIVE;
      }
    }
  }
  return { lesionCount: ignored.reduce((count, flag) => count + 1 - flag, 0), outcome };
}

const coveredShareOf = overlapOf('IOBB', 'CONTINUOUS');

/** The lesions that each detection of an image overlaps enough for some threshold, which are few of all pairs. */
class Candidates {
  /** end of those of each detection */
  readonly ends: number[] = [];
  /** places among the lesions of the image, rising for each detection */
  readonly lesion: number[] = [];
  readonly overlap: number[] = [];

  /** Takes the place of those of the image before. @param lowest the least overlap that matters */
  find(images: CocoImages, kept: Int32Array, lesions: readonly number[], lowest: number): void {
    let count = 0;
    for (let d = 0; d < kept.length; d++) {
      for (let g = 0; g < lesions.length; g++) {
        const lesion = lesions[g]!;
        const overlap = images.crowd?.[lesion]
          ? coveredShareOf(images.detectionBoxes, kept[d]!, images.lesionBoxes, lesion)
          : boxIou(images.detectionBoxes, kept[d]!, images.lesionBoxes, lesion);
        if (overlap < lowest) continue;
        this.lesion[count] = g;
        this.overlap[count++] = overlap;
      }
      this.ends[d] = count;
    }
  }
}

/** The greedy match of one image at one threshold. @returns for each detection its lesion, −1 = none */
function matchImage(
  { ends, lesion: places, overlap }: Candidates,
  detectionCount: number,
  lesions: readonly number[],
  ignored: Uint8Array,
  crowd: Uint8Array | undefined,
  least: number,
): Int32Array {
  const matched = new Int32Array(detectionCount).fill(-1);
  const taken = new Uint8Array(lesions.length);
  for (let d = 0, candidate = 0; d < detectionCount; d++) {
    let best = least;
    let at = -1;
    for (const end = ends[d]!; candidate < end; candidate++) {
      const g = places[candidate]!;
      const lesion = lesions[g]!;
      // Ignored lesions come last: a match with one that counts is not given up for them.
      if (at >= 0 && !ignored[lesions[at]!] && ignored[lesion]) continue;
      if ((taken[g] && !crowd?.[lesion]) || overlap[candidate]! < best) continue;
      best = overlap[candidate]!;
      at = g;
    }
    if (at < 0) continue;
    taken[at] = 1;
    matched[d] = lesions[at]!;
  }
  return matched;
}

function ignoredLesions(images: CocoImages, range: AreaRange): Uint8Array {
  return Uint8Array.from({ length: images.lesionBoxes.length / 4 }, (_, lesion) => {
    const size = images.lesionAreas?.[lesion] ?? area(images.lesionBoxes, 4 * lesion, 0);
    return images.crowd?.[lesion] || images.ignored?.[lesion] || isOutside(size, range) ? 1 : 0;
  });
}

function isOutside(size: number, range: AreaRange): boolean {
  return size < range.low || size > range.high;
}

function countedFirst(from: number, to: number, ignored: Uint8Array): number[] {
  const all = Array.from({ length: to - from }, (_, i) => from + i);
  return [...all.filter((lesion) => !ignored[lesion]), ...all.filter((lesion) => ignored[lesion])];
}
