import { setTimeout as sleep } from 'node:timers/promises';
import { cancelRun, findRun, findWorkers, isTerminal } from '../../src/runs';
import { idOfRow } from '../globalIds';
import { graphOf, testServices } from '../graphql/testGraph';
import { createRunBed, type RunBed } from '../runs/runBed';

const WORKERS = `{ workers {
  id host processId codeVersion executionProvider device startedAt lastSeenAt alive imagesPerSecond
  currentBatch { imagesDone imagesTotal run { status progress { total } } }
} }`;

interface WorkerAnswer {
  id: string;
  processId: number;
  alive: boolean;
  executionProvider: string | null;
  device: string | null;
  imagesPerSecond: number;
  currentBatch: { imagesDone: number; imagesTotal: number; run: { status: string } } | null;
}

describe('the list of workers', () => {
  let bed: RunBed;
  beforeEach(async () => {
    bed = await createRunBed(40);
  });
  afterEach(() => bed.drop());

  const list = async (): Promise<WorkerAnswer[]> => {
    const { data, errors } = await graphOf(testServices(bed.database))(WORKERS);
    expect(errors).toEqual([]);
    return (data as unknown as { workers: WorkerAnswer[] }).workers;
  };
  /** @returns who did images of a run, as the graph tells it; null stands for those that nobody did */
  const workersOf = async (runId: number): Promise<(string | null)[]> => {
    const { data, errors } = await graphOf(testServices(bed.database))(
      'query Images($id: ID!) { detectionRun(id: $id) { images { nodes { workerId } } } }',
      { id: await idOfRow(bed.database, 'DetectionRun', runId) },
    );
    expect(errors).toEqual([]);
    const { detectionRun } = data as unknown as { detectionRun: { images: { nodes: { workerId: string | null }[] } } };
    return [...new Set(detectionRun.images.nodes.map(({ workerId }) => workerId))];
  };
  const until = async (holds: (workers: WorkerAnswer[]) => boolean): Promise<WorkerAnswer[]> => {
    for (;;) {
      const workers = await list();
      if (holds(workers)) return workers;
      await sleep(20);
    }
  };

  it('shows a worker from its start to its orderly end, and the batch that it has in hand', async () => {
    expect(await list()).toEqual([]);
    const worker = await bed.startWorker({ sliceTimeoutMs: 60_000 });
    const [idle] = await until((workers) => workers.length === 1);
    expect(idle).toMatchObject({
      processId: process.pid,
      alive: true,
      executionProvider: null,
      device: null,
      currentBatch: null,
      imagesPerSecond: 0,
    });
    const hanging = await bed.request('tiny-endless');
    const [busy] = await until(([one]) => one?.currentBatch?.run.status === 'RUNNING');
    expect(busy?.currentBatch).toEqual({
      imagesDone: 0,
      imagesTotal: 4,
      run: { status: 'RUNNING', progress: { total: 40 } },
    });
    await cancelRun(bed.database, hanging.id);
    const run = await bed.request('tiny-constant');
    while (!isTerminal((await findRun(bed.database, run.id)).status)) await sleep(20);
    const [done] = await until(([one]) => one?.currentBatch === null && one.imagesPerSecond > 0);
    expect(done).toMatchObject({ executionProvider: 'cpu', device: expect.any(String) });
    expect(await workersOf(run.id)).toEqual([done?.id]);
    expect(await workersOf(hanging.id)).toEqual([null]);
    await worker.stop();
    expect(await list()).toEqual([]);
  });

  it('says of a worker that has been silent that it is not alive, and forgets it after a while', async () => {
    const insert = (id: string, silentSeconds: number) =>
      bed.database.query({
        text: `INSERT INTO worker (id, host, process_id, code_version, image_ids, images_per_second, started_at, last_seen_at)
               VALUES ($1, 'elsewhere', 7, 'old', '{}', 3, now() - interval '1 day', clock_timestamp() - make_interval(secs => $2))`,
        values: [id, silentSeconds],
      });
    await insert('00000000-0000-4000-8000-000000000001', 60);
    await insert('00000000-0000-4000-8000-000000000002', 3_600);
    expect((await list()).map(({ alive, imagesPerSecond }) => [alive, imagesPerSecond])).toEqual([
      [false, 0],
      [false, 0],
    ]);
    await bed.startWorker();
    await until((workers) => workers.some(({ alive }) => alive));
    expect((await findWorkers(bed.database)).map(({ host }) => host === 'elsewhere')).toEqual([true, false]);
  });

  it('comes back to a worker that was forgotten while it slept', async () => {
    await bed.startWorker();
    const [before] = await until((workers) => workers.length === 1);
    await bed.database.query({ text: 'DELETE FROM worker' });
    expect(await until((workers) => workers.length === 1)).toMatchObject([
      { processId: before?.processId, alive: true },
    ]);
  });
});
