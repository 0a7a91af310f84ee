/** Bounds of an upload. All but the first two hold whatever a header says: they are met by the bytes that are really there. */

/** Of a single slice, whatever its kind, and of a file of a zip; bytes. */
export const MAX_SLICE_BYTES = 64 * 2 ** 20;
/** Files of a zip, folders among them. A CT of the whole body has some 2,000 slices. */
export const MAX_ZIP_FILES = 4_000;
/** What a zip may say that it holds, for each byte that it takes. CT compresses two- to fourfold; a picture of one grey a thousandfold. */
export const MAX_ZIP_RATIO = 200;
/** The same in all; bytes. */
export const MAX_UNZIPPED_BYTES = 4 * 2 ** 30;
/** Sides of a slice. DeepLesion's largest are 1024; imaging reads no more than 2048 × 2048. */
export const MAX_SIDE = 2048;
/** Reading an upload, with room for a zip of 2,000 slices on a slow machine; ms. */
export const READ_TIMEOUT_MS = 10 * 60_000;
/** Memory of the process that reads; bytes. */
export const READ_MEMORY_BYTES = 2 ** 30;
/** A client that sends nothing for so long is gone; ms. */
export const STALL_MS = 20_000;
