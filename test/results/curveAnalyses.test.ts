import {
  answerAboutCurves,
  compareEvaluations,
  compareMetrics,
  EvaluationAnalyses,
  evaluateRun,
  findAccuracyPoints,
  findAveragePrecision,
  findEvaluations,
  findFrocPoints,
  findPrecisionRecall,
  findStrata,
  type OwnStratum,
} from '../../src/results';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type MadeImage, makeRun, makeRunBeside } from './evaluatedRun';

type Box = [number, number, number, number];
const box: Box = [100, 100, 140, 140];
const near: Box = [110, 100, 150, 140];
const far: Box = [300, 300, 340, 340];

/** Hits at some thresholds, repeats and strays; every fifth lesion is not found; some patients have no lesion. */
const IMAGES: MadeImage[] = Array.from({ length: 30 }, (_, at) => ({
  patient: Math.floor(at / 2),
  lesions: at < 26 ? [{ box, longDiameterMm: at % 2 === 0 ? 8 : 20, coarseType: at % 3 === 0 ? 'LUNG' : 'BONE' }] : [],
  detections: [
    ...(at % 5 === 0 ? [] : [{ box: at % 5 === 1 ? near : box, score: (90 - (at % 7)) / 100 }]),
    { box: far, score: (at % 10) / 30 },
  ],
}));
const STRATA: OwnStratum[] = [
  { name: 'small in the lung', filter: { coarseType: ['LUNG'], longDiameterMm: { lte: 10 } } },
  { name: 'anywhere', filter: {} },
  { name: 'nowhere', filter: { coarseType: ['PELVIS'] } },
];

let bed: TestDatabase;
let analyses: EvaluationAnalyses;
let runId: number;
/** with strata of their own; of another run over the same images, without */
let evaluation: number;
let other: number;
beforeAll(async () => {
  bed = await createTestDatabase();
  const made = await makeRun(bed.database, IMAGES);
  runId = made.runId;
  evaluation = (await evaluateRun(bed.database, runId, { resamples: 200, strata: STRATA })).id;
  const worse = IMAGES.map(({ detections = [] }, at) => (at % 2 === 0 ? detections : detections.slice(1)));
  const beside = await makeRunBeside(bed.database, made, worse);
  other = (await evaluateRun(bed.database, beside, { resamples: 200 })).id;
  analyses = new EvaluationAnalyses(bed.database);
});
afterAll(() => bed.drop());

