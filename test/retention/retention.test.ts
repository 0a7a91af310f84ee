import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../../src/log';
import { dueRuns, findRetentionState, passOnce, type RetentionRules, startRetention } from '../../src/retention';
import { cancelRun, findRun, isTerminal, retryRun, updateRun } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';

const log = createLogger('silent');
const RULES: RetentionRules = { runsDays: 30 };
const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);

describe('Retention of runs', () => {
  let bed: RunBed;
  beforeAll(async () => {
    bed = await createRunBed(2);
    await bed.startWorker();
  });
  afterAll(() => bed.drop());

  const finished = async (detector = 'tiny-constant'): Promise<number> => {
    const { id } = await bed.request(detector);
    while (!isTerminal((await findRun(bed.database, id)).status)) await sleep(20);
    return id;
  };
  const cancelled = async (): Promise<number> => {
    const { id } = await bed.request('tiny-endless');
    await cancelRun(bed.database, id);
    return id;
  };
  const idsDue = async (days: number): Promise<number[]> =>
    (await dueRuns(bed.database, RULES, inDays(days))).map(({ id }) => id);

  it('deletes what is old and what nothing rests on, and keeps everything else', async () => {
    const { database } = bed;
    const old = await finished();
    const named = await finished();
    await updateRun(database, named, { name: 'For the paper' });
    const tagged = await finished();
    await updateRun(database, tagged, { tags: ['x', 'keep'] });
    const reviewed = await finished();
    await database.query({
      text: `INSERT INTO detection_review (detection_id, verdict, reviewer)
             SELECT min(id), 'LESION', 'A' FROM detection WHERE run_id = $1`,
      values: [reviewed],
    });
    const failed = await finished('tiny-nan');
    const latest = await finished();
    const otherTag = await cancelled();
    await updateRun(database, otherTag, { tags: ['x'] });

    expect(await idsDue(29)).toEqual([]);
    expect(await idsDue(31)).toEqual([old, failed, otherTag]);
    const retry = await retryRun(bed.context, failed);
    while (!isTerminal((await findRun(database, retry.id)).status)) await sleep(20);
    expect(await idsDue(31)).toEqual([old, otherTag, retry.id]);
    expect(await findRetentionState(database, RULES, inDays(31))).toMatchObject({ wouldDelete: 3, lastRunAt: null });

    expect(await passOnce({ database, rules: RULES, log, now: inDays(31) })).toBe(3);
    // The run that was retried by one of them is the next one.
    expect(await idsDue(31)).toEqual([failed]);
    const left = await database.query<{ id: number }>({ text: 'SELECT id FROM detection_run ORDER BY id' });
    expect(left.map(({ id }) => id)).toEqual([named, tagged, reviewed, failed, latest]);
    const tombstones = await database.query({
      text: `SELECT DISTINCT deleted_by AS "by", reason FROM tombstone`,
    });
    expect(tombstones).toEqual([{ by: 'RETENTION', reason: expect.stringContaining('more than 30 days ago') }]);
    const events = await database.query({
      text: `SELECT address, action, outcome::text FROM audit_event WHERE action = 'retention'`,
    });
    expect(events).toEqual(Array(3).fill({ address: 'retention', action: 'retention', outcome: 'DONE' }));
  });

  it('does nothing without a rule', async () => {
    expect(await dueRuns(bed.database, {}, inDays(36_500))).toEqual([]);
    expect(await passOnce({ database: bed.database, rules: {}, log, now: inDays(36_500) })).toBe(0);
    expect(await findRetentionState(bed.database, {}, new Date())).toMatchObject({ nextRunAt: null, wouldDelete: 0 });
  });

  it('is followed by one of several servers in an hour', async () => {
    const servers = [1, 2, 3].map(() => startRetention({ database: bed.database, rules: RULES, log, askMs: 10 }));
    let state = await findRetentionState(bed.database, RULES, new Date());
    while (state.lastRunAt === null) {
      await sleep(10);
      state = await findRetentionState(bed.database, RULES, new Date());
    }
    await Promise.all(servers.map((server) => server.stop()));
    const after = await findRetentionState(bed.database, RULES, new Date());
    expect(after.lastRunAt).toEqual(state.lastRunAt);
    expect(after.nextRunAt?.getTime()).toBe(state.lastRunAt.getTime() + 3_600_000);
  });
});
