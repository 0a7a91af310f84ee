import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database';
import { type DetectionRunRow, findProgressOfRuns, findRun, type RunProgress } from './runRows';
import { isTerminal } from './runState';

/** A run at one moment. */
export interface RunState {
  run: DetectionRunRow;
  progress: RunProgress;
}

const LOOK_MS = 200;

/**
 * Follows a run: its state now, then every change of its status or its counts, until it has ended. It looks into the database, so that it
 * sees the work of any process.
 *
 * @throws NotFound at the first look
 */
export async function* watchRun(database: Database, runId: number, signal?: AbortSignal): AsyncGenerator<RunState> {
  let last = '';
  while (!signal?.aborted) {
    // The run first: a run that has ended changes no more, so its counts are the last ones.
    const run = await findRun(database, runId);
    const [counts] = await findProgressOfRuns(database, [runId]);
    const progress = { completed: counts?.completed ?? 0, failed: counts?.failed ?? 0, total: counts?.total ?? 0 };
    const seen = `${run.status} ${progress.completed} ${progress.failed}`;
    if (seen !== last) yield { run, progress };
    if (isTerminal(run.status)) return;
    last = seen;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
