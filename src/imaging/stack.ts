import { NotFound } from '../errors';
import { InvalidImage } from './invalidImage';
import { countNeighbours, type KeySlice, knownInterval, neighbourPath, type PlacedKeySlice } from './neighbours';
import { decodePng16, type SliceDecoder } from './png16';
import type { HounsfieldSlice } from './slice';
import { nameOf, type ReadKeySlice, readKeySlice, readSlice, sliceFilePath } from './sliceFile';
import type { SliceStack } from './tensor';

/** What was read of a key slice and its neighbours. */
export interface LoadedStack extends SliceStack, Pick<ReadKeySlice, 'pixelsChanged'> {}

/** A position this near to a whole slice is that slice: intervals such as 0.59998 mm are rounded in the source. */
const WHOLE_SLICE = 1e-9;

/** Which slices, counted from the key slice, are needed to interpolate at each offset. */
function neededSteps(offsetsMm: readonly number[], intervalMm: number): Set<number> {
  const steps = new Set<number>();
  for (const offsetMm of offsetsMm) {
    const position = offsetMm / intervalMm;
    const nearest = Math.round(position);
    const whole = Math.abs(position - nearest) < WHOLE_SLICE;
    steps.add(whole ? nearest : Math.floor(position));
    steps.add(whole ? nearest : Math.ceil(position));
  }
  return steps;
}

/** @returns the steps to read on one side, with the last slice before a gap in the place of those behind it */
async function reachableSteps(
  key: PlacedKeySlice,
  steps: ReadonlySet<number>,
  direction: 1 | -1,
): Promise<Set<number>> {
  const wanted = [...steps].map((step) => step * direction).filter((distance) => distance > 0);
  const reach = await countNeighbours(key, direction, Math.max(0, ...wanted));
  return new Set(wanted.map((distance) => Math.min(distance, reach) * direction));
}

/** @returns paths of the files that `loadStack` looks at: those that it reads, and those in between */
export async function filesOfStack(key: PlacedKeySlice, offsetsMm: readonly number[]): Promise<string[]> {
  const interval = knownInterval(key);
  const own = sliceFilePath(key);
  if (interval === null) return [own];
  const steps = [...neededSteps(offsetsMm, interval)];
  const [before, after] = await Promise.all([
    countNeighbours(key, -1, Math.max(0, ...steps.map((step) => -step))),
    countNeighbours(key, 1, Math.max(0, ...steps)),
  ]);
  const others = Array.from({ length: before + after + 1 }, (_, index) => index - before).filter((step) => step !== 0);
  return [own, ...others.flatMap((step) => neighbourPath(key, step) ?? [])];
}

async function readReachable(key: PlacedKeySlice, step: number, decode: SliceDecoder): Promise<HounsfieldSlice | null> {
  const path = neighbourPath(key, step);
  if (path === null) return null;
  try {
    return await readSlice(path, key.imageRoot, decode, { followLinks: key.followLinks, name: nameOf(key, path) });
  } catch (thrown) {
    // Gone between the check and the read: the same as missing.
    if (thrown instanceof NotFound) return null;
    throw thrown;
  }
}

/**
 * Reads the key slice and those neighbours that are needed to interpolate at the offsets. DeepLesion's slice index
 * grows from head to feet, so a positive offset has a larger index. A missing neighbour steps back towards the key
 * slice; without a known slice interval there is only the key slice, which then stands for every offset.
 *
 * @param decode in the threads of sharp by default
 * @returns the slices, and whether the key slice's file is another one than at the import; of neighbours nothing is
 *   known to compare with
 * @throws NotFound if the key slice's file is missing
 * @throws InvalidImage if a file is broken, the key slice has another size than the data set says, or a neighbour
 *   another one than that
 */
export async function loadStack(
  imageRoot: string,
  key: KeySlice,
  offsetsMm: readonly number[],
  decode: SliceDecoder = decodePng16,
): Promise<LoadedStack> {
  const placed = { ...key, imageRoot };
  const reading = readKeySlice(placed, decode);
  const interval = knownInterval(key);
  if (interval === null) {
    const { slice, pixelsChanged } = await reading;
    return { slices: [slice], offsetsMm: [0], pixelsChanged };
  }

  const steps = neededSteps(offsetsMm, interval);
  const [{ slice: keySlice, pixelsChanged }, towardsHead, towardsFeet] = await Promise.all([
    reading,
    reachableSteps(placed, steps, -1),
    reachableSteps(placed, steps, 1),
  ]);
  const neighbours = [...towardsHead, ...towardsFeet].filter((step) => step !== 0);
  const read = await Promise.all(neighbours.map((step) => readReachable(placed, step, decode)));
  const found = neighbours.flatMap((step, i) => (read[i] ? [{ step, slice: read[i] }] : []));
  for (const { step, slice } of found) {
    if (slice.width !== keySlice.width || slice.height !== keySlice.height) {
      throw new InvalidImage(
        'SIZE_DIFFERS',
        `Slice ${key.sliceIndex + step} of ${key.fileName}'s series has ${slice.width} × ${slice.height} pixels, ` +
          `its key slice ${keySlice.width} × ${keySlice.height}.`,
      );
    }
  }
  const stack = [...found, { step: 0, slice: keySlice }].sort((a, b) => a.step - b.step);
  const offsets = stack.map(({ step }) => step * interval);
  return { slices: stack.map(({ slice }) => slice), offsetsMm: offsets, pixelsChanged };
}
