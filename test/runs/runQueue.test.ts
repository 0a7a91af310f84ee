import fc from 'fast-check';
import { RateLimited } from '../../src/errors';
import { moveRun, type RunContext, type RunRequest, requestRun } from '../../src/runs';
import { expectRoom } from '../../src/runs/runQueue';
import { createRunBed, keyOfImage, type RunBed } from './runBed';

const IMAGES = 10;

describe('the queue takes no more than its limits', () => {
  let bed: RunBed;
  beforeEach(async () => {
    bed = await createRunBed(IMAGES);
  });
  afterEach(() => bed.drop());

  const ask = (context: Partial<RunContext>, request: Partial<RunRequest> = {}) =>
    requestRun({ ...bed.context, ...context }, { detector: 'tiny-constant', dataset: 'small', ...request });
  const limits = (maxQueuedImages: number, maxQueuedRunsPerClient: number) => ({
    config: { maxQueuedImages, maxQueuedRunsPerClient },
  });
  const count = async (table: string): Promise<number> => {
    const [row] = await bed.database.query<{ count: number }>({ text: `SELECT count(*) AS count FROM ${table}` });
    return row?.count ?? -1;
  };

  const sum = async (text: string): Promise<number> => {
    const [row] = await bed.database.query<{ sum: number }>({ text });
    return row?.sum ?? -1;
  };
  const OPEN = `JOIN detection_run AS run ON run.id = run_id AND run.status IN ('QUEUED', 'RUNNING')`;
  /** images of unfinished runs without an outcome: counted, and as the queue keeps them */
  const waiting = () => sum(`SELECT count(*) AS sum FROM run_image ${OPEN} WHERE state = 'PENDING'`);
  const kept = () => sum(`SELECT coalesce(sum(count), 0) AS sum FROM run_pending_images ${OPEN}`);
  const setState = (runId: number, imageIds: readonly number[], state: string, fails = false) =>
    bed.database.transaction(async (transaction) => {
      await transaction.query({
        text: `UPDATE run_image SET state = $3::run_image_state, finished_at = CASE WHEN $3 <> 'PENDING' THEN now() END
               WHERE run_id = $1 AND image_id = ANY($2::int4[])`,
        values: [runId, imageIds, state],
      });
      if (fails) throw new Error('no');
    });
  const finish = (runId: number, imageIds: readonly number[], fails = false) =>
    setState(runId, imageIds, 'COMPLETED', fails);
  const remove = (runId: number) =>
    bed.database.query({ text: 'DELETE FROM detection_run WHERE id = $1', values: [runId] });

  it('of runs of one client, even if many are asked for at once; another client has its own', async () => {
    const few = limits(1_000_000, 3);
    const answers = await Promise.allSettled(Array.from({ length: 12 }, () => ask({ ...few, client: 'a' })));
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
    expect(refused).toHaveLength(9);
    for (const reason of refused) expect(reason).toBeInstanceOf(RateLimited);
    expect(await count('detection_run')).toBe(3);
    expect(await count('run_image')).toBe(3 * IMAGES);
    await ask({ ...few, client: 'b' });
    expect(await count('detection_run')).toBe(4);
  });

  it('of images, whoever asks, even at once', async () => {
    const some = limits(25, 1_000);
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => ask({ ...some, client: `client ${index}` })),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await count('run_image')).toBe(20);
    await expect(ask({ ...limits(5, 1_000) })).rejects.toThrow(/at most 5 images \(MAX_QUEUED_IMAGES\), got 10/);
  });

  it('of images, while workers make room at the same time', async () => {
    const some = limits(4 * IMAGES, 1_000);
    const first = await ask(some);
    await moveRun(bed.database, first.id, 'RUNNING');
    for (let run = 0; run < 3; run++) await ask(some);
    const answers = await Promise.allSettled([
      ...bed.imageIds.map((id) => finish(first.id, [id])),
      ...Array.from({ length: 6 }, (_, index) => ask({ ...some, client: `client ${index}` })),
    ]);
    expect(await waiting()).toBeLessThanOrEqual(4 * IMAGES);
    expect(await kept()).toBe(await waiting());
    const accepted = answers.slice(IMAGES).filter(({ status }) => status === 'fulfilled').length;
    expect(accepted).toBeLessThanOrEqual(1);
    // All room that was made is there now, for exactly one.
    const late = await Promise.allSettled(Array.from({ length: 6 }, () => ask(some)));
    expect(accepted + late.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    expect(await waiting()).toBe(4 * IMAGES);
  });

  it('and looks at no image for that', async () => {
    await ask({});
    await bed.database.transaction(async (other) => {
      await other.query({ text: 'LOCK TABLE run_image IN ACCESS EXCLUSIVE MODE' });
      const expected = { config: { maxQueuedImages: IMAGES + 3, maxQueuedRunsPerClient: 9 }, client: 'a' };
      const room = (images: number) =>
        bed.database.transaction(async (transaction) => {
          await transaction.query({ text: `SET LOCAL lock_timeout = '2s'` });
          await expectRoom(transaction, expected, images);
        });
      await room(3);
      await expect(room(4)).rejects.toThrow(`where ${IMAGES} wait`);
    });
  });

  it('and knows how many wait, whatever becomes of runs and images', async () => {
    const runs: number[] = [];
    const nth = (index: number): number => runs[index % runs.length] ?? 0;
    const step = fc.record({
      does: fc.constantFrom('ask', 'ask', 'finish', 'finish', 'undo', 'again', 'cancel', 'delete'),
      which: fc.nat(20),
      images: fc.shuffledSubarray(bed.imageIds, { minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
        for (const { does, which, images } of steps) {
          if (does === 'ask' || runs.length === 0)
            runs.push(
              (
                await ask(
                  {},
                  { imageIds: images.map((id) => bed.imageKeys[bed.imageIds.indexOf(id)] ?? keyOfImage(99)) },
                )
              ).id,
            );
          else if (does === 'finish') await finish(nth(which), images);
          else if (does === 'again') await setState(nth(which), images, 'PENDING');
          else if (does === 'cancel') await moveRun(bed.database, nth(which), 'CANCELLED');
          else if (does === 'delete') await remove(nth(which));
          else await expect(finish(nth(which), images, true)).rejects.toThrow('no');
          expect(await kept()).toBe(await waiting());
        }
      }),
      { numRuns: 15 },
    );
  });

  it('and says when to come back, by the measured speed of the workers', async () => {
    const one = limits(1_000_000, 1);
    await ask(one);
    const refusal = async () => {
      const thrown: unknown = await ask(one).catch((reason: unknown) => reason);
      return thrown instanceof RateLimited ? thrown.retryAfterSeconds : thrown;
    };
    expect(await refusal()).toBe(30);
    await bed.database.query({
      text: `INSERT INTO worker (id, host, process_id, code_version, image_ids, images_per_second)
             VALUES (gen_random_uuid(), 'elsewhere', 7, 'x', '{}', 2)`,
    });
    expect(await refusal()).toBe(IMAGES / 2);
  });

  it('but answers a repeated request with the same key', async () => {
    const one = limits(1_000_000, 1);
    const { id } = await ask(one, { idempotencyKey: 'once' });
    expect((await ask(one, { idempotencyKey: 'once' })).id).toBe(id);
  });
});
