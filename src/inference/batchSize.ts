import { InferenceError, type SessionOptions } from './session';

/** How a detector is loaded. */
export interface DetectorOptions extends SessionOptions {
  /** batch size; omitted: the best for the device */
  batchSize?: number;
}

/** Batch sizes that are tried. */
const SIZES = [1, 2, 4, 8, 16];
/** A larger batch must take at most this share of the time per slice; otherwise its slices would only wait longer. */
const WORTHWHILE = 0.9;
/**
 * Limit of the tensors of a batch and of the slices that are prepared ahead; the inference process has some gigabytes
 * in all.
 */
const TENSOR_BYTES = 2 ** 29;
/**
 * Time limit for one candidate size: a provider has some seconds to open, and models slower than this gain nothing from
 * batching.
 */
const LONGEST_TRY_MS = 3_000;
/** Runs of each candidate size. */
const TURNS = 3;

/** The batch size of a model. */
export interface BatchSize {
  batchSize: number;
  /** time per slice with this batch size in ms, if it was measured */
  msOfSlice?: number;
}

export const ONE_BY_ONE: BatchSize = { batchSize: 1 };

/**
 * Finds the batch size with the lowest time per slice. Only WebGPU is tried: a batch that fills one graphics card
 * leaves another one idle. A CPU is busy with one slice already, and the next one would only wait for it; CUDA on an
 * H100 took 2 ms for a single slice, less than its preprocessing takes (bench/RESULTS.md).
 *
 * @param run processes a batch of this number of synthetic slices
 * @param length of an input
 * @throws InferenceError if one slice is too much already, or the device does not respond any more
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
      // Not enough memory; a device that failed on this size fails on smaller sizes as well.
      await run(best.batchSize);
      break;
    }
    if (ms > best.msOfSlice * WORTHWHILE) break;
    best = { batchSize: size, msOfSlice: ms };
  }
  return best;
}

const bytesOf = (length: number): number => length * Float32Array.BYTES_PER_ELEMENT;

/** The better of two runs after one warm-up run. */
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
 * Number of slices that are prepared before the model gets to them: a batch, the next one, and one in each thread.
 *
 * @param threads that prepare slices; without threads, nothing is prepared ahead
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
