import { stat } from 'node:fs/promises';
import type { Database, KeepAnswer, Queryable, Transaction } from '../database';
import { BadUserInput } from '../errors';
import { ensureExternalDetector } from '../models';
import { type DetectionRunRow, findRun, insertSubmittedRun, type Submitter } from '../runs';
import type { SubmissionProblem } from './problems';
import { type CheckedSubmission, checkSubmission, type SubmissionRequest } from './submissionRequest';
import { insertSubmission } from './submissionRows';
import { reportOf, type ValidationContext } from './validateSubmission';

/** The queue in which submissions wait to be read. */
export interface SubmissionQueue {
  /** Puts it in the same transaction as the run, so that there is never one without the other. */
  sendSubmission(transaction: Transaction, runId: number): Promise<void>;
  /** Called after the commit: there is work. */
  wake(): void;
}

/** What `submitDetections` works with. */
export interface SubmissionContext extends Submitter, ValidationContext {
  database: Database;
  /** reads what the client sees: the images that a filter chooses, and what may be wrong with the boxes */
  reads?: Queryable;
  queue: SubmissionQueue;
}

/**
 * A file of at most so many bytes is read before the answer, so that its problems refuse the request and nothing is
 * stored. A larger one is read by the job alone, and its run fails with the same problems.
 */
const READ_AT_ONCE_BYTES = 4 * 2 ** 20;
/** What a packed file takes longer than this is left to the job; ms. */
const READ_AT_ONCE_MS = 10_000;
const QUOTED_PROBLEMS = 5;

/**
 * Accepts detections that were made elsewhere: makes their detector known, stores a run of it as QUEUED and queues the
 * reading of the file, in one transaction.
 *
 * @param keep called with the run in its transaction
 * @throws BadUserInput naming the argument that does not fit, or the first problems of a small file
 * @throws NotFound if the data set, the upload or its file is not there
 * @throws Conflict if name and version are those of a detector with a model, or of an external one with other texts
 * @throws RateLimited if the client has too many unfinished runs
 */
export async function submitDetections(
  context: SubmissionContext,
  request: SubmissionRequest,
  keep?: KeepAnswer,
): Promise<DetectionRunRow> {
  const { database, queue, reads = database } = context;
  const checked = await checkSubmission(reads, context.uploads, request);
  const { size } = await stat(checked.path);
  if (size <= READ_AT_ONCE_BYTES) await refuseProblems({ ...context, database: reads }, request, checked);
  const id = await database.transaction(async (transaction) => {
    const runId = await insertRun(transaction, context, request, checked, size);
    await queue.sendSubmission(transaction, runId);
    await keep?.(transaction, runId);
    return runId;
  });
  queue.wake();
  return findRun(database, id);
}

async function insertRun(
  transaction: Transaction,
  context: Submitter,
  request: SubmissionRequest,
  { dataset, detector, settings, pixelConvention, imageIds }: CheckedSubmission,
  fileBytes: number,
): Promise<number> {
  const { uploadId, format, boxConvention = null, scoreTransform = null, note = null } = request;
  const { detector: known } = await ensureExternalDetector(transaction, detector);
  const run = { detectorId: known.id, datasetId: dataset.id, request, note, ...settings };
  const runId = await insertSubmittedRun(transaction, context, run);
  await insertSubmission(transaction, {
    ...{ runId, uploadId, format, boxConvention, pixelConvention, scoreTransform, fileBytes },
    ...{ isListInFile: imageIds === null, imageIds: imageIds ?? [] },
  });
  return runId;
}

/** @throws BadUserInput */
async function refuseProblems(
  context: ValidationContext,
  request: SubmissionRequest,
  checked: CheckedSubmission,
): Promise<void> {
  const late = AbortSignal.timeout(READ_AT_ONCE_MS);
  const report = await reportOf(context, request, checked, late).catch((thrown: unknown) => {
    if (late.aborted) return null;
    throw thrown;
  });
  if (report && report.problemCount > 0) throw new BadUserInput(problemsText(report), 'uploadId');
}

/** @returns the first problems of a file as one text, and how many there are */
export function problemsText({
  problems,
  problemCount,
}: {
  problems: readonly Pick<SubmissionProblem, 'line' | 'message'>[];
  problemCount: number;
}): string {
  const told = problems
    .slice(0, QUOTED_PROBLEMS)
    .map(({ line, message }) => (line > 0 ? `${line}: ${message}` : message));
  const more = problemCount - told.length;
  return (
    `The file of detections has ${problemCount === 1 ? 'a problem' : `${problemCount} problems`}, and nothing of it was ` +
    `stored (line or entry, and what is wrong): ${told.join(' ')}` +
    (more > 0 ? ` … and ${more} more: validateSubmission lists the first 100.` : '')
  );
}
