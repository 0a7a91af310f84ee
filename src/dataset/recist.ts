/** A box by its edges, in the pixels of its source. */
export interface Box {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/**
 * The paper pads the end points by this much on each side, and does not clip at the image's edge (JMI 2018, section
 * 2.2.1).
 */
export const RECIST_PADDING_PX = 5;

/**
 * The lesion's box from its RECIST measurement: the extent of the four end points, 5 px wider on each side.
 *
 * @param axes x and y of both ends of the long axis, then of the short axis; pixels
 */
export function boxOfAxes(axes: readonly number[]): Box {
  const xs = axes.filter((_, index) => index % 2 === 0);
  const ys = axes.filter((_, index) => index % 2 === 1);
  return {
    x1: Math.min(...xs) - RECIST_PADDING_PX,
    y1: Math.min(...ys) - RECIST_PADDING_PX,
    x2: Math.max(...xs) + RECIST_PADDING_PX,
    y2: Math.max(...ys) + RECIST_PADDING_PX,
  };
}

/** @returns the largest difference between two boxes' edges, in pixels */
export function boxDifferencePx(a: Box, b: Box): number {
  return Math.max(Math.abs(a.x1 - b.x1), Math.abs(a.y1 - b.y1), Math.abs(a.x2 - b.x2), Math.abs(a.y2 - b.y2));
}
