/** From a queued submission to a run with detections, or to one that says what is wrong with its file. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../database';
import { type CocoNumberedImage, findDatasets } from '../dataset';
import { messageOf, UserError } from '../errors';
import type { Suspicion } from '../evaluation';
import { isTerminal, type Lease } from '../job';
import {
  type DetectionRunRow,
  endIfDone,
  findBlindSplits,
  findRuns,
  moveRun,
  type RunEndContext,
  RunNotRunning,
  storeSubmittedDetections,
} from '../runs';
import type { Uploads } from '../uploads';
import { readBoxes } from './boxFile';
import type { SubmissionProblem } from './problems';
import { readInProcess, TooMuchWork } from './readInProcess';
import { BOXES_FILE, NUMBERS_OF_BOX, type ReadDetections } from './readMessages';
import { readRequestOf } from './submissionRequest';
import {
  findDeclaredImageIds,
  findSubmissionsOfRuns,
  recordBytesRead,
  recordProblems,
  recordRead,
  type SubmissionRow,
} from './submissionRows';
import { problemsText } from './submitDetections';
import { suspicionsOfFile, suspicionText } from './suspicionsOfFile';

/** What the work on submissions needs. */
export interface SubmissionWorkContext extends RunEndContext {
  uploads: Pick<Uploads, 'detectionsFile' | 'withScratchFolder'>;
}

/** A run whose file is to be read, and the lease to do it. */
export interface LeasedSubmission extends Lease {
  runId: number;
}

/** What became of the work: requeued at once, or after a while since the file lies on another machine. */
export type SubmissionRest = 'done' | 'again' | 'elsewhere';

const WATCH_MS = 500;
const PROGRESS_MS = 2_000;

/** The work is not wanted any more: the run has ended, the lease is lost, or the process stops. */
class Unwanted extends Error {}

/**
 * Reads the file of a run, stores its detections in one transaction and evaluates it, until it has finished, also by a
 * cancellation, the lease is lost or `stopping` fires. It may be called again: nothing of a reading that was broken off
 * stays.
 */
export async function workOnSubmission(
  context: SubmissionWorkContext,
  lease: LeasedSubmission,
  stopping: AbortSignal,
): Promise<SubmissionRest> {
  const { database, log } = context;
  const { runId } = lease;
  const watch = watchForEnd(database, runId);
  const unwanted = AbortSignal.any([stopping, lease.lost, watch.ended]);
  try {
    const work = await findWork(database, runId);
    if (!work) return 'done';
    if (!work.isStored) {
      const path = await context.uploads.detectionsFile(work.submission.uploadId);
      if (path === null) return 'elsewhere';
      await moveRun(database, runId, 'RUNNING');
      await readAndStore(context, lease, work, path, unwanted);
    }
    await endIfDone(context, runId);
  } catch (thrown) {
    if (unwanted.aborted || thrown instanceof RunNotRunning) return stopping.aborted ? 'again' : 'done';
    if (!isFaultOfTheFile(thrown)) throw thrown;
    log.warn({ runId, reason: messageOf(thrown) }, 'a submission failed');
    await moveRun(database, runId, 'FAILED', { error: messageOf(thrown) });
  } finally {
    watch.close();
  }
  return 'done';
}

/** Fails a run whose reading no process could finish. */
export async function failSubmission(database: Database, runId: number, error: string): Promise<void> {
  await moveRun(database, runId, 'FAILED', { error });
}

/** Those of the database or of the process are not the file's, and the job is delivered again. */
const isFaultOfTheFile = (thrown: unknown): boolean =>
  thrown instanceof TooMuchWork ||
  thrown instanceof FileRefused ||
  (thrown instanceof UserError && thrown.code !== 'UNAVAILABLE');

/** The file has problems, which are kept with the run. */
class FileRefused extends Error {}

interface Work {
  run: DetectionRunRow;
  submission: SubmissionRow;
  /** the detections are there, and only the evaluation is missing */
  isStored: boolean;
}

async function findWork(database: Database, runId: number): Promise<Work | null> {
  const [run] = await findRuns(database, [runId]);
  const [submission] = await findSubmissionsOfRuns(database, [runId]);
  if (!run || !submission || isTerminal(run.status)) return null;
  return { run, submission, isStored: submission.boxCount !== null };
}

/** Polls twice a second whether the run was cancelled or deleted meanwhile. */
function watchForEnd(database: Database, runId: number): { ended: AbortSignal; close(): void } {
  const ended = new AbortController();
  const look = async (): Promise<void> => {
    const [run] = await findRuns(database, [runId]);
    if (!run || isTerminal(run.status)) ended.abort(new Unwanted('The run has ended.'));
  };
  // A poll that fails says nothing about the run; the next one follows soon.
  const timer = setInterval(() => void look().catch(() => undefined), WATCH_MS);
  return { ended: ended.signal, close: () => clearInterval(timer) };
}

