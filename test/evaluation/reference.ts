import type { ImageBoxes } from '../../src/evaluation';

/**
 * The figures once more, as plainly as they are defined and as slowly as that is: lists of lists, everything matched
 * again for every threshold. The fast code has to give the same integers.
 */
type Box = readonly number[];

export function plainIou(a: Box, b: Box, extra = 0): number {
  const width = Math.max(0, Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!) + extra);
  const height = Math.max(0, Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!) + extra);
  const size = (box: Box): number => (box[2]! - box[0]! + extra) * (box[3]! - box[1]! + extra);
  return width * height === 0 ? 0 : (width * height) / (size(a) + size(b) - width * height);
}

/** Lesions with at least one of the k best boxes at IoU > threshold. */
export function plainCorrect(images: readonly ImageBoxes[], topK: number, threshold: number): number {
  return images.flatMap(({ lesions, detections }) => {
    const best = detections.toSorted((a, b) => b[4] - a[4]).slice(0, topK);
    return lesions.filter((lesion) => best.some((box) => plainIou(box, lesion) > threshold));
  }).length;
}

/** Sensitivity at a rate of false positives an image: every score is tried as a cut. */
export function plainSensitivity(images: readonly ImageBoxes[], threshold: number, rate: number): number {
  let most = 0;
  for (const cut of new Set(images.flatMap((image) => image.detections.map((box) => box[4])))) {
    let hits = 0;
    let falsePositives = 0;
    for (const { lesions, detections } of images) {
      const shown = detections.filter((box) => box[4] >= cut);
      hits += lesions.filter((lesion) => shown.some((box) => plainIou(box, lesion, 1) >= threshold)).length;
      falsePositives += shown.filter((box) => lesions.every((lesion) => plainIou(box, lesion, 1) < threshold)).length;
    }
    if (falsePositives / images.length <= rate) most = Math.max(most, hits);
  }
  return most / images.reduce((sum, image) => sum + image.lesions.length, 0);
}
