import { compareEvaluations, compareTrainingArms, compareWithBaseline, evaluateRun } from '../../src/results';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type MadeImage, makeRun, makeRunBeside } from './evaluatedRun';

const hit = [{ box: [100, 100, 140, 140] as [number, number, number, number], score: 0.9 }];
const images: MadeImage[] = Array.from({ length: 40 }, (_, patient) => ({
  patient,
  lesions: [{ box: [100, 100, 140, 140], coarseType: patient % 2 === 0 ? 'LUNG' : 'BONE' }],
  detections: patient < 30 ? hit : [],
}));

let bed: TestDatabase;
beforeAll(async () => {
  bed = await createTestDatabase();
});
afterAll(() => bed.drop());

describe('compareEvaluations', () => {
  it('gives the difference at every threshold with a paired interval', async () => {
    const run = await makeRun(bed.database, images);
    const other = await makeRunBeside(
      bed.database,
      run,
      images.map((_, i) => (i < 20 ? hit : [])),
    );
    const [first, second] = [await evaluateRun(bed.database, run.runId), await evaluateRun(bed.database, other)];
    const comparison = await compareEvaluations(bed.database, first.id, second.id);
    expect(comparison).toMatchObject({ stratum: 'ALL', topK: 5, imageCount: 40 });
    expect(comparison.points).toHaveLength(19);
    const { ciLow, ciHigh, ...at } = comparison.points[9]!;
    expect(at).toEqual({
      ...{ iouThreshold: 0.5, correctFirst: 30, correctSecond: 20, total: 40, difference: 0.25 },
      ...{ onlyFirst: 10, onlySecond: 0, both: 20, neither: 10, mcNemarP: expect.closeTo(2 / 1024) },
    });
    expect(ciLow!).toBeGreaterThan(0.1);
    expect(ciHigh!).toBeLessThan(0.4);
    const lung = await compareEvaluations(bed.database, first.id, second.id, { stratum: 'coarse-type:LUNG', topK: 1 });
    expect(lung.points[9]).toMatchObject({ correctFirst: 15, correctSecond: 10, total: 20 });
  });

  it('compares arms of trainings over all strata', async () => {
    const run = await makeRun(bed.database, images);
    const made = async (count: number) =>
      makeRunBeside(
        bed.database,
        run,
        images.map((_, i) => (i < count ? hit : [])),
      );
    const ids: number[] = [];
    for (const runId of [run.runId, await made(20), await made(36), await made(30)])
      ids.push((await evaluateRun(bed.database, runId)).id);
    const arms = await compareTrainingArms(bed.database, ids.slice(0, 2), ids.slice(2), [5, 1]);
    expect(arms).toMatchObject({ images: 40, patients: 40, lesions: 40 });
    expect(arms.strata.map(({ stratum, topK }) => `${stratum} ${topK}`)).toEqual(
      expect.arrayContaining(['ALL 5', 'coarse-type:LUNG 5', 'ALL 1']),
    );
    expect(arms.strata[0]!.points[9]).toMatchObject({
      ...{ iouThreshold: 0.5, first: 0.625, second: 0.825, difference: expect.closeTo(0.2) },
      pairs: [expect.closeTo(0.15), expect.closeTo(0.25)],
    });
    await expect(compareTrainingArms(bed.database, ids.slice(0, 1), ids.slice(1), [5])).rejects.toThrow(
      'Expected as many evaluations in both arms, got 1 and 3.',
    );
  });

  it('is over the images that both runs completed', async () => {
    const run = await makeRun(bed.database, images);
    const other = await makeRunBeside(
      bed.database,
      run,
      images.map((_, i) => (i < 35 ? hit : null)),
    );
    const [first, second] = [await evaluateRun(bed.database, run.runId), await evaluateRun(bed.database, other)];
    const comparison = await compareEvaluations(bed.database, first.id, second.id);
    expect(comparison.imageCount).toBe(35);
    expect(comparison.points[9]).toMatchObject({ correctFirst: 30, correctSecond: 35, total: 35 });
  });

  it('refuses other data sets, other policies, unknown strata and evaluations that do not exist', async () => {
    const [one, two] = [
      await makeRun(bed.database, images.slice(0, 4)),
      await makeRun(bed.database, images.slice(0, 4)),
    ];
    const [first, second] = [await evaluateRun(bed.database, one.runId), await evaluateRun(bed.database, two.runId)];
    await expect(compareEvaluations(bed.database, first.id, second.id)).rejects.toThrow(
      /^Expected evaluations with the same data set version, got made-\d+@1 and made-\d+@1\.$/,
    );
    const kept = await evaluateRun(bed.database, one.runId, { possiblyNoisyLesions: 'KEEP' });
    await expect(compareEvaluations(bed.database, first.id, kept.id)).rejects.toThrow('LEAVE_OUT and KEEP');
    await expect(compareEvaluations(bed.database, first.id, first.id, { stratum: 'lung' })).rejects.toMatchObject({
      argument: 'stratum',
      message: 'No stratum "lung" in these evaluations. Known: ALL, coarse-type:BONE, coarse-type:LUNG.',
    });
    await expect(compareEvaluations(bed.database, first.id, 999_999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('compareWithBaseline', () => {
  it('compares each as if alone, and reads the boxes of the baseline once for the same images', async () => {
    const run = await makeRun(bed.database, images);
    const made = async (count: number, completed = images.length) =>
      makeRunBeside(
        bed.database,
        run,
        images.map((_, i) => (i < completed ? (i < count ? hit : []) : null)),
      );
    const ids: number[] = [];
    for (const runId of [run.runId, await made(20), await made(36), await made(10, 35), await made(5)])
      ids.push((await evaluateRun(bed.database, runId)).id);
    const [baseline, ...others] = ids as [number, ...number[]];
    let reads = 0;
    const stop = bed.database.onStatement((text) => {
      if (text.includes('string_agg')) reads++;
    });
    const compared = await compareWithBaseline(bed.database, others, baseline);
    stop();
    expect(compared.map(({ imageCount }) => imageCount)).toEqual([40, 40, 35, 40]);
    for (const [place, id] of others.entries())
      expect(compared[place]).toEqual(await compareEvaluations(bed.database, id, baseline));
    // Those of the four others, and those of the baseline whenever the images in common change.
    expect(reads).toBe(4 + 3);
  });

  it('refuses an evaluation that does not fit before it reads any box', async () => {
    const run = await makeRun(bed.database, images.slice(0, 4));
    const other = await makeRunBeside(
      bed.database,
      run,
      images.slice(0, 4).map(() => hit),
    );
    const baseline = await evaluateRun(bed.database, run.runId);
    const fits = await evaluateRun(bed.database, other);
    const differs = await evaluateRun(bed.database, other, { possiblyNoisyLesions: 'KEEP' });
    let statements = 0;
    const stop = bed.database.onStatement(() => {
      statements++;
    });
    await expect(compareWithBaseline(bed.database, [fits.id, differs.id], baseline.id)).rejects.toThrow(
      'KEEP and LEAVE_OUT',
    );
    stop();
    expect(statements).toBe(1);
  });
});
