import { type RunContext, type RunRequest, requestRun } from '../../src/detection';
import { RateLimited } from '../../src/errors';
import { createRunBed, type RunBed } from './runBed';

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
