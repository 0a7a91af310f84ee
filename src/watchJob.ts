import { setTimeout as sleep } from 'node:timers/promises';
import { Bell } from './bell';
import { type Database, listenTo } from './database';
import { isTerminal, type JobProgress, type JobStatus } from './job';

/** A job at one moment. */
export interface JobState<Row extends { status: JobStatus }> {
  row: Row;
  progress: JobProgress;
}

/** Which notifications of PostgreSQL tell of a job. */
export interface JobChannel {
  channel: 'detection_run' | 'categorization' | 'upload_detection' | 'export_job';
  id: string;
}

/** Changes that come faster are told together. */
const SHORTEST_STEP_MS = 200;
/** A look without a notification: the connection that brings them may be lost. */
const LONGEST_STEP_MS = 2_000;

/**
 * Follows a job: its state now, then every change of its status or its counts, until it has finished. PostgreSQL tells
 * of changes, whatever process made them.
 *
 * @param look reads the job
 * @param lookMs after how long it looks without having been told of a change
 * @throws what `look` throws
 */
export async function* watchJob<Row extends { status: JobStatus }>(
  database: Database,
  { channel, id }: JobChannel,
  look: () => Promise<JobState<Row>>,
  signal?: AbortSignal,
  lookMs = LONGEST_STEP_MS,
): AsyncGenerator<JobState<Row>> {
  const changes = new Bell();
  const stop = listenTo(database, channel, id, changes.ring);
  signal?.addEventListener('abort', changes.ring);
  try {
    let last = '';
    while (!signal?.aborted) {
      const heard = changes.heard();
      const state = await look();
      const told = `${state.row.status} ${state.progress.completed} ${state.progress.failed}`;
      if (told !== last) yield state;
      if (isTerminal(state.row.status)) return;
      last = told;
      await sleep(SHORTEST_STEP_MS, undefined, { signal }).catch(() => undefined);
      await changes.wait(lookMs, heard);
    }
  } finally {
    signal?.removeEventListener('abort', changes.ring);
    stop();
  }
}
