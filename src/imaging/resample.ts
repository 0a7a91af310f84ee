/**
 * Separable resize with an antialiased triangle filter. Equal to PyTorch's `F.interpolate(x, size, mode='bilinear',
 * antialias=True, align_corners=False)`, which the detectors were trained behind (weights as in
 * ATen/native/cpu/UpSampleKernel.cpp).
 *
 * Pixel i covers i … i + 1; where the picture shrinks the triangle is as wide as two output pixels, where it grows it
 * is two input pixels wide.
 */
import { floatsAt, intsAt, kernels, layOut } from './kernels';

/**
 * For each output pixel the first input pixel that it reads, and the weights of that and the next ones (0 if fewer).
 */
interface AxisWeights {
  /** pixels that each output pixel reads */
  readonly taps: number;
  readonly first: Int32Array;
  /** by place behind the first pixel, then by output pixel */
  readonly weights: Float32Array;
}

/** The kernel's fastest number of taps; it carries a picture down to two thirds of its size. */
const FEWEST_TAPS = 3;

/**
 * Rounds as PyTorch does at the same places: in double, the weights would differ by up to 1e-5, which is 0.02 HU at a
 * bone's edge.
 */
const float32 = Math.fround;

function makeWeights(inputLength: number, outputLength: number): AxisWeights {
  const scale = float32(inputLength / outputLength);
  const support = Math.max(scale, 1);
  const inverse = float32(1 / support);
  const taps = Math.min(inputLength, Math.max(FEWEST_TAPS, Math.ceil(2 * support)));
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
      weights[(j - start) * outputLength + i] = weight;
      total = float32(total + weight);
    }
    for (let j = from; j < end; j++) weights[(j - start) * outputLength + i]! /= total;
  }
  return { taps, first, weights };
}

/** The slices of a data set have a handful of sizes; the tables of more than this many pairs are made again. */
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

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A resize from one size to another, with its tables in the kernels' memory. */
export interface Resize {
  /** bytes of its arrays, for `layOut` */
  readonly bytes: readonly number[];
  /** Writes the tables to where their arrays lie. */
  place(places: readonly number[]): void;
  /** @param from float32, `input.width` · `input.height` @param to float32, `output.width` · `output.height` */
  run(from: number, to: number): void;
}

export function makeResize(input: Size, output: Size): Resize {
  const down = axisWeights(input.height, output.height);
  const across = axisWeights(input.width, output.width);
  const tables = [down.first, down.weights, across.first, across.weights];
  let at: readonly number[] = [];
  return {
    bytes: [...tables.map(({ byteLength }) => byteLength), 4 * input.width],
    place(places) {
      at = places;
      for (const [index, table] of tables.entries())
        if (table instanceof Int32Array) intsAt(places[index]!, table.length).set(table);
        else floatsAt(places[index]!, table.length).set(table);
    },
    run(from, to) {
      const [downFirst = 0, downWeights = 0, acrossFirst = 0, acrossWeights = 0, mixed = 0] = at;
      kernels().resize(
        from,
        input.width,
        downFirst,
        downWeights,
        down.taps,
        acrossFirst,
        acrossWeights,
        across.taps,
        mixed,
        to,
        output.width,
        output.height,
      );
    },
  };
}

/** @param values row-major @returns row-major */
export function resizePicture(values: ArrayLike<number>, input: Size, output: Size): Float32Array {
  const resize = makeResize(input, output);
  const [inputArea, outputArea] = [input.width * input.height, output.width * output.height];
  const [from = 0, to = 0, ...tables] = layOut([4 * inputArea, 4 * outputArea, ...resize.bytes]);
  resize.place(tables);
  floatsAt(from, inputArea).set(values);
  resize.run(from, to);
  return floatsAt(to, outputArea).slice();
}
