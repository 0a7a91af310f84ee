import { readFileSync } from 'node:fs';
import { compiledFile } from '../compiled';

/** A place in the kernels' memory, in bytes. */
type Pointer = number;

/** What kernels.as.ts exports; it says what each argument is. */
export interface Kernels {
  unfilter(rows: Pointer, width: number, height: number, zeros: Pointer, hounsfield: Pointer): number;
  clampToFloats(from: Pointer, count: number, low: number, high: number, to: Pointer): void;
  resize(
    from: Pointer,
    width: number,
    downFirst: Pointer,
    downWeights: Pointer,
    downTaps: number,
    acrossFirst: Pointer,
    acrossWeights: Pointer,
    acrossTaps: number,
    mixed: Pointer,
    to: Pointer,
    toWidth: number,
    toHeight: number,
  ): void;
  scaleBetween(
    below: Pointer,
    above: Pointer,
    share: number,
    count: number,
    low: number,
    high: number,
    lowTo: number,
    highTo: number,
    to: Pointer,
  ): void;
}

const NAMES = ['unfilter', 'clampToFloats', 'resize', 'scaleBetween'] as const;
const PAGE_BYTES = 65_536;
/** Vectors are read and written whole: behind an array may lie as much of one as two vectors. */
const ROOM_BYTES = 32;
const ALIGNMENT_BYTES = 16;

const memory = new WebAssembly.Memory({ initial: 1 });
let loaded: Kernels | undefined;

/** @throws Error if the build is missing */
export function kernels(): Kernels {
  loaded ??= load();
  return loaded;
}

function load(): Kernels {
  const module = new WebAssembly.Module(readFileSync(compiledFile('imaging/kernels.wasm')));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  if (!areKernels(exports)) throw new Error('Expected imaging/kernels.wasm of this version: run "npm run build".');
  return exports;
}

const areKernels = (exports: object): exports is Kernels =>
  NAMES.every((name) => name in exports && typeof Reflect.get(exports, name) === 'function');

/**
 * Lays arrays out in the kernels' memory. Each call writes over what the call before laid out: a caller takes
 * everything out again before the next `await`.
 *
 * @param bytes of each array
 * @returns where each array begins
 * @throws RangeError if they need more than 4 GiB
 */
export function layOut(bytes: readonly number[]): Pointer[] {
  let end = 0;
  const places = bytes.map((size) => {
    const place = end;
    end = Math.ceil((place + size + ROOM_BYTES) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    return place;
  });
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  return places;
}

/** Views of the memory; a later `layOut` may end them. */
export const bytesAt = (place: Pointer, length: number): Uint8Array => new Uint8Array(memory.buffer, place, length);
export const shortsAt = (place: Pointer, length: number): Int16Array => new Int16Array(memory.buffer, place, length);
export const intsAt = (place: Pointer, length: number): Int32Array => new Int32Array(memory.buffer, place, length);
export const floatsAt = (place: Pointer, length: number): Float32Array =>
  new Float32Array(memory.buffer, place, length);
