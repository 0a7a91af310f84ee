/**
 * Whether boxes that were made elsewhere look as if they had been written in another convention than the stated one.
 * The boxes with the highest scores are read in every way that people confuse, and each way is compared with the
 * lesions: a wrong reading is one by which the boxes fit much worse than by another. Pure functions on typed arrays.
 */
import { boxIou } from './iou';

/** What the four numbers of a box are: both corners, or the upper left corner with width and height. */
export const BOX_CONVENTIONS = ['XYXY', 'XYWH'] as const;
export type BoxConvention = (typeof BOX_CONVENTIONS)[number];

/** What may be wrong with all boxes of a file. */
export const SUSPICION_KINDS = ['SHIFTED', 'SCALED', 'SWAPPED_AXES', 'OTHER_BOX_CONVENTION', 'OTHER_IMAGES'] as const;
export type SuspicionKind = (typeof SUSPICION_KINDS)[number];

/** One thing that may be wrong, with the figures that gave rise to it. */
export interface Suspicion {
  kind: SuspicionKind;
  /**
   * what would have to be done with the boxes: SHIFTED: move them by so many pixels along x and y; SCALED: multiply by
   * it; OTHER_IMAGES: take the boxes of the image so many places further, by file name; otherwise 0
   */
  correction: number;
  /** mean IoU, 0 to 1, of the best box of each lesion, as the boxes were stated */
  meanIou: number;
  /** the same after the correction */
  correctedMeanIou: number;
  /** number of lesions that were compared */
  lesions: number;
}

/** Some boxes of each of I images, those with the highest scores, and the lesions of the images. */
export interface StatedBoxes {
  /** I + 1 */
  readonly lesionOffsets: Int32Array;
  /** lesions × 4: x1 y1 x2 y2 in pixels */
  readonly lesionBoxes: Float64Array;
  /** I + 1 */
  readonly boxOffsets: Int32Array;
  /** boxes × 4: the four numbers as they are in the file, in no particular order of size */
  readonly numbers: Float64Array;
  /** the stated meaning of the four numbers */
  readonly boxConvention: BoxConvention;
  /** what leads from the stated pixel convention to that of the lesions; px */
  readonly offsetPx: number;
}

/** How the lesions of the images fit the boxes. */
export interface SuspicionReport {
  /** mean IoU of the best box of each lesion, 0 to 1; null if no image has both lesions and boxes */
  meanIou: number | null;
  /** number of lesions on images with boxes */
  lesions: number;
  suspicions: Suspicion[];
}

/** One way to read the boxes. */
interface Reading {
  kind: SuspicionKind;
  correction: number;
  boxConvention: BoxConvention;
  scale: number;
  isSwapped: boolean;
  /** the boxes of the image so many places further count */
  imageStep: number;
}

/** Fewer lesions say nothing. */
const LEAST_LESIONS = 10;
/** Coarse faults: the rise of the mean IoU, and how many standard errors it has to be above 0. */
const LEAST_RISE = 0.05;
const LEAST_Z = 4;
/** A shift is read off the centres of boxes that hit their lesion at all. */
const HIT_IOU = 0.3;
/**
 * A mean displacement that is nearer to one pixel than to none, along both axes, and does not exceed one pixel by more
 * than noise: detectors that were trained with another pixel convention are half a pixel off, which is not a fault of the
 * file.
 */
const ONE_PIXEL = { least: 0.55, leastOfAxis: 0.25, slack: 0.45, slackInErrors: 3 };

/**
 * @returns at most one suspicion: the reading that fits best, of those that fit much better than the stated one. A shift
 *   is only looked for if no coarser fault is found.
 */
export function findSuspicions(boxes: StatedBoxes): SuspicionReport {
  const stated: Reading = { ...AS_STATED, boxConvention: boxes.boxConvention };
  const asStated = bestIous(boxes, stated);
  const compared = asStated.filter((iou) => iou >= 0);
  const meanIou = compared.length === 0 ? null : mean(compared);
  const report = { meanIou, lesions: compared.length };
  const coarse = coarseReadings(boxes.boxConvention).flatMap((reading) => compare(boxes, reading, asStated));
  const [best] = coarse.sort((a, b) => b.correctedMeanIou - a.correctedMeanIou);
  if (best) return { ...report, suspicions: [best] };
  return { ...report, suspicions: findShift(boxes, stated, asStated) };
}

const AS_STATED = { kind: 'SHIFTED', correction: 0, scale: 1, isSwapped: false, imageStep: 0 } as const;

function coarseReadings(boxConvention: BoxConvention): Reading[] {
  const other = boxConvention === 'XYXY' ? 'XYWH' : 'XYXY';
  return [
    { ...AS_STATED, boxConvention, kind: 'SCALED', correction: 2, scale: 2 },
    { ...AS_STATED, boxConvention, kind: 'SCALED', correction: 0.5, scale: 0.5 },
    { ...AS_STATED, boxConvention, kind: 'SWAPPED_AXES', isSwapped: true },
    { ...AS_STATED, boxConvention: other, kind: 'OTHER_BOX_CONVENTION' },
    { ...AS_STATED, boxConvention, kind: 'OTHER_IMAGES', correction: 1, imageStep: 1 },
    { ...AS_STATED, boxConvention, kind: 'OTHER_IMAGES', correction: -1, imageStep: -1 },
  ];
}

/** @returns the suspicion, if the boxes fit the lesions much better by this reading */
function compare(boxes: StatedBoxes, reading: Reading, asStated: Float64Array): Suspicion[] {
  const corrected = bestIous(boxes, reading);
  const pairs = pairsOf(asStated, corrected);
  if (pairs.length < LEAST_LESIONS) return [];
  const rises = Float64Array.from(pairs, ([before, after]) => after - before);
  const rise = mean(rises);
  if (rise < LEAST_RISE || rise < LEAST_Z * standardError(rises)) return [];
  return [suspicionOf(reading, pairs)];
}

