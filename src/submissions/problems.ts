/** What can be wrong with a file of detections. */

/** Problems of single boxes, after which the rest of the file is still read. */
const ROW_PROBLEMS = [
  'MISSING_VALUE',
  'NOT_A_NUMBER',
  'NOT_FINITE',
  'INVERTED_BOX',
  'OUTSIDE_IMAGE',
  'SCORE_RANGE',
  'CATEGORY',
  'UNKNOWN_IMAGE',
  'UNDECLARED_IMAGE',
  'DUPLICATE',
  'TOO_MANY_ON_IMAGE',
  'SEGMENTATION',
] as const;
/** Problems of the whole file, which end the reading. */
const FILE_PROBLEMS = [
  'EMPTY',
  'ENCODING',
  'SYNTAX',
  'COLUMNS',
  'FORMAT_DIFFERS',
  'GROUND_TRUTH',
  'TOO_LONG',
  'TOO_DEEP',
  'TOO_MANY_BOXES',
  'TRUNCATED',
  'DECOMPRESSION_BOMB',
  'TOO_MUCH_WORK',
] as const;
export const PROBLEM_KINDS = [...ROW_PROBLEMS, ...FILE_PROBLEMS] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** One thing that is wrong with a file of detections. */
export interface SubmissionProblem {
  /** line of a text file, or number of the entry of a COCO file or row of a Parquet file, from 1; 0: the whole file */
  line: number;
  kind: ProblemKind;
  /** what was expected, and what came */
  message: string;
}

/** Problems that are told; more are only counted. */
export const MAX_TOLD_PROBLEMS = 100;

/** A problem that ends the reading of a file. */
export class FileProblem extends Error {
  constructor(
    readonly kind: (typeof FILE_PROBLEMS)[number],
    message: string,
    readonly line = 0,
  ) {
    super(message);
  }
}

/** Gathers problems: the first ones, and how many there are. */
export class ProblemLog {
  count = 0;
  readonly told: SubmissionProblem[] = [];

  add(line: number, kind: ProblemKind, message: string): void {
    this.count++;
    if (this.told.length < MAX_TOLD_PROBLEMS) this.told.push({ line, kind, message });
  }
}
