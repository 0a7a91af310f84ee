import { RateLimited } from '../../src/errors';
import { EvaluationDesk } from '../../src/jobs';
import { makeRun } from '../results/evaluatedRun';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

/** Takes many seconds. */
const LONG = {
  frocThresholds: Array.from({ length: 100 }, (_, n) => (n + 1) / 101).map((one) => Math.round(one * 1000) / 1000),
  resamples: 10_000,
};

let bed: TestDatabase;
let run: number;
beforeAll(async () => {
  bed = await createTestDatabase();
  const images = Array.from({ length: 40 }, (_, patient) => ({
    patient,
    lesions: [{ box: [10, 10, 40, 40] as [number, number, number, number], longDiameterMm: 5 + patient }],
    detections: [{ box: [10, 10, 40, 30 + (patient % 10)] as [number, number, number, number], score: 0.5 }],
  }));
  run = (await makeRun(bed.database, images)).runId;
});
afterAll(() => bed.drop());

const stored = () => bed.database.query<{ id: number }>({ text: 'SELECT id FROM evaluation ORDER BY id' });

describe("clients' evaluations", () => {
  it('have one thread, a short queue, and are refused beyond it with a time to come back', async () => {
    const desk = new EvaluationDesk(bed.url, { waitingPerClient: 2 });
    const asker = { client: 'a' };
    const some = [1, 2, 3].map((seed) => desk.evaluate(run, { seed }, asker));
    const refused = desk.evaluate(run, { seed: 4 }, asker);
    await expect(refused).rejects.toThrow(RateLimited);
    await expect(refused).rejects.toMatchObject({
      message: expect.stringMatching(/Too many evaluations: at most 1 of one client/),
      retryAfterSeconds: expect.any(Number),
    });
    const other = desk.evaluate(run, { seed: 5 }, { client: 'b' });
    expect(new Set(await Promise.all([...some, other])).size).toBe(4);
    expect(await stored()).toHaveLength(4);
  });

  it('end with their client, at work or waiting, and make room for the next', async () => {
    const desk = new EvaluationDesk(bed.url);
    const before = await stored();
    const leaving = new AbortController();
    const left = [11, 12].map((seed) => desk.evaluate(run, { ...LONG, seed }, { client: 'a', signal: leaving.signal }));
    const next = desk.evaluate(run, { seed: 13 }, { client: 'a' });
    leaving.abort(new Error('left'));
    for (const one of await Promise.allSettled(left)) expect(one).toMatchObject({ reason: { message: 'left' } });
    const id = await next;
    expect(await stored()).toEqual([...before, { id }]);
  });

  it('end when the server stops', async () => {
    const desk = new EvaluationDesk(bed.url, {}, 0);
    const evaluations = [21, 22].map((seed) => desk.evaluate(run, { ...LONG, seed }, { client: 'a' }));
    const outcomes = Promise.allSettled(evaluations);
    await desk.stop();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'RATE_LIMITED', message: expect.stringMatching(/stopping/) },
      });
    await expect(desk.evaluate(run, {}, {})).rejects.toThrow('The server is stopping');
  });

  it('compare evaluations in the same thread', async () => {
    const desk = new EvaluationDesk(bed.url);
    const [first, second] = await stored();
    const [comparison] = await desk.compare([second!.id], first!.id, {}, {});
    expect(comparison).toMatchObject({ stratum: 'ALL', imageCount: 40 });
    expect(await desk.findDiscordant(first!.id, second!.id, {}, {})).toEqual([]);
    await expect(desk.compare([999_999], first!.id, {}, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are refused where their bootstrap would not fit into memory', async () => {
    const desk = new EvaluationDesk(bed.url);
    const thresholds = Array.from({ length: 100 }, (_, n) => (n * 9 + 7) / 1000);
    const topK = Array.from({ length: 20 }, (_, n) => n + 10);
    const refused = desk.evaluate(run, { iouThresholds: thresholds, topK, resamples: 10_000 }, {});
    await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument: 'resamples' });
    await expect(desk.evaluate(run, { resamples: 10_001 }, {})).rejects.toMatchObject({ argument: 'resamples' });
    await expect(desk.evaluate(run, { topK: [...topK, 99] }, {})).rejects.toMatchObject({ argument: 'topK' });
  });
});
