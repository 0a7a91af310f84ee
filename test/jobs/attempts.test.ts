import { setTimeout as sleep } from 'node:timers/promises';
import { cancelRun, findRun, isTerminal } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';

/** As many as are quick enough for every test run; RACES=200 for a long one. */
const RACES = Number(process.env.RACES ?? 40);

describe('attempts', () => {
  let bed: RunBed;
  beforeEach(async () => {
    bed = await createRunBed(8);
  });
  afterEach(() => bed.drop());

  const ended = async (runId: number) => {
    for (;;) {
      const run = await findRun(bed.database, runId);
      if (isTerminal(run.status)) return run;
      await sleep(10);
    }
  };
  const images = (runId: number) =>
    bed.database.query<{ attempts: number; state: string; error: string | null }>({
      text: 'SELECT attempts, state, error FROM run_image WHERE run_id = $1 ORDER BY image_id',
      values: [runId],
    });

  it('are one of each image where nothing happens', async () => {
    await bed.startWorker();
    const { id } = await bed.request('tiny-constant');
    expect((await ended(id)).status).toBe('SUCCEEDED');
    expect((await images(id)).map(({ attempts }) => attempts)).toEqual(Array(8).fill(1));
  });

  it('are bounded: an image that took its worker along each time fails, and the others of its batch are done', async () => {
    const { id } = await bed.request('tiny-constant');
    await bed.database.query({
      text: 'UPDATE run_image SET attempts = 5 WHERE run_id = $1 AND image_id = $2',
      values: [id, bed.imageIds[2]],
    });
    await bed.startWorker();
    expect((await ended(id)).status).toBe('SUCCEEDED');
    const all = await images(id);
    expect(all.map(({ state }) => state === 'FAILED')).toEqual([false, false, true, false, false, false, false, false]);
    expect(all[2]?.error).toMatch(/the worker died on this image in each of 5 attempts/);
  });

  it('do not count where a worker stops in order', async () => {
    const { id } = await bed.request('tiny-endless');
    const worker = await bed.startWorker({ sliceTimeoutMs: 60_000 });
    while ((await images(id)).every(({ attempts }) => attempts === 0)) await sleep(10);
    await worker.stop();
    expect((await images(id)).map(({ attempts }) => attempts)).toEqual(Array(8).fill(0));
  });

  it(`leave a run in one end state, whenever it is cancelled (${RACES} races)`, async () => {
    await bed.startWorker();
    const ends: string[] = [];
    for (let race = 0; race < RACES; race++) {
      const { id } = await bed.request('tiny-constant');
      await sleep((race % 20) * 12);
      const { status } = await cancelRun(bed.database, id);
      expect((await ended(id)).status).toBe(status);
      ends.push(status);
      const [row] = await bed.database.query<{ stray: number }>({
        text: `SELECT count(*) AS stray FROM run_image AS i LEFT JOIN detection AS d ON d.run_id = i.run_id AND d.image_id = i.image_id
               WHERE i.run_id = $1 AND (i.state = 'COMPLETED') <> (d.id IS NOT NULL)`,
        values: [id],
      });
      expect(row?.stray).toBe(0);
    }
    for (const status of ends) expect(['CANCELLED', 'SUCCEEDED']).toContain(status);
  }, 300_000);
});
