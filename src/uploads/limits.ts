/**
 * Bounds of an upload. All but the first two hold whatever a header says: they are met by the bytes that are really
 * there.
 */

/** Of a single slice, whatever its kind, and of a file of a zip; bytes. */
export const MAX_SLICE_BYTES = 64 * 2 ** 20;
/** Files of a zip, folders among them. A CT of the whole body has some 2,000 slices. */
export const MAX_ZIP_FILES = 4_000;
/**
 * What a zip may say that it holds, for each byte that it takes. CT compresses two- to fourfold; a picture of one grey
 * a thousandfold.
 */
export const MAX_ZIP_RATIO = 200;
/** The same in all; bytes. */
export const MAX_UNZIPPED_BYTES = 4 * 2 ** 30;
/** Sides of a slice. DeepLesion's largest are 1024; imaging reads no more than 2048 × 2048. */
export const MAX_SIDE = 2048;
/**
 * Limits of pixel spacing and slice interval from any source: a micro-CT has hundredths of a millimetre, and no scanner
 * of people has less detail than these.
 */
export const PIXEL_SPACING_MM = { least: 0.01, most: 20 };
export const SLICE_INTERVAL_MM = { least: 0.01, most: 100 };
/** Reading an upload, with room for a zip of 2,000 slices on a slow machine; ms. */
export const READ_TIMEOUT_MS = 10 * 60_000;
/** Memory of the process that reads; bytes. */
export const READ_MEMORY_BYTES = 2 ** 30;
/** A body is looked at so often; ms. */
export const PACE_MS = 20_000;
/** Minimum rate between two checks, below which an upload occupies its slot too long; bytes per second. */
export const LEAST_BYTES_PER_SECOND = 8 * 2 ** 10;
/** Uploads that are received, or wait to be read, at the same time. */
export const MAX_AT_ONCE = 16;
/** The same of one client. A proxy is one client. */
export const MAX_AT_ONCE_PER_CLIENT = 8;
/** The last slots are kept for clients without an upload: two slow senders do not lock everyone else out. */
export const PLACES_FOR_NEWCOMERS = 4;
/** Uploads that are read at the same time; each is a process of up to `READ_MEMORY_BYTES`. */
export const MAX_READ_AT_ONCE = 4;
/** Of the disk, which the database may share; bytes. */
export const KEPT_FREE_BYTES = 2 ** 30;
