import { OUTCOME_KINDS, type OutcomeKind } from '../../src/evaluation';
import {
  EvaluationAnalyses,
  type EvaluationPreset,
  evaluateRun,
  findAccuracyCurves,
  findEvaluations,
  findOutcomesOfImages,
  findPrecisionRecall,
  findStrata,
  OutcomeAnalyses,
  type OutcomeListSelection,
} from '../../src/results';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type MadeImage, type MadeRun, makeRun } from './evaluatedRun';

type Box = [number, number, number, number];

const box: Box = [100, 100, 140, 140];
const near: Box = [104, 100, 144, 140];
const beside: Box = [115, 100, 165, 140];
const far: Box = [300, 300, 340, 340];
const PRESETS = ['PAPER', 'COCO', 'DEEPLESION_FROC'] as const;

/** Hits, duplicates, badly placed and stray detections with equal scores, one on two lesions, and lesions left out. */
const IMAGES: MadeImage[] = [
  ...Array.from(
    { length: 24 },
    (_, at): MadeImage => ({
      patient: at % 12,
      lesions: [
        { box, longDiameterMm: at % 2 === 0 ? 8 : 20, coarseType: at % 3 === 0 ? 'LUNG' : 'BONE' },
        ...(at % 6 === 0 ? [{ box: near, longDiameterMm: 35, coarseType: 'LUNG' }] : []),
        ...(at % 8 === 0 ? [{ box: far, possiblyNoisy: true, coarseType: 'BONE' }] : []),
      ],
      detections: [
        ...(at % 5 === 0 ? [] : [{ box: at % 5 === 1 ? beside : near, score: (90 - (at % 7)) / 100 }]),
        ...(at % 4 === 0 ? [{ box, score: 0.5 }] : []),
        { box: far, score: (at % 10) / 30 },
      ],
    }),
  ),
  { patient: 0, lesions: [{ box, coarseType: 'BONE' }], state: 'FAILED' },
  { patient: 1, lesions: [{ box, possiblyNoisy: true }], detections: [{ box, score: 0.7 }] },
];

let bed: TestDatabase;
let made: MadeRun;
let analyses: EvaluationAnalyses;
let outcomes: OutcomeAnalyses;
const evaluated = new Map<EvaluationPreset, number>();
beforeAll(async () => {
  bed = await createTestDatabase();
  made = await makeRun(bed.database, IMAGES);
  for (const preset of PRESETS)
    evaluated.set(preset, (await evaluateRun(bed.database, made.runId, { preset, resamples: 100 })).id);
  analyses = new EvaluationAnalyses(bed.database);
  outcomes = new OutcomeAnalyses(analyses);
});
afterAll(() => bed.drop());

const listOf = (id: number, selection: OutcomeListSelection = {}, first = 500) =>
  outcomes.outcomes(id, selection, { first });
const countsOf = async (id: number, selection: OutcomeListSelection) => (await listOf(id, selection, 0)).counts;

