/**
 * How far two boxes overlap. I intersection area, A areas; "predicted" is the first box, "truth" the second. Two
 * conventions of width are in use, and metrics of the two must not be mixed: CONTINUOUS: x2 − x1 (COCO, and everything
 * here unless said); INCLUSIVE: x2 − x1 + 1 (VOC, the public DeepLesion codes).
 */
export const BOX_MEASURES = ['CONTINUOUS', 'INCLUSIVE'] as const;
export type BoxMeasure = (typeof BOX_MEASURES)[number];

/**
 * IOU I / (A_predicted + A_truth − I) · IOBB I / A_predicted (a tiny box inside a lesion scores 1) · IOGT I / A_truth ·
 * IOBBGT the greater of the last two. All as in the public DeepLesion evaluation codes.
 */
export const OVERLAP_CRITERIA = ['IOU', 'IOBB', 'IOGT', 'IOBBGT'] as const;
export type OverlapCriterion = (typeof OVERLAP_CRITERIA)[number];

/** The overlap of box `i` of `predicted` with box `j` of `truth`, both with stride 4; 0..1. */
export type Overlap = (predicted: ArrayLike<number>, i: number, truth: ArrayLike<number>, j: number) => number;

/**
 * Intersection over union of box `i` of `a` and box `j` of `b` (stride 4); symmetric, 0..1, exactly 1 for a box with
 * itself. Sides that do not overlap are 0, never negative: two negative sides would multiply to an area.
 */
export function boxIou(
  a: ArrayLike<number>,
  i: number,
  b: ArrayLike<number>,
  j: number,
  measure: BoxMeasure = 'CONTINUOUS',
): number {
  const extra = measure === 'INCLUSIVE' ? 1 : 0;
  const common = intersection(a, 4 * i, b, 4 * j, extra);
  return common === 0 ? 0 : common / (area(a, 4 * i, extra) + area(b, 4 * j, extra) - common);
}

/** A box by its edges, in pixels, y down. */
export interface EdgeBox {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** Intersection over union of two boxes, continuous widths: {@link boxIou} where there are no flat arrays at hand. */
export function iou(a: EdgeBox, b: EdgeBox): number {
  return boxIou([a.x1, a.y1, a.x2, a.y2], 0, [b.x1, b.y1, b.x2, b.y2], 0);
}

/**
 * The overlap function of a criterion and a convention, to be taken out of the loop.
 *
 * @throws RangeError on an unknown criterion
 */
export function overlapOf(criterion: OverlapCriterion, measure: BoxMeasure): Overlap {
  const extra = measure === 'INCLUSIVE' ? 1 : 0;
  const shared: Overlap = (a, i, b, j) => intersection(a, 4 * i, b, 4 * j, extra);
  switch (criterion) {
    case 'IOU':
      return (a, i, b, j) => boxIou(a, i, b, j, measure);
    case 'IOBB':
      return (a, i, b, j) => ratio(shared(a, i, b, j), area(a, 4 * i, extra));
    case 'IOGT':
      return (a, i, b, j) => ratio(shared(a, i, b, j), area(b, 4 * j, extra));
    case 'IOBBGT':
      return (a, i, b, j) => ratio(shared(a, i, b, j), Math.min(area(a, 4 * i, extra), area(b, 4 * j, extra)));
    default:
      throw new RangeError(`Expected the criterion to be one of IOU, IOBB, IOGT, IOBBGT, got ${criterion}.`);
  }
}

/** Area of the box at `at`, in square pixels. */
export function area(boxes: ArrayLike<number>, at: number, extra: 0 | 1): number {
  return (boxes[at + 2]! - boxes[at]! + extra) * (boxes[at + 3]! - boxes[at + 1]! + extra);
}

function intersection(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, extra: 0 | 1): number {
  const width = Math.min(a[i + 2]!, b[j + 2]!) - Math.max(a[i]!, b[j]!) + extra;
  if (!(width > 0)) return 0;
  const height = Math.min(a[i + 3]!, b[j + 3]!) - Math.max(a[i + 1]!, b[j + 1]!) + extra;
  return height > 0 ? width * height : 0;
}

/** Rounding may carry a product over the area it is part of. */
function ratio(common: number, whole: number): number {
  return common === 0 ? 0 : Math.min(1, common / whole);
}

/**
 * Boxes cut to the image, as new array: coordinates are held between `low` and width + low or height + low, where `low`
 * is the coordinate of the image's left edge (0.5 for 1-based pixel centres, 0 for COCO). A box wholly outside keeps no
 * area.
 */
export function clipBoxes(
  boxes: Float64Array,
  widths: ArrayLike<number>,
  heights: ArrayLike<number>,
  low: number,
): Float64Array {
  const clipped = new Float64Array(boxes.length);
  for (let at = 0; at < boxes.length; at++) {
    const extent = at % 2 === 0 ? widths[at >> 2]! : heights[at >> 2]!;
    clipped[at] = Math.min(Math.max(boxes[at]!, low), extent + low);
  }
  return clipped;
}
