import type { Random } from './random';

/** A point of the image, pixels. */
export interface PixelPoint {
  readonly x: number;
  readonly y: number;
}

/** A RECIST measurement: the end points of the long and of the short axis, pixels. */
export interface RecistMeasurement {
  readonly longAxis: readonly [PixelPoint, PixelPoint];
  readonly shortAxis: readonly [PixelPoint, PixelPoint];
}

/** Length of an axis, in the unit of its points. */
export function axisLength([a, b]: readonly [PixelPoint, PixelPoint]): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function farthestPair(contour: readonly PixelPoint[]): [PixelPoint, PixelPoint] {
  let best = -1;
  let pair: [PixelPoint, PixelPoint] | undefined;
  for (const [i, a] of contour.entries()) {
    for (let j = i + 1; j < contour.length; j++) {
      const b = contour[j];
      if (b === undefined) continue;
      const distance = (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
      if (distance > best) {
        best = distance;
        pair = [a, b];
      }
    }
  }
  if (pair === undefined) throw new RangeError(`a contour needs two points or more, but has ${contour.length}`);
  return pair;
}

/** Where the contour crosses the line at `along` across the long axis: the outermost two crossings. */
function chordAt(
  contour: readonly PixelPoint[],
  origin: PixelPoint,
  ux: number,
  uy: number,
  along: number,
): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const [i, a] of contour.entries()) {
    const b = contour[(i + 1) % contour.length] ?? a;
    const ta = (a.x - origin.x) * ux + (a.y - origin.y) * uy - along;
    const tb = (b.x - origin.x) * ux + (b.y - origin.y) * uy - along;
    if (ta > 0 === tb > 0) continue;
    const f = ta / (ta - tb);
    const across = -(a.x + f * (b.x - a.x) - origin.x) * uy + (a.y + f * (b.y - a.y) - origin.y) * ux;
    low = Math.min(low, across);
    high = Math.max(high, across);
  }
  return high > low ? [low, high] : undefined;
}

/**
 * Measures a closed contour by RECIST: the long axis joins its two farthest points, the short axis is its longest chord
 * at a right angle to the long one.
 * @param contour at least three points in order round the lesion.
 */
export function measureRecist(contour: readonly PixelPoint[]): RecistMeasurement {
  const [a, b] = farthestPair(contour);
  const length = axisLength([a, b]) || 1;
  const ux = (b.x - a.x) / length;
  const uy = (b.y - a.y) / length;
  let best: { along: number; chord: [number, number] } = { along: length / 2, chord: [0, 0] };
  for (let k = 1; k < 48; k++) {
    const along = (length * k) / 48;
    const chord = chordAt(contour, a, ux, uy, along);
    if (chord !== undefined && chord[1] - chord[0] > best.chord[1] - best.chord[0]) best = { along, chord };
  }
  const at = (across: number): PixelPoint => ({
    x: a.x + best.along * ux - across * uy,
    y: a.y + best.along * uy + across * ux,
  });
  return { longAxis: [a, b], shortAxis: [at(best.chord[0]), at(best.chord[1])] };
}

/** Shifts the four end points as a reader's hand does; the long axis stays the longer one. */
export function jitterRecist(measurement: RecistMeasurement, sdPx: number, random: Random): RecistMeasurement {
  const move = (p: PixelPoint): PixelPoint => ({
    x: p.x + random.clippedNormal(0, sdPx, -2.5 * sdPx, 2.5 * sdPx),
    y: p.y + random.clippedNormal(0, sdPx, -2.5 * sdPx, 2.5 * sdPx),
  });
  const [a, b] = measurement.longAxis;
  const [c, d] = measurement.shortAxis;
  const first = [move(a), move(b)] as const;
  const second = [move(c), move(d)] as const;
  return axisLength(first) >= axisLength(second)
    ? { longAxis: first, shortAxis: second }
    : { longAxis: second, shortAxis: first };
}

/** The box of the paper's rule: the extent of the four end points, 5 px wider on every side. */
export function boxOfRecist({
  longAxis,
  shortAxis,
}: RecistMeasurement): [x1: number, y1: number, x2: number, y2: number] {
  const points = [...longAxis, ...shortAxis];
  const xs = points.map((p) => p.x);
  const ys = points.map((p) => p.y);
  return [Math.min(...xs) - 5, Math.min(...ys) - 5, Math.max(...xs) + 5, Math.max(...ys) + 5];
}
