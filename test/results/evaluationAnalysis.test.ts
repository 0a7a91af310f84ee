import { FROC_RATES } from '../../src/evaluation';
import {
  addReview,
  EvaluationAnalyses,
  type EvaluationPreset,
  evaluateRun,
  findAveragePrecision,
  findFrocPoints,
  findStrata,
} from '../../src/results';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type MadeImage, makeRun } from './evaluatedRun';

type Box = [number, number, number, number];

const box: Box = [100, 100, 140, 140];
const beside: Box = [110, 100, 160, 140];
const far: Box = [300, 300, 340, 340];

/** Hits, repeated, badly placed and stray detections with some equal scores; every fifth lesion is not found. */
const IMAGES: MadeImage[] = Array.from({ length: 25 }, (_, at) => ({
  patient: at,
  lesions: [{ box, longDiameterMm: at % 2 === 0 ? 8 : 20, coarseType: at % 3 === 0 ? 'LUNG' : 'BONE' }],
  detections: [
    ...(at % 5 === 0 ? [] : [{ box: at % 5 === 1 ? beside : box, score: (90 - (at % 7)) / 100 }]),
    ...(at % 4 === 0 ? [{ box, score: 0.5 }] : []),
    { box: far, score: (at % 10) / 30 },
  ],
}));

let bed: TestDatabase;
let runId: number;
let analyses: EvaluationAnalyses;
const evaluated = new Map<EvaluationPreset, number>();
beforeAll(async () => {
  bed = await createTestDatabase();
  ({ runId } = await makeRun(bed.database, IMAGES));
  for (const preset of ['PAPER', 'COCO', 'DEEPLESION_FROC'] as const)
    evaluated.set(preset, (await evaluateRun(bed.database, runId, { preset, resamples: 100 })).id);
  analyses = new EvaluationAnalyses(bed.database);
});
afterAll(() => bed.drop());

