/**
 * From slices to the network's input, with the same numbers as training/ has them.
 *
 * HU are clamped to −1024 … 3071, resized by an antialiased triangle filter, interpolated linearly between slices to
 * each channel's offset (mm along the body, positive = larger slice index = towards the feet), and put through the
 * channel's window: scaled = low' + clip((HU − low) / (high − low), 0, 1) · (high' − low'), with low', high' the scaled
 * range.
 */
import { floatsAt, kernels, layOut, shortsAt } from './kernels';
import { makeResize } from './resample';
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

/** The range of DeepLesion's own models; −3024 outside the field of view becomes air. */
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

function checkStack({ slices, offsetsMm }: SliceStack): HounsfieldSlice {
  const [first] = slices;
  if (!first || slices.length !== offsetsMm.length) {
    throw new RangeError(
      `Expected one offset per slice and at least one slice, got ${slices.length} slices and ${offsetsMm.length} ` +
        'offsets.',
    );
  }
  const ascending = offsetsMm.every((offset, i) => i === 0 || offset > offsetsMm[i - 1]!);
  if (!ascending) throw new RangeError(`Expected ascending offsets, got ${offsetsMm.join(', ')}.`);
  const oneSize = slices.every((slice) => slice.width === first.width && slice.height === first.height);
  if (!oneSize) throw new RangeError('Expected slices of one size.');
  return first;
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
  const size = checkStack(stack);
  const area = spec.width * spec.height;
  const resize = makeResize(size, spec);
  const pixels = size.width * size.height;
  const planes = stack.slices.map(() => 4 * area);
  const [stored = 0, floats = 0, channel = 0, ...rest] = layOut([
    2 * pixels,
    4 * pixels,
    4 * area,
    ...planes,
    ...resize.bytes,
  ]);
  resize.place(rest.slice(planes.length));
  // Interpolation and resizing are both linear: a slice is resized once for all channels that it has a part in.
  const done = new Set<number>();
  const resized = (index: number): number => {
    const plane = rest[index]!;
    if (done.has(index)) return plane;
    done.add(index);
    shortsAt(stored, pixels).set(stack.slices[index]!.hounsfield);
    kernels().clampToFloats(stored, pixels, LOWEST_HU, HIGHEST_HU, floats);
    resize.run(floats, plane);
    return plane;
  };
  for (const [c, { offsetMm, window }] of spec.channels.entries()) {
    const { below, above, share } = placeAt(stack, offsetMm);
    const to = resized(share === 0 ? below : above);
    const from = share === 0 || share === 1 ? to : resized(below);
    const { low, high } = spec.scaledRange;
    kernels().scaleBetween(from, to, share, area, window.low, window.high, low, high, channel);
    into.set(floatsAt(channel, area), c * area);
  }
  return into;
}
