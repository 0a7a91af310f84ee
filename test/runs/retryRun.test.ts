import { rmSync } from 'node:fs';
import { createQueue } from '../../src/jobs';
import { createLogger } from '../../src/log';
import { cancelRun, findRun, findRuns, isTerminal, retryRun } from '../../src/runs';
import { graphOf, testServices } from '../graphql/testGraph';
import { createRunBed, pixelFile, type RunBed } from './runBed';

describe('retryRun', () => {
  let bed: RunBed;
  beforeEach(async () => {
    bed = await createRunBed(6);
  });
  afterEach(() => bed.drop());

  const ended = async (runId: number) => {
    for (;;) {
      const run = await findRun(bed.database, runId);
      if (isTerminal(run.status)) return run;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const imagesOf = (runId: number) =>
    bed.database.query<{ id: number; state: string }>({
      text: 'SELECT image_id AS id, state FROM run_image WHERE run_id = $1 ORDER BY image_id',
      values: [runId],
    });

  it('is a new run of the failed images alone, with the settings of the old one, which stays as it was', async () => {
    for (const index of [1, 4]) rmSync(pixelFile(bed.imageRoot, index));
    const queue = await createQueue({ database: bed.database, log: createLogger('silent') });
    const worker = await bed.startWorker({ queue });
    const first = await ended((await bed.request('tiny-constant', { topK: 2, iouThresholds: [0.123] })).id);
    expect(first.status).toBe('SUCCEEDED');
    // Nobody works while the new run is looked at.
    await worker.stop();

    const retry = await retryRun(bed.context, first.id);
    expect(retry).toMatchObject({
      status: 'QUEUED',
      retryOfId: first.id,
      detectorId: first.detectorId,
      modelSha256: first.modelSha256,
      topK: 2,
      iouThresholds: [0.123],
    });
    expect(await imagesOf(retry.id)).toEqual([1, 4].map((index) => ({ id: bed.imageIds[index], state: 'PENDING' })));
    await bed.startWorker();
    expect(await ended(retry.id)).toMatchObject({ status: 'FAILED' });
    expect(await findRun(bed.database, first.id)).toEqual(first);
  });

  it('takes also the images that a failed run never reached', async () => {
    await bed.startWorker({ sliceTimeoutMs: 300 });
    const first = await ended((await bed.request('tiny-endless')).id);
    expect(first.status).toBe('FAILED');
    expect(await imagesOf((await retryRun(bed.context, first.id)).id)).toHaveLength(6);
  });

  it('is refused for a run without failed images, for one that has not ended and for one that was cancelled', async () => {
    const run = await bed.request('tiny-constant');
    await expect(retryRun(bed.context, run.id)).rejects.toThrow('SUCCEEDED or FAILED, and this one is QUEUED');
    await bed.startWorker();
    await ended(run.id);
    await expect(retryRun(bed.context, run.id)).rejects.toThrow('No image of this run failed');
    const cancelled = await bed.request('tiny-endless');
    await cancelRun(bed.database, cancelled.id);
    await expect(retryRun(bed.context, cancelled.id)).rejects.toThrow('this one is CANCELLED');
    await expect(retryRun(bed.context, 2_000_000_000)).rejects.toThrow('no detection run with this id');
    expect(await findRuns(bed.database, [1, 2, 3])).toHaveLength(2);
  });

  it('is a mutation whose answer names the old run', async () => {
    rmSync(pixelFile(bed.imageRoot, 0));
    await bed.startWorker();
    const first = await ended((await bed.request('tiny-constant')).id);
    const { registry, queue, context } = bed;
    const parts = { registry, queue, config: context.config } as Parameters<typeof testServices>[1];
    const query = graphOf(testServices(bed.database, parts));
    const { data: found } = await query('{ detectionRuns { nodes { id retryOf { id } } } }');
    const id = (found as unknown as { detectionRuns: { nodes: { id: string }[] } }).detectionRuns.nodes[0]?.id;
    const { data, errors } = await query(
      `mutation ($id: ID!) { retryDetectionRun(input: { id: $id }) { run { status retryOf { id } images { nodes { state attempts } } } } }`,
      { id },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({
      retryDetectionRun: {
        run: { status: 'QUEUED', retryOf: { id }, images: { nodes: [{ state: 'PENDING', attempts: 0 }] } },
      },
    });
    expect(first.retryOfId).toBeNull();
  });
});
