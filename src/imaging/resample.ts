/**
 * Separable resize with an antialiased triangle filter. Equal to PyTorch's
 * `F.interpolate(x, size, mode='bilinear', antialias=True, align_corners=False)`, which the detectors were trained behind
 * (weights as in ATen/native/cpu/UpSampleKernel.cpp).
 *
 * Pixel i covers i … i + 1; where the picture shrinks the triangle is as wide as two output pixels, where it grows it is two input
 * pixels wide.
 */

/** For each output pixel: the first input pixel that it reads, and the weights of that and the next ones (`taps` places each). */
interface AxisWeights {
  readonly taps: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float32Array;
}

/** A plane of numbers, row-major. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

function makeWeights(inputLength: number, outputLength: number): AxisWeights {
  const scale = inputLength / outputLength;
  const support = Math.max(scale, 1);
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outputLength);
  const count = new Int32Array(outputLength);
  const weights = new Float32Array(outputLength * taps);
  for (let i = 0; i < outputLength; i++) {
    const center = scale * (i + 0.5);
    const from = Math.max(Math.trunc(center - support + 0.5), 0);
    const n = Math.min(Math.trunc(center + support + 0.5), inputLength) - from;
    let total = 0;
    for (let k = 0; k < n; k++) total += Math.max(0, 1 - Math.abs((from + k - center + 0.5) / support));
    for (let k = 0; k < n; k++)
      weights[i * taps + k] = Math.max(0, 1 - Math.abs((from + k - center + 0.5) / support)) / total;
    first[i] = from;
    count[i] = n;
  }
  return { taps, first, count, weights };
}

/** The slices of a data set have a handful of sizes; the tables of more than this many pairs are made anew. */
const KEPT = 32;
const kept = new Map<string, AxisWeights>();

function axisWeights(inputLength: number, outputLength: number): AxisWeights {
  const key = `${inputLength}>${outputLength}`;
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= KEPT) kept.clear();
  const made = makeWeights(inputLength, outputLength);
  kept.set(key, made);
  return made;
}

function resizeRows({ width, height, values }: Plane, outputWidth: number): Plane {
  if (width === outputWidth) return { width, height, values };
  const { taps, first, count, weights } = axisWeights(width, outputWidth);
  const out = new Float32Array(outputWidth * height);
  for (let y = 0; y < height; y++) {
    const from = y * width;
    const to = y * outputWidth;
    for (let x = 0; x < outputWidth; x++) {
      const at = from + first[x]!;
      const n = count[x]!;
      const w = x * taps;
      let sum = 0;
      for (let k = 0; k < n; k++) sum += weights[w + k]! * values[at + k]!;
      out[to + x] = sum;
    }
  }
  return { width: outputWidth, height, values: out };
}

function resizeColumns({ width, height, values }: Plane, outputHeight: number): Plane {
  if (height === outputHeight) return { width, height, values };
  const { taps, first, count, weights } = axisWeights(height, outputHeight);
  const out = new Float32Array(width * outputHeight);
  for (let y = 0; y < outputHeight; y++) {
    const to = y * width;
    const n = count[y]!;
    // Row by row: neighbouring pixels lie side by side in memory.
    for (let k = 0; k < n; k++) {
      const weight = weights[y * taps + k]!;
      const from = (first[y]! + k) * width;
      for (let x = 0; x < width; x++) out[to + x]! += weight * values[from + x]!;
    }
  }
  return { width, height: outputHeight, values: out };
}

/**
 * @param width of the answer, in pixels
 * @param height of the answer, in pixels
 * @returns the plane itself where the size stays the same
 */
export function resizePlane(plane: Plane, width: number, height: number): Plane {
  return resizeColumns(resizeRows(plane, width), height);
}
