import { type ExecutionResult, parse, subscribe } from 'graphql';
import { keyOf } from '../../src/globalId';
import { createContext } from '../../src/graphql';
import { findRunsByKey } from '../../src/runs';
import { idOfNothing } from '../globalIds';
import { createRunBed, type RunBed } from '../runs/runBed';
import { EXECUTORS, type ExecutorName, graphOf, testSchema as schema, testServices } from './testGraph';

let bed: RunBed;
let services: ReturnType<typeof testServices>;
let runId: string;

const RUN = `mutation Run($input: RunDetectionInput!) { runDetection(input: $input) { run { id status topK scoreThreshold iouThresholds detector { name version } dataset { slug } progress { completed failed total } timing { meanMsPerImage imagesPerSecond stages { networkMs } } error startedAt } } }`;
const INPUT = { detector: 'tiny-constant', dataset: 'small', iouThresholds: [0.333], topK: 2, idempotencyKey: 'first' };

beforeAll(async () => {
  bed = await createRunBed(4, undefined, 'models');
  services = testServices(bed.database, {
    registry: bed.registry,
    queue: bed.queue,
    config: { executionProviders: ['cpu'] } as never,
  });
});
afterAll(() => bed.drop());

/** What a worker writes for a run, step by step; test/jobs has the worker itself. */
async function work(run: string): Promise<void> {
  const [row] = await findRunsByKey(bed.database, [keyOf(run, 'DetectionRun', 'id')]);
  const send = (text: string) => bed.database.query({ text, values: [row?.id] });
  await send(
    "UPDATE detection_run SET status = 'RUNNING', started_at = now() - interval '2 s', execution_provider = 'cpu' WHERE id = $1",
  );
  await send(`INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index)
    SELECT run_id, image_id, rank, 2 * rank, 2, 10 + rank, 10, 1.0 / rank - 0.1, 0 FROM run_image, generate_series(1, 2) AS rank WHERE run_id = $1`);
  await send(
    `UPDATE run_image SET state = 'COMPLETED', finished_at = now(), milliseconds = 10 + image_id,
       decode_ms = 4, prepare_ms = 2.5, network_ms = 3, postprocess_ms = 0.5 + image_id WHERE run_id = $1`,
  );
  await send("UPDATE detection_run SET status = 'SUCCEEDED', finished_at = now() WHERE id = $1");
}

const answer = async (source: string, variables?: Record<string, unknown>, executor: ExecutorName = 'graphql-js') => {
  const { data, errors } = await graphOf(services, executor)(source, variables);
  expect(errors).toEqual([]);
  return data as Record<string, never>;
};
const errorOf = async (source: string, variables?: Record<string, unknown>) => {
  const { errors } = await graphOf(services)(source, variables);
  return errors[0]?.originalError as (Error & { code?: string; argument?: string }) | undefined;
};