describe('strata of the caller', () => {
  it('are part of the protocol, have curves, and are lesions of the run that fit the filter', async () => {
    const [row] = await findEvaluations(bed.database, [evaluation]);
    expect(row!.protocol.strata).toEqual(STRATA);
    const strata = await findStrata(bed.database, [evaluation]);
    const countOf = (name: string) => strata.find(({ stratum }) => stratum === name)?.lesionCount;
    expect(STRATA.map(({ name }) => countOf(name))).toEqual([5, 26, 0]);
    const [all, own] = await Promise.all(
      ['ALL', 'anywhere'].map((stratum) => findAccuracyPoints(bed.database, [evaluation], { stratum })),
    );
    expect(own!.map(({ stratum: _, ...point }) => point)).toEqual(all!.map(({ stratum: _, ...point }) => point));
    const point = await analyses.operatingPoint(evaluation, { scoreThreshold: 0.5 }, { stratum: 'small in the lung' });
    expect(point).toMatchObject({ lesionCount: 5 });
  });

  it('leave an evaluation without them as it was, and come from the run as well', async () => {
    const [row] = await findEvaluations(bed.database, [other]);
    expect(Object.keys(row!.protocol)).not.toContain('strata');
    await bed.database.query({
      text: `UPDATE detection_run SET request = jsonb_set(request, '{strata}', $2::jsonb) WHERE id = $1`,
      values: [runId, JSON.stringify(STRATA.slice(0, 1))],
    });
    const { protocol } = await evaluateRun(bed.database, runId, { resamples: 100, strata: STRATA.slice(1, 2) });
    expect(protocol.strata).toEqual(STRATA.slice(0, 2));
    const changed = [{ name: 'small in the lung', filter: {} }];
    await expect(evaluateRun(bed.database, runId, { strata: changed })).rejects.toMatchObject({ argument: 'strata' });
    await bed.database.query({ text: `UPDATE detection_run SET request = '{}' WHERE id = $1`, values: [runId] });
  });

  it.each([
    ['ALL', {}],
    ['coarse-type:LUNG', {}],
    [' lung', {}],
    ['', {}],
    ['x'.repeat(61), {}],
    ['other data set', { and: [{ dataset: 'made-1' }] }],
    ['wrong range', { longDiameterMm: { gte: 2, lte: 1 } }],
  ] as [string, OwnStratum['filter']][])('are refused: %s', async (name, filter) => {
    await expect(evaluateRun(bed.database, runId, { strata: [{ name, filter }] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it('are at most 50, with different names', async () => {
    const named = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `${at}`, filter: {} }));
    for (const strata of [named(51), [...named(1), ...named(1)]])
      await expect(evaluateRun(bed.database, runId, { strata })).rejects.toMatchObject({ argument: 'strata' });
  });
});

describe('curves from the stored boxes', () => {
  it('are the stored ones where there are any', async () => {
    const precision = await answerAboutCurves<'precision'>(analyses, evaluation, {
      about: 'precision',
      selection: { iouThreshold: 0.75 },
    });
    const stored = await findPrecisionRecall(bed.database, [evaluation], 0.75);
    expect(
      precision.points.map(({ recall, precision: value, scoreThreshold }) => ({ recall, value, scoreThreshold })),
    ).toEqual(stored.map(({ recall, precision: value, scoreThreshold }) => ({ recall, value, scoreThreshold })));
    const [ap] = await findAveragePrecision(bed.database, [evaluation]);
    const mean = await answerAboutCurves<'averagePrecision'>(analyses, evaluation, {
      about: 'averagePrecision',
      selection: {},
    });
    expect(mean.value).toBeCloseTo(ap!.mean!, 12);
    expect(mean.interval!.low).toBeLessThan(mean.value!);
    for (const { stratum } of await findStrata(bed.database, [evaluation])) {
      const rates = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16];
      const froc = await answerAboutCurves<'froc'>(analyses, evaluation, {
        about: 'froc',
        rates,
        selection: { stratum },
      });
      const ofEvaluation = await findFrocPoints(bed.database, [evaluation], { stratum });
      expect(froc).toEqual(ofEvaluation.map(({ evaluationId: _, ...point }) => point));
    }
  });

  it('are there at other thresholds, rates and overlaps, with bands', async () => {
    const froc = await answerAboutCurves<'froc'>(analyses, evaluation, {
      about: 'froc',
      rates: [3, 0.3, 0.3],
      selection: { iouThreshold: 0.65, criterion: 'IOBB' },
    });
    expect(froc.map(({ falsePositivesPerImage }) => falsePositivesPerImage)).toEqual([0.3, 3]);
    for (const { ciLow, ciHigh, sensitivity } of froc) {
      expect(ciLow!).toBeLessThanOrEqual(sensitivity!);
      expect(ciHigh!).toBeGreaterThanOrEqual(sensitivity!);
    }
  });

  it('tell how calibrated scores are, in a stratum by the images that have a lesion of it', async () => {
    const all = await answerAboutCurves<'calibration'>(analyses, evaluation, { about: 'calibration', selection: {} });
    expect(all).toMatchObject({ imageCount: 30, count: 54, hits: 20 });
    expect(all.bins).toHaveLength(10);
    const lung = await answerAboutCurves<'calibration'>(analyses, evaluation, {
      about: 'calibration',
      selection: { stratum: 'coarse-type:LUNG', iouThreshold: 0.3, bins: 5 },
    });
    expect(lung).toMatchObject({ imageCount: 9, stratum: 'coarse-type:LUNG' });
    expect(lung.expectedErrorInterval!.low).toBeLessThanOrEqual(lung.expectedError!);
  });

  it('are read on lesions of any choice, which nothing stores', async () => {
    const reports = await answerAboutCurves<'scenarios'>(analyses, evaluation, {
      about: 'scenarios',
      strata: [{ name: 'bone', filter: { coarseType: ['BONE'] } }, STRATA[2]!],
      selection: { falsePositivesPerImage: 1 },
    });
    const [stored] = await findFrocPoints(bed.database, [evaluation], {
      stratum: 'coarse-type:BONE',
      falsePositivesPerImage: [1],
    });
    expect(reports[0]).toMatchObject({ name: 'bone', lesionCount: 17, sensitivity: { value: stored!.sensitivity } });
    expect(reports[1]).toMatchObject({ lesionCount: 0, accuracy: { value: null, interval: null } });
  });

  it.each([
    ['iouThreshold', { about: 'precision', selection: { iouThreshold: 1 } }],
    ['stratum', { about: 'precision', selection: { stratum: 'none' } }],
    ['bins', { about: 'calibration', selection: { bins: 1 } }],
    ['falsePositivesPerImage', { about: 'froc', rates: [-1], selection: {} }],
  ] as const)('name the argument that does not fit: %s', async (argument, question) => {
    await expect(answerAboutCurves(analyses, evaluation, question)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      argument,
    });
  });
});

describe('differences of metrics', () => {
  it('are those of the accuracy where both are asked for', async () => {
    const { points } = await compareEvaluations(bed.database, other, evaluation, { topK: 5 });
    const half = points.find(({ iouThreshold }) => iouThreshold === 0.5)!;
    const [[difference] = []] = await compareMetrics(bed.database, [other], evaluation, [
      { kind: 'ACCURACY', topK: 5 },
    ]);
    const { ciLow, ciHigh } = half;
    expect(difference).toMatchObject({ difference: half.difference, ciLow, ciHigh, lesionCount: half.total });
  });

  it('are corrected for all that was asked, and read in strata of either evaluation', async () => {
    const metrics = [
      { kind: 'ACCURACY' },
      { kind: 'SENSITIVITY', falsePositivesPerImage: 0.5 },
      { kind: 'AVERAGE_PRECISION', iouThreshold: 0.5 },
    ] as const;
    const [ofOther, ofSelf] = await compareMetrics(bed.database, [other, evaluation], evaluation, metrics, {
      stratum: 'anywhere',
    });
    for (const { pValue, adjustedPValue, difference } of ofOther!) {
      expect(difference!).toBeLessThan(0);
      expect(adjustedPValue!).toBeGreaterThan(pValue!);
    }
    for (const one of ofSelf!) expect(one).toMatchObject({ difference: 0, ciLow: 0, ciHigh: 0, pValue: 1 });
  });

  it.each([
    [[], 'metrics'],
    [[{ kind: 'SENSITIVITY', topK: 1 }], 'topK'],
    [[{ kind: 'ACCURACY', falsePositivesPerImage: 1 }], 'falsePositivesPerImage'],
    [[{ kind: 'ACCURACY', iouThreshold: 2 }], 'iouThreshold'],
    [[{ kind: 'ACCURACY', topK: 0 }], 'topK'],
  ] as const)('name what does not fit: %j', async (metrics, argument) => {
    await expect(compareMetrics(bed.database, [other], evaluation, metrics)).rejects.toMatchObject({ argument });
  });
});
