/** What the server and the process that reads a file of detections tell each other. */
import { z } from 'zod';
import { BOX_CONVENTIONS } from '../evaluation';
import { SCORE_TRANSFORMS, SUBMISSION_FORMATS } from './format';
import { MAX_TOLD_PROBLEMS, PROBLEM_KINDS } from './problems';

const int32Array = z.custom<Int32Array>((value) => value instanceof Int32Array);
const float64Array = z.custom<Float64Array>((value) => value instanceof Float64Array);
const uint8Array = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** The one request to the process. Images are those of the whole data set version, by file name. */
export const ReadRequest = z.object({
  path: z.string(),
  format: z.enum(SUBMISSION_FORMATS),
  /** null: the file's own, which is known for COCO results and for columns x1, y1, x2, y2 */
  boxConvention: z.enum(BOX_CONVENTIONS).nullable(),
  /** is added to every coordinate of the file; px */
  offsetPx: z.number(),
  /** coordinate of the left and upper edge of an image in the data set's convention; px */
  low: z.number(),
  scoreTransform: z.enum(SCORE_TRANSFORMS).nullable(),
  dataset: z.string(),
  fileNames: z.array(z.string()),
  widths: int32Array,
  heights: int32Array,
  /** 1 for each image that was run; null: those that the file names were */
  declared: uint8Array.nullable(),
  /** an empty folder for the boxes */
  folder: z.string(),
});
export type ReadRequest = z.infer<typeof ReadRequest>;

const Problem = z.object({
  line: z.number().int().min(0),
  kind: z.enum(PROBLEM_KINDS),
  message: z.string().max(1_000),
});

/** What is known of a file after it was read. */
const ReadDetections = z.object({
  boxConvention: z.enum(BOX_CONVENTIONS),
  boxCount: z.number().int().min(0),
  /** boxes that reached beyond their image, and were cut */
  clippedCount: z.number().int().min(0),
  problemCount: z.number().int().min(0),
  problems: z.array(Problem).max(MAX_TOLD_PROBLEMS),
  /** columns or keys that were not used */
  ignoredFields: z.array(z.string().max(100)).max(20),
  /** of each image */
  boxesPerImage: int32Array,
  /** 1 for each image that the file names */
  named: uint8Array,
  /** images + 1 offsets into `bestNumbers` */
  bestOffsets: int32Array,
  bestNumbers: float64Array,
  /** as they are in the file; null without any */
  scoreRange: z.object({ least: z.number(), most: z.number() }).nullable(),
  /** numbers of boxes with scores, after the transformation, of 0 to 1 in equal steps; the last one includes 1 */
  scoreHistogram: z.array(z.number().int().min(0)),
});
export type ReadDetections = z.infer<typeof ReadDetections>;

/** The messages of the process. It has processed foreign bytes, and is not trusted to keep the form. */
export const ReadReply = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('progress'), bytesRead: z.number().int().min(0) }),
  z.object({ outcome: z.literal('read'), content: ReadDetections }),
  z.object({ outcome: z.literal('failed'), message: z.string() }),
]);
export type ReadReply = z.infer<typeof ReadReply>;

/** Name of the file of boxes in the folder of a request. */
export const BOXES_FILE = 'boxes';
/**
 * Float64 numbers of a box in that file: place of the image, rank on it, x1, y1, x2, y2 in the data set's convention and
 * within the image, score of 0 to 1, class index.
 */
export const NUMBERS_OF_BOX = 8;
