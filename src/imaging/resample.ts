/**
 * Separable resize with an antialiased triangle filter. Equal to PyTorch's
 * `F.interpolate(x, size, mode='bilinear', antialias=True, align_corners=False)`, which the detectors were trained behind
 * (weights as in ATen/native/cpu/UpSampleKernel.cpp).
 *
 * Pixel i covers i … i + 1; where the picture shrinks the triangle is as wide as two output pixels, where it grows it is two input
 * pixels wide.
 */

/** For each output pixel the first input pixel that it reads, and the weights of that and the next ones (`taps` places each, 0 where fewer). */
interface AxisWeights {
  readonly taps: number;
  readonly first: Int32Array;
  readonly weights: Float32Array;
}

/** Weights of up to this many places are written out in the loops below, which halves their time. */
const UNROLLED = 4;

/** Rounds as PyTorch does at the same places: in double, the weights would differ by up to 1e-5, which is 0.02 HU at a bone's edge. */
const float32 = Math.fround;

function makeWeights(inputLength: number, outputLength: number): AxisWeights {
  const scale = float32(inputLength / outputLength);
  const support = Math.max(scale, 1);
  const inverse = float32(1 / support);
  const taps = Math.min(inputLength, Math.max(UNROLLED, Math.ceil(2 * support)));
  const first = new Int32Array(outputLength);
  const weights = new Float32Array(outputLength * taps);
  for (let i = 0; i < outputLength; i++) {
    const center = float32(scale * (i + 0.5));
    const from = Math.max(Math.trunc(center - support + 0.5), 0);
    const end = Math.min(Math.trunc(center + support + 0.5), inputLength);
    // The places lie inside the input even where the filter does not fill them.
    const start = Math.min(from, inputLength - taps);
    first[i] = start;
    let total = 0;
    for (let j = from; j < end; j++) {
      const distance = Math.abs(float32((float32(j - center) + 0.5) * inverse));
      const weight = distance < 1 ? float32(1 - distance) : 0;
      weights[i * taps + j - start] = weight;
      total = float32(total + weight);
    }
    for (let j = from; j < end; j++) weights[i * taps + j - start]! /= total;
  }
  return { taps, first, weights };
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

function resizeRow(row: Float32Array, { taps, first, weights }: AxisWeights, out: Float32Array, to: number): void {
  const length = first.length;
  if (taps === UNROLLED) {
    for (let x = 0, w = 0; x < length; x++, w += UNROLLED) {
      const at = first[x]!;
      out[to + x] =
        weights[w]! * row[at]! +
        weights[w + 1]! * row[at + 1]! +
        weights[w + 2]! * row[at + 2]! +
        weights[w + 3]! * row[at + 3]!;
    }
    return;
  }
  for (let x = 0; x < length; x++) {
    const at = first[x]!;
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += weights[x * taps + k]! * row[at + k]!;
    out[to + x] = sum;
  }
}

/** One output row from the rows of `source` (each as long as `out`) that its weights name. */
function mixRows(source: Float32Array, { taps, first, weights }: AxisWeights, y: number, out: Float32Array): void {
  const width = out.length;
  const from = first[y]! * width;
  const w = y * taps;
  if (taps === UNROLLED) {
    const [w0, w1, w2, w3] = [weights[w]!, weights[w + 1]!, weights[w + 2]!, weights[w + 3]!];
    const second = from + width;
    const third = second + width;
    const fourth = third + width;
    for (let x = 0; x < width; x++) {
      out[x] = w0 * source[from + x]! + w1 * source[second + x]! + w2 * source[third + x]! + w3 * source[fourth + x]!;
    }
    return;
  }
  out.fill(0);
  for (let k = 0; k < taps; k++) {
    const weight = weights[w + k]!;
    const at = from + k * width;
    for (let x = 0; x < width; x++) out[x]! += weight * source[at + x]!;
  }
}

/** Memory between the two passes, kept from call to call: fresh pages cost as much as the arithmetic. Calls never overlap (no await). */
let scratch = new Float32Array(0);

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Resizes a picture row by row, so that no copy of it is made at its full size.
 *
 * @param readRow fills the row it is given with the input's row y
 * @param writeRow takes the output's row y; the array is used again for the next row
 */
export function resizeByRows(
  input: Size,
  output: Size,
  readRow: (y: number, row: Float32Array) => void,
  writeRow: (y: number, row: Float32Array) => void,
): void {
  const columns = input.width === output.width ? null : axisWeights(input.width, output.width);
  const row = new Float32Array(input.width);
  const out = new Float32Array(output.width);
  const sameHeight = input.height === output.height;
  if (!sameHeight && scratch.length < output.width * input.height)
    scratch = new Float32Array(output.width * input.height);
  for (let y = 0; y < input.height; y++) {
    readRow(y, row);
    if (sameHeight) {
      if (columns) resizeRow(row, columns, out, 0);
      writeRow(y, columns ? out : row);
    } else if (columns) resizeRow(row, columns, scratch, y * output.width);
    else scratch.set(row, y * output.width);
  }
  if (sameHeight) return;
  const rows = axisWeights(input.height, output.height);
  for (let y = 0; y < output.height; y++) {
    mixRows(scratch, rows, y, out);
    writeRow(y, out);
  }
}
