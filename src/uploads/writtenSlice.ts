import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng16, type HounsfieldSlice } from '../imaging';

/** Folder of the slices below an upload's own; with it the layout is that of a data set's image root. */
export const SERIES_FOLDER = 'series';

/** DeepLesion's name of a slice of an upload, as `slicePath` of imaging takes it. */
export function sliceFileName(sliceIndex: number): string {
  return `${SERIES_FOLDER}_${digits(sliceIndex)}.png`;
}

/**
 * Writes a slice as a PNG of ours: 16 bits, HU + 32768, and nothing else. Texts that the original file had beside its
 * pixels are not in it.
 *
 * @param folder the series folder
 */
export async function writeSlice(folder: string, sliceIndex: number, slice: HounsfieldSlice): Promise<void> {
  const stored = Uint16Array.from(slice.hounsfield, (hounsfield) => hounsfield + 32768);
  await writeFile(slicePathIn(folder, sliceIndex), encodePng16(stored, slice.width, slice.height), { mode: 0o600 });
}

/** The folder in which the slices of a series wait for their order, next to its final folder. */
export const partsFolderOf = (folder: string): string => `${folder}-parts`;

export function slicePathIn(folder: string, sliceIndex: number): string {
  return join(folder, `${digits(sliceIndex)}.png`);
}

const digits = (sliceIndex: number): string => String(sliceIndex).padStart(3, '0');
