/**
 * Separable resize with an antialiased triangle filter. Equal to PyTorch's
 * `F.interpolate(x, size, mode='bilinear', antialias=True, align_corners=False)`, which the detectors were trained behind
 * (weights as in ATen/native/cpu/UpSampleKernel.cpp).
 *
 * Pixel i covers i … i + 1; where the picture shrinks the triangle is as wide as two output pixels, where it grows it is two input
 * pixels wide.
 */

/** For each output pixel the first input pixel that it reads, and the weights of that and the next ones (0 where fewer). */
interface AxisWeights {
  /** pixels that each output pixel reads */
  readonly taps: number;
  readonly first: Int32Array;
  /** by place behind the first pixel, then by output pixel */
  readonly weights: readonly Float32Array[];
}

/** Weights of so many places are written out in the loops below, which halves their time; they carry a picture down to two thirds of its size. */
const UNROLLED = 3;

/** Rounds as PyTorch does at the same places: in double, the weights would differ by up to 1e-5, which is 0.02 HU at a bone's edge. */
const float32 = Math.fround;

function makeWeights(inputLength: number, outputLength: number): AxisWeights {
  const scale = float32(inputLength / outputLength);
  const support = Math.max(scale, 1);
  const inverse = float32(1 / support);
  const taps = Math.min(inputLength, Math.max(UNROLLED, Math.ceil(2 * support)));
  const first = new Int32Array(outputLength);
  const weights = Array.from({ length: taps }, () => new Float32Array(outputLength));
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
      weights[j - start]![i] = weight;
      total = float32(total + weight);
    }
    for (let j = from; j < end; j++) weights[j - start]![i]! /= total;
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

function resizeRow(row: Float32Array, { taps, first, weights }: AxisWeights, out: Float32Array): void {
  const length = first.length;
  if (taps === UNROLLED) {
    const [w0, w1, w2] = weights as [Float32Array, Float32Array, Float32Array];
    for (let x = 0; x < length; x++) {
      const at = first[x]!;
      out[x] = w0[x]! * row[at]! + w1[x]! * row[at + 1]! + w2[x]! * row[at + 2]!;
    }
    return;
  }
  for (let x = 0; x < length; x++) {
    const at = first[x]!;
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += weights[k]![x]! * row[at + k]!;
    out[x] = sum;
  }
}

/** Output row y from the input rows that its weights name. */
function mixRows(rowAt: (y: number) => Float32Array, axis: AxisWeights, y: number, out: Float32Array): void {
  const { taps, weights } = axis;
  const first = axis.first[y]!;
  if (taps === UNROLLED) {
    const [a, b, c] = [rowAt(first), rowAt(first + 1), rowAt(first + 2)];
    const [w0, w1, w2] = [weights[0]![y]!, weights[1]![y]!, weights[2]![y]!];
    for (let x = 0; x < out.length; x++) out[x] = w0 * a[x]! + w1 * b[x]! + w2 * c[x]!;
    return;
  }
  out.fill(0);
  for (let k = 0; k < taps; k++) {
    const weight = weights[k]![y]!;
    const row = rowAt(first + k);
    for (let x = 0; x < out.length; x++) out[x]! += weight * row[x]!;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Resizes a picture row by row, first across, then down, and keeps no more rows than one output row is mixed from.
 *
 * @param readRow fills the row it is given with the input's row y; called once a row, downwards
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
  const readAcross = (y: number, out: Float32Array): void => {
    readRow(y, columns ? row : out);
    if (columns) resizeRow(row, columns, out);
  };
  const out = new Float32Array(output.width);
  if (input.height === output.height) {
    for (let y = 0; y < input.height; y++) {
      readAcross(y, out);
      writeRow(y, out);
    }
    return;
  }
  const rows = axisWeights(input.height, output.height);
  const ring = Array.from({ length: rows.taps }, () => new Float32Array(output.width));
  const rowAt = (y: number): Float32Array => ring[y % rows.taps]!;
  let read = 0;
  for (let y = 0; y < output.height; y++) {
    for (const end = rows.first[y]! + rows.taps; read < end; read++) readAcross(read, rowAt(read));
    mixRows(rowAt, rows, y, out);
    writeRow(y, out);
  }
}
