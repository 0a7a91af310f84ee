/** Slices as arrays of NumPy: Hounsfield units as 16-bit integers in C order, one slice or a stack of neighbours. */
import { npyHeader } from '../exports';
import type { HounsfieldSlice } from '../imaging';
import { hounsfieldBytes } from './hounsfield';
import { type Query, readParameters, refuseParameter } from './parameters';
import type { Picture } from './pictures';

/** Changes whenever the same slices would give other bytes; part of every ETag. */
export const NPY_VERSION = 1;

/** DeepLesion publishes 30 mm on each side: at intervals of 1 mm these, of 512 × 512 pixels 32 MB. */
const MAX_SLICES = 61;
const RANGE = /^([+-]?\d{1,3})\.\.([+-]?\d{1,3})$/;

/** Which slices are requested, counted from the one of the address. */
export interface SliceRequest {
  /** rising, without gaps */
  readonly offsets: readonly number[];
  /** whether the array has an axis for slices */
  readonly isStack: boolean;
}

/** @throws BadUserInput that names the parameter and what was expected */
export function parseSliceRequest(query: Query): SliceRequest {
  const { slices } = readParameters(query, ['slices']);
  if (slices === undefined) return { offsets: [0], isStack: false };
  const [, first, last] = RANGE.exec(slices) ?? [];
  const [from, to] = [Number(first ?? Number.NaN), Number(last ?? Number.NaN)];
  const count = to - from + 1;
  if (!(count >= 1 && count <= MAX_SLICES))
    refuseParameter('slices', `FIRST..LAST with at most ${MAX_SLICES} slices, such as -2..2`, slices);
  return { offsets: Array.from({ length: count }, (_, index) => from + index), isStack: true };
}

/** What tells where the slices of an array lie. Positions are counted from the slice of the address. */
export function npyForm(
  sliceIndices: readonly number[],
  offsetsMm: readonly number[] | null,
): Required<Pick<Picture, 'mediaType' | 'headers'>> {
  return {
    mediaType: 'application/octet-stream',
    headers: {
      'X-Slice-Indices': sliceIndices.join(','),
      ...(offsetsMm === null ? {} : { 'X-Slice-Offsets-Mm': offsetsMm.join(',') }),
    },
  };
}

/** @param slices one or several of one size */
export function npyBytes(slices: readonly HounsfieldSlice[], { isStack }: SliceRequest): Buffer {
  const [{ height, width } = { height: 0, width: 0 }] = slices;
  const shape = isStack ? [slices.length, height, width] : [height, width];
  return Buffer.concat([npyHeader('<i2', shape), ...slices.map(hounsfieldBytes)]);
}
