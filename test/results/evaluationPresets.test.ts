import {
  compareEvaluations,
  type EvaluationRequest,
  evaluateRun,
  findAccuracyPoints,
  findAveragePrecision,
  findFrocPoints,
} from '../../src/results';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type MadeImage, type MadeRun, makeRun } from './evaluatedRun';

type Box = [number, number, number, number];
const lesion: Box = [100, 100, 109, 109];
/** IoU with the lesion: 4/9 of continuous widths, 1/2 with the last pixel. */
const halfBox: Box = [100, 100, 109, 104];
const images: MadeImage[] = Array.from({ length: 10 }, (_, patient) => ({
  patient,
  lesions: [{ box: lesion }],
  detections: [
    { box: patient < 5 ? lesion : halfBox, score: 0.9 - patient / 100 },
    { box: lesion, score: 0.3 },
    { box: [300, 300, 320, 320] as Box, score: 0.2 },
  ],
}));

let bed: TestDatabase;
let run: MadeRun;
beforeAll(async () => {
  bed = await createTestDatabase();
  run = await makeRun(bed.database, images);
});
afterAll(() => bed.drop());

const evaluate = (request: EvaluationRequest = {}) => evaluateRun(bed.database, run.runId, request);
/** Lesions that the best box hits at 0.5. */
const hits = async (request: EvaluationRequest = {}): Promise<number | undefined> => {
  const points = await findAccuracyPoints(bed.database, [(await evaluate(request)).id], { topK: 1 });
  return points.find(({ iouThreshold }) => iouThreshold === 0.5)?.correct;
};

describe('an evaluation protocol', () => {
  it('is the paper’s unless asked, and keeps no mark of what was not chosen', async () => {
    const { protocol, protocolKey } = await evaluate();
    expect(protocol).not.toHaveProperty('preset');
    expect(protocol.detections).not.toHaveProperty('scoreFloor');
    expect(protocol.accuracy).toMatchObject({ criterion: 'IOU', comparator: 'GREATER', boxMeasure: 'CONTINUOUS' });
    expect((await evaluate({ preset: 'PAPER' })).protocolKey).toBe(protocolKey);
  });

  it('counts widths and the threshold itself as its preset does', async () => {
    expect(await hits()).toBe(5);
    expect(await hits({ preset: 'COCO' })).toBe(5);
    expect(await hits({ preset: 'DEEPLESION_FROC' })).toBe(10);
    expect(await hits({ preset: 'DEEPLESION_FROC', accuracyComparator: 'GREATER' })).toBe(5);
    expect(await hits({ accuracyCriterion: 'IOBB' })).toBe(10);
  });

  it('takes a second box on a lesion for false under COCO and for nothing under the DeepLesion code', async () => {
    const counts = async (preset: 'COCO' | 'DEEPLESION_FROC') => {
      const { id, protocol } = await evaluate({ preset });
      expect(protocol.preset).toBe(preset);
      const points = await findFrocPoints(bed.database, [id], { falsePositivesPerImage: [0.5, 1, 1.5] });
      return points.map(({ truePositives, reachedFalsePositivesPerImage }) => [
        truePositives,
        reachedFalsePositivesPerImage,
      ]);
    };
    // Five halves of boxes miss under COCO, the five seconds on hit lesions are false, and one box an image is on
    // nothing.
    expect(await counts('COCO')).toEqual([
      [5, true],
      [10, true],
      [10, true],
    ]);
    expect(await counts('DEEPLESION_FROC')).toEqual([
      [10, true],
      [10, true],
      [10, false],
    ]);
  });

  it('leaves out detections below its score floor in every figure', async () => {
    const floored = await evaluate({ scoreFloor: 0.5 });
    expect(floored.detectionCount).toBe(10);
    expect(floored.protocol.detections.scoreFloor).toBe(0.5);
    const [last] = await findFrocPoints(bed.database, [floored.id], { falsePositivesPerImage: [16] });
    expect(last).toMatchObject({ truePositives: 10, reachedFalsePositivesPerImage: false });
  });

  it.each([
    [{ scoreFloor: 1.5 }, /^Expected scoreFloor in 0 … 1, got 1\.5\.$/],
    [{ frocDuplicates: 'FALSE_POSITIVE' as const }, /^Expected frocDuplicates FALSE_POSITIVE, .* only with IOU/],
    [{ preset: 'COCO' as const, frocCriterion: 'IOBB' as const }, /frocDuplicates FALSE_POSITIVE/],
  ])('refuses %j', async (request, reason) => {
    await expect(evaluate(request)).rejects.toThrow(reason);
  });

  it('has bands at its rates of false positives and nowhere else', async () => {
    const { id } = await evaluate();
    const rates = [0.125, 0.3, 1];
    const points = await findFrocPoints(bed.database, [id], { falsePositivesPerImage: rates });
    expect(points.map(({ ciLow }) => ciLow === null)).toEqual([false, true, false]);
    for (const { ciLow, ciHigh, sensitivity } of points.filter((point) => point.ciLow !== null)) {
      expect(ciLow!).toBeLessThanOrEqual(sensitivity!);
      expect(ciHigh!).toBeGreaterThanOrEqual(sensitivity!);
    }
  });

  it('has the average precision of small, medium and large lesions', async () => {
    const { id } = await evaluate();
    const [all] = await findAveragePrecision(bed.database, [id]);
    const [small] = await findAveragePrecision(bed.database, [id], 'SMALL');
    const [large] = await findAveragePrecision(bed.database, [id], 'LARGE');
    expect(small).toMatchObject({ lesionCount: 10, mean: expect.any(Number) });
    expect(small!.mean).toBe(all!.mean);
    expect(large).toMatchObject({ lesionCount: 0, mean: null });
  });

  it('is not compared with one of other rules', async () => {
    const [paper, coco] = [await evaluate(), await evaluate({ preset: 'COCO' })];
    await expect(compareEvaluations(bed.database, paper.id, coco.id)).rejects.toThrow(
      'Expected evaluations with the same rules of a hit, got IOU GREATER CONTINUOUS and IOU GREATER_OR_EQUAL CONTINUOUS.',
    );
  });
});