describe('a detection run through the graph', () => {
  it('is accepted at once, with everything that determines it', async () => {
    const { runDetection } = (await answer(RUN, { input: INPUT })) as unknown as {
      runDetection: { run: { id: string } };
    };
    runId = runDetection.run.id;
    expect(runDetection.run).toMatchObject({
      status: 'QUEUED',
      topK: 2,
      iouThresholds: [0.333],
      detector: { name: 'tiny-constant', version: '1.0.0' },
      dataset: { slug: 'small' },
      progress: { completed: 0, failed: 0, total: 4 },
      timing: { meanMsPerImage: null, imagesPerSecond: null, stages: null },
      error: null,
      startedAt: null,
    });
  });

  it('is the same run for a repeated key, and a conflict for another request with that key', async () => {
    expect(await answer(RUN, { input: INPUT })).toMatchObject({ runDetection: { run: { id: runId } } });
    expect(await errorOf(RUN, { input: { ...INPUT, topK: 3 } })).toMatchObject({ code: 'CONFLICT' });
  });

  it.each([
    [{ detector: 'none' }, 'NOT_FOUND', 'detector'],
    [{ dataset: 'none' }, 'NOT_FOUND', 'dataset'],
    [{ iouThresholds: [1.5] }, 'BAD_USER_INPUT', 'iouThresholds'],
    [{ topK: 0 }, 'BAD_USER_INPUT', 'topK'],
    [{ scoreThreshold: -0.1 }, 'BAD_USER_INPUT', 'scoreThreshold'],
    [{ maxDetectionsPerImage: 100_000 }, 'BAD_USER_INPUT', 'maxDetectionsPerImage'],
    [{ imageIds: ['garbage'] }, 'BAD_USER_INPUT', 'imageIds'],
    [{ imageIds: [idOfNothing('BookmarkedImage')] }, 'BAD_USER_INPUT', 'imageIds'],
    [{ filter: { split: 'TRAIN' } }, 'BAD_USER_INPUT', 'filter'],
  ])('is refused for %j', async (change, code, argument) => {
    expect(await errorOf(RUN, { input: { ...INPUT, idempotencyKey: undefined, ...change } })).toMatchObject({
      code,
      argument,
    });
  });

  it('can be followed to its end, each event with fresh figures', async () => {
    const document = parse(
      `subscription Follow($id: ID!) { detectionRunProgress(id: $id) { id status progress { completed failed total } evaluations { id } } }`,
    );
    const events = await subscribe({
      schema,
      document,
      variableValues: { id: runId },
      contextValue: createContext(services),
    });
    if (!(Symbol.asyncIterator in events)) throw events.errors?.[0];
    const seen: ExecutionResult[] = [(await events.next()).value ?? {}];
    await work(runId);
    for await (const event of events) seen.push(event);
    const states = seen.map(({ data }) => JSON.parse(JSON.stringify(data)).detectionRunProgress);
    expect(states[0]).toMatchObject({ id: runId, status: 'QUEUED', progress: { completed: 0, total: 4 } });
    expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', progress: { completed: 4, failed: 0, total: 4 } });
  });

  it('cannot be followed where there is none', async () => {
    const document = parse('subscription F($id: ID!) { detectionRunProgress(id: $id) { id } }');
    const follow = (id: string) =>
      subscribe({ schema, document, variableValues: { id }, contextValue: createContext(services) });
    for (const [id, code] of [
      [idOfNothing('DetectionRun'), 'NOT_FOUND'],
      ['garbage', 'BAD_USER_INPUT'],
    ] as const) {
      const result = await follow(id);
      expect('errors' in result && result.errors?.[0]?.originalError).toMatchObject({ code });
    }
  });

  it('lets go of a run as soon as its follower leaves', async () => {
    const { runDetection } = (await answer(RUN, { input: { ...INPUT, idempotencyKey: 'left' } })) as unknown as {
      runDetection: { run: { id: string } };
    };
    const document = parse('subscription F($id: ID!) { detectionRunProgress(id: $id) { status } }');
    const contextValue = createContext(services);
    const events = await subscribe({ schema, document, variableValues: { id: runDetection.run.id }, contextValue });
    if (!(Symbol.asyncIterator in events)) throw events.errors?.[0];
    await events.next();
    const waiting = events.next();
    await events.return(undefined);
    expect((await waiting).done).toBe(true);
    const cancelled = await answer(
      'mutation C($input: CancelDetectionRunInput!) { cancelDetectionRun(input: $input) { run { status finishedAt } } }',
      { input: { id: runDetection.run.id } },
    );
    expect(cancelled).toMatchObject({ cancelDetectionRun: { run: { status: 'CANCELLED' } } });
  });
});

