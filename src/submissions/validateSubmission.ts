import { join } from 'node:path';
import type { Queryable } from '../database';
import type { CocoNumberedImage, Split } from '../dataset';
import { SPLITS } from '../dataset';
import { messageOf } from '../errors';
import type { SuspicionReport } from '../evaluation';
import type { Uploads } from '../uploads';
import { readBoxes } from './boxFile';
import type { SubmissionProblem } from './problems';
import { readInProcess, TooMuchWork } from './readInProcess';
import { BOXES_FILE, NUMBERS_OF_BOX, type ReadDetections } from './readMessages';
import { type CheckedSubmission, checkSubmission, readRequestOf, type SubmissionRequest } from './submissionRequest';
import { type StatedConventions, suspicionsOfFile } from './suspicionsOfFile';

/** What `validateSubmission` works with. */
export interface ValidationContext {
  database: Queryable;
  uploads: Pick<Uploads, 'detectionsFile' | 'withScratchFolder'>;
}

/** Which images of a split were run, and which have boxes. */
export interface SplitCoverage {
  split: Split;
  images: number;
  declared: number;
  withBoxes: number;
}

/** A box of an example, in the data set's pixel convention and within its image. */
export interface ExampleBox {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  score: number;
}

/** All that a file of detections tells before it is submitted. */
export interface SubmissionReport extends SuspicionReport, StatedConventions {
  problems: SubmissionProblem[];
  problemCount: number;
  boxCount: number;
  clippedCount: number;
  /** that were run */
  imageCount: number;
  imagesWithBoxes: number;
  /** splits that the data set version has */
  coverage: SplitCoverage[];
  scoreRange: { least: number; most: number } | null;
  scoreHistogram: number[];
  ignoredFields: string[];
  /** some images with their boxes, highest scores first */
  examples: { imageId: number; boxes: ExampleBox[] }[];
}

const EXAMPLES = 5;
/** More boxes of an image tell nothing more. */
const BOXES_OF_EXAMPLE = 20;

/**
 * Reads a file of detections as a submission would, and changes nothing.
 *
 * @param signal ends it
 * @throws as `checkSubmission`
 * @throws Unavailable if the process that reads was killed
 */
export async function validateSubmission(
  context: ValidationContext,
  request: SubmissionRequest,
  signal: AbortSignal,
): Promise<SubmissionReport> {
  const checked = await checkSubmission(context.database, context.uploads, request);
  return reportOf(context, request, checked, signal);
}

/** As `validateSubmission`, of a request that was checked. */
export function reportOf(
  { database, uploads }: ValidationContext,
  request: SubmissionRequest,
  { dataset, path, imageIds, pixelConvention }: CheckedSubmission,
  signal: AbortSignal,
): Promise<SubmissionReport> {
  const { format, boxConvention = null, scoreTransform = null } = request;
  const stated = { path, format, boxConvention, pixelConvention, scoreTransform, imageIds };
  return uploads.withScratchFolder(async (folder) => {
    const { images, read } = await readRequestOf(database, dataset, stated);
    const content = await readInProcess({ ...read, folder }, signal).catch(tooMuchWork);
    if (!('boxCount' in content)) return { ...nothingOf(images, read.declared), ...content, pixelConvention };
    const fit = await suspicionsOfFile(database, images, content, read.offsetPx);
    const declared = read.declared ?? content.named;
    const isSorted = content.scoreHistogram.some((count) => count > 0);
    const examples = isSorted ? await examplesOf(folder, images, content) : [];
    const { boxesPerImage, named, bestOffsets, bestNumbers, ...shown } = content;
    return { ...shown, ...fit, ...coverageOf(images, declared, boxesPerImage), examples, pixelConvention };
  });
}

type Refused = Pick<SubmissionReport, 'problems' | 'problemCount'>;

function tooMuchWork(thrown: unknown): Refused {
  if (!(thrown instanceof TooMuchWork)) throw thrown;
  return { problems: [{ line: 0, kind: thrown.kind, message: messageOf(thrown) }], problemCount: 1 };
}

/** Of a file that could not be read to any end. */
function nothingOf(images: readonly CocoNumberedImage[], declared: Uint8Array | null) {
  return {
    ...coverageOf(images, declared ?? new Uint8Array(images.length), new Int32Array(images.length)),
    ...{ boxConvention: 'XYXY' as const, boxCount: 0, clippedCount: 0, scoreRange: null, scoreHistogram: [] },
    ...{ ignoredFields: [], examples: [], meanIou: null, lesions: 0, suspicions: [] },
  };
}

function coverageOf(images: readonly CocoNumberedImage[], declared: Uint8Array, boxesPerImage: Int32Array) {
  const isDeclared = (place: number): boolean => declared[place] === 1;
  const hasBoxes = (place: number): boolean => boxesPerImage[place]! > 0;
  const places = images.map((_, place) => place);
  const coverage = SPLITS.map((split): SplitCoverage => {
    const own = places.filter((place) => images[place]?.split === split);
    return {
      split,
      images: own.length,
      declared: own.filter(isDeclared).length,
      withBoxes: own.filter(hasBoxes).length,
    };
  });
  return {
    coverage: coverage.filter((one) => one.images > 0),
    imageCount: places.filter(isDeclared).length,
    imagesWithBoxes: places.filter(hasBoxes).length,
  };
}

/** Images with boxes from all over the file, those with pixels first. */
async function examplesOf(
  folder: string,
  images: readonly CocoNumberedImage[],
  { boxesPerImage }: ReadDetections,
): Promise<SubmissionReport['examples']> {
  const withBoxes = images.map((_, place) => place).filter((place) => boxesPerImage[place]! > 0);
  const withPixels = withBoxes.filter((place) => images[place]?.hasPixels === true);
  const candidates = withPixels.length > 0 ? withPixels : withBoxes;
  const count = Math.min(EXAMPLES, candidates.length);
  const chosen = Array.from({ length: count }, (_, i) => candidates[Math.floor((i * candidates.length) / count)] ?? 0);
  const examples: SubmissionReport['examples'] = [];
  let first = 0;
  for (const [place, { id }] of images.entries()) {
    const boxes = boxesPerImage[place]!;
    if (chosen.includes(place))
      examples.push({ imageId: id, boxes: await boxesOf(folder, first, first + Math.min(boxes, BOXES_OF_EXAMPLE)) });
    first += boxes;
  }
  return examples;
}

async function boxesOf(folder: string, first: number, end: number): Promise<ExampleBox[]> {
  const boxes: ExampleBox[] = [];
  for await (const read of readBoxes(join(folder, BOXES_FILE), first, end))
    for (let at = 0; at < read.length; at += NUMBERS_OF_BOX) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0] = read.subarray(at + 2, at + 7);
      boxes.push({ x1, y1, x2, y2, score });
    }
  return boxes;
}