describe('sums of outcomes', () => {
  it.each(PRESETS)('of %s are its operating points at every threshold in every stratum', async (preset) => {
    const id = evaluated.get(preset)!;
    for (const { stratum } of await findStrata(bed.database, [id]))
      for (const iouThreshold of [0.25, 0.5, 0.8])
        for (const { scoreThreshold, truePositives, falsePositives, lesionCount } of await analyses.operatingCurve(
          id,
          1000,
          { stratum, iouThreshold },
        )) {
          const counts = await countsOf(id, { stratum, iouThreshold, scoreAtLeast: scoreThreshold ?? 1 });
          expect(counts).toMatchObject({ HIT: truePositives, MISSED: lesionCount - truePositives, falsePositives });
        }
  });

  it.each(PRESETS)('of %s are its stored accuracy, with the detections that count there', async (preset) => {
    const id = evaluated.get(preset)!;
    for (const { stratum } of await findStrata(bed.database, [id]))
      for (const topK of [1, 5]) {
        const [curve] = await findAccuracyCurves(bed.database, [{ evaluationId: id, stratum, topK }]);
        expect(curve).not.toHaveLength(0);
        for (const { iouThreshold, correct, total } of curve!) {
          const counts = await countsOf(id, { metric: 'ACCURACY', stratum, iouThreshold, topK });
          expect([counts.HIT, counts.MISSED]).toEqual([correct, total - correct]);
        }
      }
  });

  it.each(PRESETS)('of %s are the points of its stored precision–recall curve', async (preset) => {
    const id = evaluated.get(preset)!;
    for (const { scoreThreshold, precision, recall } of await findPrecisionRecall(bed.database, [id], 0.5)) {
      if (scoreThreshold === null) continue;
      const selection = { metric: 'AVERAGE_PRECISION', scoreAtLeast: scoreThreshold } as const;
      const { HIT, MISSED, falsePositives } = await countsOf(id, selection);
      // The curve has the best precision from each recall on.
      expect(HIT / (HIT + MISSED)).toBeGreaterThanOrEqual(recall);
      expect(HIT / (HIT + falsePositives)).toBeLessThanOrEqual(precision! + 1e-12);
    }
  });

  it('are the errors of the evaluation, where those go by average precision', async () => {
    const id = evaluated.get('PAPER')!;
    const counts = await countsOf(id, { metric: 'AVERAGE_PRECISION' });
    const report = await analyses.errors(id);
    expect(counts.HIT).toBe(report.hitCount);
    for (const kind of ['DUPLICATE', 'LOCALIZATION', 'BACKGROUND'] as const)
      expect(counts[kind]).toBe(report.kinds.find((one) => one.kind === kind)!.count);
  });
});