describe.each(EXECUTORS)('its results, run by %s', (executor) => {
  it('are the run with its timing, images and detections', async () => {
    const data = await answer(
      `query R($id: ID!) { detectionRun(id: $id) { status executionProvider modelSha256 codeVersion warnings
        timing { meanMsPerImage p50MsPerImage p95MsPerImage imagesPerSecond stages { decodeMs prepareMs networkMs postprocessMs } }
        images(first: 2, state: COMPLETED) { totalCount nodes { state milliseconds error failureKind image { fileName } } }
        detections(first: 3, orderBy: { field: SCORE, direction: DESC }) { totalCount pageInfo { hasNextPage } nodes { rank score boundingBox { x1 y1 x2 y2 } classIndex image { fileName } run { id } pseudoCluster { id } reviews { id } } }
        best: detections(filter: { rankAtMost: 1, scoreAtLeast: 0.1 }) { totalCount }
      } node(id: $id) { __typename ... on DetectionRun { status } } }`,
      { id: runId },
      executor,
    );
    expect(data).toMatchObject({
      detectionRun: {
        status: 'SUCCEEDED',
        executionProvider: 'cpu',
        codeVersion: 'test',
        timing: {
          meanMsPerImage: expect.any(Number),
          imagesPerSecond: expect.any(Number),
          stages: { decodeMs: 4, prepareMs: 2.5, networkMs: 3, postprocessMs: expect.any(Number) },
        },
        images: { totalCount: 4, nodes: [{ state: 'COMPLETED', error: null, failureKind: null }, {}] },
        detections: {
          nodes: [
            { rank: expect.any(Number), pseudoCluster: null, reviews: expect.any(Array), run: { id: runId } },
            {},
            {},
          ],
        },
        best: { totalCount: 4 },
      },
      node: { __typename: 'DetectionRun', status: 'SUCCEEDED' },
    });
  });

  it('are in the lists of runs, by data set, detector and state', async () => {
    const data = await answer(
      `{ all: detectionRuns(filter: { dataset: "small" }) { totalCount }
        one: detectionRuns(filter: { detector: "tiny-constant", status: SUCCEEDED, not: { status: [FAILED] } }, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id } pageInfo { endCursor } }
        none: detectionRuns(filter: { status: [] }) { totalCount } }`,
      {},
      executor,
    );
    expect(data).toMatchObject({ all: { totalCount: 2 }, one: { nodes: [{ id: runId }] }, none: { totalCount: 0 } });
    const cursor = (data.one as unknown as { pageInfo: { endCursor: string } }).pageInfo.endCursor;
    const next = await answer(
      'query N($after: String) { detectionRuns(after: $after, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id } pageInfo { hasPreviousPage } } }',
      { after: cursor },
      executor,
    );
    expect(next).toMatchObject({ detectionRuns: { nodes: [], pageInfo: { hasPreviousPage: true } } });
  });

  it('are curves whose figures are quotients of the integers beside them', async () => {
    await answer(
      'mutation E($input: EvaluateDetectionRunInput!) { evaluateDetectionRun(input: $input) { evaluation { id } } }',
      {
        input: { id: runId },
      },
    );
    const data = (await answer(
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

  it('say what there is when a curve is asked for that there is not', async () => {
    const ask = (field: string) =>
      graphOf(services, executor)(
        `query E($id: ID!) { detectionRun(id: $id) { evaluations { ${field} { __typename } } } }`,
        { id: runId },
      );
    for (const [field, argument] of [
      ['accuracyCurve(stratum: "nowhere")', 'stratum'],
      ['accuracyCurve(topK: 77)', 'topK'],
      ['froc(iouThreshold: 0.9)', 'iouThreshold'],
      ['precisionRecall(iouThreshold: 0.9)', 'iouThreshold'],
    ]) {
      const { errors } = await ask(field ?? '');
      expect(errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    }
  });

  it('can be compared with another evaluation of the same data', async () => {
    const evaluate = async (topK: number): Promise<string> => {
      const data = await answer(
        'mutation E($input: EvaluateDetectionRunInput!) { evaluateDetectionRun(input: $input) { evaluation { id } } }',
        { input: { id: runId, topK } },
      );
      return (data.evaluateDetectionRun as unknown as { evaluation: { id: string } }).evaluation.id;
    };
    const ids = [await evaluate(3), await evaluate(4)];
    const query = `query C($ids: [ID!]!) { compareEvaluations(ids: $ids) { evaluations { id accuracyCurve { accuracy } }
      differences { baseline { id } other { id } imageCount topK points { iouThreshold difference ciLow ciHigh correctBaseline correctOther total } } } }`;
    const data = await answer(query, { ids }, executor);
    expect(data).toMatchObject({
      compareEvaluations: {
        evaluations: ids.map((id) => ({ id })),
        differences: [{ baseline: { id: ids[0] }, other: { id: ids[1] }, imageCount: 4, topK: 2 }],
      },
    });
    expect(await errorOf(query, { ids: [ids[0], ids[0]] })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await errorOf(query, { ids: [ids[0], idOfNothing('Evaluation')] })).toMatchObject({
      code: 'NOT_FOUND',
    });
    const list = await answer(
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
    const data = await answer(
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
    expect(await errorOf(query, refused)).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'frocDuplicates' });
  });

  it('list the lesions that one run alone found', async () => {
    const list = `query C($ids: [ID!]!, $first: Int) { compareEvaluations(ids: $ids) { differences {
      discordantLesions(foundBy: OTHER, first: $first) { foundBy reason bestOverlap bestRank bestScore lesion { id } image { id } } } } }`;
    const evaluated = async (topK: number) =>
      answer(
        'mutation E($input: EvaluateDetectionRunInput!) { evaluateDetectionRun(input: $input) { evaluation { id } } }',
        {
          input: { id: runId, topK },
        },
      );
    const ids = [await evaluated(3), await evaluated(4)].map(
      (data) => (data.evaluateDetectionRun as unknown as { evaluation: { id: string } }).evaluation.id,
    );
    expect(await answer(list, { ids }, executor)).toEqual({
      compareEvaluations: { differences: [{ discordantLesions: [] }] },
    });
    expect(await errorOf(list, { ids, first: 501 })).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'first' });
  });

  it('take the verdicts of radiologists, and keep them all', async () => {
    const { detectionRun } = (await answer(
      'query D($id: ID!) { detectionRun(id: $id) { detections(first: 1) { nodes { id } } } }',
      {
        id: runId,
      },
    )) as unknown as { detectionRun: { detections: { nodes: { id: string }[] } } };
    const detectionId = detectionRun.detections.nodes[0]?.id;
    const review =
      'mutation V($input: ReviewDetectionInput!) { reviewDetection(input: $input) { review { id verdict reviewer remark detection { id } } detection { currentVerdict reviews { verdict } } } }';
    const data = await answer(
      review,
      { input: { detectionId, verdict: 'LESION', reviewer: executor, remark: 'clear' } },
      executor,
    );
    expect(data).toMatchObject({
      reviewDetection: {
        review: { verdict: 'LESION', reviewer: executor, remark: 'clear', detection: { id: detectionId } },
        detection: { currentVerdict: 'LESION' },
      },
    });
    const { review: made } = data.reviewDetection as unknown as { review: { id: string } };
    expect(
      await answer(
        'query N($id: ID!) { node(id: $id) { ... on DetectionReview { verdict } } }',
        { id: made.id },
        executor,
      ),
    ).toEqual({
      node: { verdict: 'LESION' },
    });
    const unknown = { detectionId: idOfNothing('Detection'), verdict: 'UNSURE', reviewer: 'x' };
    expect(await errorOf(review, { input: unknown })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await errorOf(review, { input: { ...unknown, detectionId, reviewer: ' ' } })).toMatchObject({
      argument: 'reviewer',
    });
  });

  it('know their detectors, and what is wrong with a refused one', async () => {
    const data = await answer(
      `{ detectors(orderBy: { field: NAME }, filter: { name: "tiny-constant" }) { nodes { id name version ready classes architecture input { width height channels { offsetMm window { low high } } } defaults { scoreThreshold nmsIouThreshold maxDetectionsPerImage } modelCard modelSha256 } }
        detector(name: "tiny-constant") { version ready } nothing: detector(name: "tiny-constant", version: "9.9.9") { id } nobody: detector(name: "none") { id }
        serverInfo { version codeVersion nodeVersion executionProviders machineExecutionProviders { id available } refusedModels { name reason } limits { maxPageSize defaultPageSize complexity storedComplexity depth tokens } } }`,
      {},
      executor,
    );
    expect(data).toMatchObject({
      detectors: { nodes: [{ name: 'tiny-constant', ready: true, classes: ['lesion'], input: { width: 8 } }] },
      detector: { version: '1.0.0', ready: true },
      nothing: null,
      nobody: null,
      serverInfo: {
        codeVersion: 'test',
        executionProviders: ['cpu'],
        machineExecutionProviders: expect.arrayContaining([{ id: 'cpu', available: true }]),
        limits: { maxPageSize: 500, defaultPageSize: 50 },
        refusedModels: expect.arrayContaining([expect.objectContaining({ reason: expect.any(String) })]),
      },
    });
  });
});
