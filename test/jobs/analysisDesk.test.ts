import { RateLimited } from '../../src/errors';
import { AnalysisDesk } from '../../src/jobs';
import { EvaluationAnalyses, evaluateRun } from '../../src/results';
import { makeRun } from '../results/evaluatedRun';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

let bed: TestDatabase;
let evaluation: number;
beforeAll(async () => {
  bed = await createTestDatabase();
  const images = Array.from({ length: 6 }, (_, patient) => ({
    patient,
    lesions: [{ box: [10, 10, 40, 40] as [number, number, number, number] }],
    detections: [{ box: [10, 10, 40, 20 + 4 * patient] as [number, number, number, number], score: 0.5 }],
  }));
  const { runId } = await makeRun(bed.database, images);
  evaluation = (await evaluateRun(bed.database, runId, { resamples: 100 })).id;
});
afterAll(() => bed.drop());

const asker = { client: 'a' };

describe('analyses of evaluations', () => {
  it('are those of the room, from a thread that ends when nothing was asked for a while and starts again', async () => {
    const analyses = new EvaluationAnalyses(bed.database);
    const desk = new AnalysisDesk(bed.url, {}, 0);
    try {
      for (const choice of [{ scoreThreshold: 0.5 }, { sensitivityAtLeast: 1 }])
        expect(await desk.operatingPoint(evaluation, choice, {}, asker)).toEqual(
          await analyses.operatingPoint(evaluation, choice),
        );
      expect(await desk.errors(evaluation, {}, asker)).toEqual(await analyses.errors(evaluation));
      expect(await desk.operatingCurve(evaluation, 5, {}, asker)).toEqual(await analyses.operatingCurve(evaluation, 5));
    } finally {
      await desk.stop();
    }
  });

  it('pass on what was wrong with a question, are refused beyond a short queue, and after the stop', async () => {
    const desk = new AnalysisDesk(bed.url, { waitingPerClient: 0 });
    const wrong = desk.errors(evaluation, { iouThreshold: 2 }, asker);
    await expect(desk.errors(evaluation, {}, asker)).rejects.toThrow(RateLimited);
    await expect(wrong).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument: 'iouThreshold' });
    await desk.stop();
    await expect(desk.errors(evaluation, {}, asker)).rejects.toThrow(RateLimited);
  });
});
