import {
  evaluateRun,
  explainMissingCurve,
  findAccuracyPoints,
  findAveragePrecision,
  findEvaluations,
  findEvaluationsOfRuns,
  findFrocPoints,
  findMetricPoints,
  findPrecisionRecall,
  findStrata,
} from '../../src/results';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type MadeImage, makeRun } from './evaluatedRun';

type Box = [number, number, number, number];

/** Every other patient's lesion is found; a far-off box of low score lies on each image. */
const box: Box = [100, 100, 140, 140];
const far: Box = [300, 300, 340, 340];
const halfFound = (patients: number): MadeImage[] =>
  Array.from({ length: patients }, (_, patient) => ({
    patient,
    lesions: [{ box, longDiameterMm: patient % 4 === 0 ? 8 : 20, coarseType: patient % 4 < 2 ? 'LUNG' : 'BONE' }],
    detections: [
      ...(patient % 2 === 0 ? [{ box, score: 0.9 - patient / 1000 }] : []),
      { box: far, score: 0.1 + patient / 1000 },
    ],
  }));

let bed: TestDatabase;
beforeAll(async () => {
  bed = await createTestDatabase();
});
afterAll(() => bed.drop());

describe('evaluateRun', () => {
  it('stores the accuracy at 19 thresholds with integers and an interval over patients', async () => {
    const { runId } = await makeRun(bed.database, halfFound(20));
    const evaluation = await evaluateRun(bed.database, runId);
    expect(evaluation).toMatchObject({ runId, imageCount: 20, lesionCount: 20, detectionCount: 30 });
    const curve = await findAccuracyPoints(bed.database, [evaluation.id]);
    expect(curve.map((point) => point.iouThreshold)).toEqual(
      Array.from({ length: 19 }, (_, i) => (50 + 50 * i) / 1000),
    );
    expect(
      new Set(curve.map(({ correct, total, accuracy, topK }) => `${correct}/${total} ${accuracy} ${topK}`)),
    ).toEqual(new Set(['10/20 0.5 5']));
    const { ciLow, ciHigh } = curve[9]!;
    expect(ciLow!).toBeLessThan(0.45);
    expect(ciHigh!).toBeGreaterThan(0.55);
  });

  it('keeps top-1, top-5, the topK of the run and that of the request, and the thresholds asked for', async () => {
    const { runId } = await makeRun(bed.database, halfFound(4), { topK: 3, iouThresholds: [0.333, 0.5] });
    const evaluation = await evaluateRun(bed.database, runId, { topK: [10], iouThresholds: [0.975] });
    expect(evaluation.protocol.accuracy).toMatchObject({ topK: [1, 3, 5, 10], defaultTopK: 3 });
    const curve = await findAccuracyPoints(bed.database, [evaluation.id]);
    expect(curve).toHaveLength(21);
    expect(curve.map((point) => point.iouThreshold)).toEqual(expect.arrayContaining([0.333, 0.975]));
    expect(curve[0]!.topK).toBe(3);
    expect(await findAccuracyPoints(bed.database, [evaluation.id], { topK: 10 })).toHaveLength(21);
  });

  it('divides by coarse type, size band and pseudo-cluster, and has no value for a band without lesions', async () => {
    const images = halfFound(8).map((image, i) => ({
      ...image,
      lesions: image.lesions!.map((l) => ({ ...l, cluster: i % 2 })),
    }));
    const { runId } = await makeRun(bed.database, images, { clusters: 2 });
    const { id, protocol } = await evaluateRun(bed.database, runId);
    const strata = await findStrata(bed.database, [id]);
    const clusters = strata.map((row) => row.stratum).filter((name) => name.startsWith('pseudo-cluster:'));
    expect(strata.map((row) => [row.stratum, row.lesionCount])).toEqual([
      ['ALL', 8],
      ['coarse-type:BONE', 4],
      ['coarse-type:LUNG', 4],
      ['size:under-10mm', 2],
      ['size:10-30mm', 6],
      ['size:over-30mm', 0],
      [clusters[0], 4],
      [clusters[1], 4],
    ]);
    expect(protocol.categorization).toMatchObject({ name: 'mined' });
    const at = async (stratum: string) => (await findAccuracyPoints(bed.database, [id], { stratum }))[9];
    expect(await at(clusters[0]!)).toMatchObject({ correct: 4, total: 4, accuracy: 1 });
    expect(await at(clusters[1]!)).toMatchObject({ correct: 0, total: 4, accuracy: 0 });
    expect(await at('size:over-30mm')).toMatchObject({ correct: 0, total: 0, accuracy: null, ciLow: null });
    const without = await evaluateRun(bed.database, runId, { categorization: null });
    expect(await findStrata(bed.database, [without.id])).toHaveLength(6);
  });

  it('reads the FROC at eight rates, counts hits on other strata as false positives, and says where boxes run out', async () => {
    const { runId } = await makeRun(bed.database, halfFound(20));
    const { id } = await evaluateRun(bed.database, runId);
    const froc = await findFrocPoints(bed.database, [id]);
    expect(froc.map((point) => point.falsePositivesPerImage)).toEqual([0.125, 0.25, 0.5, 1, 2, 4, 8, 16]);
    expect(froc.map((point) => point.sensitivity)).toEqual(Array(8).fill(0.5));
    expect(froc.map((point) => point.reachedFalsePositivesPerImage)).toEqual([
      true,
      true,
      true,
      true,
      ...Array(4).fill(false),
    ]);
    expect(froc[0]).toMatchObject({ truePositives: 10, total: 20, scoreThreshold: 0.882 });
    const steps = await findMetricPoints(bed.database, [id], { kind: 'FROC' });
    expect(steps.map((step) => [step.abscissa, step.numerator])).toEqual([
      [0, 10],
      [1, 10],
    ]);
    const [lung] = await findFrocPoints(bed.database, [id], {
      stratum: 'coarse-type:LUNG',
      falsePositivesPerImage: [0],
    });
    expect(lung).toMatchObject({ truePositives: 1, total: 10 });
  });

  it('has AP at ten thresholds, their mean, and precision at 101 recalls', async () => {
    const { runId } = await makeRun(bed.database, halfFound(20));
    const { id } = await evaluateRun(bed.database, runId);
    const [ap] = await findAveragePrecision(bed.database, [id]);
    expect(ap!.lesionCount).toBe(20);
    expect(ap!.mean).toBeCloseTo(51 / 101, 12);
    expect(ap!.atThresholds.map((point) => point.iouThreshold)).toEqual([
      0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
    ]);
    const curve = await findPrecisionRecall(bed.database, [id], 0.75);
    expect(curve).toHaveLength(101);
    expect(curve[50]).toMatchObject({ recall: 0.5, precision: 1, scoreThreshold: 0.882 });
    expect(curve[51]).toMatchObject({ recall: 0.51, precision: 0, scoreThreshold: null });
  });

  it('leaves out noisy lesions, and an image only when no lesion remains, unless told to keep them', async () => {
    const noisy = { box: far, possiblyNoisy: true };
    const { runId } = await makeRun(bed.database, [
      { patient: 1, lesions: [{ box }, noisy], detections: [{ box, score: 0.9 }] },
      { patient: 2, lesions: [noisy], detections: [{ box, score: 0.8 }] },
      { patient: 3, detections: [{ box, score: 0.7 }] },
    ]);
    const left = await evaluateRun(bed.database, runId);
    expect(left.protocol.population).toMatchObject({
      images: 2,
      imagesCompleted: 3,
      imagesLeftOut: 1,
      imagesWithoutLesions: 1,
      lesions: 1,
      lesionsLeftOut: 2,
      patients: 1,
      detections: 2,
    });
    const kept = await evaluateRun(bed.database, runId, { possiblyNoisyLesions: 'KEEP' });
    expect(kept.protocol.population).toMatchObject({ images: 3, imagesLeftOut: 0, lesions: 3, lesionsLeftOut: 0 });
    expect(kept.id).not.toBe(left.id);
  });

  it('counts images that failed or are pending, and evaluates the others', async () => {
    const [first, second, third] = halfFound(3);
    const { runId } = await makeRun(bed.database, [
      first!,
      { ...second!, state: 'FAILED', detections: [] },
      { ...third!, state: 'PENDING' },
    ]);
    const { protocol, imageCount } = await evaluateRun(bed.database, runId);
    expect(imageCount).toBe(1);
    expect(protocol.population).toMatchObject({
      images: 1,
      imagesCompleted: 1,
      imagesFailed: 1,
      imagesPending: 1,
      lesions: 1,
    });
  });

  it('cuts lesions to the image, so that a box along the edge of a 1-based image is a perfect hit', async () => {
    const { runId } = await makeRun(bed.database, [
      {
        patient: 1,
        lesions: [{ box: [480.2, 100, 518.6, 140] }],
        detections: [{ box: [480.2, 100, 512.5, 140], score: 0.9 }],
      },
    ]);
    const { id } = await evaluateRun(bed.database, runId);
    const curve = await findAccuracyPoints(bed.database, [id]);
    expect(curve.at(-1)).toMatchObject({ iouThreshold: 0.95, correct: 1, ciLow: null });
  });

  it('gives the stored evaluation for the same protocol, even if two ask at once, and another for another seed', async () => {
    const { runId } = await makeRun(bed.database, halfFound(6));
    const together = await Promise.all([1, 2, 3].map(() => evaluateRun(bed.database, runId)));
    expect(new Set(together.map((row) => row.id)).size).toBe(1);
    expect((await evaluateRun(bed.database, runId)).id).toBe(together[0]!.id);
    const other = await evaluateRun(bed.database, runId, { seed: 2, resamples: 2000 });
    expect(other.protocolKey).not.toBe(together[0]!.protocolKey);
    expect((await findEvaluationsOfRuns(bed.database, [runId])).map((row) => row.id)).toEqual([
      other.id,
      together[0]!.id,
    ]);
    expect(await findEvaluations(bed.database, [other.id, 999_999])).toEqual([other]);
  });

  it('evaluates again when more images are completed meanwhile', async () => {
    const [first, second] = halfFound(2);
    const { runId } = await makeRun(bed.database, [first!, { ...second!, state: 'PENDING' }]);
    const half = await evaluateRun(bed.database, runId);
    await bed.database.query({
      text: `UPDATE run_image SET state = 'COMPLETED', finished_at = now() WHERE run_id = $1`,
      values: [runId],
    });
    const whole = await evaluateRun(bed.database, runId);
    expect([half.imageCount, whole.imageCount]).toEqual([1, 2]);
  });

  it('works without lesions and without detections, and then has no value where there is none', async () => {
    const negative = await makeRun(bed.database, [{ patient: 1, detections: [{ box, score: 0.9 }] }]);
    const { id } = await evaluateRun(bed.database, negative.runId);
    expect((await findAccuracyPoints(bed.database, [id]))[0]).toMatchObject({ accuracy: null, correct: 0, total: 0 });
    expect(await findAveragePrecision(bed.database, [id])).toMatchObject([{ mean: null, lesionCount: 0 }]);
    expect((await findFrocPoints(bed.database, [id]))[0]).toMatchObject({ sensitivity: null, truePositives: 0 });
    const blind = await makeRun(bed.database, [{ patient: 1, lesions: [{ box }] }]);
    const found = await evaluateRun(bed.database, blind.runId);
    expect((await findAccuracyPoints(bed.database, [found.id]))[0]).toMatchObject({
      accuracy: 0,
      correct: 0,
      total: 1,
    });
    expect(await findAveragePrecision(bed.database, [found.id])).toMatchObject([{ mean: 0, lesionCount: 1 }]);
  });

  it('refuses a run that does not exist, one without completed images, and arguments that do not fit', async () => {
    await expect(evaluateRun(bed.database, 999_999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const empty = await makeRun(bed.database, [{ patient: 1, state: 'PENDING' }]);
    await expect(evaluateRun(bed.database, empty.runId)).rejects.toMatchObject({
      code: 'CONFLICT',
      message:
        'Expected a run with completed images, got one in state RUNNING with 0 failed and 1 pending. Evaluate it when images are completed.',
    });
    const { runId } = await makeRun(bed.database, halfFound(2), { clusters: 1 });
    await expect(evaluateRun(bed.database, runId, { iouThresholds: [1.5] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'iouThresholds',
      message: 'Expected an IoU threshold in (0, 1), got 1.5.',
    });
    await expect(evaluateRun(bed.database, runId, { topK: [0] })).rejects.toMatchObject({ argument: 'topK' });
    await expect(evaluateRun(bed.database, runId, { resamples: 1 })).rejects.toMatchObject({ argument: 'resamples' });
    await expect(evaluateRun(bed.database, runId, { categorization: 'other' })).rejects.toMatchObject({
      message: 'No categorization "other" of the run\'s data set. Known: mined.',
    });
    expect(await findEvaluationsOfRuns(bed.database, [runId])).toEqual([]);
  });
});

describe('explainMissingCurve', () => {
  it('lists the strata, the topK and the FROC thresholds that an evaluation has', async () => {
    const { runId } = await makeRun(bed.database, halfFound(2));
    const { id } = await evaluateRun(bed.database, runId);
    await expect(explainMissingCurve(bed.database, id, { stratum: 'lung' })).rejects.toThrow(
      'No stratum "lung" in this evaluation. Known: ALL, coarse-type:LUNG, size:under-10mm, size:10-30mm, size:over-30mm.',
    );
    await expect(explainMissingCurve(bed.database, id, { topK: 7 })).rejects.toThrow(
      'No topK "7" in this evaluation. Known: 1, 5.',
    );
    await expect(explainMissingCurve(bed.database, id, { iouThreshold: 0.6 })).rejects.toThrow(
      'No iouThreshold "0.6" in this evaluation. Known: 0.5.',
    );
    await expect(
      explainMissingCurve(bed.database, id, { stratum: 'ALL', topK: 5, iouThreshold: 0.5 }),
    ).resolves.toBeUndefined();
  });
});

describe('reads for many evaluations', () => {
  it('answer all of them in one statement each', async () => {
    const ids: number[] = [];
    for (const patients of [2, 4]) {
      const { runId } = await makeRun(bed.database, halfFound(patients));
      ids.push((await evaluateRun(bed.database, runId)).id);
    }
    const sent: string[] = [];
    const stop = bed.database.onStatement((text) => sent.push(text));
    const accuracy = await findAccuracyPoints(bed.database, ids, { topK: 1 });
    const froc = await findFrocPoints(bed.database, ids);
    const ap = await findAveragePrecision(bed.database, ids);
    stop();
    expect([accuracy.length, froc.length, ap.length, sent.length]).toEqual([38, 16, 2, 3]);
  });
});
