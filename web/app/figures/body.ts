/**
 * A schematic body, from the front. Its places fit DeepLesion's normalized location: the medians of its validation split
 * are 0.45 for the mediastinum, 0.48 for the lung, 0.60 for the liver and 0.80 for the pelvis; 1 lies in the thighs.
 * One row: the position from head (0) to feet (1), and half of the width as a share of the length.
 */
const OUTLINE = [
  [0.0, 0.012],
  [0.02, 0.055],
  [0.08, 0.082],
  [0.15, 0.07],
  [0.2, 0.04],
  [0.26, 0.042],
  [0.3, 0.12],
  [0.35, 0.175],
  [0.45, 0.165],
  [0.58, 0.145],
  [0.68, 0.14],
  [0.78, 0.17],
  [0.86, 0.172],
  [1.0, 0.14],
] as const;

/** The widest half of the outline, as a share of its length. */
export const GREATEST_HALF_WIDTH = 0.18;
/** Where the legs part. */
export const LEGS_FROM = 0.88;

/** @param z 0 to 1 @returns half of the body's width there, as a share of its length */
export function halfWidthAt(z: number): number {
  const at = Math.min(1, Math.max(0, z));
  const after = OUTLINE.findIndex(([position]) => position >= at);
  const [z1, w1] = OUTLINE[Math.max(after, 0)] ?? [1, 0];
  const [z0, w0] = OUTLINE[Math.max(after - 1, 0)] ?? [0, 0];
  return z1 === z0 ? w1 : w0 + ((w1 - w0) * (at - z0)) / (z1 - z0);
}

/**
 * The outline as a path.
 *
 * @param along maps a position from head to feet to pixels
 * @param across maps a signed distance from the middle, as a share of the length, to pixels
 */
export function outlinePath(along: (z: number) => number, across: (w: number) => number, upright: boolean): string {
  const side = (sign: 1 | -1): Place[] =>
    OUTLINE.map(([z, w]) => (upright ? [across(sign * w), along(z)] : [along(z), across(sign * w)]));
  return `M${smooth(side(1))}L${smooth(side(-1).reverse())}Z`;
}

/** In pixels. */
type Place = readonly [x: number, y: number];

/** A curve through all places, without its first command: a Catmull-Rom spline as Bézier curves. */
function smooth(places: readonly Place[]): string {
  const at = (index: number): Place => places[Math.min(places.length - 1, Math.max(0, index))] ?? [0, 0];
  const text = (x: number, y: number): string => `${x.toFixed(1)},${y.toFixed(1)}`;
  const curves = places.slice(1).map(([x, y], index) => {
    const [before, start, after] = [at(index - 1), at(index), at(index + 2)];
    const first = text(start[0] + (x - before[0]) / 6, start[1] + (y - before[1]) / 6);
    const second = text(x - (after[0] - start[0]) / 6, y - (after[1] - start[1]) / 6);
    return `C${first} ${second} ${text(x, y)}`;
  });
  return text(...at(0)) + curves.join('');
}
