import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRun, findWorkers, isTerminal, type RunState, watchRun } from '../../src/runs';
import { type Running, startCommand } from '../faults/processes';
import { copyTinyModels } from '../inference/tinyModels';
import { createRunBed, type RunBed } from '../runs/runBed';

const IMAGES = 40;
const TIMEOUT_MS = 300_000;

describe('workers in processes of their own', () => {
  let bed: RunBed;
  const workers: Running[] = [];
  beforeEach(async () => {
    bed = await createRunBed(IMAGES);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.end('SIGKILL')));
    await bed.drop();
  });

  const startWorkers = async (count: number): Promise<void> => {
    const environment = { DATABASE_URL: bed.url, MODELS_DIR: bed.modelsDir };
    for (let index = 0; index < count; index++) workers.push(await startCommand(['worker'], environment));
    const alive = async () => (await bed.database.query({ text: 'SELECT id FROM worker' })).length;
    while ((await alive()) < workers.length) await sleep(50);
  };
  const stopWorkers = () => Promise.all(workers.splice(0).map((worker) => worker.end('SIGTERM')));
  const ended = async (runId: number) => {
    for (;;) {
      const { status } = await findRun(bed.database, runId);
      if (isTerminal(status)) return status;
      await sleep(20);
    }
  };
  /** @returns how many images each worker that had some did */
  const shares = async (runId: number): Promise<number[]> => {
    const rows = await bed.database.query<{ images: number }>({
      text: 'SELECT count(*) AS images FROM run_image WHERE run_id = $1 GROUP BY worker_id',
      values: [runId],
    });
    return rows.map(({ images }) => images);
  };
  const findings = async (runId: number) => ({
    images: await bed.database.query({
      text: 'SELECT image_id, state, error FROM run_image WHERE run_id = $1 ORDER BY image_id',
      values: [runId],
    }),
    detections: await bed.database.query({
      text: `SELECT image_id, rank, x1, y1, x2, y2, score, class_index FROM detection WHERE run_id = $1 ORDER BY image_id, rank`,
      values: [runId],
    }),
    figures: await bed.database.query({
      text: `SELECT kind, stratum, top_k, iou_threshold_milli, abscissa, value, numerator, denominator, ci_low, ci_high
             FROM metric_point AS p JOIN evaluation AS e ON e.id = p.evaluation_id
             WHERE e.run_id = $1 ORDER BY kind, stratum, top_k, iou_threshold_milli, abscissa`,
      values: [runId],
    }),
  });

  it(
    'find the same, whether one, two or three share a run',
    async () => {
      const found = [];
      for (const count of [1, 2, 3]) {
        await startWorkers(count);
        const { id } = await bed.request('tiny-slow');
        expect(await ended(id)).toBe('SUCCEEDED');
        expect((await stopWorkers()).every((status) => status === 0)).toBe(true);
        found.push(await findings(id));
        const parts = await shares(id);
        expect(parts.length > 1).toBe(count > 1);
        expect(parts.length).toBeLessThanOrEqual(count);
      }
      expect(found[0]?.detections).toHaveLength(2 * IMAGES);
      expect(found[1]).toEqual(found[0]);
      expect(found[2]).toEqual(found[0]);
    },
    TIMEOUT_MS,
  );

  it(
    'leave a run to the one whose MODELS_DIR has its model',
    async () => {
      const models = copyTinyModels('accepted');
      try {
        rmSync(join(models.folder, 'tiny-slow'), { recursive: true });
        const lacking = await startCommand(['worker'], { DATABASE_URL: bed.url, MODELS_DIR: models.folder });
        workers.push(lacking);
        await startWorkers(1);
        // Until the one that lacks it was the quicker.
        while (!/tiny-slow@1\.0\.0/.test(lacking.log())) {
          const { id } = await bed.request('tiny-slow');
          expect(await ended(id)).toBe('SUCCEEDED');
        }
        const told = (await findWorkers(bed.database)).find(({ processId }) => processId === lacking.pid);
        expect(told?.problems).toEqual([expect.stringMatching(/^Detector tiny-slow@1\.0\.0: .* not on this machine/)]);
        expect(await stopWorkers()).toEqual([0, 0]);
      } finally {
        models.remove();
      }
    },
    TIMEOUT_MS,
  );

  it(
    'are followed from here: each status, and counts that rise to the end',
    async () => {
      const { id } = await bed.request('tiny-slow');
      const states: RunState[] = [];
      for await (const state of watchRun(bed.database, id, AbortSignal.timeout(TIMEOUT_MS))) {
        if (states.length === 0) await startWorkers(1);
        states.push(state);
      }
      expect([...new Set(states.map(({ run }) => run.status))]).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
      const counts = states.map(({ progress }) => progress.completed);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
      expect(new Set(counts).size).toBeGreaterThan(3);
      expect(counts.at(-1)).toBe(IMAGES);
    },
    TIMEOUT_MS,
  );
});