describe('a list of outcomes', () => {
  it('has each kind, with partner, overlap and reason', async () => {
    const { rows, total, counts } = await listOf(evaluated.get('COCO')!);
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(OUTCOME_KINDS));
    expect(total).toBe(rows.length);
    for (const kind of OUTCOME_KINDS) expect(rows.filter((row) => row.kind === kind)).toHaveLength(counts[kind]);
    const hit = rows.find(({ kind, overlap }) => kind === 'HIT' && overlap === 1)!;
    expect(hit).toMatchObject({ reason: null, box: { x1: 100, y1: 100, x2: 140, y2: 140 } });
    expect(hit.lesionId).toEqual(expect.any(Number));
    const missed = rows.filter(({ kind }) => kind === 'MISSED');
    expect(new Set(missed.map(({ reason }) => reason))).toEqual(new Set(['NO_BOX', 'TOO_FAR', 'FINDS_ANOTHER']));
    expect(missed[0]).toMatchObject({ rank: null, score: null });
  });

  it('says why what is left out does not count', async () => {
    const { rows } = await listOf(evaluated.get('PAPER')!, { kinds: ['LEFT_OUT'] });
    expect(rows.map(({ reason }) => reason).sort()).toEqual([
      'IMAGE_LEFT_OUT',
      'IMAGE_WITHOUT_RESULT',
      ...Array(4).fill('POSSIBLY_NOISY'),
    ]);
    const ofLungs = await listOf(evaluated.get('PAPER')!, { kinds: ['LEFT_OUT'], stratum: 'coarse-type:LUNG' });
    expect(ofLungs.rows.map(({ reason }) => reason)).toEqual(['IMAGE_LEFT_OUT']);
    const floored = await evaluateRun(bed.database, made.runId, { scoreFloor: 0.2, resamples: 100 });
    expect((await listOf(floored.id, { kinds: ['LEFT_OUT'] })).rows).toContainEqual(
      expect.objectContaining({ reason: 'BELOW_SCORE_FLOOR', score: 0 }),
    );
  });

  it('says of a missed lesion that the score was too low, and of an error that it lies on a lesion of another stratum', async () => {
    const id = evaluated.get('COCO')!;
    const missed = await listOf(id, { kinds: ['MISSED'], scoreAtLeast: 0.95 });
    expect(missed.rows.map(({ reason }) => reason)).toContain('SCORE_TOO_LOW');
    const errors = await listOf(id, { kinds: ['BACKGROUND', 'LOCALIZATION'], stratum: 'coarse-type:LUNG' });
    expect(errors.rows.map(({ reason }) => reason)).toContain('OTHER_STRATUM');
  });

  it.each([
    ['SCORE', 'DESC'],
    ['OVERLAP', 'ASC'],
    ['LONG_DIAMETER', 'DESC'],
    ['IMAGE_ERRORS', 'DESC'],
    ['IMAGE', 'DESC'],
  ] as const)('is read page by page in the order of %s %s, forwards and backwards', async (field, direction) => {
    const id = evaluated.get('PAPER')!;
    const selection: OutcomeListSelection = { orderBy: [{ field, direction }] };
    const all = await listOf(id, selection);
    const forwards: unknown[] = [];
    for (let after: (number | null)[] | undefined, more = true; more; ) {
      const page = await outcomes.outcomes(id, selection, { first: 7, ...(after && { after }) });
      forwards.push(...page.rows);
      after = JSON.parse(page.positions.at(-1)!) as (number | null)[];
      more = page.hasNext;
    }
    expect(forwards).toEqual(all.rows);
    const end = await outcomes.outcomes(id, selection, { last: 5 });
    expect(end.rows).toEqual(all.rows.slice(-5));
    const before = JSON.parse(end.positions[0]!) as (number | null)[];
    const back = await outcomes.outcomes(id, selection, { last: 5, before });
    expect(back.rows).toEqual(all.rows.slice(-10, -5));
    expect([back.hasNext, back.hasPrevious]).toEqual([true, true]);
  });

  it('is ordered by falling score, with what has none at the end', async () => {
    const { rows } = await listOf(evaluated.get('PAPER')!, { orderBy: [{ field: 'SCORE', direction: 'DESC' }] });
    const scores = rows.map(({ score }) => score ?? -1);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  it('refuses what is out of range', async () => {
    const id = evaluated.get('PAPER')!;
    const refused: [OutcomeListSelection, string][] = [
      [{ iouThreshold: 1 }, 'iouThreshold'],
      [{ scoreAtLeast: 2 }, 'scoreAtLeast'],
      [{ backgroundIou: 0.6 }, 'backgroundIou'],
      [{ stratum: 'none' }, 'stratum'],
      [{ topK: 5 }, 'topK'],
      [{ metric: 'ACCURACY', topK: 0 }, 'topK'],
    ];
    for (const [selection, argument] of refused)
      await expect(listOf(id, selection)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument });
    await expect(listOf(-1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the images of an evaluation', () => {
  it('come with the most errors first, and their outcomes are those of the list', async () => {
    const id = evaluated.get('PAPER')!;
    const { rows: images, total } = await outcomes.imagesByErrors(id, {}, { first: 500 });
    expect(total).toBe(IMAGES.length);
    const errors = images.map(({ counts }) => counts.falsePositives + counts.MISSED);
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    const all = await listOf(id);
    for (const kind of OUTCOME_KINDS)
      expect(images.reduce((sum, { counts }) => sum + counts[kind as OutcomeKind], 0)).toBe(all.counts[kind]);
    const end = await outcomes.imagesByErrors(id, {}, { last: 3, before: JSON.parse(positionOf(images[10]!)) });
    expect(end.rows).toEqual(images.slice(7, 10));
  });

  it.each(PRESETS)('have the same outcomes under %s when they are read by themselves', async (preset) => {
    const id = evaluated.get(preset)!;
    const [row] = await findEvaluations(bed.database, [id]);
    const all = await listOf(id, { scoreAtLeast: 0.1, iouThreshold: 0.6 });
    const some = made.imageIds.filter((_, at) => at % 3 === 0 || at > 20);
    const found = await findOutcomesOfImages(bed.database, row!, some, { scoreAtLeast: 0.1, iouThreshold: 0.6 });
    expect(found.map(({ imageId }) => imageId)).toEqual(some);
    for (const { imageId, outcomes: own } of found)
      expect(own).toEqual(all.rows.filter((one) => one.imageId === imageId));
  });
});

const positionOf = ({ imageId, counts }: { imageId: number; counts: { falsePositives: number; MISSED: number } }) =>
  JSON.stringify([counts.falsePositives + counts.MISSED, imageId]);
