/** The formats and conventions in which detections come. */
export const SUBMISSION_FORMATS = ['COCO_RESULTS', 'CSV', 'NDJSON', 'PARQUET'] as const;
export type SubmissionFormat = (typeof SUBMISSION_FORMATS)[number];

/**
 * How scores become numbers of 0 to 1: SIGMOID is 1 / (1 + exp(−score)); RANK is the share of the file's scores that are
 * not higher, which keeps the order and equal scores, and makes any finite numbers comparable.
 */
export const SCORE_TRANSFORMS = ['SIGMOID', 'RANK'] as const;
export type ScoreTransform = (typeof SCORE_TRANSFORMS)[number];

/** Bounds of a file of detections. They are met by the bytes that are really there. */
export const SUBMISSION_LIMITS = {
  boxesPerImage: 1_000,
  boxesPerFile: 10_000_000,
  /** of a line, or of an entry of a COCO file */
  lineBytes: 64 * 2 ** 10,
  /** of the text, when it is unpacked */
  textBytes: 8 * 2 ** 30,
  /** bytes of text for one byte of a gzip file */
  gzipRatio: 200,
  /** arrays and objects within one another in an entry */
  depth: 8,
} as const;
