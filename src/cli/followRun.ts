import type { Database } from '../database';
import { Conflict } from '../errors';
import { toGlobalId } from '../globalId';
import { createProgress } from '../progress';
import { findAccuracyPoints, findEvaluationsOfRuns } from '../results';
import { completenessOf, countChangedImagesOfRuns, type DetectionRunRow, findFailures, watchRun } from '../runs';
import { curveText } from './submissionText';

const SHOWN_FAILURES = 3;

/**
 * Shows the progress of a run until it has ended, and then what is wrong with it.
 *
 * @param printResult called with the row id of a run that has succeeded
 * @throws Conflict if the run fails or the command is interrupted
 */
export async function followRun(
  database: Database,
  { id: runId, uuid }: DetectionRunRow,
  interrupted: AbortSignal,
  printResult: (database: Database, runId: number) => Promise<void>,
): Promise<void> {
  const id = toGlobalId('DetectionRun', { uuid });
  const progress = createProgress(`Run ${id}`);
  for await (const { run, progress: counts } of watchRun(database, runId, interrupted)) {
    progress.update(counts.completed + counts.failed, counts.total);
    if (run.finishedAt === null) continue;
    const partial = completenessOf(run.status, counts) === 'PARTIAL' ? ' (PARTIAL)' : '';
    progress.finish(`${run.status}${partial}, ${counts.completed} of ${counts.total} images, ${counts.failed} failed`);
    if (run.error !== null) throw new Conflict(run.error);
    await printFlaws(database, runId);
    if (run.status === 'SUCCEEDED') await printResult(database, runId);
    return;
  }
  throw new Conflict(`Interrupted: run ${id} stays in the queue, and a server or "deeplesion worker" finishes it.`);
}

/**
 * Facts that the metrics below do not show: images without a result, and pixel files that differ from those of the
 * import.
 */
async function printFlaws(database: Database, runId: number): Promise<void> {
  const { count, reasons } = await findFailures(database, runId, SHOWN_FAILURES);
  for (const reason of reasons) process.stderr.write(`failed: ${reason}\n`);
  if (count > reasons.length) process.stderr.write(`failed: ${count - reasons.length} more images\n`);
  const [changed] = await countChangedImagesOfRuns(database, [runId]);
  if (changed && changed.count > 0)
    process.stderr.write(`Pixel files that were replaced since the import: ${changed.count}.\n`);
}

/** Prints the accuracy at IoU 0.5 by the best box, and by the best five. */
export async function printAccuracy(database: Database, runId: number): Promise<void> {
  const [evaluation] = await findEvaluationsOfRuns(database, [runId]);
  if (!evaluation) return;
  for (const topK of [1, 5]) {
    const points = await findAccuracyPoints(database, [evaluation.id], { topK });
    const half = points.find(({ iouThreshold }) => iouThreshold === 0.5);
    if (half && half.accuracy !== null)
      process.stdout.write(
        `accuracy at IoU 0.5, best ${topK}: ${half.accuracy.toFixed(3)} (${half.correct} of ${half.total} lesions)\n`,
      );
  }
}

/** Prints the accuracy curve of the latest evaluation of a run. */
export async function printCurve(database: Database, runId: number): Promise<void> {
  const [evaluation] = await findEvaluationsOfRuns(database, [runId]);
  if (!evaluation) return;
  process.stdout.write(curveText(await findAccuracyPoints(database, [evaluation.id])));
}