/** @throws FileRefused, TooMuchWork, RunNotRunning, Unwanted */
async function readAndStore(
  context: SubmissionWorkContext,
  lease: LeasedSubmission,
  { run, submission }: Work,
  path: string,
  unwanted: AbortSignal,
): Promise<void> {
  const { database, uploads } = context;
  const { format, boxConvention, pixelConvention, scoreTransform, isListInFile } = submission;
  const [dataset] = await findDatasets(database, [run.datasetId]);
  if (!dataset) throw new RunNotRunning('The data set was deleted.');
  const imageIds = isListInFile ? null : await findDeclaredImageIds(database, run.id);
  const stated = { path, format, boxConvention, pixelConvention, scoreTransform, imageIds };
  const fileSha256 = await sha256Of(path, unwanted);
  await uploads.withScratchFolder(async (folder) => {
    const { images, read } = await readRequestOf(database, dataset, stated);
    const onRead = progressOf(database, run.id);
    const content = await readInProcess({ ...read, folder }, unwanted, onRead);
    const { problems, problemCount, ignoredFields } = content;
    if (problemCount > 0) await refuse(database, run.id, { problems, problemCount, ignoredFields, fileSha256 });
    const blind = await findBlindSplits(database, dataset.slug);
    const { suspicions } = await suspicionsOfFile(database, images, content, read.offsetPx, blind);
    const ran = images.filter((_, place) => (read.declared ?? content.named)[place] === 1);
    if (ran.length === 0) await refuse(database, run.id, { ...EMPTY_LIST, ignoredFields, fileSha256 });
    await store(context, lease, { run, submission, images, ran, content, suspicions, folder, fileSha256, unwanted });
  });
}

const EMPTY_LIST: { problems: SubmissionProblem[]; problemCount: number } = {
  problems: [{ line: 0, kind: 'EMPTY', message: 'Expected the file to name images, it names none.' }],
  problemCount: 1,
};

/** @throws FileRefused */
async function refuse(
  database: Database,
  runId: number,
  refusal: Parameters<typeof recordProblems>[2],
): Promise<never> {
  await recordProblems(database, runId, refusal);
  throw new FileRefused(problemsText(refusal));
}

interface ToStore {
  run: DetectionRunRow;
  submission: SubmissionRow;
  images: readonly CocoNumberedImage[];
  ran: readonly CocoNumberedImage[];
  content: ReadDetections;
  suspicions: Suspicion[];
  folder: string;
  fileSha256: string;
  unwanted: AbortSignal;
}

async function store(
  { database, log }: SubmissionWorkContext,
  lease: LeasedSubmission,
  { run, submission, images, ran, content, suspicions, folder, fileSha256, unwanted }: ToStore,
): Promise<void> {
  const { boxConvention, boxCount, clippedCount, ignoredFields } = content;
  const stated = { boxConvention, pixelConvention: submission.pixelConvention };
  const warnings = suspicions.map((one) => suspicionText(one, stated));
  if (clippedCount > 0) warnings.push(`${clippedCount} of ${boxCount} boxes reached beyond their image and were cut.`);
  await database.transaction(async (transaction) => {
    const imageIds = ran.map(({ id }) => id).sort((a, b) => a - b);
    await recordRead(transaction, run.id, {
      ...{ ...stated, fileSha256, bytesRead: submission.fileBytes, boxCount, clippedCount, ignoredFields, suspicions },
      imageIds,
    });
    const rows = copyRows(folder, images, unwanted);
    await storeSubmittedDetections(transaction, run.id, imageIds, rows, warnings, async () => {
      unwanted.throwIfAborted();
      if (!(await lease.renew(transaction))) throw new Unwanted('Another process has the job.');
    });
  });
  log.info({ runId: run.id, boxCount, images: ran.length }, 'submitted detections are stored');
}

/** The boxes as rows of COPY. What another process has written is checked as its messages are. */
async function* copyRows(
  folder: string,
  images: readonly CocoNumberedImage[],
  unwanted: AbortSignal,
): AsyncGenerator<string[]> {
  let before = { place: -1, rank: 0 };
  for await (const read of readBoxes(join(folder, BOXES_FILE))) {
    unwanted.throwIfAborted();
    const rows: string[] = [];
    for (let at = 0; at < read.length; at += NUMBERS_OF_BOX) {
      const [place = -1, rank = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = -1, classIndex = -1] = read.subarray(
        at,
        at + NUMBERS_OF_BOX,
      );
      const isNext = place === before.place ? rank === before.rank + 1 : place > before.place && rank === 1;
      const isBox = x1 < x2 && y1 < y2 && Number.isFinite(x1 + y1 + x2 + y2) && score >= 0 && score <= 1;
      if (!isNext || !isBox || !Number.isInteger(classIndex) || classIndex < 0)
        throw new Error('The process that reads detections wrote a box that is none.');
      before = { place, rank };
      rows.push(`${images[place]?.id}\t${rank}\t${x1}\t${y1}\t${x2}\t${y2}\t${score}\t${classIndex}`);
    }
    yield rows;
  }
}

/** Tells the progress of a reading at most so often; one that cannot be told says nothing of the reading. */
function progressOf(database: Database, runId: number): (bytes: number) => void {
  let toldAt = Date.now();
  return (bytes) => {
    if (Date.now() - toldAt < PROGRESS_MS) return;
    toldAt = Date.now();
    void recordBytesRead(database, runId, bytes).catch(() => undefined);
  };
}

async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest('hex');
}
