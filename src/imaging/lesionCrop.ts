/**
 * Squares around lesions, with the same numbers as training/crops.py takes them: bilinear samples of the clamped
 * Hounsfield slice, averaged over k × k sub-samples a pixel where the square is shrunk, −1024 HU outside the image.
 */
import type { HounsfieldSlice } from './slice';

/** Where a square lies in its slice. */
export interface CropPlace {
  /** centre in pixels, 0-based: the middle of the first pixel is 0 */
  readonly centreX: number;
  readonly centreY: number;
  /** side in pixels of the slice */
  readonly sidePx: number;
}

/** A square is averaged over at most so many sub-samples of a pixel in each direction. */
const MOST_SUBSAMPLES = 4;
const LOWEST_HU = -1024;
const HIGHEST_HU = 3071;

/** Two neighbouring pixels of a line and how far a sample lies from the first to the second; −1 for a pixel outside. */
interface Samples {
  readonly first: Int32Array;
  readonly share: Float64Array;
}

/**
 * @param side pixels of the square that comes out
 * @returns [side, side] whole Hounsfield units, row-major
 */
export function cropSquare(slice: HounsfieldSlice, place: CropPlace, side: number): Int16Array {
  const k = Math.min(MOST_SUBSAMPLES, Math.max(1, Math.ceil(place.sidePx / side)));
  const columns = samplesOf(place.centreX, place.sidePx, side * k);
  const rows = samplesOf(place.centreY, place.sidePx, side * k);
  const crop = new Int16Array(side * side);
  const sums = new Float64Array(side);
  for (let y = 0; y < side; y++) {
    sums.fill(0);
    for (let sub = 0; sub < k; sub++) addRow(slice, rows, y * k + sub, columns, k, sums);
    for (let x = 0; x < side; x++) crop[y * side + x] = Math.round(sums[x]! / (k * k));
  }
  return crop;
}

/** Places of the samples along one line. */
function samplesOf(centre: number, sidePx: number, count: number): Samples {
  const first = new Int32Array(count);
  const share = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const at = centre + ((i + 0.5) / count - 0.5) * sidePx;
    first[i] = Math.floor(at);
    share[i] = at - Math.floor(at);
  }
  return { first, share };
}

/** Adds the samples of one line to the pixels of the crop that they belong to, `k` to each. */
function addRow(
  slice: HounsfieldSlice,
  rows: Samples,
  row: number,
  columns: Samples,
  k: number,
  sums: Float64Array,
): void {
  const { width, height } = slice;
  const y = rows.first[row]!;
  const down = rows.share[row]!;
  for (let i = 0; i < columns.first.length; i++) {
    const x = columns.first[i]!;
    const right = columns.share[i]!;
    const above =
      (1 - right) * hounsfieldAt(slice, width, height, x, y) + right * hounsfieldAt(slice, width, height, x + 1, y);
    const below =
      (1 - right) * hounsfieldAt(slice, width, height, x, y + 1) +
      right * hounsfieldAt(slice, width, height, x + 1, y + 1);
    sums[Math.floor(i / k)]! += (1 - down) * above + down * below;
  }
}

function hounsfieldAt(slice: HounsfieldSlice, width: number, height: number, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= width || y >= height) return LOWEST_HU;
  return Math.min(HIGHEST_HU, Math.max(LOWEST_HU, slice.hounsfield[y * width + x]!));
}
