import type { RunRequest } from '../../src/runs';
import { createRunBed, type RunBed } from './runBed';

const IMAGES = 40;

describe('requestRun', () => {
  let bed: RunBed;
  beforeAll(async () => {
    bed = await createRunBed(IMAGES, undefined, 'models');
  });
  afterAll(() => bed.drop());
  const ask = (detector: string, rest: Partial<RunRequest> = {}) => bed.request(detector, rest);
  const count = async (table: string): Promise<number> => {
    const [row] = await bed.database.query<{ count: number }>({ text: `SELECT count(*) AS count FROM ${table}` });
    return row?.count ?? -1;
  };

  it('is the same run for a repeated key, even if fifty ask at once, and another request with the key is refused', async () => {
    const runs = await Promise.all(Array.from({ length: 50 }, () => ask('tiny-constant', { idempotencyKey: 'once' })));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    expect(await count('detection_run')).toBe(1);
    expect(await count('run_image')).toBe(40);
    await expect(ask('tiny-constant', { idempotencyKey: 'once', topK: 2 })).rejects.toThrow(/used for another request/);
  });

  it('is cut into some twelve batches, so that two or three workers share a small run evenly', async () => {
    const { id } = await ask('tiny-constant');
    const batches = await bed.database.query({
      text: `SELECT jsonb_array_length(data -> 'imageIds') AS size, count(*) AS batches FROM pgboss.job
             WHERE (data ->> 'runId')::int4 = $1 GROUP BY 1 ORDER BY 1`,
      values: [id],
    });
    expect(batches).toEqual([{ size: 4, batches: 10 }]);
  });

  it('stores nothing of a run whose jobs cannot be queued', async () => {
    const before = await count('detection_run');
    await bed.database.query({ text: 'ALTER TABLE pgboss.job RENAME TO gone' });
    await expect(ask('tiny-constant')).rejects.toThrow(/pgboss\.job/);
    await bed.database.query({ text: 'ALTER TABLE pgboss.gone RENAME TO job' });
    expect(await count('detection_run')).toBe(before);
  });

  it.each([
    [{ detector: 'nothing' }, /No detector "nothing"\. Known: .*tiny-constant@1\.0\.0/],
    [{ detector: 'refused-shape' }, /is not ready: .*output\.boxes: expected the shape \[N, 4\]/],
    [{ dataset: 'nothing' }, /no data set "nothing"/],
    [{ iouThresholds: [1.5] }, /iouThreshold in \(0, 1\)/],
    [{ iouThresholds: [0.12345] }, /at most three decimals/],
    [{ topK: 0 }, /topK in 1/],
    [{ topK: 1.5 }, /topK to be an integer/],
    [{ idempotencyKey: 'a\0b' }, /idempotencyKey to be text without NUL/],
    [{ idempotencyKey: '' }, /idempotencyKey in 1 … 200 characters/],
    [{ dataset: 'small\ud800' }, /dataset to be text without NUL and unpaired surrogates/],
    [{ scoreThreshold: Number.NaN }, /scoreThreshold in 0/],
    [{ maxDetectionsPerImage: 100_000 }, /maxDetectionsPerImage in 1/],
    [{ imageIds: [{ dataset: 'small@1', fileName: 'nothing.png' }] }, /1 of 1 imageIds are not images of small/],
    [{ filter: { split: ['TRAIN'] } }, /No image of small fits the filter/],
  ] satisfies [Partial<RunRequest>, RegExp][])('is refused for %j', async (request, message) => {
    const before = await count('detection_run');
    await expect(ask('tiny-constant', request)).rejects.toThrow(message);
    expect(await count('detection_run')).toBe(before);
  });
});
