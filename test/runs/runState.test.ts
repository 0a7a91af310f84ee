import type { JobStatus } from '../../src/job';
import { JOB_STATUSES } from '../../src/job';
import { LEGAL_MOVES, moveRun } from '../../src/runs';
import { createRunBed, type RunBed } from './runBed';

const pairs = JOB_STATUSES.flatMap((from) => JOB_STATUSES.map((to): [JobStatus, JobStatus] => [from, to]));
const WAY: Record<JobStatus, JobStatus[]> = {
  QUEUED: [],
  RUNNING: ['RUNNING'],
  SUCCEEDED: ['RUNNING', 'SUCCEEDED'],
  FAILED: ['FAILED'],
  CANCELLED: ['CANCELLED'],
};

describe('the state of a run', () => {
  let bed: RunBed;
  beforeAll(async () => {
    bed = await createRunBed(1);
  });
  afterAll(() => bed.drop());

  async function runIn(status: JobStatus): Promise<number> {
    const run = await bed.request('tiny-constant');
    for (const step of WAY[status]) await moveRun(bed.database, run.id, step);
    return run.id;
  }

  it.each(pairs.filter(([from, to]) => from !== to))(
    'moves from %s to %s only where the table says so, and the database agrees',
    async (from, to) => {
      const id = await runIn(from);
      const legal = LEGAL_MOVES[from].includes(to);
      const finished = ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(to);
      const direct = bed.database.query({
        text: `UPDATE detection_run SET status = $2::run_status, finished_at = CASE WHEN $3 THEN now() END WHERE id = $1`,
        values: [await runIn(from), to, finished],
      });
      if (legal) await expect(direct).resolves.toEqual([]);
      else await expect(direct).rejects.toThrow(/cannot move from/);
      expect((await moveRun(bed.database, id, to))?.status ?? null).toBe(legal ? to : null);
    },
  );

  it('is set by one of two who move at once', async () => {
    const id = await runIn('RUNNING');
    const moved = await Promise.all(
      (['SUCCEEDED', 'CANCELLED', 'FAILED', 'SUCCEEDED'] as const).map((to) => moveRun(bed.database, id, to)),
    );
    expect(moved.filter((run) => run !== null)).toHaveLength(1);
  });
});
