import { idOfNothing } from '../globalIds';
import { DetectionBed } from './detectionBed';
import { EXECUTORS } from './testGraph';

let bed: DetectionBed;
let runId: string;
beforeAll(async () => {
  bed = await DetectionBed.create();
  ({ id: runId } = await bed.run());
  await bed.work(runId);
});
afterAll(() => bed.drop());

const EVALUATE =
  'mutation E($input: EvaluateDetectionRunInput!) { evaluateDetectionRun(input: $input) { evaluation { id } } }';
const evaluate = async (topK?: number): Promise<string> => {
  const data = await bed.answer(EVALUATE, { input: { id: runId, topK } });
  return (data.evaluateDetectionRun as unknown as { evaluation: { id: string } }).evaluation.id;
};

describe.each(EXECUTORS)('evaluations of a run, read by %s', (executor) => {
  it('are curves whose figures are quotients of the integers beside them', async () => {
    await evaluate();
    const data = (await bed.answer(
      `query E($id: ID!) { detectionRun(id: $id) { evaluations { id imageCount lesionCount run { id }
        protocol { dataset topK defaultTopK iouThresholds frocThresholds possiblyNoisyLesions resamples population { images lesions } }
        strata { name lesionCount pseudoCluster { id } }
        accuracyCurve { iouThreshold accuracy correct total ciLow ciHigh topK stratum }
        top1: accuracyCurve(topK: 1) { accuracy }
        lung: accuracyCurve(stratum: "coarse-type:LUNG") { correct total }
        froc { falsePositivesPerImage sensitivity truePositives total }
        two: froc(falsePositivesPerImage: [0.5, 100]) { falsePositivesPerImage reachedFalsePositivesPerImage }
        precisionRecall { recall precision } averagePrecision ap50: averagePrecision(iouThreshold: 0.5) } } }`,
      { id: runId },
      executor,
    )) as unknown as { detectionRun: { evaluations: Record<string, never>[] } };
    const evaluation = data.detectionRun.evaluations.at(-1) as unknown as {
      accuracyCurve: { iouThreshold: number; accuracy: number; correct: number; total: number }[];
      froc: unknown[];
      precisionRecall: unknown[];
      two: unknown[];
    };
    expect(evaluation).toMatchObject({
      imageCount: 4,
      lesionCount: 4,
      run: { id: runId },
      protocol: { dataset: 'small@1', topK: [1, 2, 5], defaultTopK: 2, population: { images: 4, lesions: 4 } },
      strata: expect.arrayContaining([{ name: 'ALL', lesionCount: 4, pseudoCluster: null }]),
      lung: expect.arrayContaining([expect.objectContaining({ total: 4 })]),
    });
    expect(evaluation.accuracyCurve.map(({ iouThreshold }) => iouThreshold)).toEqual(
      [...Array.from({ length: 19 }, (_, i) => (5 * (i + 1)) / 100), 0.333].sort((a, b) => a - b),
    );
    for (const { accuracy, correct, total } of evaluation.accuracyCurve) expect(accuracy).toBe(correct / total);
    expect(evaluation.froc).toHaveLength(8);
    expect(evaluation.two).toHaveLength(2);
    expect(evaluation.precisionRecall).toHaveLength(101);
  });

  it('are taken apart at any threshold, and say what is out of range', async () => {
    await evaluate();
    const query = `query E($id: ID!, $background: Float!) { detectionRun(id: $id) { evaluations {
      froc(falsePositivesPerImage: [1]) { sensitivity }
      operatingPoint(falsePositivesPerImage: 1) { sensitivity precision f1 scoreThreshold sensitivityInterval { low high } }
      operatingCurve(points: 3) { scoreThreshold truePositives falsePositives lesionCount imageCount }
      errors(backgroundIou: $background) { hitCount detectionCount kinds { kind count share deltaAveragePrecision deltaSensitivity }
        background { unreviewed } } } } }`;
    const data = await bed.answer(query, { id: runId, background: 0.1 }, executor);
    const evaluations = (data.detectionRun as unknown as { evaluations: Record<string, never>[] }).evaluations;
    const { froc, operatingPoint, operatingCurve, errors } = evaluations.at(-1) as Record<string, unknown>;
    const [{ sensitivity }] = froc as [{ sensitivity: number }];
    expect(operatingPoint).toMatchObject({ sensitivity });
    expect(operatingCurve).toContainEqual(
      expect.objectContaining({ scoreThreshold: null, truePositives: 0, lesionCount: 4, imageCount: 4 }),
    );
    const { kinds, hitCount, detectionCount } = errors as { kinds: { kind: string; count: number }[] } & Record<
      string,
      number
    >;
    const inDetections = kinds.filter(({ kind }) => kind !== 'MISSED').reduce((sum, { count }) => sum + count, 0);
    expect(hitCount! + inDetections).toBe(detectionCount);
    const refused = await bed.ask(query, { id: runId, background: 0.9 }, executor);
    expect(refused.errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'backgroundIou' });
    const two = 'operatingPoint(scoreThreshold: 0.5, precisionAtLeast: 0.5) { f1 }';
    const choices = await bed.ask(
      `query E($id: ID!) { detectionRun(id: $id) { evaluations { ${two} } } }`,
      { id: runId },
      executor,
    );
    expect(choices.errors[0]?.message).toMatch(/exactly one of scoreThreshold, .*got 2/);
  });

  it('have curves at any threshold, rate, overlap and stratum, with bands', async () => {
    const id = await evaluate();
    const query = `query E($id: ID!) { evaluation(id: $id) { id
      froc(falsePositivesPerImage: [0.7], iouThreshold: 0.35, criterion: IOBB) { sensitivity total ciLow ciHigh }
      own: froc(falsePositivesPerImage: [1, 0.3]) { falsePositivesPerImage sensitivity ciLow ciHigh }
      precisionRecall(iouThreshold: 0.9) { recall precision ciLow ciHigh }
      stored: precisionRecall { precision ciLow ciHigh }
      ap: averagePrecision(iouThreshold: 0.42, stratum: "coarse-type:LUNG") averagePrecisionInterval(iouThreshold: 0.42) { low high }
      calibration(bins: 4) { count hits imageCount expectedError bins { low high count meanScore hitShare hitShareInterval { low } } } } }`;
    const { evaluation } = (await bed.answer(query, { id }, executor)) as unknown as {
      evaluation: Record<string, unknown>;
    };
    const { froc, own, precisionRecall, stored, ap, averagePrecisionInterval, calibration } = evaluation;
    // All images are of one patient: test/results/curveAnalyses has the bands.
    const banded = { ciLow: null, ciHigh: null };
    expect(froc).toEqual([{ sensitivity: expect.any(Number), total: 4, ...banded }]);
    expect(own).toMatchObject([
      { falsePositivesPerImage: 0.3, ...banded },
      { falsePositivesPerImage: 1, ...banded },
    ]);
    expect(precisionRecall).toHaveLength(101);
    for (const point of [...(precisionRecall as object[]), ...(stored as object[])])
      expect(point).toMatchObject(banded);
    expect(ap).toEqual(expect.any(Number));
    expect(averagePrecisionInterval).toBeNull();
    expect(calibration).toMatchObject({ imageCount: 4, bins: [{ low: 0, high: 0.25 }, {}, {}, { high: 1 }] });
  });

  it('are read on lesions of any choice: a stratum that does not fit is null, and the page is there', async () => {
    await evaluate();
    const query = `query E($id: ID!, $cluster: ID!) { detectionRun(id: $id) { evaluations { lesionCount
      scenarios(strata: [{ name: "lung", filter: { coarseType: LUNG } }, { name: "ALL", filter: {} }, { name: "lung", filter: {} }]) {
        name lesionCount accuracy { value interval { low high } } sensitivity { value } averagePrecision { value } }
      unknown: scenarios(strata: [{ name: "x", filter: { pseudoCluster: $cluster } }]) { name } } } }`;
    const { data, errors } = await bed.ask(query, { id: runId, cluster: idOfNothing('PseudoCluster') }, executor);
    const [evaluation] = (data.detectionRun as unknown as { evaluations: Record<string, unknown>[] }).evaluations;
    expect(evaluation).toMatchObject({
      lesionCount: 4,
      scenarios: [{ name: 'lung', lesionCount: 4, accuracy: { value: expect.any(Number) } }, null, null],
      unknown: null,
    });
    const codes = new Set(errors.map(({ originalError }) => (originalError as { code?: string } | undefined)?.code));
    expect(codes).toEqual(new Set(['BAD_USER_INPUT', 'NOT_FOUND']));
  });

  it('differ in any metric, corrected for how many were asked for, and one is judged against another', async () => {
    const ids = [await evaluate(3), await evaluate(4)];
    const query = `query C($ids: [ID!]!, $a: ID!, $b: ID!, $margin: Float!) {
      compareEvaluations(ids: $ids) { metricDifferences(metrics: [{ kind: ACCURACY, topK: 1 }, { kind: AVERAGE_PRECISION }]) {
        baseline { id } other { id } metric { kind iouThreshold topK falsePositivesPerImage }
        valueBaseline valueOther difference ciLow ciHigh pValue adjustedPValue } }
      assertNoWorse(candidate: $a, reference: $b, margin: $margin, metric: SENSITIVITY) { holds difference ciLow margin sentence } }`;
    const variables = { ids, a: ids[0], b: ids[1], margin: 0 };
    const data = await bed.answer(query, variables, executor);
    // Without a second patient there is no interval: test/results/curveAnalyses has those.
    const same = { difference: 0, ciLow: null, ciHigh: null, pValue: null, adjustedPValue: null };
    expect(data).toMatchObject({
      compareEvaluations: {
        metricDifferences: [
          { ...same, other: { id: ids[1] }, metric: { kind: 'ACCURACY', iouThreshold: 0.5, topK: 1 } },
          { ...same, baseline: { id: ids[0] }, metric: { kind: 'AVERAGE_PRECISION', iouThreshold: null, topK: null } },
        ],
      },
      assertNoWorse: { holds: false, difference: 0, sentence: expect.stringMatching(/^Not shown: sensitivity at 4/) },
    });
    expect(await bed.errorOf(query, { ...variables, margin: 2 })).toMatchObject({ argument: 'margin' });
    expect(await bed.errorOf(query, { ...variables, b: idOfNothing('Evaluation') })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('say what there is when a curve is asked for that there is not', async () => {
    for (const [field, argument] of [
      ['accuracyCurve(stratum: "nowhere")', 'stratum'],
      ['accuracyCurve(topK: 77)', 'topK'],
      ['froc(stratum: "nowhere")', 'stratum'],
      ['froc(iouThreshold: 1.5)', 'iouThreshold'],
      ['precisionRecall(iouThreshold: 1.5)', 'iouThreshold'],
      ['precisionRecall(stratum: "nowhere")', 'stratum'],
      ['calibration(bins: 1)', 'bins'],
    ]) {
      const query = `query E($id: ID!) { detectionRun(id: $id) { evaluations { ${field} { __typename } } } }`;
      const { errors } = await bed.ask(query, { id: runId }, executor);
      expect(errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    }
  });

  it('can be compared with another evaluation of the same data', async () => {
    const ids = [await evaluate(3), await evaluate(4)];
    const query = `query C($ids: [ID!]!) { compareEvaluations(ids: $ids) { evaluations { id accuracyCurve { accuracy } }
      differences { baseline { id } other { id } imageCount topK
        points { iouThreshold difference ciLow ciHigh correctBaseline correctOther total } } } }`;
    const data = await bed.answer(query, { ids }, executor);
    expect(data).toMatchObject({
      compareEvaluations: {
        evaluations: ids.map((id) => ({ id })),
        differences: [{ baseline: { id: ids[0] }, other: { id: ids[1] }, imageCount: 4, topK: 2 }],
      },
    });
    expect(await bed.errorOf(query, { ids: [ids[0], ids[0]] })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await bed.errorOf(query, { ids: [ids[0], idOfNothing('Evaluation')] })).toMatchObject({
      code: 'NOT_FOUND',
    });
    const list = await bed.answer(
      'query L($run: ID!) { evaluations(filter: { run: $run, dataset: "small", detector: "tiny-constant" }) { totalCount } }',
      { run: runId },
      executor,
    );
    expect((list.evaluations as unknown as { totalCount: number }).totalCount).toBeGreaterThanOrEqual(2);
  });

  it('show both public conventions side by side, and where their figures come from, in one query', async () => {
    const query = `mutation Both($coco: EvaluateDetectionRunInput!, $froc: EvaluateDetectionRunInput!) {
      coco: evaluateDetectionRun(input: $coco) { evaluation { ...Figures } } froc: evaluateDetectionRun(input: $froc) { evaluation { ...Figures } }
    }
    fragment Figures on Evaluation {
      protocol { preset accuracyCriterion accuracyComparator accuracyBoxMeasure frocComparator frocBoxMeasure frocDuplicates scoreFloor topK }
      accuracyCurve { iouThreshold accuracy ciLow ciHigh } froc { falsePositivesPerImage sensitivity ciLow ciHigh }
      averagePrecision small: averagePrecision(area: SMALL) unreviewed { id }
      provenance { dataset datasetSha256 detector detectorVersion modelSha256 trainingCommand evaluationCodeVersion runCodeVersion redo }
    }`;
    const data = await bed.answer(
      query,
      { coco: { id: runId, preset: 'COCO' }, froc: { id: runId, preset: 'DEEPLESION_FROC' } },
      executor,
    );
    expect(data).toMatchObject({
      coco: {
        evaluation: {
          protocol: {
            preset: 'COCO',
            frocDuplicates: 'FALSE_POSITIVE',
            accuracyBoxMeasure: 'CONTINUOUS',
            scoreFloor: null,
          },
          unreviewed: null,
          provenance: {
            dataset: 'small@1',
            detector: 'tiny-constant',
            detectorVersion: '1.0.0',
            modelSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
            redo: expect.stringMatching(
              /^deeplesion evaluate [\w-]+ --preset COCO .* --no-categorization --resamples 1000 --seed 1$/,
            ),
          },
        },
      },
      froc: {
        evaluation: {
          protocol: {
            preset: 'DEEPLESION_FROC',
            frocDuplicates: 'NEITHER_HIT_NOR_FALSE_POSITIVE',
            accuracyBoxMeasure: 'INCLUSIVE',
          },
          accuracyCurve: expect.arrayContaining([expect.objectContaining({ iouThreshold: 0.5 })]),
        },
      },
    });
    const refused = { coco: { id: runId, frocDuplicates: 'FALSE_POSITIVE' }, froc: { id: runId, scoreFloor: 2 } };
    expect(await bed.errorOf(query, refused)).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'frocDuplicates' });
  });

  it('list the lesions that one run alone found', async () => {
    const list = `query C($ids: [ID!]!, $first: Int) { compareEvaluations(ids: $ids) { differences {
      discordantLesions(foundBy: OTHER, first: $first) { foundBy reason bestOverlap bestRank bestScore lesion { id } image { id } } } } }`;
    const ids = [await evaluate(3), await evaluate(4)];
    expect(await bed.answer(list, { ids }, executor)).toEqual({
      compareEvaluations: { differences: [{ discordantLesions: [] }] },
    });
    expect(await bed.errorOf(list, { ids, first: 501 })).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'first' });
  });
});
