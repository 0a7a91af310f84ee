import type { Ellipse } from '../raster';

/** One cross-section of an organ: [z, centre x, centre y, radius x, radius y, rotation in radians], mm of the atlas. */
export type Keyframe = readonly [z: number, cx: number, cy: number, rx: number, ry: number, rot?: number];

/** Cross-section of an organ at height `z`, between its keyframes; undefined above its first and below its last one. */
export function sectionAt(frames: readonly Keyframe[], z: number, square = 0): Ellipse | undefined {
  for (let k = 1; k < frames.length; k++) {
    const a = frames[k - 1];
    const b = frames[k];
    if (a === undefined || b === undefined || z < a[0] || z > b[0]) continue;
    const t = b[0] > a[0] ? (z - a[0]) / (b[0] - a[0]) : 0;
    const mix = (from: number, to: number): number => from + t * (to - from);
    return {
      cx: mix(a[1], b[1]),
      cy: mix(a[2], b[2]),
      rx: mix(a[3], b[3]),
      ry: mix(a[4], b[4]),
      rot: mix(a[5] ?? 0, b[5] ?? 0),
      square,
    };
  }
  return undefined;
}

/** An ellipse grown by `by` mm on every side (negative: shrunk), moved by (dx, dy). */
export function grown(shape: Ellipse, by: number, dx = 0, dy = 0): Ellipse {
  return { ...shape, cx: shape.cx + dx, cy: shape.cy + dy, rx: shape.rx + by, ry: shape.ry + by };
}

/*
 * The atlas: a standard adult, arms raised, mm. x grows to the patient's left (right on the image), y to the back, z to
 * the feet; z = 0 lies at the fifth cervical vertebra, the axis at the middle of the trunk.
 */

/** Outline of the muscles of the trunk; the fat under the skin comes on top. */
export const TRUNK: readonly Keyframe[] = [
  [-40, 0, 0, 60, 66],
  [0, 0, 0, 58, 63],
  [35, 0, 3, 64, 66],
  [58, 0, 6, 112, 72],
  [82, 0, 6, 160, 82],
  [120, 0, 0, 170, 98],
  [200, 0, -2, 160, 112],
  [280, 0, -2, 150, 114],
  [360, 0, 0, 145, 108],
  [440, 0, 0, 140, 102],
  [520, 0, 0, 138, 98],
  [580, 0, 0, 150, 100],
  [640, 0, 2, 164, 102],
  [700, 0, 3, 168, 102],
  [770, 0, 5, 164, 98],
  [840, 0, 5, 158, 94],
];

/** Inner surface of the rib cage. */
export const CHEST_CAVITY: readonly Keyframe[] = [
  [66, 0, 18, 18, 16],
  [82, 0, 8, 58, 42],
  [110, 0, -2, 92, 64],
  [150, 0, -6, 113, 80],
  [200, 0, -8, 125, 92],
  [260, 0, -7, 130, 97],
  [320, 0, -4, 131, 97],
  [380, 0, -1, 128, 92],
  [430, 0, 0, 124, 86],
  [470, 0, 0, 122, 82],
];

/** Inner surface of the abdominal wall below the diaphragm. */
export const ABDOMEN_CAVITY: readonly Keyframe[] = [
  [318, 5, -45, 20, 8],
  [332, 0, -36, 92, 48],
  [355, 0, -22, 112, 68],
  [390, 0, -8, 122, 82],
  [425, 0, -1, 123, 85],
  [470, 0, -5, 121, 80],
  [520, 0, -9, 117, 74],
  [570, 0, -12, 112, 68],
  [610, 0, -14, 92, 62],
  [650, 0, -6, 70, 62],
  [700, 0, 0, 56, 58],
  [745, 0, 6, 38, 44],
  [775, 0, 12, 18, 24],
];

/** Vertebral bodies: the front column of the spine, down to the coccyx. */
export const SPINE: readonly Keyframe[] = [
  [-40, 0, 6, 11, 8],
  [0, 0, 10, 11, 8.5],
  [60, 0, 32, 13, 11],
  [120, 0, 55, 14.5, 12],
  [200, 0, 62, 16, 14],
  [300, 0, 58, 18, 16],
  [400, 0, 45, 21, 17],
  [500, 0, 32, 24, 18],
  [565, 0, 38, 26, 18],
  [580, 0, 46, 44, 20],
  [610, 0, 60, 46, 20],
  [650, 0, 76, 34, 14],
  [695, 0, 86, 17, 8],
  [735, 0, 78, 6, 5],
  [748, 0, 74, 1, 1],
];
