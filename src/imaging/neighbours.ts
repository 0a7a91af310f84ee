import { NotFound } from '../errors';
import { InvalidImage } from './invalidImage';
import { sourceOf } from './pixelSource';
import type { HounsfieldSlice } from './slice';
import { nameOf, type PlacedSlice, readSlice, type SliceFile, type StatedSlice, sliceFilePath } from './sliceFile';

/**
 * Farthest slice, counted from the key slice, that is looked for: at DeepLesion's usual intervals of 1 and 5 mm more
 * than the 30 mm on each side that it publishes.
 */
export const MAX_NEIGHBOUR_OFFSET = 50;

/** The key slice of a bookmarked image. */
export interface KeySlice extends Omit<SliceFile, 'imageRoot'>, StatedSlice {
  readonly sliceIndex: number;
  /**
   * distance between neighbouring slices; null, NaN, 0 and negative values (the source has some) mean that it is not
   * known
   */
  readonly sliceIntervalMm: number | null;
}

/** @returns the distance between neighbouring slices in mm; null if it is not known */
export function knownInterval({ sliceIntervalMm }: Pick<KeySlice, 'sliceIntervalMm'>): number | null {
  return sliceIntervalMm !== null && Number.isFinite(sliceIntervalMm) && sliceIntervalMm > 0 ? sliceIntervalMm : null;
}

/** A key slice, and where its pixel file lies. */
export type PlacedKeySlice = KeySlice & PlacedSlice;

/** @returns null if no such slice can be */
export function neighbourPath(key: PlacedKeySlice, step: number): string | null {
  const index = key.sliceIndex + step;
  return index < 0 ? null : sliceFilePath(key, { key: key.sliceIndex, index });
}

/**
 * Walks from the key slice to one side and stops where a file is missing: a series folder may hold several disjoint
 * parts of the volume, and a slice beyond a gap is no neighbour.
 *
 * @param direction 1 to larger slice indices, which in DeepLesion lie towards the feet
 * @param most where the walk ends at the latest, in slices
 * @returns how many slices there are on this side
 */
export async function countNeighbours(key: PlacedKeySlice, direction: 1 | -1, most: number): Promise<number> {
  let reach = 0;
  while (reach < most) {
    const path = neighbourPath(key, direction * (reach + 1));
    if (path === null || !(await sourceOf(path).has(path))) break;
    reach++;
  }
  return reach;
}

/** The slices around a key slice, counted from it. */
export interface SliceReach {
  /** −50 … 0 */
  readonly first: number;
  /** 0 … 50 */
  readonly last: number;
}

/** @returns the offsets of the slices that are on disk around the key slice without a gap, at most 50 on each side */
export async function findSliceReach(key: PlacedKeySlice): Promise<SliceReach> {
  const [before, after] = await Promise.all([
    countNeighbours(key, -1, MAX_NEIGHBOUR_OFFSET),
    countNeighbours(key, 1, MAX_NEIGHBOUR_OFFSET),
  ]);
  return { first: before === 0 ? 0 : -before, last: after };
}

/** @returns paths of the files of a key slice and of its neighbours without a gap; none if the key slice has no file */
export async function filesAround(key: PlacedKeySlice): Promise<string[]> {
  const own = sliceFilePath(key);
  if (!(await sourceOf(own).has(own))) return [];
  const { first, last } = await findSliceReach(key);
  const steps = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter((step) => step !== 0);
  return [own, ...steps.flatMap((step) => neighbourPath(key, step) ?? [])];
}

/** A slice of the key slice's series, and what tells one file of it from another. */
export interface NeighbourFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/**
 * Finds the file of a neighbouring slice.
 *
 * @param offset counted from the key slice, not 0; positive is a larger slice index
 * @throws NotFound that names the offsets that there are, if there is no such slice, or a gap before it
 */
export async function findNeighbour(key: PlacedKeySlice, offset: number): Promise<NeighbourFile> {
  const direction = offset < 0 ? -1 : 1;
  const distance = Math.abs(offset);
  const path = neighbourPath(key, offset);
  if (
    path !== null &&
    distance <= MAX_NEIGHBOUR_OFFSET &&
    (await countNeighbours(key, direction, distance)) === distance
  ) {
    // Gone between the walk and here is the same as missing.
    const found = await sourceOf(path).find(path);
    if (found) return { path, ...found };
  }
  const { first, last } = await findSliceReach(key);
  throw new NotFound(
    `There is no slice ${offset > 0 ? '+' : ''}${offset} of ${key.fileName}: ${availableText(first, last)}.`,
    'slice',
  );
}

function availableText(first: number, last: number): string {
  if (first === 0 && last === 0) return 'only the key slice, 0, is on this server';
  return `the slices on this server are ${first} to ${last > 0 ? '+' : ''}${last}, counted from the key slice`;
}

/**
 * Reads a neighbouring slice. Of neighbours the data set has no checksums; another size than the key slice's is
 * refused.
 *
 * @throws NotFound if it is gone
 * @throws InvalidImage as `readSlice`, and SIZE_DIFFERS
 */
export async function readNeighbour(key: PlacedKeySlice, { path }: NeighbourFile): Promise<HounsfieldSlice> {
  const { imageRoot, followLinks, fileName, width, height } = key;
  const name = nameOf(key, path);
  const slice = await readSlice(path, imageRoot, undefined, { followLinks, name });
  if (slice.width === width && slice.height === height) return slice;
  throw new InvalidImage(
    'SIZE_DIFFERS',
    `${name} has ${slice.width} × ${slice.height} pixels, its key slice ${fileName} ${width} × ${height}.`,
  );
}
