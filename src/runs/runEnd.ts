import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database';
import { UserError } from '../errors';
import { findProgressOfRuns, findRunIfThere, moveRun } from './runRows';
import type { RunWorkContext } from './runWorkContext';

const EVALUATION_PAUSES_MS = [0, 1_000, 4_000];

/** What ends a run. */
export type RunEndContext = Pick<RunWorkContext, 'database' | 'log' | 'evaluate'>;

/**
 * Ends a run whose images all have an outcome. It is evaluated before the last transition, so that a client that reads
 * SUCCEEDED finds the curve. A run that cannot be evaluated is FAILED.
 */
export async function endIfDone(context: RunEndContext, runId: number): Promise<void> {
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
  const failure = await tryToEvaluate(context, runId);
  const end = failure === null ? 'SUCCEEDED' : 'FAILED';
  const change = failure === null ? { warnings: [...run.warnings] } : { error: withoutEvaluation(failure) };
  if (await moveRun(database, runId, end, change))
    log.info({ runId, status: end, completed, failed, total }, 'detection run ended');
}

function withoutEvaluation(failure: unknown): string {
  const reason = failure instanceof UserError ? failure.message : 'a fault of the server, which its log tells.';
  return (
    `All images were worked on, but the run could not be evaluated: ${reason} Its detections are kept: ` +
    'evaluateDetectionRun evaluates them when the cause is gone.'
  );
}

/**
 * A database that is restarted is back within these pauses; a fault of the evaluation itself stays.
 *
 * @returns null, or why it failed the last time
 */
async function tryToEvaluate({ log, evaluate }: RunEndContext, runId: number): Promise<unknown> {
  let failure: unknown = null;
  for (const pauseMs of EVALUATION_PAUSES_MS) {
    await sleep(pauseMs);
    try {
      await evaluate(runId);
      return null;
    } catch (thrown) {
      failure = thrown;
      log.error({ runId, failure }, 'evaluation of a finished run failed');
    }
  }
  return failure;
}

async function firstImageError(database: Database, runId: number): Promise<string> {
  const row = await database.prisma.runImage.findFirst({
    where: { runId, state: 'FAILED' },
    orderBy: { finishedAt: 'asc' },
    select: { error: true },
  });
  return `No image could be worked on. The first reason: ${row?.error ?? 'unknown'}`;
}
