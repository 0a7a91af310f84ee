/**
 * From slices to the network's input, with the same numbers as training/ has them.
 *
 * HU are clamped to −1024 … 3071, resized by an antialiased triangle filter, interpolated linearly between slices to each channel's offset
 * (mm along the body, positive = larger slice index = towards the feet), and put through the channel's window:
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

/** The two slices round a place in the stack, by index, and how far along it lies from the first to the second. */
interface Place {
  readonly below: number;
  readonly above: number;
  readonly share: number;
}

/** Where an offset lies in the stack; beyond the stack's ends, its last slice. */
function placeAt({ slices, offsetsMm }: SliceStack, offsetMm: number): Place {
  let above = 0;
  while (above < slices.length - 1 && offsetsMm[above]! < offsetMm) above++;
  const below = Math.max(0, above - 1);
  const span = offsetsMm[above]! - offsetsMm[below]!;
  const share = span > 0 ? clamp((offsetMm - offsetsMm[below]!) / span, 0, 1) : 1;
  return { below, above, share };
}

/** Writes a slice at the input's size, HU clamped, row-major. */
function resizeSlice(slice: HounsfieldSlice, size: Pick<InputSpec, 'width' | 'height'>, resized: Float32Array): void {
  const { width, hounsfield } = slice;
  resizeByRows(
    slice,
    size,
    (y, row) => {
      for (let x = 0, at = y * width; x < width; x++, at++) {
        const value = hounsfield[at]!;
        row[x] = value < LOWEST_HU ? LOWEST_HU : value > HIGHEST_HU ? HIGHEST_HU : value;
      }
    },
    (y, row) => resized.set(row, y * size.width),
  );
}

/** Planes of resized slices, kept from call to call: fresh pages cost as much as the arithmetic. Calls never overlap (no await). */
const planes: Float32Array[] = [];

function planeOf(index: number, area: number): Float32Array {
  const kept = planes[index];
  if (kept?.length === area) return kept;
  planes[index] = new Float32Array(area);
  return planes[index];
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

/** Writes a channel: HU interpolated between two slices, through the window, onto the scaled range. */
function writeChannel(
  below: Float32Array,
  above: Float32Array,
  share: number,
  window: InputSpec['channels'][number]['window'],
  scaledRange: InputSpec['scaledRange'],
  channel: Float32Array,
): void {
  const gain = (scaledRange.high - scaledRange.low) / (window.high - window.low);
  const { low, high } = window;
  const shift = scaledRange.low - low * gain;
  for (let i = 0; i < channel.length; i++) {
    const from = below[i]!;
    const value = from + share * (above[i]! - from);
    channel[i] = Math.min(Math.max(value, low), high) * gain + shift;
  }
}

/** Numbers of a tensor that `prepareTensor` makes. */
export const tensorLength = ({ width, height, channels }: InputSpec): number => channels.length * width * height;

/**
 * @param into what the tensor is written into; of the length that `tensorLength` says
 * @returns float32 [1, C, H, W]: channel by channel, row-major
 * @throws RangeError for a stack without slices, of several sizes, or with offsets that do not ascend
 */
export function prepareTensor(
  stack: SliceStack,
  spec: InputSpec,
  into: Float32Array<ArrayBuffer> = new Float32Array(tensorLength(spec)),
): Float32Array<ArrayBuffer> {
  checkStack(stack);
  const area = spec.width * spec.height;
  // Interpolation and resizing are both linear: a slice is resized once for all channels that it has a part in.
  const done = new Set<number>();
  const resized = (index: number): Float32Array => {
    const plane = planeOf(index, area);
    if (!done.has(index)) resizeSlice(stack.slices[index]!, spec, plane);
    done.add(index);
    return plane;
  };
  for (const [c, { offsetMm, window }] of spec.channels.entries()) {
    const { below, above, share } = placeAt(stack, offsetMm);
    const to = resized(share === 0 ? below : above);
    const from = share === 0 || share === 1 ? to : resized(below);
    writeChannel(from, to, share, window, spec.scaledRange, into.subarray(c * area, (c + 1) * area));
  }
  return into;
}
