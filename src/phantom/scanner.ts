import { noiseTiles, TILE } from './noise';
import type { Random } from './random';
import type { Raster } from './raster';
import { TEXTURE_HU } from './tissue';

/** How one slice is scanned. */
export interface ScanOptions {
  /** Standard deviation of the scanner noise in the middle of the body, HU. */
  readonly noiseHu: number;
  /** Stream of this slice. */
  readonly random: Random;
  /** True: pixels outside the circular field of view bear −3024, as some scanners write. */
  readonly circle: boolean;
  /** Strength of horizontal streaks, HU. */
  readonly streakHu: number;
}

const LOWEST_HU = -1024;
const HIGHEST_HU = 3071;
const OUTSIDE_CIRCLE_HU = -3024;
const MASK = TILE - 1;

/** Adds the fine texture of the tissues; it hangs on the patient, not on the slice, so neighbours share it. */
export function addTexture(raster: Raster, offsetX: number, offsetY: number): void {
  const { texture } = noiseTiles();
  const { size } = raster.geometry;
  for (let y = 0; y < size; y++) {
    const row = ((y + offsetY) & MASK) * TILE;
    for (let x = 0, i = y * size; x < size; x++, i++) {
      const strength = TEXTURE_HU[raster.label[i] ?? 0] ?? 0;
      if (strength > 0) raster.hu[i] = (raster.hu[i] ?? 0) + strength * (texture[row + ((x + offsetX) & MASK)] ?? 0);
    }
  }
}

/** The scanner's point spread: a binomial kernel of three pixels each way (sigma 0.6 px). */
function blur(hu: Float32Array, size: number): void {
  const side = 0.2;
  const middle = 1 - 2 * side;
  for (let y = 0; y < size; y++) {
    let before = hu[y * size] ?? 0;
    for (let x = 1, i = y * size + 1; x < size - 1; x++, i++) {
      const here = hu[i] ?? 0;
      hu[i] = middle * here + side * (before + (hu[i + 1] ?? 0));
      before = here;
    }
  }
  const above = hu.slice(0, size);
  for (let y = 1; y < size - 1; y++) {
    for (let x = 0, i = y * size; x < size; x++, i++) {
      const here = hu[i] ?? 0;
      hu[i] = middle * here + side * ((above[x] ?? 0) + (hu[i + size] ?? 0));
      above[x] = here;
    }
  }
}

/**
 * Turns a painted raster into the stored pixels of the slice: point spread, noise, clipping, HU + 32768. The raster is
 * used up.
 * @returns `size * size` pixel values.
 */
export function finishSlice(raster: Raster, options: ScanOptions): Uint16Array {
  const { hu } = raster;
  const { size } = raster.geometry;
  blur(hu, size);
  const { grain, streak } = noiseTiles();
  const { random, noiseHu, streakHu } = options;
  const [ax, ay, bx, by, sx, sy] = [
    random.integer(TILE),
    random.integer(TILE),
    random.integer(TILE),
    random.integer(TILE),
    random.integer(TILE),
    random.integer(TILE),
  ];
  const out = new Uint16Array(size * size);
  const half = size / 2;
  for (let y = 0; y < size; y++) {
    const rowA = ((y + ay) & MASK) * TILE;
    const rowB = ((by - y) & MASK) * TILE;
    const rowS = ((y + sy) & MASK) * TILE;
    const dy = (y + 0.5 - half) / half;
    for (let x = 0, i = y * size; x < size; x++, i++) {
      const dx = (x + 0.5 - half) / half;
      const r2 = dx * dx + dy * dy;
      if (r2 > 1 && options.circle) {
        out[i] = OUTSIDE_CIRCLE_HU + 32768;
        continue;
      }
      const noise = 0.8 * (grain[rowA + ((x + ax) & MASK)] ?? 0) + 0.6 * (grain[rowB + ((bx - x) & MASK)] ?? 0);
      const strength = noiseHu * (1.05 - 0.3 * Math.min(1, r2));
      const value = (hu[i] ?? 0) + strength * noise + streakHu * (streak[rowS + ((x + sx) & MASK)] ?? 0);
      out[i] = Math.round(Math.min(HIGHEST_HU, Math.max(LOWEST_HU, value))) + 32768;
    }
  }
  return out;
}
