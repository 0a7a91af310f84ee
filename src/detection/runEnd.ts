import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database';
import { findProgressOfRuns, findRunIfThere, moveRun } from './runRows';
import type { RunWorkContext } from './runWorkContext';

const EVALUATION_PAUSES_MS = [0, 1_000, 4_000];

/**
 * Ends a run whose images all have an outcome. It is evaluated before the last move, so that whoever reads SUCCEEDED finds the curve.
 */
export async function endIfDone(context: RunWorkContext, runId: number): Promise<void> {
  const { database, log } = context;
  const run = await findRunIfThere(database, runId);
  const [progress] = await findProgressOfRuns(database, [runId]);
  if (run?.status !== 'RUNNING' || !progress || progress.completed + progress.failed < progress.total) return;
  const { completed, failed, total } = progress;
  if (completed === 0) {
    if (await moveRun(database, runId, 'FAILED', { error: await firstImageError(database, runId) }))
      log.info({ runId, status: 'FAILED', completed, failed, total }, 'detection run ended');
    return;
  }
  const warnings = [...run.warnings];
  if (!(await tryToEvaluate(context, runId)))
    warnings.push('The run could not be evaluated; evaluateDetectionRun tries again.');
  if (await moveRun(database, runId, 'SUCCEEDED', { warnings }))
    log.info({ runId, status: 'SUCCEEDED', completed, failed, total }, 'detection run ended');
}

/** A database that is started again is back within these pauses; a fault of the evaluation itself stays. */
async function tryToEvaluate({ log, evaluate }: RunWorkContext, runId: number): Promise<boolean> {
  for (const pauseMs of EVALUATION_PAUSES_MS) {
    await sleep(pauseMs);
    try {
      await evaluate(runId);
      return true;
    } catch (thrown) {
      log.error({ runId, failure: thrown }, 'evaluation of a finished run failed');
    }
  }
  return false;
}

async function firstImageError(database: Database, runId: number): Promise<string> {
  const [row] = await database.query<{ error: string }>({
    text: `SELECT error FROM run_image WHERE run_id = $1 AND state = 'FAILED' ORDER BY finished_at LIMIT 1`,
    values: [runId],
  });
  return `No image could be worked on. The first reason: ${row?.error ?? 'unknown'}`;
}