function suspicionOf(
  { kind, correction }: Pick<Reading, 'kind' | 'correction'>,
  pairs: readonly (readonly [number, number])[],
): Suspicion {
  return {
    kind,
    correction,
    meanIou: mean(pairs.map(([before]) => before)),
    correctedMeanIou: mean(pairs.map(([, after]) => after)),
    lesions: pairs.length,
  };
}

/** The lesions that have boxes by at least one of two readings; without boxes by the other, its IoU is 0. */
function pairsOf(before: Float64Array, after: Float64Array): (readonly [number, number])[] {
  return Array.from(before, (iou, i) => [iou, after[i]!] as const)
    .filter(([a, b]) => a >= 0 || b >= 0)
    .map(([a, b]) => [Math.max(0, a), Math.max(0, b)] as const);
}

/** Boxes that are one pixel off along both axes: what counts from 1 was taken for what counts from 0, or vice versa. */
function findShift(boxes: StatedBoxes, stated: Reading, asStated: Float64Array): Suspicion[] {
  const { x, y } = displacements(boxes, stated);
  if (x.length < LEAST_LESIONS) return [];
  const both = Float64Array.from(x, (dx, i) => (dx + y[i]!) / 2);
  const sign = Math.sign(mean(both));
  const size = Math.abs(mean(both));
  const error = standardError(both);
  const isAlongBoth = [x, y].every((values) => sign * mean(values) >= ONE_PIXEL.leastOfAxis);
  const slack = Math.max(ONE_PIXEL.slack, ONE_PIXEL.slackInErrors * error);
  if (!isAlongBoth || size < Math.max(ONE_PIXEL.least, LEAST_Z * error) || size > 1 + slack) return [];
  const correction = -sign;
  const moved = { ...boxes, offsetPx: boxes.offsetPx + correction };
  const suspicion = suspicionOf({ kind: 'SHIFTED', correction }, pairsOf(asStated, bestIous(moved, stated)));
  return suspicion.correctedMeanIou > suspicion.meanIou ? [suspicion] : [];
}

/** From the centre of each lesion to that of its best box, for those that are hit; px. */
function displacements(boxes: StatedBoxes, reading: Reading): { x: Float64Array; y: Float64Array } {
  const x: number[] = [];
  const y: number[] = [];
  forEachLesion(boxes, reading, (lesion, candidates) => {
    let best = -1;
    let bestIou = HIT_IOU;
    for (let at = 0; at < candidates.length / 4; at++) {
      const iou = boxIou(candidates, at, boxes.lesionBoxes, lesion);
      if (iou > bestIou) [best, bestIou] = [at, iou];
    }
    if (best < 0) return;
    const centre = (all: Float64Array, at: number): number => (all[at]! + all[at + 2]!) / 2;
    x.push(centre(candidates, 4 * best) - centre(boxes.lesionBoxes, 4 * lesion));
    y.push(centre(candidates, 4 * best + 1) - centre(boxes.lesionBoxes, 4 * lesion + 1));
  });
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

/** @returns the greatest IoU of each lesion with a box of its image, 0 to 1; −1 if the image has no boxes */
function bestIous(boxes: StatedBoxes, reading: Reading): Float64Array {
  const best = new Float64Array(boxes.lesionBoxes.length / 4).fill(-1);
  forEachLesion(boxes, reading, (lesion, candidates) => {
    for (let at = 0; at < candidates.length / 4; at++)
      best[lesion] = Math.max(best[lesion]!, 0, boxIou(candidates, at, boxes.lesionBoxes, lesion));
  });
  return best;
}

/** Calls `see` with each lesion and the boxes of its image, as the reading has them. */
function forEachLesion(
  boxes: StatedBoxes,
  reading: Reading,
  see: (lesion: number, candidates: Float64Array) => void,
): void {
  const imageCount = boxes.lesionOffsets.length - 1;
  for (let image = 0; image < imageCount; image++) {
    const from = boxes.lesionOffsets[image]!;
    const to = boxes.lesionOffsets[image + 1]!;
    if (from === to) continue;
    const candidates = edgesOf(boxes, image + reading.imageStep, reading);
    for (let lesion = from; lesion < to; lesion++) see(lesion, candidates);
  }
}

/** @returns x1 y1 x2 y2 of each box of an image; one that is turned inside out overlaps nothing */
function edgesOf({ boxOffsets, numbers, offsetPx }: StatedBoxes, image: number, reading: Reading): Float64Array {
  if (image < 0 || image >= boxOffsets.length - 1) return new Float64Array();
  const edges = numbers.slice(4 * boxOffsets[image]!, 4 * boxOffsets[image + 1]!);
  const { boxConvention, scale, isSwapped } = reading;
  for (let at = 0; at < edges.length; at += 4) {
    const [a, b, c, d] = [edges[at]!, edges[at + 1]!, edges[at + 2]!, edges[at + 3]!];
    const [x, y, xEnd, yEnd] = isSwapped ? [b, a, d, c] : [a, b, c, d];
    edges[at] = scale * x + offsetPx;
    edges[at + 1] = scale * y + offsetPx;
    edges[at + 2] = scale * (boxConvention === 'XYWH' ? x + xEnd : xEnd) + offsetPx;
    edges[at + 3] = scale * (boxConvention === 'XYWH' ? y + yEnd : yEnd) + offsetPx;
  }
  return edges;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Of the mean; 0 if all values are equal. */
function standardError(values: Float64Array): number {
  const centre = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return Math.sqrt(squares / Math.max(1, values.length - 1) / values.length);
}
