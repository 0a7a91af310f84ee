/**
 * One axial CT slice. Row-major, y down: the pixel in row r and column c is `hounsfield[r * width + c]`. DeepLesion
 * stores Hounsfield units (HU) as 16-bit values: HU = stored value − 32768, so that an Int16Array holds every value
 * exactly.
 */
export interface HounsfieldSlice {
  readonly width: number;
  readonly height: number;
  readonly hounsfield: Int16Array;
}

/** stored value − HU */
export const HOUNSFIELD_OFFSET = 32768;
