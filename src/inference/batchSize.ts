import { InferenceError, type SessionOptions } from './session';

/** How a detector is loaded. */
export interface DetectorOptions extends SessionOptions {
  /** slices at once; omitted: what is best for the device */
  batchSize?: number;
}

/** Numbers of slices that are tried at once. */
const SIZES = [1, 2, 4, 8, 16];
/** A larger batch has to take so much less time a slice; else its slices would only wait longer. */
const WORTHWHILE = 0.9;
/** Tensors of a batch, and of the slices that are prepared ahead, have to stay below; the inference process has some gigabytes in all. */
const TENSOR_BYTES = 2 ** 29;
/** Of one size: a provider has some seconds to open in, and slices that take so long each gain nothing by waiting for one another. */
const LONGEST_TRY_MS = 3_000;
/** Runs of each size that is tried. */
const TURNS = 3;

/** How many slices a model is given at once. */
export interface BatchSize {
  batchSize: number;
  /** ms that a slice takes then, where it was tried */
  msOfSlice?: number;
}

export const ONE_BY_ONE: BatchSize = { batchSize: 1 };

/**
 * Finds how many slices the model takes the least time over at once. Only WebGPU is tried: what fills one graphics card leaves another one
 * idle. A CPU is busy with one slice already, and the next one would only wait for it; CUDA on an H100 took 2 ms over a slice alone, less
 * than it takes to prepare one (bench/RESULTS.md).
 *
 * @param run works through so many synthetic slices
 * @param length of an input
 * @throws InferenceError if one slice is too much already, or the device answers nothing more
 */
export async function chooseBatchSize(
  run: (size: number) => Promise<unknown>,
  length: number,
  { executionProvider, batchSize }: DetectorOptions,
): Promise<BatchSize> {
  if (batchSize !== undefined) return { batchSize };
  if (executionProvider !== 'webgpu') return ONE_BY_ONE;
  let best = { batchSize: 1, msOfSlice: await msOfSlice(run, 1) };
  for (const size of SIZES.slice(1)) {
    if (size * bytesOf(length) >= TENSOR_BYTES || TURNS * size * best.msOfSlice > LONGEST_TRY_MS) break;
    const ms = await msOfSlice(run, size).catch((thrown) => {
      if (thrown instanceof InferenceError) return null;
      throw thrown;
    });
    if (ms === null) {
      // No room for so many; a device that was lost over them fails over fewer as well.
      await run(best.batchSize);
      break;
    }
    if (ms > best.msOfSlice * WORTHWHILE) break;
    best = { batchSize: size, msOfSlice: ms };
  }
  return best;
}

const bytesOf = (length: number): number => length * Float32Array.BYTES_PER_ELEMENT;

/** The better of two runs after one that the device warms up with. */
async function msOfSlice(run: (size: number) => Promise<unknown>, size: number): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const started = performance.now();
    await run(size);
    times.push(performance.now() - started);
  }
  return Math.min(...times.slice(1)) / size;
}

/**
 * How many slices are prepared before the model gets to them: a batch, the next one, and one in each thread.
 *
 * @param threads that prepare slices; where there are none, nothing is prepared ahead
 * @param length of an input
 */
export function slicesAhead({
  batchSize,
  threads,
  length,
}: {
  batchSize: number;
  threads: number;
  length: number;
}): number {
  if (threads === 0) return 0;
  const room = Math.ceil(TENSOR_BYTES / bytesOf(length)) - 1;
  return Math.max(1, Math.min(2 * batchSize + threads, room));
}
