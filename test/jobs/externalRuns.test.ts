import { setTimeout as sleep } from 'node:timers/promises';
import { findStrandedRuns } from '../../src/jobs/bossJobs';
import { estimateRun, findQueueStatus, findRun, findRunOutlooks, isTerminal } from '../../src/runs';
import { makeExternalRun } from '../runs/externalRun';
import { createRunBed, type RunBed } from '../runs/runBed';

/** Two images for which no detections have been stored yet. */
const NOTHING_YET = [[], []];

describe('a run of an external detector that has not ended', () => {
  let bed: RunBed;
  beforeEach(async () => {
    bed = await createRunBed(2);
  });
  afterEach(() => bed.drop());

  const makeUnfinished = () => makeExternalRun(bed.database, 'elsewhere', bed.imageIds, NOTHING_YET, 'RUNNING');

  it('is not queued as one whose jobs were lost, however old it is', async () => {
    const { run } = await makeUnfinished();
    const other = await bed.request('tiny-constant');
    await bed.database.query({ text: 'DELETE FROM pgboss.job' });
    await bed.database.query({ text: `UPDATE detection_run SET created_at = now() - interval '1 hour'` });
    const stranded = await bed.database.transaction((transaction) => findStrandedRuns(transaction));
    expect(stranded.map(({ runId }) => runId)).toEqual([other.id]);
    expect((await findRun(bed.database, run.id)).status).toBe('RUNNING');
  });

  it('takes no place in the queue of runs', async () => {
    const { run } = await makeUnfinished();
    const other = await bed.request('tiny-constant');
    const outlooks = await findRunOutlooks(bed.database, [run.id, other.id], bed.queue.waitingBatchesSql);
    expect(outlooks.map(({ runId }) => runId)).toEqual([other.id]);
    expect(await findQueueStatus(bed.database)).toEqual({
      ...{ queuedImages: 2, runningRuns: 0, queuedRuns: 1 },
      // For want of a worker: that is so of the other run alone.
      stranded: 1,
    });
    const estimate = await estimateRun(bed.context, { detector: 'tiny-constant', dataset: 'small' });
    expect(estimate).toMatchObject({ imageCount: 2, queueAheadImages: 2 });
  });

  it('is failed by a worker that gets a job for it all the same, and that worker goes on with others', async () => {
    const { run } = await makeUnfinished();
    const flow = { client: 'test', priority: 'NORMAL' as const };
    await bed.database.transaction((transaction) => bed.queue.sendBatches(transaction, run.id, [bed.imageIds], flow));
    await bed.startWorker();
    while (!isTerminal((await findRun(bed.database, run.id)).status)) await sleep(20);
    expect(await findRun(bed.database, run.id)).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/^The model could not be loaded: It is external: it runs outside this server/),
    });
    const other = await bed.request('tiny-constant');
    while (!isTerminal((await findRun(bed.database, other.id)).status)) await sleep(20);
    expect(await findRun(bed.database, other.id)).toMatchObject({ status: 'SUCCEEDED' });
  });
});
