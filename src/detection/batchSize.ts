import type { Session } from './detectorSession';
import type { DetectorManifest } from './manifest';
import { testPattern } from './session';

/** Only these numbers of slices are run at once: a GPU compiles or chooses its programs anew for each shape that it has not seen. */
const SIZES = [1, 2, 4, 8, 16];
/** A larger batch has to take so much less time a slice; else its slices would only wait longer. */
const WORTHWHILE = 0.9;

/**
 * Tries how many slices the network takes the least time over at once. Devices differ: what fills one leaves another one idle.
 *
 * @param session of a detector that takes several
 * @throws NetworkFailed
 */
export async function findBatchSize(session: Session, input: DetectorManifest['input']): Promise<number> {
  const slice = testPattern(input.channels.length * input.width * input.height);
  let best = { size: 1, msOfSlice: await msOfSlice(session, slice, 1) };
  for (const size of SIZES.slice(1)) {
    const ms = await msOfSlice(session, slice, size);
    if (ms > best.msOfSlice * WORTHWHILE) break;
    best = { size, msOfSlice: ms };
  }
  return best.size;
}

/** The better of two runs after one that the device warms up with. */
async function msOfSlice(session: Session, slice: Float32Array, size: number): Promise<number> {
  const inputs = Array.from({ length: size }, () => slice);
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    const started = performance.now();
    await session.run(inputs);
    times.push(performance.now() - started);
  }
  return Math.min(...times.slice(1)) / size;
}

/** @returns how many of the slices that wait are run at once */
export function batchOf(waiting: number, batchSize: number): number {
  return SIZES.findLast((size) => size <= Math.min(waiting, batchSize)) ?? 1;
}
