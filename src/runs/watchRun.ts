import { setTimeout as sleep } from 'node:timers/promises';
import { Bell } from '../bell';
import { type Database, listenTo } from '../database';
import type { JobProgress } from '../job';

import { type DetectionRunRow, findProgressOfRuns, findRun } from './runRows';
import { isTerminal } from './runState';

/** A run at one moment. */
export interface RunState {
  run: DetectionRunRow;
  progress: JobProgress;
}

/** Changes that follow each other faster are reported together. */
const SHORTEST_STEP_MS = 200;
/** Polling without a notification: the connection that delivers them may be lost. */
const LONGEST_STEP_MS = 2_000;

/**
 * Follows a run: its current state, then every change of its status or its counts, until it has finished. PostgreSQL
 * notifies of changes, whichever process made them.
 *
 * @param lookMs how often it polls without a notification; ms
 * @throws NotFound at the first read
 */
export async function* watchRun(
  database: Database,
  runId: number,
  signal?: AbortSignal,
  lookMs = LONGEST_STEP_MS,
): AsyncGenerator<RunState> {
  const changes = new Bell();
  const stop = listenTo(database, 'detection_run', String(runId), changes.ring);
  signal?.addEventListener('abort', changes.ring);
  try {
    let last = '';
    while (!signal?.aborted) {
      const heard = changes.heard();
      // The run first: a run that has ended changes no more, so its counts are the last ones.
      const run = await findRun(database, runId);
      const [counts] = await findProgressOfRuns(database, [runId]);
      const progress = { completed: counts?.completed ?? 0, failed: counts?.failed ?? 0, total: counts?.total ?? 0 };
      const state = `${run.status} ${progress.completed} ${progress.failed}`;
      if (state !== last) yield { run, progress };
      if (isTerminal(run.status)) return;
      last = state;
      await sleep(SHORTEST_STEP_MS, undefined, { signal }).catch(() => undefined);
      await changes.wait(lookMs, heard);
    }
  } finally {
    signal?.removeEventListener('abort', changes.ring);
    stop();
  }
}
