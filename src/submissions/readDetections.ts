/** Reads a file of detections. It runs in a process of its own, which may be killed at any moment. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { shortened } from '../errors';
import type { BoxConvention } from '../evaluation';
import { BoxWriter } from './boxFile';
import { RowChecker } from './checkRow';
import { csvRows } from './csvRows';
import { cocoRows, ndjsonRows } from './jsonRows';
import { parquetRows } from './parquetRows';
import { FileProblem, ProblemLog } from './problems';
import { BOXES_FILE, type ReadDetections, type ReadRequest } from './readMessages';
import { HISTOGRAM_BINS, sortBoxes } from './sortBoxes';
import type { StatedRow } from './statedRow';
import { headOf, isParquet, textOf } from './textSource';

const UNSORTED_FILE = 'unsorted';

/**
 * Checks every box of a file, and writes those that fit by image and rank to `BOXES_FILE` in the folder of the request.
 * What does not fit is in the problems of the answer; then the file of boxes is of no use.
 *
 * @param onRead called with the number of bytes of the file that have been read
 */
export async function readDetections(request: ReadRequest, onRead: (bytes: number) => void): Promise<ReadDetections> {
  const problems = new ProblemLog();
  const ignored = new Set<string>();
  const boxConvention = request.boxConvention ?? (request.format === 'COCO_RESULTS' ? 'XYWH' : 'XYXY');
  const checker = new RowChecker(request, boxConvention, problems);
  const unsortedPath = join(request.folder, UNSORTED_FILE);
  const scores = request.scoreTransform === 'RANK' ? new ScoreList() : null;
  const unsorted = await BoxWriter.create(unsortedPath);
  try {
    for await (const rows of rowsOf(request, ignored, onRead))
      for (const row of rows) {
        const checked = checker.check(row);
        if (!checked) continue;
        const { image, line, box, score, category } = checked;
        scores?.add(score);
        unsorted.add([image, line, ...box, score, category]);
        if (unsorted.isFull) await unsorted.flush();
      }
  } catch (thrown) {
    if (!(thrown instanceof FileProblem)) throw thrown;
    problems.add(thrown.line, thrown.kind, shortened(thrown.message, 900));
  } finally {
    await unsorted.close();
  }
  const counts = await sortUnlessTooMany(request, boxConvention, unsortedPath, checker, scores, problems);
  await rm(unsortedPath);
  const { boxOffsets, numbers } = checker.best.packed();
  return {
    ...{ boxConvention, boxCount: checker.boxCount, ...counts },
    ...{ problemCount: problems.count, problems: problems.told, ignoredFields: [...ignored].slice(0, 20) },
    ...{ boxesPerImage: checker.boxesPerImage, named: checker.named },
    ...{ bestOffsets: boxOffsets, bestNumbers: numbers, scoreRange: checker.scoreRange },
  };
}

/** Boxes that were refused for their number on an image are counted but were not kept, so that nothing can be sorted. */
async function sortUnlessTooMany(
  request: ReadRequest,
  boxConvention: BoxConvention,
  path: string,
  { boxesPerImage, hasCrowdedImage }: RowChecker,
  scores: ScoreList | null,
  problems: ProblemLog,
) {
  if (hasCrowdedImage) return { clippedCount: 0, scoreHistogram: new Array<number>(HISTOGRAM_BINS).fill(0) };
  const unsorted = { path, boxConvention, boxesPerImage, sortedScores: scores?.sorted() ?? null };
  return sortBoxes(unsorted, request, join(request.folder, BOXES_FILE), problems);
}

async function* rowsOf(
  request: ReadRequest,
  ignored: Set<string>,
  onRead: (bytes: number) => void,
): AsyncGenerator<StatedRow[]> {
  const { path, format } = request;
  if (format === 'PARQUET') {
    if (!isParquet(await headOf(path)))
      throw new FileProblem('FORMAT_DIFFERS', 'Expected a Parquet file (not packed), which begins with PAR1.');
    yield* parquetRows(path, ignored);
    return;
  }
  const text = textOf(path, format, onRead);
  if (format === 'COCO_RESULTS') yield* cocoRows(text, ignored);
  else if (format === 'NDJSON') yield* ndjsonRows(text, ignored);
  else yield* csvRows(text, ignored);
}

/** Scores in a typed array that grows. */
class ScoreList {
  private scores = new Float64Array(65_536);
  private count = 0;

  add(score: number): void {
    if (this.count === this.scores.length) {
      const longer = new Float64Array(2 * this.count);
      longer.set(this.scores);
      this.scores = longer;
    }
    this.scores[this.count++] = score;
  }

  sorted(): Float64Array {
    return this.scores.slice(0, this.count).sort();
  }
}
