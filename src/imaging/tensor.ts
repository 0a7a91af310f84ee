/**
 * From slices to the network's input, with the same numbers as training/ has them.
 *
 * HU are clamped to −1024 … 3071, interpolated linearly between slices to each channel's offset (mm along the body, positive = larger
 * slice index = towards the feet), resized by an antialiased triangle filter, and put through the channel's window:
 * scaled = low' + clip((HU − low) / (high − low), 0, 1) · (high' − low'), with low', high' the scaled range.
 */
import { resizeByRows } from './resample';
import type { HounsfieldSlice } from './slice';

/** Slices of one series at distances from the key slice. */
export interface SliceStack {
  /** all of one size */
  readonly slices: readonly HounsfieldSlice[];
  /** mm from the key slice, ascending, 0 for the key slice itself; one per slice */
  readonly offsetsMm: readonly number[];
}

/** The `input` part of a detector's manifest, model.json. */
export interface InputSpec {
  readonly width: number;
  readonly height: number;
  readonly channels: readonly {
    readonly offsetMm: number;
    readonly window: { readonly low: number; readonly high: number };
  }[];
  readonly scaledRange: { readonly low: number; readonly high: number };
}

/** The range of DeepLesion's own networks; −3024 outside the field of view becomes air. */
const LOWEST_HU = -1024;
const HIGHEST_HU = 3071;

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** The two slices round a place in the stack, and how far along it lies from the first to the second. */
interface Place {
  readonly below: HounsfieldSlice;
  readonly above: HounsfieldSlice;
  readonly share: number;
}

/** Where an offset lies in the stack; beyond the stack's ends, its last slice. */
function placeAt({ slices, offsetsMm }: SliceStack, offsetMm: number): Place {
  let upper = 0;
  while (upper < slices.length - 1 && offsetsMm[upper]! < offsetMm) upper++;
  const lower = Math.max(0, upper - 1);
  const span = offsetsMm[upper]! - offsetsMm[lower]!;
  const share = span > 0 ? clamp((offsetMm - offsetsMm[lower]!) / span, 0, 1) : 1;
  return { below: slices[lower]!, above: slices[upper]!, share };
}

/** Fills a row with clamped HU, interpolated between the two slices. */
function readInterpolated({ below, above, share }: Place, y: number, row: Float32Array): void {
  const start = y * above.width;
  if (share === 0 || share === 1) {
    const { hounsfield } = share === 1 ? above : below;
    for (let x = 0; x < row.length; x++) row[x] = clamp(hounsfield[start + x]!, LOWEST_HU, HIGHEST_HU);
    return;
  }
  const a = below.hounsfield;
  const b = above.hounsfield;
  for (let x = 0; x < row.length; x++) {
    const from = clamp(a[start + x]!, LOWEST_HU, HIGHEST_HU);
    row[x] = from + share * (clamp(b[start + x]!, LOWEST_HU, HIGHEST_HU) - from);
  }
}

function checkStack({ slices, offsetsMm }: SliceStack): HounsfieldSlice {
  const [first] = slices;
  if (!first || slices.length !== offsetsMm.length) {
    throw new RangeError(
      `Expected one offset per slice and at least one slice, got ${slices.length} slices and ${offsetsMm.length} offsets.`,
    );
  }
  const ascending = offsetsMm.every((offset, i) => i === 0 || offset > offsetsMm[i - 1]!);
  if (!ascending) throw new RangeError(`Expected ascending offsets, got ${offsetsMm.join(', ')}.`);
  const oneSize = slices.every((slice) => slice.width === first.width && slice.height === first.height);
  if (!oneSize) throw new RangeError('Expected slices of one size.');
  return first;
}

/** Writes one row of a channel: HU through the window, onto the scaled range. */
function writeScaled(
  row: Float32Array,
  { low, high }: { low: number; high: number },
  scaledRange: InputSpec['scaledRange'],
  tensor: Float32Array,
  start: number,
): void {
  const gain = (scaledRange.high - scaledRange.low) / (high - low);
  const shift = scaledRange.low - low * gain;
  for (let x = 0; x < row.length; x++) tensor[start + x] = clamp(row[x]!, low, high) * gain + shift;
}

/**
 * @returns float32 [1, C, H, W]: channel by channel, row-major
 * @throws RangeError for a stack without slices, of several sizes, or with offsets that do not ascend
 */
export function prepareTensor(stack: SliceStack, spec: InputSpec): Float32Array<ArrayBuffer> {
  const size = checkStack(stack);
  const { width, height, channels, scaledRange } = spec;
  const tensor = new Float32Array(channels.length * width * height);
  for (const offsetMm of new Set(channels.map((channel) => channel.offsetMm))) {
    const place = placeAt(stack, offsetMm);
    // Channels that differ only in their window share the resize.
    const targets = channels.flatMap((channel, c) =>
      channel.offsetMm === offsetMm ? [{ window: channel.window, start: c * width * height }] : [],
    );
    resizeByRows(
      size,
      { width, height },
      (y, row) => readInterpolated(place, y, row),
      (y, row) => {
        for (const { window, start } of targets) writeScaled(row, window, scaledRange, tensor, start + y * width);
      },
    );
  }
  return tensor;
}