describe('an operating point', () => {
  it.each(['PAPER', 'COCO', 'DEEPLESION_FROC'] as const)(
    'at a rate of false positives is the stored FROC of %s in every stratum',
    async (preset) => {
      const id = evaluated.get(preset)!;
      for (const { stratum } of await findStrata(bed.database, [id])) {
        const stored = await findFrocPoints(bed.database, [id], { stratum, iouThreshold: 0.5 });
        expect(stored).toHaveLength(FROC_RATES.length);
        for (const { falsePositivesPerImage, sensitivity, truePositives, total } of stored) {
          const point = await analyses.operatingPoint(id, { falsePositivesPerImage }, { stratum });
          expect(point).toMatchObject({ sensitivity, truePositives, lesionCount: total, imageCount: IMAGES.length });
        }
      }
    },
  );

  it('has an interval that holds it, and is one of the curve', async () => {
    const id = evaluated.get('PAPER')!;
    const point = (await analyses.operatingPoint(id, { scoreThreshold: 0.6 }))!;
    expect(point.intervals.sensitivity!.low).toBeLessThanOrEqual(point.sensitivity!);
    expect(point.intervals.sensitivity!.high).toBeGreaterThanOrEqual(point.sensitivity!);
    const curve = await analyses.operatingCurve(id, 1000);
    expect(curve).toContainEqual(expect.objectContaining({ scoreThreshold: point.scoreThreshold, f1: point.f1 }));
    expect(curve[0]).toMatchObject({ scoreThreshold: null, truePositives: 0, falsePositives: 0, precision: null });
  });

  it('is none where the detector never gets there', async () => {
    expect(await analyses.operatingPoint(evaluated.get('PAPER')!, { sensitivityAtLeast: 0.99 })).toBeNull();
  });

  it('names the argument that is out of range, and the strata that there are', async () => {
    const id = evaluated.get('PAPER')!;
    const refused: [Promise<unknown>, string][] = [
      [analyses.operatingPoint(id, { scoreThreshold: 1.5 }), 'scoreThreshold'],
      [analyses.operatingPoint(id, { falsePositivesPerImage: -1 }), 'falsePositivesPerImage'],
      [analyses.operatingPoint(id, { scoreThreshold: 0.5 }, { iouThreshold: 1 }), 'iouThreshold'],
      [analyses.operatingPoint(id, { scoreThreshold: 0.5 }, { stratum: 'none' }), 'stratum'],
      [analyses.operatingCurve(id, 1), 'points'],
      [analyses.errors(id, { backgroundIou: 0.6 }), 'backgroundIou'],
    ];
    for (const [answer, argument] of refused)
      await expect(answer).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument });
    await expect(analyses.operatingPoint(-1, { scoreThreshold: 0.5 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the errors of an evaluation', () => {
  it('start from the stored average precision, and each detection and lesion is counted once', async () => {
    const id = evaluated.get('PAPER')!;
    const report = await analyses.errors(id);
    const [stored] = await findAveragePrecision(bed.database, [id]);
    expect(report.averagePrecision).toBeCloseTo(stored!.atThresholds[0]!.averagePrecision!, 12);
    const counts = Object.fromEntries(report.kinds.map(({ kind, count }) => [kind, count]));
    const detections = IMAGES.flatMap((image) => image.detections ?? []).length;
    expect(report.detectionCount).toBe(detections);
    expect(report.hitCount + counts.LOCALIZATION! + counts.DUPLICATE! + counts.BACKGROUND!).toBe(detections);
    expect(counts).toMatchObject({ CLASSIFICATION: 0, BOTH: 0, BACKGROUND: 25 });
  });

  it('leave out detections below a score', async () => {
    const report = await analyses.errors(evaluated.get('PAPER')!, { scoreAtLeast: 0.6 });
    expect(report.kinds.find(({ kind }) => kind === 'BACKGROUND')).toMatchObject({ count: 0, averagePrecision: 0 });
    expect(report).toMatchObject({ detectionCount: 20, scoreAtLeast: 0.6 });
  });

  it('part the background by what radiologists say now', async () => {
    const id = evaluated.get('PAPER')!;
    const strays = await bed.database.query<{ id: number }>({
      text: 'SELECT id FROM detection WHERE run_id = $1 AND x1 = $2 ORDER BY id LIMIT 3',
      values: [runId, far[0]],
    });
    for (const [at, verdict] of (['LESION', 'NOT_A_LESION', 'UNSURE'] as const).entries())
      await addReview(bed.database, { detectionId: strays[at]!.id, verdict, reviewer: 'R', remark: null });
    const { background } = await analyses.errors(id);
    expect(background.confirmedLesions).toMatchObject({ count: 1, interval: { low: 0 } });
    expect([background.confirmedFalse.count, background.unreviewed.count]).toEqual([1, 23]);
  });

  it('are those of one stratum, also by what the patient and the scan are', async () => {
    const id = evaluated.get('PAPER')!;
    const strata = await analyses.strata(id);
    expect(strata).toContainEqual({ name: 'sex:FEMALE', lesionCount: 25 });
    const all = await analyses.errors(id);
    expect(await analyses.errors(id, { stratum: 'sex:FEMALE' })).toEqual({ ...all, stratum: 'sex:FEMALE' });
    const lungs = await analyses.errors(id, { stratum: 'coarse-type:LUNG' });
    expect(lungs.lesionCount).toBe(9);
    expect(lungs.detectionCount).toBe(all.detectionCount);
    expect(lungs.hitCount).toBeLessThan(all.hitCount);
  });

  it('count the classes of a multi-class detector if asked, with what is taken for what', async () => {
    const lesion = (cluster: number) => ({ box, cluster });
    const { runId: ofClasses } = await makeRun(
      bed.database,
      [
        { patient: 1, lesions: [lesion(0)], detections: [{ box, score: 0.9 }] },
        { patient: 2, lesions: [lesion(1)], detections: [{ box, score: 0.8 }] },
        { patient: 3, lesions: [lesion(1)], detections: [{ box: far, score: 0.7 }] },
      ],
      { clusters: 2 },
    );
    // The detector says the first pseudo-cluster of all that it finds.
    await bed.database.query({
      text: `UPDATE detection SET pseudo_cluster_id = (
               SELECT cluster.id FROM pseudo_cluster AS cluster JOIN cluster_assignment AS one ON one.pseudo_cluster_id = cluster.id
               JOIN lesion ON lesion.id = one.lesion_id JOIN run_image ON run_image.image_id = lesion.image_id
               WHERE run_image.run_id = $1 ORDER BY cluster.cluster_index LIMIT 1) WHERE run_id = $1`,
      values: [ofClasses],
    });
    const { id } = await evaluateRun(bed.database, ofClasses, { resamples: 100 });
    const ignored = await analyses.errors(id);
    expect(ignored).toMatchObject({ hitCount: 2, confusion: null });
    const report = await analyses.errors(id, { classes: 'PSEUDO_CLUSTERS' });
    const counts = Object.fromEntries(report.kinds.map(({ kind, count }) => [kind, count]));
    expect(report.hitCount).toBe(1);
    expect(counts).toMatchObject({ CLASSIFICATION: 1, BACKGROUND: 1, MISSED: 1 });
    expect(report.confusion!.rows).toEqual([
      { clusterIndex: 0, missed: 0, cells: [{ clusterIndex: 0, count: 1 }] },
      { clusterIndex: 1, missed: 1, cells: [{ clusterIndex: 0, count: 1 }] },
      { clusterIndex: null, missed: 0, cells: [{ clusterIndex: 0, count: 1 }] },
    ]);
  });
});
