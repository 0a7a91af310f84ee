/** Lesions and detections of an image as marks of the viewer. */
import { formatNumber, titleOf } from '../../data/text';
import type { Box, Point, Segment } from '../../viewer/geometry';
import type { Mark } from '../../viewer/marks';
import type { SliceImage, SliceLesion } from './image';
import type { SliceOutcomeQuery } from './slice.generated';

type RunAnswer = NonNullable<SliceOutcomeQuery['detectionRun']>;
type Outcome = NonNullable<RunAnswer['imageOutcome']>['detections'][number];

/** A detection with what it is worth. */
export interface FoundBox {
  readonly id: string;
  readonly rank: number;
  /** 0 … 1 */
  readonly score: number;
  readonly boundingBox: Box;
  readonly kind: Outcome['kind'];
  /** with the lesion that it hits; for background the greatest with any */
  readonly iou: number;
  readonly lesionId: string | null;
  readonly clusterText: string;
  readonly verdict: Outcome['detection']['currentVerdict'];
}

/** The boxes of one run on the image. */
export interface RunOnImage {
  readonly id: string;
  /** "phantom-multi 1.0.0" */
  readonly name: string;
  readonly status: RunAnswer['status'];
  /** highest score first; null: the run has no result for the image */
  readonly boxes: readonly FoundBox[] | null;
}

/** @returns a run with all of its boxes */
export function runOnImage({ id, status, detector, imageOutcome }: RunAnswer): RunOnImage {
  return {
    id,
    status,
    name: `${detector.name} ${detector.version}`,
    boxes:
      imageOutcome?.detections.map(({ kind, iou, lesion, detection }) => ({
        id: detection.id,
        rank: detection.rank,
        score: detection.score,
        boundingBox: detection.boundingBox,
        kind,
        iou,
        lesionId: lesion?.id ?? null,
        clusterText: clusterText(detection.pseudoCluster),
        verdict: detection.currentVerdict,
      })) ?? null,
  };
}

/**
 * Boxes are matched by falling score: those with lower scores never change what one with a higher score is worth, so
 * that a threshold only leaves boxes out.
 */
export const fromScore = (boxes: readonly FoundBox[], threshold: number): FoundBox[] =>
  boxes.filter(({ score }) => score >= threshold);

/** @returns the box that overlaps each lesion most, by the lesion's id */
export function hitsByLesion(boxes: readonly FoundBox[]): Map<string, FoundBox> {
  return new Map(boxes.flatMap((box) => (box.kind === 'HIT' && box.lesionId ? [[box.lesionId, box]] : [])));
}

/** @returns ids of the lesions that none of the runs hits */
export function missedByAll(lesions: readonly SliceLesion[], runs: readonly (readonly FoundBox[])[]): Set<string> {
  const hits = runs.map(hitsByLesion);
  return new Set(
    runs.length === 0 ? [] : lesions.map(({ id }) => id).filter((id) => hits.every((found) => !found.has(id))),
  );
}

/** Coordinates of the source, as 0 at the edge of the first pixel. @param firstPixel the centre of which is 1 or 0.5 */
export function toSlicePoint({ x, y }: Point, firstPixel: 0 | 1): Point {
  const shift = firstPixel === 1 ? 0.5 : 0;
  return { x: x - shift, y: y - shift };
}

/** A box of the source, as one in slice coordinates. */
export function toSliceBox({ x1, y1, x2, y2 }: Box, firstPixel: 0 | 1): Box {
  const [a, b] = [toSlicePoint({ x: x1, y: y1 }, firstPixel), toSlicePoint({ x: x2, y: y2 }, firstPixel)];
  return { x1: a.x, y1: a.y, x2: b.x, y2: b.y };
}

/** What the marks of an image are made of. */
interface MarkContext {
  readonly firstPixel: 0 | 1;
  /** of the key slice, on which lesions were measured and boxes found */
  readonly index: number;
}

/** "L2", the number of a lesion on its image, from 1 */
export const lesionName = (place: number): string => `L${place + 1}`;

/** What is drawn of a lesion. */
type DrawnLesion = Pick<SliceLesion, 'id' | 'boundingBox' | 'longAxis' | 'shortAxis' | 'longDiameterMm'>;

/** @param missed ids of the lesions that no shown run hits */
export function lesionMarks(
  lesions: readonly DrawnLesion[],
  missed: ReadonlySet<string>,
  { firstPixel, index }: MarkContext,
): Mark[] {
  return lesions.map((lesion, place) => ({
    id: lesion.id,
    kind: missed.has(lesion.id) ? 'MISSED' : 'LESION',
    box: toSliceBox(lesion.boundingBox, firstPixel),
    axes: [lesion.longAxis, lesion.shortAxis].flatMap((axis) => (axis ? [toSliceSegment(axis, firstPixel)] : [])),
    label: `${lesionName(place)}${lesion.longDiameterMm === null ? '' : ` ${formatNumber(lesion.longDiameterMm)} mm`}`,
    index,
  }));
}

const toSliceSegment = ({ start, end }: Segment, firstPixel: 0 | 1): Segment => ({
  start: toSlicePoint(start, firstPixel),
  end: toSlicePoint(end, firstPixel),
});

/** @param isSecond whether they are those of a second run, which have another shape */
export function boxMarks(boxes: readonly FoundBox[], isSecond: boolean, { firstPixel, index }: MarkContext): Mark[] {
  return boxes.map(({ id, kind, score, boundingBox }) => ({
    id,
    kind,
    box: toSliceBox(boundingBox, firstPixel),
    label: score.toFixed(2),
    index,
    hasCutCorners: isSecond,
  }));
}

/** "8.6 × 7.4 mm", or pixels where the spacing is not known */
export function extentText({ x1, y1, x2, y2 }: Box, pixelSpacingMm: number | null): string {
  const unit = pixelSpacingMm ?? 1;
  const sides = `${formatNumber((x2 - x1) * unit)} × ${formatNumber((y2 - y1) * unit)}`;
  return `${sides} ${pixelSpacingMm === null ? 'px' : 'mm'}`;
}

/** "cluster 3, lung nodule" */
export function clusterText(
  cluster: { readonly clusterIndex: number; readonly label: string | null } | null | undefined,
): string {
  if (!cluster) return '–';
  return cluster.label ? `${cluster.clusterIndex}, ${cluster.label}` : String(cluster.clusterIndex);
}

/** "23.1 × 15.0 mm" */
export function diametersText({
  longDiameterMm,
  shortDiameterMm,
}: Pick<SliceLesion, 'longDiameterMm' | 'shortDiameterMm'>): string {
  if (longDiameterMm === null) return '–';
  const short = shortDiameterMm === null ? '' : ` × ${formatNumber(shortDiameterMm)}`;
  return `${formatNumber(longDiameterMm)}${short} mm`;
}

/** "Lung", or "Type unknown" */
export const typeText = (type: SliceImage['lesions'][number]['coarseType']): string =>
  type === 'UNKNOWN' ? 'Type unknown' : titleOf(type);
