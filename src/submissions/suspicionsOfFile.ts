import type { Queryable } from '../database';
import { type CocoNumberedImage, findLesionsOfImages, type Split } from '../dataset';
import { type BoxConvention, findSuspicions, type Suspicion, type SuspicionReport } from '../evaluation';
import type { PixelConvention } from '../imaging';
import type { ReadDetections } from './readMessages';

/** How many images' lesions are read at once. */
const IMAGES_AT_ONCE = 5_000;

/**
 * Compares the boxes of a file that have the highest scores with the lesions of their images.
 *
 * @param blind splits whose lesions must tell nothing, as what is suspected is stored with the run
 */
export async function suspicionsOfFile(
  database: Queryable,
  images: readonly CocoNumberedImage[],
  { bestOffsets, bestNumbers, boxConvention }: ReadDetections,
  offsetPx: number,
  blind: ReadonlySet<Split> = new Set(),
): Promise<SuspicionReport> {
  const places = images.map((_, place) => place).filter((place) => !blind.has(images[place]!.split));
  const withBoxes = places.filter((place) => nearBoxes(bestOffsets, place));
  const lesionsOf = new Map<number, number[]>();
  for (let from = 0; from < withBoxes.length; from += IMAGES_AT_ONCE) {
    const ids = withBoxes.slice(from, from + IMAGES_AT_ONCE).flatMap((place) => images[place]?.id ?? []);
    for (const { imageId, x1, y1, x2, y2 } of await findLesionsOfImages(database, ids)) {
      const boxes = lesionsOf.get(imageId);
      if (boxes) boxes.push(x1, y1, x2, y2);
      else lesionsOf.set(imageId, [x1, y1, x2, y2]);
    }
  }
  const lesionOffsets = new Int32Array(images.length + 1);
  for (const [place, { id }] of images.entries())
    lesionOffsets[place + 1] = lesionOffsets[place]! + (lesionsOf.get(id)?.length ?? 0) / 4;
  const lesionBoxes = Float64Array.from(images.flatMap(({ id }) => lesionsOf.get(id) ?? []));
  return findSuspicions({
    lesionOffsets,
    lesionBoxes,
    boxOffsets: bestOffsets,
    numbers: bestNumbers,
    boxConvention,
    offsetPx,
  });
}

/** Whether an image or one of its neighbours has boxes: only their lesions are compared. */
const nearBoxes = (offsets: Int32Array, place: number): boolean =>
  offsets[Math.min(offsets.length - 1, place + 2)]! > offsets[Math.max(0, place - 1)]!;

/** How a file was read, for the sentence on a suspicion. */
export interface StatedConventions {
  boxConvention: BoxConvention;
  pixelConvention: PixelConvention;
}

/** @returns a suspicion as a sentence, with the figures that gave rise to it and what to try */
export function suspicionText({ kind, correction, ...figures }: Suspicion, stated: StatedConventions): string {
  const rise =
    `The mean IoU of the best boxes rises from ${figures.meanIou.toFixed(2)} to ${figures.correctedMeanIou.toFixed(2)} ` +
    `(${figures.lesions} lesions)`;
  switch (kind) {
    case 'SHIFTED':
      return (
        `${rise} if all boxes are moved by ${correction > 0 ? '+' : '−'}1 px along x and y: was the first pixel counted as ` +
        `${correction > 0 ? '0 where 1' : '1 where 0'} was meant? pixelConvention was taken as ${stated.pixelConvention}.`
      );
    case 'SCALED':
      return `${rise} if all coordinates are multiplied by ${correction}: were the images resized before detection?`;
    case 'SWAPPED_AXES':
      return `${rise} if x and y are swapped.`;
    case 'OTHER_BOX_CONVENTION': {
      const other = stated.boxConvention === 'XYXY' ? 'XYWH' : 'XYXY';
      return `${rise} if the boxes are read as ${other} and not as ${stated.boxConvention}: state boxConvention: ${other}.`;
    }
    case 'OTHER_IMAGES':
      return (
        `${rise} if each image has the boxes of the ${correction > 0 ? 'next' : 'previous'} one by file name: were the ids of ` +
        'images counted from 0, or the order of images changed?'
      );
  }
}
