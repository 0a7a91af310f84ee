import { boxIou } from '../evaluation';

/**
 * Greedy non-maximum suppression: the best box drops every other that overlaps it by more than the threshold, and so
 * on. Equal scores keep the order of the input. Idempotent.
 *
 * @param boxes stride 4: x1 y1 x2 y2
 * @param candidates indices of the boxes that take part
 * @param iouThreshold 0..1; boxes with IoU above it (not equal) are dropped
 * @param limit at most so many are kept
 * @returns indices that stay, best first
 */
export function nonMaximumSuppression(
  boxes: ArrayLike<number>,
  scores: ArrayLike<number>,
  candidates: readonly number[],
  iouThreshold: number,
  limit: number,
): number[] {
  const order = [...candidates].sort((a, b) => scores[b]! - scores[a]! || a - b);
  const kept: number[] = [];
  for (const index of order) {
    if (kept.length === limit) break;
    if (kept.every((better) => boxIou(boxes, better, boxes, index) <= iouThreshold)) kept.push(index);
  }
  return kept;
}
