/**
 * Boxes and scored boxes of many images, flat. Legend of the whole room: I images, G lesions (truth boxes), D
 * detections, T thresholds, K counts of boxes, S strata, P patients, B resamples. Boxes are `Float64Array` with stride
 * 4 (x1 y1 x2 y2, pixels, y down); offsets are `Int32Array` of I + 1, so that the boxes of image i are those from
 * offsets[i] up to, not including, offsets[i + 1]. Single precision is not enough: an IoU of 0.7 becomes 0.69999999.
 */

/** The lesions and the detections of I images. */
export interface ScoredImages {
  readonly imageCount: number;
  /** I + 1 */
  readonly lesionOffsets: Int32Array;
  /** G × 4 */
  readonly lesionBoxes: Float64Array;
  /** I + 1 */
  readonly detectionOffsets: Int32Array;
  /** D × 4 */
  readonly detectionBoxes: Float64Array;
  /** D, any finite numbers; greater is surer */
  readonly scores: Float64Array;
}

/** One image as short lists, for callers that have no typed arrays at hand. */
export interface ImageBoxes {
  /** x1 y1 x2 y2 of each lesion */
  lesions: readonly (readonly [number, number, number, number])[];
  /** x1 y1 x2 y2 score of each detection */
  detections: readonly (readonly [number, number, number, number, number])[];
}

/** Packs short lists into typed arrays. @throws RangeError as {@link checkScoredImages} */
export function packImages(images: readonly ImageBoxes[]): ScoredImages {
  const lesionOffsets = Int32Array.of(0, ...runningSum(images.map((image) => image.lesions.length)));
  const detectionOffsets = Int32Array.of(0, ...runningSum(images.map((image) => image.detections.length)));
  const packed: ScoredImages = {
    imageCount: images.length,
    lesionOffsets,
    lesionBoxes: Float64Array.from(images.flatMap((image) => image.lesions.flat())),
    detectionOffsets,
    detectionBoxes: Float64Array.from(images.flatMap((image) => image.detections.flatMap((box) => box.slice(0, 4)))),
    scores: Float64Array.from(images.flatMap((image) => image.detections.map((box) => box[4]))),
  };
  checkScoredImages(packed);
  return packed;
}

function runningSum(lengths: readonly number[]): number[] {
  let sum = 0;
  return lengths.map((length) => {
    sum += length;
    return sum;
  });
}

/** @throws RangeError if offsets, lengths, boxes (x1 ≤ x2, y1 ≤ y2, finite) or scores (finite) do not fit */
export function checkScoredImages(images: ScoredImages): void {
  checkOffsets('lesionOffsets', images.lesionOffsets, images.imageCount, images.lesionBoxes.length / 4);
  checkOffsets('detectionOffsets', images.detectionOffsets, images.imageCount, images.detectionBoxes.length / 4);
  checkBoxes('lesionBoxes', images.lesionBoxes);
  checkBoxes('detectionBoxes', images.detectionBoxes);
  if (images.scores.length !== images.detectionBoxes.length / 4) {
    throw new RangeError(
      `Expected one score for each of the ${images.detectionBoxes.length / 4} detections, got ${images.scores.length}.`,
    );
  }
  checkScores(images.scores);
}

/** @throws RangeError naming the first box that is not finite or is turned inside out */
function checkBoxes(name: string, boxes: Float64Array): void {
  for (let at = 0; at < boxes.length; at += 4) {
    const fits =
      boxes[at]! <= boxes[at + 2]! &&
      boxes[at + 1]! <= boxes[at + 3]! &&
      Number.isFinite(boxes[at]! + boxes[at + 1]! + boxes[at + 2]! + boxes[at + 3]!);
    if (!fits) {
      throw new RangeError(
        `Expected ${name}[${at / 4}] to be finite with x1 ≤ x2 and y1 ≤ y2, got ` +
          `${boxes.subarray(at, at + 4).join(' ')}.`,
      );
    }
  }
}

/** @throws RangeError naming the first score that is NaN or infinite */
export function checkScores(scores: Float64Array): void {
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) throw new RangeError(`Expected scores[${i}] to be finite, got ${scores[i]}.`);
  }
}

/** @throws RangeError if the offsets do not run from 0 to `total` in `groups` steps */
function checkOffsets(name: string, offsets: Int32Array, groups: number, total: number): void {
  let fits = offsets.length === groups + 1 && offsets[0] === 0 && offsets[groups] === total;
  for (let i = 0; fits && i < groups; i++) fits = offsets[i]! <= offsets[i + 1]!;
  if (!fits) {
    throw new RangeError(
      `Expected ${name} to hold ${groups + 1} rising numbers from 0 to ${total}, got ${offsets.length}.`,
    );
  }
}

/** The same images without the detections that score less than `floor`. */
export function dropBelow(images: ScoredImages, floor: number): ScoredImages {
  const kept: number[] = [];
  const detectionOffsets = new Int32Array(images.imageCount + 1);
  for (let image = 0; image < images.imageCount; image++) {
    for (let d = images.detectionOffsets[image]!; d < images.detectionOffsets[image + 1]!; d++)
      if (images.scores[d]! >= floor) kept.push(d);
    detectionOffsets[image + 1] = kept.length;
  }
  const detectionBoxes = new Float64Array(4 * kept.length);
  for (const [to, from] of kept.entries())
    detectionBoxes.set(images.detectionBoxes.subarray(4 * from, 4 * from + 4), 4 * to);
  return { ...images, detectionOffsets, detectionBoxes, scores: Float64Array.from(kept, (d) => images.scores[d]!) };
}

/** The same images with some of their lesions alone. @param lesions rising */
export function keepLesions(images: ScoredImages, lesions: ArrayLike<number>): ScoredImages {
  const lesionOffsets = new Int32Array(images.imageCount + 1);
  const lesionBoxes = new Float64Array(4 * lesions.length);
  let next = 0;
  for (let image = 0; image < images.imageCount; image++) {
    while (next < lesions.length && lesions[next]! < images.lesionOffsets[image + 1]!) {
      lesionBoxes.set(images.lesionBoxes.subarray(4 * lesions[next]!, 4 * lesions[next]! + 4), 4 * next);
      next++;
    }
    lesionOffsets[image + 1] = next;
  }
  return { ...images, lesionOffsets, lesionBoxes };
}

/** @returns G, the image of each lesion */
export function imagesOfLesions({ imageCount, lesionOffsets }: ScoredImages): Int32Array {
  const images = new Int32Array(lesionOffsets[imageCount]!);
  for (let image = 0; image < imageCount; image++) images.fill(image, lesionOffsets[image], lesionOffsets[image + 1]);
  return images;
}
