/** Slices as numbers: raw Hounsfield units for viewers that choose the window themselves. */
import { endianness } from 'node:os';
import type { HounsfieldSlice } from '../imaging';
import type { Picture } from './pictures';

/** Changes whenever the same slice would give other bytes; part of every ETag. */
export const HOUNSFIELD_VERSION = 1;

/** What is known of a slice without reading it. */
interface SliceFacts {
  readonly width: number;
  readonly height: number;
  readonly sliceIndex: number;
  /** distance from the key slice, positive to larger slice indices; null if it is not known */
  readonly offsetMm: number | null;
}

/** @returns what tells how the bytes of `hounsfieldBytes` are to be read */
export function hounsfieldForm({ width, height, sliceIndex, offsetMm }: SliceFacts): Required<FormOfPicture> {
  return {
    mediaType: 'application/octet-stream',
    headers: {
      'X-Image-Width': String(width),
      'X-Image-Height': String(height),
      'X-Slice-Index': String(sliceIndex),
      ...(offsetMm === null ? {} : { 'X-Slice-Offset-Mm': String(offsetMm) }),
    },
  };
}

type FormOfPicture = Pick<Picture, 'mediaType' | 'headers'>;

/** @returns HU as Int16 little-endian, row-major: 2 × height × width bytes */
export function hounsfieldBytes({ hounsfield }: HounsfieldSlice): Buffer {
  const bytes = Buffer.from(hounsfield.buffer, hounsfield.byteOffset, hounsfield.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap16();
}
