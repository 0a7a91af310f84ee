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
    expect(background).toEqual({ confirmedLesions: 1, confirmedFalse: 1, unreviewed: 23 });
  });
});
