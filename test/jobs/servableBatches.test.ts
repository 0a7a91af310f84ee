import PgBoss from 'pg-boss';
import { type TakenJob, takeServableBatch } from '../../src/jobs/bossJobs';
import { cancelRun } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';

const QUEUE = 'detection-batch';

describe('the batches that a worker takes while it leaves some runs to others', () => {
  let bed: RunBed;
  beforeEach(async () => {
    bed = await createRunBed(40);
  });
  afterEach(() => bed.drop());

  const takeAll = async (take: () => Promise<TakenJob | undefined>): Promise<TakenJob[]> => {
    const all: TakenJob[] = [];
    for (;;) {
      const job = await take();
      if (!job) return all;
      all.push({ id: job.id, data: job.data, priority: job.priority, retryCount: job.retryCount });
    }
  };
  const runsOf = (jobs: readonly TakenJob[]): Set<unknown> =>
    new Set(jobs.map(({ data }) => (data as { runId: number }).runId));

  it('are delivered as pg-boss would: in its order, with its count of deliveries, none before its time', async () => {
    await bed.request('tiny-constant', { priority: 'BACKGROUND' });
    await bed.request('tiny-slow');
    await bed.request('tiny-constant', { imageIds: bed.imageKeys.slice(0, 4) });
    const state = `SELECT id, row_number() OVER (ORDER BY id) AS place FROM pgboss.job WHERE name = '${QUEUE}'`;
    await bed.database.query({
      text: `UPDATE pgboss.job AS job SET
               started_on = CASE WHEN place % 3 = 0 THEN now() - interval '1 hour' END,
               retry_count = CASE WHEN place % 3 = 0 THEN 2 ELSE 0 END,
               state = CASE WHEN place % 3 = 0 THEN 'retry'::pgboss.job_state ELSE 'created' END,
               start_after = CASE WHEN place % 5 = 0 THEN now() + interval '1 hour' ELSE job.start_after END
             FROM (${state}) AS numbered WHERE job.id = numbered.id`,
    });
    await bed.database.query({ text: 'CREATE TABLE saved AS SELECT * FROM pgboss.job' });
    const nobodys = { detectorIds: [-1], datasetIds: [-1] };
    const ours = await takeAll(() => takeServableBatch(bed.database, nobodys));
    await bed.database.query({
      text: `UPDATE pgboss.job AS job SET state = saved.state, started_on = saved.started_on, retry_count = saved.retry_count
             FROM saved WHERE saved.id = job.id`,
    });
    const boss = new PgBoss({ connectionString: bed.url, supervise: false, schedule: false });
    await boss.start();
    try {
      const theirs = await takeAll(async () => (await boss.fetch(QUEUE, { includeMetadata: true }))[0]);
      expect(ours).toEqual(theirs);
      expect(new Set(ours.map(({ retryCount }) => retryCount))).toEqual(new Set([0, 3]));
    } finally {
      await boss.stop({ graceful: false });
    }
  });

  it('are none of the detectors and data sets that it leaves alone, but those of runs that have ended', async () => {
    const left = await bed.request('tiny-constant');
    const ended = await bed.request('tiny-constant');
    const served = await bed.request('tiny-slow');
    await cancelRun(bed.database, ended.id);
    const take = (refused: { detectorIds: number[]; datasetIds: number[] }) =>
      takeAll(() => takeServableBatch(bed.database, refused));
    expect(runsOf(await take({ detectorIds: [], datasetIds: [left.datasetId] }))).toEqual(new Set([ended.id]));
    expect(runsOf(await take({ detectorIds: [left.detectorId], datasetIds: [] }))).toEqual(new Set([served.id]));
    expect(runsOf(await take({ detectorIds: [], datasetIds: [] }))).toEqual(new Set([left.id]));
  });
});
