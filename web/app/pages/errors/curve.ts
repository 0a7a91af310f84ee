/** What the slider reads off the operating curve, without asking the server. */
export interface CurvePoint {
  /** null: no detection counts */
  readonly scoreThreshold: number | null;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly lesionCount: number;
  readonly imageCount: number;
}

/**
 * @param curve by falling threshold
 * @returns the last point whose detections all have at least the score; the first if none has
 */
export function pointAtScore<Point extends CurvePoint>(curve: readonly Point[], score: number): Point | undefined {
  let point = curve[0];
  for (const one of curve) {
    if (one.scoreThreshold !== null && one.scoreThreshold < score) break;
    point = one;
  }
  return point;
}

/** @returns the score that a slider of a curve's points stands for at a place; 1 where no detection counts */
export const scoreAt = (curve: readonly CurvePoint[], place: number): number => curve[place]?.scoreThreshold ?? 1;

/** @returns the place of a score on such a slider */
export function placeOf(curve: readonly CurvePoint[], score: number): number {
  const point = pointAtScore(curve, score);
  return point ? curve.indexOf(point) : 0;
}
