/** What was found in an upload: as marks, as rows, and as files. */
import { below } from '../../data/base';
import { csvOf } from '../../data/csv';
import type { Mark } from '../../viewer/marks';
import type { ViewerSlice } from '../../viewer/slices';
import type { TriedUploadQuery } from './try.generated';
import type { TriedDetection, TriedSlice } from './useDetection';

export type TriedUpload = NonNullable<TriedUploadQuery['upload']>;

/** A box, with its slice. */
export interface TriedBox {
  readonly id: string;
  readonly sliceIndex: number;
  readonly rank: number;
  /** 0 … 1 */
  readonly score: number;
  readonly classLabel: string | null;
  /** the centre of the first pixel is 1, as in DeepLesion */
  readonly box: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
}

/** Boxes of uploads are ONE_BASED: the left edge of the first pixel is at 0.5. */
const EDGE = 0.5;

/** @returns the boxes from a score on, highest score first */
export function boxesOf(slices: readonly TriedSlice[], threshold: number): TriedBox[] {
  return slices
    .flatMap(({ sliceIndex, detections }) =>
      detections.map(({ rank, score, classLabel, boundingBox }) => ({
        id: `${sliceIndex}:${rank}`,
        sliceIndex,
        rank,
        score,
        classLabel,
        box: boundingBox,
      })),
    )
    .filter(({ score }) => score >= threshold)
    .sort((a, b) => b.score - a.score);
}

/** @returns marks in the order of slices, as one goes through them */
export function marksOf(boxes: readonly TriedBox[], { sliceIndices }: TriedUpload): Mark[] {
  return boxes
    .map(
      ({ id, sliceIndex, score, box: { x1, y1, x2, y2 } }): Mark => ({
        id,
        kind: 'DETECTION',
        box: { x1: x1 - EDGE, y1: y1 - EDGE, x2: x2 - EDGE, y2: y2 - EDGE },
        label: score.toFixed(2),
        index: sliceIndices.indexOf(sliceIndex),
      }),
    )
    .sort((a, b) => a.index - b.index);
}

/** @returns the slices of an upload as the viewer takes them, with their highest score over each */
export function slicesOf(
  { id, sliceIndices }: TriedUpload,
  boxes: readonly TriedBox[],
  isSeries: boolean,
): ViewerSlice[] {
  const best = new Map<number, number>();
  for (const { sliceIndex, score } of boxes) best.set(sliceIndex, Math.max(score, best.get(sliceIndex) ?? 0));
  return sliceIndices.map((sliceIndex, place) => ({
    url: below(`/uploads/${encodeURIComponent(id)}/${sliceIndex}.hu`),
    name: String(sliceIndex),
    text: isSeries ? `slice ${place + 1} of ${sliceIndices.length}` : 'one slice',
    ...(isSeries ? { weight: best.get(sliceIndex) ?? 0 } : {}),
  }));
}

/** All boxes of a detection, one a line. */
export function csvOfFound(upload: TriedUpload, detection: TriedDetection, slices: readonly TriedSlice[]): string {
  const { name, version } = detection.detector;
  return csvOf(
    ['detector', 'version', 'slice_index', 'rank', 'score', 'class', 'x1', 'y1', 'x2', 'y2', 'pixel_spacing_mm'],
    boxesOf(slices, 0).map(({ sliceIndex, rank, score, classLabel, box: { x1, y1, x2, y2 } }) => [
      name,
      version,
      sliceIndex,
      rank,
      score,
      classLabel,
      x1,
      y1,
      x2,
      y2,
      upload.pixelSpacingMm,
    ]),
  );
}

/** The same with everything that is needed to read it, as JSON. */
export function jsonOfFound(upload: TriedUpload, detection: TriedDetection, slices: readonly TriedSlice[]): string {
  const { width, height, pixelSpacingMm, sliceIntervalMm } = upload;
  const { detector, scoreThreshold, status } = detection;
  return JSON.stringify(
    {
      detector: { name: detector.name, version: detector.version, classes: detector.classes },
      status,
      scoreThreshold,
      image: { width, height, pixelSpacingMm, sliceIntervalMm },
      pixelConvention: 'ONE_BASED',
      slices,
    },
    null,
    2,
  );
}
