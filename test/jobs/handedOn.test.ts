import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue, type WorkerOptions } from '../../src/jobs';
import { createLogger } from '../../src/log';
import { createRegistry } from '../../src/models';
import { cancelRun, findRun, findWorkers, isTerminal, moveRun } from '../../src/runs';
import { copyTinyModels } from '../inference/tinyModels';
import { createRunBed, type RunBed } from '../runs/runBed';

/** Longer than a test: what was handed on is not tried again. */
const NEVER_MS = 600_000;
const LACKS_MODEL =
  "Detector tiny-constant@1.0.0: the detector's model folder is not on this machine, or holds another file.";

describe('a run that a worker cannot serve', () => {
  let bed: RunBed;
  const elsewhere: ReturnType<typeof copyTinyModels>[] = [];
  beforeEach(async () => {
    bed = await createRunBed(40);
  });
  afterEach(async () => {
    await bed.drop();
    for (const models of elsewhere.splice(0)) models.remove();
  });

  /** A worker as on another machine, which has a MODELS_DIR of its own. @returns that folder */
  const startElsewhere = async (models: readonly string[], options: Partial<WorkerOptions> = {}): Promise<string> => {
    const { database, dataDir } = bed;
    const copy = copyTinyModels('accepted');
    elsewhere.push(copy);
    for (const name of readdirSync(copy.folder))
      if (!models.includes(name)) rmSync(join(copy.folder, name), { recursive: true });
    const log = createLogger('silent');
    const registry = await createRegistry({ database, config: { modelsDir: copy.folder, dataDir }, log });
    await bed.startWorker({ registry, queue: await createQueue({ database, log }), ...options });
    return copy.folder;
  };
  const ended = async (runId: number) => {
    for (;;) {
      const run = await findRun(bed.database, runId);
      if (isTerminal(run.status)) return run;
      await sleep(20);
    }
  };
  const begun = async (runId: number): Promise<void> => {
    while ((await findRun(bed.database, runId)).status === 'QUEUED') await sleep(20);
  };
  const problems = async (): Promise<string[]> =>
    (await findWorkers(bed.database)).flatMap((worker) => worker.problems);
  const untilProblems = async (holds: (all: string[]) => boolean): Promise<string[]> => {
    for (;;) {
      const all = await problems();
      if (holds(all)) return all;
      await sleep(20);
    }
  };
  const untilAlive = async (count: number): Promise<void> => {
    while ((await findWorkers(bed.database)).length < count) await sleep(20);
  };
  /** Another worker that was seen a moment ago and is silent, as one that is started again. */
  const seeAnother = () =>
    bed.database.query({
      text: `INSERT INTO worker (id, host, process_id, code_version, image_ids, started_at, last_seen_at)
             VALUES (gen_random_uuid(), 'elsewhere', 7, 'old', '{}', now() - interval '1 day', now() - interval '20 seconds')`,
    });
  const takenBatches = async (): Promise<number> => {
    const [row] = await bed.database.query<{ count: number }>({
      text: `SELECT count(*) AS count FROM pgboss.job WHERE name = 'detection-batch' AND state = 'completed'`,
    });
    return row?.count ?? -1;
  };
  /** Time passes: nobody could serve the run for two minutes. */
  const waitTwoMinutes = () =>
    bed.database.query({ text: `UPDATE detection_run SET unserved_since = unserved_since - interval '2 minutes'` });

  it('for want of the model is left to one that can, while the first works on what it has', async () => {
    await startElsewhere(['tiny-slow'], { refusalPauseMs: NEVER_MS });
    await untilAlive(1);
    await bed.startWorker({ sliceTimeoutMs: 60_000 });
    await untilAlive(2);
    const hanging = await bed.request('tiny-endless');
    await begun(hanging.id);
    const waiting = await bed.request('tiny-constant');
    await untilProblems((all) => all.includes(LACKS_MODEL));
    const served = await bed.request('tiny-slow', { imageIds: bed.imageKeys.slice(0, 4) });
    expect((await ended(served.id)).status).toBe('SUCCEEDED');
    expect((await findRun(bed.database, waiting.id)).status).toBe('QUEUED');
    await cancelRun(bed.database, hanging.id);
    expect(await ended(waiting.id)).toMatchObject({ status: 'SUCCEEDED', error: null });
    const workers = await findWorkers(bed.database);
    expect(workers.map((worker) => worker.problems.includes(LACKS_MODEL))).toEqual([true, false]);
  });

  it('because its model file is another one by now is left to one that has the right one', async () => {
    const folder = await startElsewhere(['tiny-constant'], { refusalPauseMs: NEVER_MS });
    await untilAlive(1);
    await bed.startWorker({ sliceTimeoutMs: 60_000 });
    await untilAlive(2);
    appendFileSync(join(folder, 'tiny-constant', 'model.onnx'), 'x');
    const hanging = await bed.request('tiny-endless');
    await begun(hanging.id);
    const waiting = await bed.request('tiny-constant');
    await untilProblems((all) =>
      all.some((one) => /^Detector tiny-constant@1\.0\.0: model\.onnx has sha256/.test(one)),
    );
    await cancelRun(bed.database, hanging.id);
    expect((await ended(waiting.id)).status).toBe('SUCCEEDED');
  });

  it('and no other can either fails after a minute, and is not taken again and again meanwhile', async () => {
    const pauses = { refusalPauseMs: NEVER_MS };
    await startElsewhere([], pauses);
    await startElsewhere([], pauses);
    await untilAlive(2);
    const run = await bed.request('tiny-constant');
    await untilProblems((all) => all.length === 2);
    await sleep(1_500);
    // Each took one batch, and gave it back.
    expect(await takenBatches()).toBe(2);
    expect((await findRun(bed.database, run.id)).status).toBe('QUEUED');
    await waitTwoMinutes();
    await startElsewhere([]);
    expect(await ended(run.id)).toMatchObject({
      status: 'FAILED',
      error:
        "The model could not be loaded: the detector's model folder is not on this machine, or holds another file. " +
        'No worker could serve the run for 60 s.',
    });
  });

  it('fails at once where that worker is the only one, and so does the next', async () => {
    await startElsewhere([], { refusalPauseMs: NEVER_MS });
    await untilAlive(1);
    for (let time = 0; time < 2; time++) {
      const run = await bed.request('tiny-constant');
      expect(await ended(run.id)).toMatchObject({
        status: 'FAILED',
        error:
          "The model could not be loaded: the detector's model folder is not on this machine, or holds another file.",
      });
    }
  });

  it('and that another one had begun waits for that one to come back, also where nobody else is there', async () => {
    const run = await bed.request('tiny-constant');
    await moveRun(bed.database, run.id, 'RUNNING');
    await startElsewhere([], { refusalPauseMs: 300 });
    await untilProblems((all) => all.length > 0);
    await sleep(1_000);
    expect((await findRun(bed.database, run.id)).status).toBe('RUNNING');
    await waitTwoMinutes();
    expect(await ended(run.id)).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/No worker could serve the run for 60 s\.$/),
    });
  });

  it.each([
    ['is not there', (root: string) => renameSync(root, `${root}-away`)],
    [
      'is empty, as one that is not mounted',
      (root: string) => {
        renameSync(root, `${root}-away`);
        mkdirSync(root);
      },
    ],
  ])('because the folder of its images %s waits for another worker, or for the folder', async (_what, take) => {
    await seeAnother();
    await bed.startWorker({ refusalPauseMs: 200 });
    take(bed.imageRoot);
    const run = await bed.request('tiny-constant');
    const [problem] = await untilProblems((all) => all.length > 0);
    expect(problem).toBe(
      "Data set small@1: the folder of the data set's images is not on this machine, is empty or does not answer.",
    );
    expect((await findRun(bed.database, run.id)).status).toBe('QUEUED');
    rmSync(bed.imageRoot, { recursive: true, force: true });
    renameSync(`${bed.imageRoot}-away`, bed.imageRoot);
    expect((await ended(run.id)).status).toBe('SUCCEEDED');
    expect(await untilProblems((all) => all.length === 0)).toEqual([]);
  });

  it('leaves the queue when it is cancelled, although nobody serves it', async () => {
    await startElsewhere([], { refusalPauseMs: NEVER_MS });
    await seeAnother();
    await untilAlive(2);
    const run = await bed.request('tiny-constant');
    await untilProblems((all) => all.length > 0);
    await cancelRun(bed.database, run.id);
    const queued = async () =>
      bed.database.query({ text: `SELECT FROM pgboss.job WHERE name = 'detection-batch' AND state <= 'active'` });
    while ((await queued()).length > 0) await sleep(50);
    expect((await findRun(bed.database, run.id)).status).toBe('CANCELLED');
  });
});
