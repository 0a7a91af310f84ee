import { Random } from './random';

/** Side of a noise tile in pixels; a power of two, so that wrapping is a mask. */
export const TILE = 1024;

/** A periodic square of correlated normal deviates with mean 0 and standard deviation 1. */
export type NoiseTile = Float32Array;

function gaussianKernel(sigma: number): Float64Array {
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const kernel = new Float64Array(2 * reach + 1);
  for (let k = -reach; k <= reach; k++) kernel[k + reach] = Math.exp(-(k * k) / (2 * sigma * sigma));
  return kernel;
}

/** Circular convolution along rows (`step` 1) or columns (`step` TILE). */
function convolve(source: Float32Array, kernel: Float64Array, alongRows: boolean): Float32Array {
  const out = new Float32Array(TILE * TILE);
  const reach = (kernel.length - 1) / 2;
  const mask = TILE - 1;
  for (let y = 0; y < TILE; y++) {
    for (let x = 0; x < TILE; x++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) {
        const at = alongRows ? y * TILE + ((x + k) & mask) : ((y + k) & mask) * TILE + x;
        sum += (kernel[k + reach] ?? 0) * (source[at] ?? 0);
      }
      out[y * TILE + x] = sum;
    }
  }
  return out;
}

function standardise(tile: Float32Array): Float32Array {
  let sum = 0;
  let squares = 0;
  for (const value of tile) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / tile.length;
  const sd = Math.sqrt(squares / tile.length - mean * mean);
  return tile.map((value) => (value - mean) / sd);
}

function makeTile(name: string, sigmaX: number, sigmaY: number): NoiseTile {
  const random = new Random('noise tile', name);
  const white = new Float32Array(TILE * TILE);
  for (let i = 0; i < white.length; i++) white[i] = random.normal(0, 1);
  return standardise(convolve(convolve(white, gaussianKernel(sigmaX), true), gaussianKernel(sigmaY), false));
}

/**
 * The tiles that every slice draws its noise and texture from. They do not depend on the seed: slices differ by random
 * offsets into them.
 */
export interface NoiseTiles {
  /** Scanner noise: neighbouring pixels correlate by about 0.55, as on the real slices. */
  readonly grain: NoiseTile;
  /** Tissue texture, correlated over a few pixels. */
  readonly texture: NoiseTile;
  /** Horizontal streaks of photon starvation between the shoulders and the hips. */
  readonly streak: NoiseTile;
}

let cached: NoiseTiles | undefined;

/** Builds the tiles at the first call (about half a second) and keeps them. */
export function noiseTiles(): NoiseTiles {
  cached ??= {
    grain: makeTile('grain', 0.68, 0.68),
    texture: makeTile('texture', 2.1, 2.1),
    streak: makeTile('streak', 18, 0.8),
  };
  return cached;
}
