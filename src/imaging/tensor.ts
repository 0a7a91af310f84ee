/**
 * From slices to the network's input, with the same numbers as training/ has them.
 *
 * HU are clamped to −1024 … 3071, interpolated linearly between slices to each channel's offset (mm along the body, positive = larger
 * slice index = towards the feet), resized by an antialiased triangle filter, and put through the channel's window:
 * scaled = low' + clip((HU − low) / (high − low), 0, 1) · (high' − low'), with low', high' the scaled range.
 */
import { type Plane, resizePlane } from './resample';
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

function clampedPlane({ width, height, hounsfield }: HounsfieldSlice): Plane {
  const values = new Float32Array(hounsfield.length);
  for (let i = 0; i < values.length; i++) {
    values[i] = clamp(hounsfield[i]!, LOWEST_HU, HIGHEST_HU);
  }
  return { width, height, values };
}

function interpolatedPlane(below: HounsfieldSlice, above: HounsfieldSlice, share: number): Plane {
  const { width, height, hounsfield: a } = below;
  const b = above.hounsfield;
  const values = new Float32Array(a.length);
  for (let i = 0; i < values.length; i++) {
    const from = clamp(a[i]!, LOWEST_HU, HIGHEST_HU);
    values[i] = from + share * (clamp(b[i]!, LOWEST_HU, HIGHEST_HU) - from);
  }
  return { width, height, values };
}

/** The plane at a distance from the key slice; beyond the stack's ends, its last slice. */
function planeAt({ slices, offsetsMm }: SliceStack, offsetMm: number): Plane {
  let above = 0;
  while (above < slices.length - 1 && offsetsMm[above]! < offsetMm) above++;
  const below = Math.max(0, above - 1);
  const span = offsetsMm[above]! - offsetsMm[below]!;
  const share = span > 0 ? Math.min(1, Math.max(0, (offsetMm - offsetsMm[below]!) / span)) : 1;
  if (share === 1) return clampedPlane(slices[above]!);
  if (share === 0) return clampedPlane(slices[below]!);
  return interpolatedPlane(slices[below]!, slices[above]!, share);
}

function checkStack({ slices, offsetsMm }: SliceStack): void {
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
}

/** Writes one channel: the plane through the window, onto the scaled range. */
function writeChannel(
  target: Float32Array,
  { values }: Plane,
  { low, high }: { low: number; high: number },
  scaledRange: InputSpec['scaledRange'],
): void {
  const gain = (scaledRange.high - scaledRange.low) / (high - low);
  const shift = scaledRange.low - low * gain;
  for (let i = 0; i < target.length; i++) target[i] = clamp(values[i]!, low, high) * gain + shift;
}

/**
 * @returns float32 [1, C, H, W]: channel by channel, row-major
 * @throws RangeError for a stack without slices, of several sizes, or with offsets that do not ascend
 */
export function prepareTensor(stack: SliceStack, spec: InputSpec): Float32Array {
  checkStack(stack);
  const { width, height, channels, scaledRange } = spec;
  const area = width * height;
  const tensor = new Float32Array(channels.length * area);
  // Channels that differ only in their window share the plane.
  const planes = new Map<number, Plane>();
  channels.forEach(({ offsetMm, window }, channel) => {
    const plane = planes.get(offsetMm) ?? resizePlane(planeAt(stack, offsetMm), width, height);
    planes.set(offsetMm, plane);
    writeChannel(tensor.subarray(channel * area, (channel + 1) * area), plane, window, scaledRange);
  });
  return tensor;
}
