import fc from 'fast-check';
import type { ImageBoxes } from '../../src/evaluation';

type Box = [number, number, number, number];

const side = fc.integer({ min: 4, max: 60 });
const place = fc.integer({ min: 0, max: 80 });

/** Whole-pixel boxes crowded together, so that many overlap and some IoUs are exactly a threshold. */
export const anyBox: fc.Arbitrary<Box> = fc
  .tuple(place, place, side, side)
  .map(([x, y, width, height]) => [x, y, x + width, y + height]);

/** @param scores few distinct values make ties */
export function anyImages(scores: fc.Arbitrary<number>): fc.Arbitrary<ImageBoxes[]> {
  const detection = fc
    .tuple(anyBox, scores)
    .map(([box, score]): [number, number, number, number, number] => [...box, score]);
  const image = fc.record({
    lesions: fc.array(anyBox, { maxLength: 3 }),
    detections: fc.array(detection, { maxLength: 8 }),
  });
  return fc.array(image, { minLength: 1, maxLength: 8 });
}

export const tiedScores = fc.integer({ min: 0, max: 10 }).map((score) => score / 10);
