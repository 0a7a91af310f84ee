/** Random data sets that pycocotools evaluated, and what it found. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type CocoImages, packImages } from '../../src/evaluation';

/** As written by test/fixtures/cocoeval/make.py. */
export interface CocoCase {
  n: number;
  c: number;
  truth: [number, number, number, number, number, number, number, number][];
  detections: [number, number, number, number, number, number, number][];
  stats: (number | null)[];
  ap: (number | null)[];
  precision?: number[] | null;
}

export function readCocoCases(): CocoCase[] {
  const packed = readFileSync(join(__dirname, '../fixtures/cocoeval/cases.json.gz'));
  return JSON.parse(gunzipSync(packed).toString());
}

/** The images of each class. */
export function classesOf(item: CocoCase): CocoImages[] {
  return Array.from({ length: item.c }, (_, kind) => {
    const byImage = Array.from({ length: item.n }, (_, image) => ({
      truth: item.truth.filter((row) => row[0] === image && row[1] === kind),
      detections: item.detections.filter((row) => row[0] === image && row[1] === kind),
    }));
    const truth = byImage.flatMap((image) => image.truth);
    const pixels = (quarters: number): number => quarters / 4;
    const packed = packImages(
      byImage.map((image) => ({
        lesions: image.truth.map(([, , x1, y1, x2, y2]) => [pixels(x1), pixels(y1), pixels(x2), pixels(y2)]),
        detections: image.detections.map(([, , x1, y1, x2, y2, score]) => [
          pixels(x1),
          pixels(y1),
          pixels(x2),
          pixels(y2),
          score / 1000,
        ]),
      })),
    );
    const area = ([, , x1, y1, x2, y2, given]: CocoCase['truth'][number]): number =>
      given < 0 ? pixels(x2 - x1) * pixels(y2 - y1) : given;
    return {
      ...packed,
      lesionAreas: Float64Array.from(truth, area),
      crowd: Uint8Array.from(truth, (row) => row[7]),
    };
  });
}

/** Null and number alike; the first place where they differ more than 1e-6. */
export function firstDifference(ours: ArrayLike<number | null>, theirs: ArrayLike<number | null>): string | null {
  for (let i = 0; i < theirs.length; i++) {
    const [a, b] = [ours[i]!, theirs[i]!];
    if ((a === null) !== (b === null) || Math.abs((a ?? 0) - (b ?? 0)) > 1e-6) return `[${i}] ${a}, expected ${b}`;
  }
  return null;
}
