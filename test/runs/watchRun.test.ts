import { setTimeout as sleep } from 'node:timers/promises';
import { cancelRun, findRuns, moveRun, type RunState, watchRun } from '../../src/runs';
import { createRunBed, type RunBed } from './runBed';

describe('watchRun', () => {
  let bed: RunBed;
  beforeAll(async () => {
    bed = await createRunBed(3);
  });
  afterAll(() => bed.drop());

  /** A watch that is told of nothing waits for ever. */
  const NO_LOOKS_MS = 1_000_000;
  const collect = async (runId: number, signal?: AbortSignal, lookMs?: number): Promise<RunState[]> => {
    const states: RunState[] = [];
    for await (const state of watchRun(bed.database, runId, signal, lookMs)) states.push(state);
    return states;
  };
  const LISTENER = `FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN "detection_run"'`;
  const untilListening = async (connections: number): Promise<void> => {
    while ((await bed.database.query({ text: `SELECT pid ${LISTENER}` })).length !== connections) await sleep(20);
  };
  const finishImage = (runId: number, index: number) =>
    bed.database.query({
      text: `UPDATE run_image SET state = 'COMPLETED', milliseconds = 1, finished_at = now() WHERE run_id = $1 AND image_id = $2`,
      values: [runId, bed.imageIds[index]],
    });

  it('tells the state now and one state a change, and ends with the run', async () => {
    const { id } = await bed.request('tiny-constant');
    const states: string[] = [];
    for await (const { run, progress } of watchRun(bed.database, id)) {
      states.push(`${run.status} ${progress.completed}/${progress.total}`);
      if (run.status === 'QUEUED') await moveRun(bed.database, id, 'RUNNING');
      else if (progress.completed < 3) await finishImage(id, progress.completed);
      else await moveRun(bed.database, id, 'SUCCEEDED');
    }
    expect(states).toEqual(['QUEUED 0/3', 'RUNNING 0/3', 'RUNNING 1/3', 'RUNNING 2/3', 'RUNNING 3/3', 'SUCCEEDED 3/3']);
  });

  it('hears of a change long before it would have looked by itself', async () => {
    const { id } = await bed.request('tiny-constant');
    const watch = watchRun(bed.database, id, undefined, NO_LOOKS_MS);
    await watch.next();
    const next = watch.next();
    await untilListening(1);
    await cancelRun(bed.database, id);
    expect((await next).value.run.status).toBe('CANCELLED');
    expect((await watch.next()).done).toBe(true);
  });

  it('tells one state of a run that has ended', async () => {
    const { id } = await bed.request('tiny-constant');
    await cancelRun(bed.database, id);
    expect((await collect(id)).map(({ run }) => run.status)).toEqual(['CANCELLED']);
  });

  it('ends at once when its reader gives up, and leaves no connection behind', async () => {
    const { id } = await bed.request('tiny-constant');
    const controller = new AbortController();
    const states = collect(id, controller.signal, NO_LOOKS_MS);
    await untilListening(1);
    controller.abort();
    expect(await states).toHaveLength(1);
    await untilListening(0);
  });

  it('goes on when the connection that tells of changes is lost', async () => {
    const { id } = await bed.request('tiny-constant');
    const states = collect(id, undefined, 100);
    await untilListening(1);
    await bed.database.query({ text: `SELECT pg_terminate_backend(pid) ${LISTENER}` });
    await cancelRun(bed.database, id);
    expect((await states).at(-1)?.run.status).toBe('CANCELLED');
  });

  it('says that a run is not there', async () => {
    await expect(watchRun(bed.database, 2_000_000_000).next()).rejects.toThrow(
      'There is no detection run with this id.',
    );
    expect(await findRuns(bed.database, [2_000_000_000])).toEqual([]);
  });
});
