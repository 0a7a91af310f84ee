import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiledEntry } from '../../src/compiled';
import { findProgressOfRuns, findRun, isTerminal, type LeasedBatch } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';
import { namedUrl, untilGone } from '../testDatabase';

const IMAGES = 120;

describe('the queue', () => {
  let bed: RunBed;
  const workers: ChildProcess[] = [];
  beforeEach(async () => {
    bed = await createRunBed(IMAGES);
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) {
      worker.kill('SIGKILL');
      if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit');
    }
    await bed.drop();
  });

  /** A worker as on another machine: a process of its own that shares only the database and the pixel files. */
  const startProcess = (name = 'worker'): ChildProcess => {
    const commandLine = `require(${JSON.stringify(compiledEntry('cli/main'))}).runCommandLine(['worker'])`;
    const worker = spawn(process.execPath, ['-e', commandLine], {
      stdio: 'ignore',
      env: {
        ...process.env,
        DATABASE_URL: namedUrl(bed.url, name),
        MODELS_DIR: bed.modelsDir,
        EXECUTION_PROVIDERS: 'cpu',
        LOG_LEVEL: 'silent',
      },
    });
    workers.push(worker);
    return worker;
  };
  const progress = async (runId: number): Promise<number> => {
    const [row] = await findProgressOfRuns(bed.database, [runId]);
    return (row?.completed ?? 0) + (row?.failed ?? 0);
  };
  const ended = async (runId: number) => {
    for (;;) {
      const run = await findRun(bed.database, runId);
      if (isTerminal(run.status)) return run;
      await sleep(50);
    }
  };
  /** Time passes: every lease has run out. */
  const expireLeases = () =>
    bed.database.query({
      text: `UPDATE pgboss.job SET started_on = now() - interval '1 hour' WHERE state = 'active'`,
    });
  const counts = async (runId: number) => {
    const [row] = await bed.database.query<Record<string, number>>({
      text: `SELECT (SELECT count(*) FROM run_image WHERE run_id = $1 AND state = 'COMPLETED') AS completed,
               (SELECT count(*) FROM detection WHERE run_id = $1) AS detections,
               (SELECT count(DISTINCT (image_id, rank)) FROM detection WHERE run_id = $1) AS different,
               (SELECT count(*) FROM evaluation WHERE run_id = $1) AS evaluations`,
      values: [runId],
    });
    return row;
  };
  const complete = { completed: IMAGES, detections: 2 * IMAGES, different: 2 * IMAGES, evaluations: 1 };

  it('loses nothing and counts nothing twice when workers are killed in the middle', async () => {
    const run = await bed.request('tiny-constant');
    for (const part of [0.1, 0.3, 0.5]) {
      const name = `killed at ${part}`;
      const worker = startProcess(name);
      while ((await progress(run.id)) < part * IMAGES) await sleep(2);
      worker.kill('SIGKILL');
      await once(worker, 'exit');
      await untilGone(bed.database, name);
      await expireLeases();
    }
    expect((await findRun(bed.database, run.id)).status).toBe('RUNNING');
    startProcess();
    expect((await ended(run.id)).status).toBe('SUCCEEDED');
    expect(await counts(run.id)).toEqual(complete);
  });

  it('shares a run between workers', async () => {
    const run = await bed.request('tiny-constant');
    startProcess();
    startProcess();
    expect((await ended(run.id)).status).toBe('SUCCEEDED');
    expect(await counts(run.id)).toEqual(complete);
  });

  it('refuses what a worker writes that was thought dead and comes back', async () => {
    const run = await bed.request('tiny-constant');
    const sleeper = startProcess();
    while ((await progress(run.id)) === 0) await sleep(2);
    sleeper.kill('SIGSTOP');
    const seen = await progress(run.id);
    await expireLeases();
    startProcess();
    while ((await progress(run.id)) < seen + 30) await sleep(2);
    sleeper.kill('SIGCONT');
    expect((await ended(run.id)).status).toBe('SUCCEEDED');
    expect(await counts(run.id)).toEqual(complete);
  });

  it('tells a worker that its batch was given to another', async () => {
    const run = await bed.request('tiny-constant', { imageIds: bed.imageKeys.slice(0, 3) });
    const batches: LeasedBatch[] = [];
    const held = new Promise<void>((resolve) => {
      bed.queue.work({
        async work(batch) {
          batches.push(batch);
          expect(await batch.renew(bed.database)).toBe(true);
          // As pg-boss does with a lease that ran out, and the next fetch after it.
          await bed.database.query({
            text: `UPDATE pgboss.job SET retry_count = retry_count + 1 WHERE state = 'active'`,
          });
          expect(await batch.renew(bed.database)).toBe(false);
          expect(batch.lost.aborted).toBe(true);
          resolve();
          return batch.imageIds;
        },
        giveUp: async () => undefined,
        categorize: async () => false,
        giveUpCategorization: async () => undefined,
      });
    });
    await held;
    await bed.queue.stop();
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject({ runId: run.id, imageIds: bed.imageIds.slice(0, 3) });
    // Neither completed nor sent again: the job is the other worker's.
    const jobs = await bed.database.query({
      text: `SELECT state::text FROM pgboss.job WHERE name = 'detection-batch'`,
    });
    expect(jobs).toEqual([{ state: 'active' }]);
  });

  it('finishes runs whose jobs were lost, in batches as before', async () => {
    const run = await bed.request('tiny-constant');
    const batches = () =>
      bed.database.query({
        text: `SELECT data -> 'imageIds' AS ids FROM pgboss.job WHERE name = 'detection-batch' ORDER BY data -> 'imageIds' -> 0`,
      });
    const before = await batches();
    expect(before.length).toBeGreaterThan(1);
    await bed.database.query({ text: 'DELETE FROM pgboss.job' });
    await bed.database.query({ text: `UPDATE detection_run SET created_at = now() - interval '1 hour'` });
    await bed.startWorker();
    expect((await ended(run.id)).status).toBe('SUCCEEDED');
    expect(await counts(run.id)).toEqual(complete);
    expect(await batches()).toEqual(before);
  });

  it('fails the run, and not the worker, over a model that takes too much memory', async () => {
    if (process.platform !== 'linux') return;
    await bed.startWorker({ memoryLimitBytes: 500 * 2 ** 20 });
    const run = await ended((await bed.request('tiny-hungry')).id);
    expect(run).toMatchObject({ status: 'FAILED', error: expect.stringMatching(/more than 0\.5 GiB of memory/) });
    expect((await ended((await bed.request('tiny-constant')).id)).status).toBe('SUCCEEDED');
  });
});
