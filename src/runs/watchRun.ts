import type { Database } from '../database';
import type { JobProgress } from '../job';
import { type JobState, watchJob } from '../watchJob';
import { type DetectionRunRow, findProgressOfRuns, findRun } from './runRows';

/** A run at one moment. */
export interface RunState {
  run: DetectionRunRow;
  progress: JobProgress;
}

/**
 * Follows a run, as `watchJob` does.
 *
 * @param lookMs how often it polls without a notification; ms
 * @throws NotFound at the first read
 */
export async function* watchRun(
  database: Database,
  runId: number,
  signal?: AbortSignal,
  lookMs?: number,
): AsyncGenerator<RunState> {
  const look = async (): Promise<JobState<DetectionRunRow>> => {
    // The run first: a run that has finished changes no more, so its counts are the last ones.
    const row = await findRun(database, runId);
    const [counts] = await findProgressOfRuns(database, [runId]);
    return {
      row,
      progress: { completed: counts?.completed ?? 0, failed: counts?.failed ?? 0, total: counts?.total ?? 0 },
    };
  };
  const channel = { channel: 'detection_run', id: String(runId) } as const;
  for await (const { row, progress } of watchJob(database, channel, look, signal, lookMs)) yield { run: row, progress };
}
