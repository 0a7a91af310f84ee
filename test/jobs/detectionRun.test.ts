import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiledEntry } from '../../src/compiled';
import { findAccuracyPoints, findEvaluationsOfRuns } from '../../src/results';
import {
  cancelRun,
  type DetectionRunRow,
  findProgressOfRuns,
  findRun,
  findTimingOfRuns,
  isTerminal,
  type RunRequest,
  type RunState,
  watchRun,
} from '../../src/runs';
import { createRunBed, pixelFile, type RunBed } from '../runs/runBed';

describe('a detection run', () => {
  let bed: RunBed;
  beforeEach(async () => {
    bed = await createRunBed(40);
  });
  afterEach(() => bed.drop());

  const ask = (detector: string, rest: Partial<RunRequest> = {}) => bed.request(detector, rest);
  const follow = async (runId: number): Promise<RunState[]> => {
    const states: RunState[] = [];
    for await (const state of watchRun(bed.database, runId, AbortSignal.timeout(60_000))) states.push(state);
    return states;
  };
  const outcome = async (run: DetectionRunRow): Promise<RunState> => {
    const states = await follow(run.id);
    const last = states.at(-1);
    if (!last || !isTerminal(last.run.status)) throw new Error('the run did not end');
    return last;
  };
  const count = async (table: string): Promise<number> => {
    const [row] = await bed.database.query<{ count: number }>({ text: `SELECT count(*) AS count FROM ${table}` });
    return row?.count ?? -1;
  };

  it('is answered while it is queued, works through its images and can be read with its curve when it has succeeded', async () => {
    const run = await ask('tiny-constant', { iouThresholds: [0.123] });
    expect(run).toMatchObject({
      status: 'QUEUED',
      startedAt: null,
      modelSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await bed.startWorker();
    const { run: ended, progress } = await outcome(run);
    expect(progress).toEqual({ completed: 40, failed: 0, total: 40 });
    expect(ended).toMatchObject({ status: 'SUCCEEDED', executionProvider: 'cpu', error: null });
    // Of the three boxes NMS drops one; input pixels are half an image pixel wide, and 1-based pixels start at 0.5.
    const [detection] = await bed.database.query({
      text: 'SELECT rank, x1, y1, x2, y2, class_index FROM detection WHERE run_id = $1 ORDER BY image_id, rank LIMIT 1',
      values: [run.id],
    });
    expect(detection).toEqual({ rank: 1, x1: 2.5, y1: 2.5, x2: 10.5, y2: 10.5, class_index: 0 });
    expect(await count('detection')).toBe(80);
    const [evaluation] = await findEvaluationsOfRuns(bed.database, [run.id]);
    const points = await findAccuracyPoints(bed.database, [evaluation?.id ?? 0], { topK: 1 });
    expect(points.map(({ iouThreshold }) => iouThreshold)).toContain(0.123);
    const [timing] = await findTimingOfRuns(bed.database, [run.id]);
    expect(timing?.meanMsPerImage).toBeGreaterThan(0);
  });

  it('tells where the time of its completed images went, by stage', async () => {
    rmSync(pixelFile(bed.imageRoot, 3));
    const run = await ask('tiny-constant');
    expect((await findTimingOfRuns(bed.database, [run.id]))[0]?.stages).toBeNull();
    await bed.startWorker();
    await outcome(run);
    const [timing] = await findTimingOfRuns(bed.database, [run.id]);
    const { decodeMs = 0, prepareMs = 0, networkMs = 0, postprocessMs = 0 } = timing?.stages ?? {};
    for (const stage of [decodeMs, prepareMs, networkMs, postprocessMs]) expect(stage).toBeGreaterThan(0);
    expect(decodeMs + prepareMs + networkMs + postprocessMs).toBeCloseTo(timing?.meanMsPerImage ?? -1, 3);
  });

  it('of a server that kept no stages has a mean without them', async () => {
    await bed.startWorker();
    const run = await ask('tiny-constant');
    await outcome(run);
    await bed.database.query({
      text: 'UPDATE run_image SET decode_ms = NULL, prepare_ms = NULL, network_ms = NULL, postprocess_ms = NULL',
    });
    const [timing] = await findTimingOfRuns(bed.database, [run.id]);
    expect(timing).toMatchObject({ meanMsPerImage: expect.any(Number), stages: null });
  });

  const failures = () =>
    bed.database.query<{ error: string; kind: string }>({
      text: `SELECT error, failure_kind AS kind FROM run_image WHERE state = 'FAILED' ORDER BY image_id`,
    });

  it('goes on when images cannot be read, and says of each why', async () => {
    rmSync(pixelFile(bed.imageRoot, 3));
    truncateSync(pixelFile(bed.imageRoot, 7), 60);
    await bed.database.query({
      text: 'UPDATE bookmarked_image SET has_pixels = false WHERE id = $1',
      values: [bed.imageIds[9]],
    });
    await bed.startWorker();
    const { run, progress } = await outcome(await ask('tiny-constant'));
    expect(run.status).toBe('SUCCEEDED');
    expect(progress).toEqual({ completed: 37, failed: 3, total: 40 });
    const errors = await failures();
    expect(errors.map(({ error }) => error)).toEqual([
      expect.stringMatching(/000001_01_01/),
      expect.stringMatching(/000001_01_01/),
      'The data set has no pixel file of this image.',
    ]);
    expect(errors.map(({ kind }) => kind)).toEqual(['NO_PIXEL_FILE', 'UNREADABLE_IMAGE', 'NO_PIXEL_FILE']);
    for (const { error } of errors) expect(error).not.toContain(bed.imageRoot);
  });

  it.each([
    ['tiny-nan', /NaN/],
    ['tiny-inverted', /ends before it begins/],
    ['tiny-overconfident', /scores in 0\.\.1, got 1\.7/],
  ])('of %s, whose answer is no detection, fails and says so', async (detector, reason) => {
    await bed.startWorker();
    const { run, progress } = await outcome(await ask(detector, { imageIds: bed.imageKeys.slice(0, 3) }));
    expect(run.status).toBe('FAILED');
    expect(run.error).toMatch(reason);
    expect(progress).toEqual({ completed: 0, failed: 3, total: 3 });
    expect((await failures()).map(({ kind }) => kind)).toEqual(Array(3).fill('BAD_MODEL_OUTPUT'));
    expect(await count('detection')).toBe(0);
  });

  it('of a model that never ends is stopped after three slices that were each tried twice, and the next run works', async () => {
    await bed.startWorker({ sliceTimeoutMs: 400 });
    const { run } = await outcome(await ask('tiny-endless'));
    expect(run).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/on 3 images in a row.*longer than 0\.4 s/),
    });
    const next = await outcome(await ask('tiny-constant'));
    expect(next.run.status).toBe('SUCCEEDED');
  });

  it('can be cancelled before it begins, and nothing is worked on', async () => {
    const run = await ask('tiny-constant');
    expect((await cancelRun(bed.database, run.id)).status).toBe('CANCELLED');
    await bed.startWorker();
    await sleep(1_000);
    expect(await findProgressOfRuns(bed.database, [run.id])).toEqual([
      { runId: run.id, completed: 0, failed: 0, total: 40 },
    ]);
  });

  it('can be cancelled while a slice hangs', async () => {
    await bed.startWorker({ sliceTimeoutMs: 30_000 });
    const run = await ask('tiny-endless');
    while ((await findRun(bed.database, run.id)).status === 'QUEUED') await sleep(20);
    await cancelRun(bed.database, run.id);
    const next = await outcome(await ask('tiny-constant'));
    expect(next.run.status).toBe('SUCCEEDED');
    expect((await findRun(bed.database, run.id)).status).toBe('CANCELLED');
  });

  it('stays cancelled or succeeded when both come at once, never both', async () => {
    await bed.startWorker();
    for (const delayMs of [0, 30, 60, 120, 250]) {
      const run = await ask('tiny-constant');
      await sleep(delayMs);
      const cancelled = await cancelRun(bed.database, run.id);
      const { run: ended } = await outcome(run);
      expect(ended.status).toBe(cancelled.status);
    }
  });

  it('writes each outcome once, even if a batch is delivered twice at the same time', async () => {
    const run = await ask('tiny-constant');
    await bed.database.transaction((transaction) =>
      bed.queue.sendBatches(transaction, run.id, [bed.imageIds], { client: 'test', priority: 'NORMAL' }),
    );
    await bed.startWorker();
    const { run: ended } = await outcome(run);
    await sleep(1_000);
    expect(ended.status).toBe('SUCCEEDED');
    expect(await count('detection')).toBe(80);
    expect(await count('evaluation')).toBe(1);
  });

  it('is finished when the worker that held its batches died without a word', async () => {
    const run = await ask('tiny-constant');
    await bed.database.query({
      text: `UPDATE pgboss.job SET state = 'active', started_on = now() - interval '1 hour' WHERE name = 'detection-batch'`,
    });
    await bed.startWorker();
    const { run: ended, progress } = await outcome(run);
    expect(ended.status).toBe('SUCCEEDED');
    expect(progress.completed).toBe(40);
  });

  it('ends with its images failed when no delivery of a batch succeeded', async () => {
    const run = await ask('tiny-constant');
    await bed.database.query({
      text: `UPDATE pgboss.job SET state = 'active', retry_count = retry_limit, started_on = now() - interval '1 hour'
             WHERE name = 'detection-batch'`,
    });
    await bed.startWorker();
    const { run: ended } = await outcome(run);
    expect(ended).toMatchObject({ status: 'FAILED', error: expect.stringMatching(/Given up/) });
  });

  it('is finished by another worker when the first stops in the middle', async () => {
    const run = await ask('tiny-constant');
    const first = await bed.startWorker();
    while ((await findProgressOfRuns(bed.database, [run.id]))[0]?.completed === 0) await sleep(5);
    await first.stop();
    const [before] = await findProgressOfRuns(bed.database, [run.id]);
    expect(before?.completed).toBeGreaterThan(0);
    const commandLine = `require(${JSON.stringify(compiledEntry('cli/main'))}).runCommandLine(['worker'])`;
    const worker = spawn(process.execPath, ['-e', commandLine], {
      env: {
        ...process.env,
        DATABASE_URL: bed.url,
        MODELS_DIR: bed.modelsDir,
        EXECUTION_PROVIDERS: 'cpu',
        LOG_LEVEL: 'silent',
      },
    });
    try {
      const { run: ended, progress } = await outcome(run);
      expect(ended.status).toBe('SUCCEEDED');
      expect(progress.completed).toBe(40);
      expect(await count('detection')).toBe(80);
    } finally {
      worker.kill('SIGTERM');
      await once(worker, 'exit');
    }
  });
});
