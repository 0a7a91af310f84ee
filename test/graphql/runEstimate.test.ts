import { writeWorker } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';
import { EXECUTORS, graphOf, testServices } from './testGraph';

const IMAGES = 8;
const ESTIMATE = `query E($input: RunDetectionInput!) { estimateRun(input: $input) {
  imageCount secondsPerImage estimatedSeconds queueAheadImages reason } }`;
const INPUT = { detector: 'tiny-constant', dataset: 'small' };
const WORKERS = ['5b1e9a34-1f0c-4c5e-9d6f-000000000001', '5b1e9a34-1f0c-4c5e-9d6f-000000000002'];

describe.each(EXECUTORS)('estimateRun (%s)', (executor) => {
  let bed: RunBed;
  beforeAll(async () => {
    bed = await createRunBed(IMAGES);
  });
  afterAll(() => bed.drop());
  afterEach(async () => {
    for (const table of ['detection_run', 'worker']) await bed.database.query({ text: `DELETE FROM ${table}` });
  });

  const ask = (input: Record<string, unknown> = INPUT) =>
    graphOf(
      testServices(bed.database, {
        queue: bed.queue,
        registry: bed.registry,
        config: { maxQueuedImages: 1_000, maxQueuedRunsPerClient: 100, webhookHosts: [] } as never,
      }),
      executor,
    )(ESTIMATE, { input });
  const estimate = async (input?: Record<string, unknown>) => {
    const { data, errors } = await ask(input);
    expect(errors).toEqual([]);
    return (data as unknown as { estimateRun: Record<string, unknown> }).estimateRun;
  };
  const live = (id: string, executionProvider: string | null) =>
    writeWorker(bed.database, {
      ...{ id, host: 'here', processId: 1, codeVersion: 'test', executionProvider, device: null, batch: null },
      ...{ imagesPerSecond: 0, refused: { detectorIds: [], datasetIds: [] }, problems: [] },
    });
  /** A run of all images that one worker on the CPU has processed in so many seconds. */
  const finished = async (seconds: number): Promise<void> => {
    const { id } = await bed.request('tiny-constant');
    await bed.database.query({
      text: `UPDATE run_image SET state = 'COMPLETED', finished_at = now(), milliseconds = 1, worker_id = $2::uuid WHERE run_id = $1`,
      values: [id, WORKERS[0]],
    });
    for (const status of ['RUNNING', 'SUCCEEDED'])
      await bed.database.query({
        text: `UPDATE detection_run SET status = $2::run_status, execution_provider = 'cpu', started_at = now() - make_interval(secs => $3),
                 finished_at = CASE WHEN $2 = 'SUCCEEDED' THEN now() END WHERE id = $1`,
        values: [id, status, seconds],
      });
  };

  it('says that there is no living worker, or nothing is known of the detector', async () => {
    expect(await estimate()).toEqual({
      ...{ imageCount: IMAGES, secondsPerImage: null, estimatedSeconds: null, queueAheadImages: 0 },
      reason: 'There is no living worker: the run would wait for one.',
    });
    await live(WORKERS[0] ?? '', 'cpu');
    expect(await estimate()).toMatchObject({
      secondsPerImage: null,
      reason: 'No run of this detector has succeeded yet on an execution provider of the living workers.',
    });
  });

  it('takes the pace of the newest runs, for all living workers together, and what waits before it', async () => {
    await finished(4);
    await live(WORKERS[0] ?? '', 'cpu');
    expect(await estimate()).toEqual({
      ...{ imageCount: IMAGES, secondsPerImage: 0.5, estimatedSeconds: 4, queueAheadImages: 0, reason: null },
    });
    // Two workers are twice as fast; one that has opened no model yet counts as well.
    await live(WORKERS[1] ?? '', null);
    expect(await estimate()).toMatchObject({ secondsPerImage: 0.25, estimatedSeconds: 2 });
    await bed.request('tiny-constant');
    expect(await estimate()).toMatchObject({ estimatedSeconds: 4, queueAheadImages: IMAGES });
  });

  it('knows nothing from runs on other execution providers than those of the living workers', async () => {
    await finished(4);
    await live(WORKERS[0] ?? '', 'cuda');
    expect(await estimate()).toMatchObject({ secondsPerImage: null, reason: expect.stringMatching(/^No run of this/) });
  });

  it('stores nothing', async () => {
    await estimate();
    expect(await bed.database.query({ text: 'SELECT id FROM detection_run' })).toEqual([]);
  });

  it.each([
    [{ detector: 'none' }, 'NOT_FOUND', 'detector'],
    [{ dataset: 'none' }, 'NOT_FOUND', 'dataset'],
    [{ filter: { split: 'TRAIN' } }, 'BAD_USER_INPUT', 'filter'],
    [{ topK: 0 }, 'BAD_USER_INPUT', 'topK'],
    [{ webhookUrl: 'http://nowhere.example' }, 'BAD_USER_INPUT', 'webhookUrl'],
  ])('refuses %j as runDetection does', async (change, code, argument) => {
    const { errors } = await ask({ ...INPUT, ...change });
    expect(errors[0]?.originalError).toMatchObject({ code, argument });
  });
});
