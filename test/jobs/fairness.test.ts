import { setTimeout as sleep } from 'node:timers/promises';
import { findRun, isTerminal, type RunRequest, requestRun } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';

const IMAGES = 8;

describe('clients share the workers', () => {
  let bed: RunBed;
  beforeEach(async () => {
    bed = await createRunBed(IMAGES);
  });
  afterEach(() => bed.drop());

  const ask = (client: string, request: Partial<RunRequest> = {}) =>
    requestRun({ ...bed.context, client }, { detector: 'tiny-constant', dataset: 'small', ...request });
  const ended = async (runId: number) => {
    while (!isTerminal((await findRun(bed.database, runId)).status)) await sleep(10);
  };
  /** runs in the order in which pg-boss hands out their batches */
  const order = () =>
    bed.database.query<{ runId: number }>({
      text: `SELECT (data ->> 'runId')::int4 AS "runId" FROM pgboss.job WHERE name = 'detection-batch' AND state < 'active'
             ORDER BY priority DESC, created_on, id`,
    });

  it("so that one client's run ends before fifty of another are half done", async () => {
    const many: number[] = [];
    for (let index = 0; index < 50; index++) many.push((await ask('a')).id);
    const one = await ask('b');
    await bed.startWorker();
    await ended(one.id);
    const [row] = await bed.database.query<{ done: number }>({
      text: `SELECT count(*) AS done FROM run_image WHERE run_id = ANY($1::int4[]) AND state <> 'PENDING'`,
      values: [many],
    });
    expect(row?.done).toBeLessThan((50 * IMAGES) / 2);
  });

  it('so that a client that asks again and again does not keep another waiting for ever', async () => {
    const first = await ask('a');
    const second = await ask('a');
    for (let index = 0; index < 10; index++) await ask(`newcomer ${index}`);
    const turns = (await order()).map(({ runId }) => runId);
    // Two batches a run: of its own client's first run both come before those of the second.
    expect(turns.lastIndexOf(first.id)).toBeLessThan(turns.indexOf(second.id));
    await bed.database.query({
      text: `DELETE FROM pgboss.job WHERE (data ->> 'runId')::int4 = ANY($1::int4[])`,
      values: [turns.slice(0, 12).filter((id) => id !== second.id)],
    });
    const late = await ask('late');
    const after = (await order()).map(({ runId }) => runId);
    expect(after.indexOf(second.id)).toBeLessThanOrEqual(after.lastIndexOf(late.id));
  });

  it('an INTERACTIVE run first and a BACKGROUND run last, and a few images are INTERACTIVE by themselves', async () => {
    await ask('a');
    await ask('a');
    const background = await ask('b', { priority: 'BACKGROUND' });
    const normal = await ask('c');
    const interactive = await ask('d', { priority: 'INTERACTIVE' });
    const small = await ask('e', { imageIds: bed.imageKeys.slice(0, 2) });
    expect([background, normal, interactive, small].map(({ priority }) => priority)).toEqual([
      'BACKGROUND',
      'NORMAL',
      'INTERACTIVE',
      'INTERACTIVE',
    ]);
    const turns = (await order()).map(({ runId }) => runId);
    expect(turns[turns.length - 1]).toBe(background.id);
    expect(turns.indexOf(interactive.id)).toBeLessThan(turns.indexOf(normal.id));
    expect(turns.indexOf(small.id)).toBeLessThan(turns.indexOf(normal.id));
  });
});
