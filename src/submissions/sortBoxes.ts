/**
 * From boxes in the order of the file to boxes by image and rank, in the data set's convention and within their images.
 * A pass over the file for every million boxes: memory does not grow with it.
 */
import type { BoxConvention } from '../evaluation';
import { BoxWriter, readBoxes } from './boxFile';
import type { ProblemLog } from './problems';
import { NUMBERS_OF_BOX, type ReadRequest } from './readMessages';

const BOXES_IN_MEMORY = 1_000_000;
/** Less is rounding of a box that ends at the edge of its image; px. */
const CLIP_TOLERANCE_PX = 1e-4;
export const HISTOGRAM_BINS = 20;

/** A file of boxes in the order of the submitted one: image, line, four numbers, score, category. */
export interface UnsortedBoxes {
  path: string;
  boxConvention: BoxConvention;
  boxesPerImage: Int32Array;
  /** all scores in ascending order, if they become ranks; else null */
  sortedScores: Float64Array | null;
}

/** What was counted on the way. */
export interface SortedCounts {
  clippedCount: number;
  scoreHistogram: number[];
}

/** Writes the sorted boxes to `path`; duplicates go to `problems`. */
export async function sortBoxes(
  unsorted: UnsortedBoxes,
  request: ReadRequest,
  path: string,
  problems: ProblemLog,
): Promise<SortedCounts> {
  const counts: SortedCounts = { clippedCount: 0, scoreHistogram: new Array<number>(HISTOGRAM_BINS).fill(0) };
  const writer = await BoxWriter.create(path);
  try {
    for (const { from, to } of portionsOf(unsorted.boxesPerImage)) {
      const { boxes, offsets } = await readPortion(unsorted, from, to);
      for (let image = from; image < to; image++) {
        const first = offsets[image - from]!;
        const ofImage = boxes.subarray(first * NUMBERS_OF_BOX, offsets[image - from + 1]! * NUMBERS_OF_BOX);
        noteDuplicates(ofImage, request, problems);
        for (const box of rankedBoxes(ofImage, unsorted, request, counts)) {
          writer.add(box);
          if (writer.isFull) await writer.flush();
        }
      }
    }
  } finally {
    await writer.close();
  }
  return counts;
}

/** Consecutive images with so many boxes together as are kept in memory. */
function* portionsOf(boxesPerImage: Int32Array): Generator<{ from: number; to: number }> {
  let from = 0;
  let count = 0;
  for (let image = 0; image < boxesPerImage.length; image++) {
    if (count > 0 && count + boxesPerImage[image]! > BOXES_IN_MEMORY) {
      yield { from, to: image };
      [from, count] = [image, 0];
    }
    count += boxesPerImage[image]!;
  }
  if (count > 0) yield { from, to: boxesPerImage.length };
}

/** @returns the boxes of some images, image after image, each in the order of the file */
async function readPortion(
  { path, boxesPerImage }: UnsortedBoxes,
  from: number,
  to: number,
): Promise<{ boxes: Float64Array; offsets: Int32Array }> {
  const offsets = new Int32Array(to - from + 1);
  for (let image = from; image < to; image++)
    offsets[image - from + 1] = offsets[image - from]! + boxesPerImage[image]!;
  const boxes = new Float64Array(offsets.at(-1)! * NUMBERS_OF_BOX);
  const next = offsets.slice();
  for await (const read of readBoxes(path))
    for (let at = 0; at < read.length; at += NUMBERS_OF_BOX) {
      const image = read[at]!;
      if (image < from || image >= to) continue;
      const place = next[image - from]!++;
      boxes.set(read.subarray(at, at + NUMBERS_OF_BOX), place * NUMBERS_OF_BOX);
    }
  return { boxes, offsets };
}

/** The same box with the same category twice on an image; the later one is told. */
function noteDuplicates(boxes: Float64Array, { fileNames }: ReadRequest, problems: ProblemLog): void {
  if (boxes.length <= NUMBERS_OF_BOX) return;
  const seen = new Map<string, number>();
  for (let at = 0; at < boxes.length; at += NUMBERS_OF_BOX) {
    const key = `${boxes[at + 2]} ${boxes[at + 3]} ${boxes[at + 4]} ${boxes[at + 5]} ${boxes[at + 7]}`;
    const line = boxes[at + 1]!;
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, line);
    else
      problems.add(
        line,
        'DUPLICATE',
        `Expected each box once, this one of ${JSON.stringify(fileNames[boxes[at]!])} is in line or entry ${earlier} as well.`,
      );
  }
}

/** The boxes of an image by descending score, equal ones in the order of the file, as they are stored. */
function* rankedBoxes(
  boxes: Float64Array,
  { boxConvention, sortedScores }: UnsortedBoxes,
  { offsetPx, low, widths, heights }: ReadRequest,
  counts: SortedCounts,
): Generator<number[]> {
  const order = Array.from({ length: boxes.length / NUMBERS_OF_BOX }, (_, box) => box * NUMBERS_OF_BOX);
  order.sort((a, b) => boxes[b + 6]! - boxes[a + 6]!);
  for (const [index, at] of order.entries()) {
    const image = boxes[at]!;
    const [x1, y1] = [boxes[at + 2]! + offsetPx, boxes[at + 3]! + offsetPx];
    const [c, d] = [boxes[at + 4]!, boxes[at + 5]!];
    const [x2, y2] = boxConvention === 'XYWH' ? [x1 + c, y1 + d] : [c + offsetPx, d + offsetPx];
    const [right, bottom] = [widths[image]! + low, heights[image]! + low];
    const beyond = Math.max(low - x1, low - y1, x2 - right, y2 - bottom);
    if (beyond > CLIP_TOLERANCE_PX) counts.clippedCount++;
    const score = sortedScores ? shareUpTo(sortedScores, boxes[at + 6]!) : boxes[at + 6]!;
    counts.scoreHistogram[Math.min(HISTOGRAM_BINS - 1, Math.floor(score * HISTOGRAM_BINS))]!++;
    const within = (value: number, most: number): number => Math.min(Math.max(value, low), most);
    yield [
      ...[image, index + 1, within(x1, right), within(y1, bottom), within(x2, right), within(y2, bottom)],
      ...[score, boxes[at + 7]!],
    ];
  }
}

/** @returns the share of the scores that are not higher, above 0 and at most 1 */
function shareUpTo(sorted: Float64Array, score: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= score) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}
