import { z } from 'zod';
import { UPLOAD_REASONS } from './refusal';

/** What the first bytes say that a file is. */
export const FILE_TYPES = ['PNG', 'DICOM', 'ZIP'] as const;
export type FileType = (typeof FILE_TYPES)[number];

const IMAGE_KINDS = ['PNG', 'DICOM', 'PNG_SERIES', 'DICOM_SERIES'] as const;
export const UPLOAD_KINDS = [...IMAGE_KINDS, 'MODEL', 'DETECTIONS'] as const;
/** What an upload turned out to be. */
export type UploadKind = (typeof UPLOAD_KINDS)[number];

/** The one request to the reading process. */
export const ReadRequest = z.object({
  bodyPath: z.string(),
  type: z.enum(FILE_TYPES),
  /** folder for `001.png` …; it is there and empty */
  outputFolder: z.string(),
  /** folder for the two files of a model; it is created for a model */
  modelFolder: z.string(),
  /** of the two files together, unpacked */
  maxModelBytes: z.number(),
  /** the caller's claims about pixels without metadata */
  pixelSpacingMm: z.number().nullable(),
  sliceIntervalMm: z.number().nullable(),
});
export type ReadRequest = z.infer<typeof ReadRequest>;

/**
 * All that is known of an image or series after it was read: numbers, and texts of our own, which may hold names of
 * files in a zip.
 */
const ReadSlices = z.object({
  kind: z.enum(IMAGE_KINDS),
  /** from head to feet; neighbours are one apart, more than that is a gap */
  sliceIndices: z.array(z.number().int().min(0)).min(1),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  pixelSpacingMm: z.number().gt(0).nullable(),
  sliceIntervalMm: z.number().gt(0).nullable(),
  /** low, high, low, high … in HU */
  windows: z.array(z.number()),
  /** group and element in hexadecimal, `00100010` */
  removedTags: z.array(z.string().regex(/^[0-9a-f]{8}$/)),
  warnings: z.array(z.string().max(2_000)).max(20),
});
export type ReadSlices = z.infer<typeof ReadSlices>;

/** All that is known of a model before it is registered. */
const ReadModel = z.object({ kind: z.literal('MODEL') });
export type ReadModel = z.infer<typeof ReadModel>;

const ReadContent = z.discriminatedUnion('kind', [ReadSlices, ReadModel]);
export type ReadContent = z.infer<typeof ReadContent>;

/** The response of the reading process. It has processed foreign bytes, and is not trusted to keep the form. */
export const ReadReply = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('read'), content: ReadContent }),
  z.object({ outcome: z.literal('refused'), reason: z.enum(UPLOAD_REASONS), message: z.string() }),
  z.object({ outcome: z.literal('failed'), message: z.string() }),
]);
export type ReadReply = z.infer<typeof ReadReply>;
