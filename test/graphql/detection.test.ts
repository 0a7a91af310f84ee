import { type ExecutionResult, parse, subscribe } from 'graphql';
import { idOfNothing } from '../globalIds';
import { DetectionBed } from './detectionBed';
import { EXECUTORS, testSchema as schema } from './testGraph';

let bed: DetectionBed;
let runId: string;
beforeAll(async () => {
  bed = await DetectionBed.create();
});
afterAll(() => bed.drop());

describe('a detection run through the graph', () => {
  it('is accepted at once, with everything that determines it', async () => {
    const run = await bed.run({ idempotencyKey: 'first' });
    runId = run.id;
    expect(run).toMatchObject({
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
    expect((await bed.run({ idempotencyKey: 'first' })).id).toBe(runId);
    expect(await bed.refusalOfRun({ idempotencyKey: 'first', topK: 3 })).toMatchObject({ code: 'CONFLICT' });
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
    expect(await bed.refusalOfRun(change)).toMatchObject({ code, argument });
  });

  it('can be followed to its end, each event with fresh figures', async () => {
    const document = parse(
      `subscription Follow($id: ID!) { detectionRunProgress(id: $id) { id status progress { completed failed total } evaluations { id } } }`,
    );
    const events = await subscribe({
      schema,
      document,
      variableValues: { id: runId },
      contextValue: bed.context(),
    });
    if (!(Symbol.asyncIterator in events)) throw events.errors?.[0];
    const seen: ExecutionResult[] = [(await events.next()).value ?? {}];
    await bed.work(runId);
    for await (const event of events) seen.push(event);
    const states = seen.map(({ data }) => JSON.parse(JSON.stringify(data)).detectionRunProgress);
    expect(states[0]).toMatchObject({ id: runId, status: 'QUEUED', progress: { completed: 0, total: 4 } });
    expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', progress: { completed: 4, failed: 0, total: 4 } });
  });

  it('cannot be followed where there is none', async () => {
    const document = parse('subscription F($id: ID!) { detectionRunProgress(id: $id) { id } }');
    const follow = (id: string) => subscribe({ schema, document, variableValues: { id }, contextValue: bed.context() });
    for (const [id, code] of [
      [idOfNothing('DetectionRun'), 'NOT_FOUND'],
      ['garbage', 'BAD_USER_INPUT'],
    ] as const) {
      const result = await follow(id);
      expect('errors' in result && result.errors?.[0]?.originalError).toMatchObject({ code });
    }
  });

  it('lets go of a run as soon as its follower leaves', async () => {
    const { id } = await bed.run({ idempotencyKey: 'left' });
    const document = parse('subscription F($id: ID!) { detectionRunProgress(id: $id) { status } }');
    const contextValue = bed.context();
    const events = await subscribe({ schema, document, variableValues: { id }, contextValue });
    if (!(Symbol.asyncIterator in events)) throw events.errors?.[0];
    await events.next();
    const waiting = events.next();
    await events.return(undefined);
    expect((await waiting).done).toBe(true);
    const cancelled = await bed.answer(
      'mutation C($input: CancelDetectionRunInput!) { cancelDetectionRun(input: $input) { run { status finishedAt } } }',
      { input: { id } },
    );
    expect(cancelled).toMatchObject({ cancelDetectionRun: { run: { status: 'CANCELLED' } } });
  });
});

describe.each(EXECUTORS)('its results, run by %s', (executor) => {
  it('are the run with its timing, images and detections', async () => {
    const data = await bed.answer(
      `query R($id: ID!) { detectionRun(id: $id) { status executionProvider modelSha256 codeVersion warnings
        timing { meanMsPerImage p50MsPerImage p95MsPerImage imagesPerSecond stages { decodeMs prepareMs networkMs postprocessMs } }
        images(first: 2, state: COMPLETED) { totalCount nodes { state milliseconds error failureKind image { fileName } } }
        detections(first: 3, orderBy: { field: SCORE, direction: DESC }) { totalCount pageInfo { hasNextPage }
          nodes { rank score boundingBox { x1 y1 x2 y2 } classIndex image { fileName } run { id } pseudoCluster { id } reviews { id } } }
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
    const data = await bed.answer(
      `{ all: detectionRuns(filter: { dataset: "small" }) { totalCount }
        one: detectionRuns(filter: { detector: "tiny-constant", status: SUCCEEDED, not: { status: [FAILED] } },
          orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id } pageInfo { endCursor } }
        none: detectionRuns(filter: { status: [] }) { totalCount } }`,
      {},
      executor,
    );
    expect(data).toMatchObject({ all: { totalCount: 2 }, one: { nodes: [{ id: runId }] }, none: { totalCount: 0 } });
    const cursor = (data.one as unknown as { pageInfo: { endCursor: string } }).pageInfo.endCursor;
    const next = await bed.answer(
      `query N($after: String) { detectionRuns(after: $after, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id }
        pageInfo { hasPreviousPage } } }`,
      { after: cursor },
      executor,
    );
    expect(next).toMatchObject({ detectionRuns: { nodes: [], pageInfo: { hasPreviousPage: true } } });
  });

  it('take the verdicts of radiologists, and keep them all', async () => {
    const { detectionRun } = (await bed.answer(
      'query D($id: ID!) { detectionRun(id: $id) { detections(first: 1) { nodes { id } } } }',
      {
        id: runId,
      },
    )) as unknown as { detectionRun: { detections: { nodes: { id: string }[] } } };
    const detectionId = detectionRun.detections.nodes[0]?.id;
    const review = `mutation V($input: ReviewDetectionInput!) { reviewDetection(input: $input) {
        review { id verdict reviewer remark detection { id } } detection { currentVerdict reviews { verdict } } } }`;
    const data = await bed.answer(
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
      await bed.answer(
        'query N($id: ID!) { node(id: $id) { ... on DetectionReview { verdict } } }',
        { id: made.id },
        executor,
      ),
    ).toEqual({
      node: { verdict: 'LESION' },
    });
    const unknown = { detectionId: idOfNothing('Detection'), verdict: 'UNSURE', reviewer: 'x' };
    expect(await bed.errorOf(review, { input: unknown })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await bed.errorOf(review, { input: { ...unknown, detectionId, reviewer: ' ' } })).toMatchObject({
      argument: 'reviewer',
    });
  });

  it('know their detectors, and what is wrong with a refused one', async () => {
    const data = await bed.answer(
      `{ detectors(orderBy: { field: NAME }, filter: { name: "tiny-constant" }) { nodes { id name version ready classes architecture
          input { width height channels { offsetMm window { low high } } }
          defaults { scoreThreshold nmsIouThreshold maxDetectionsPerImage } modelCard modelSha256 } }
        detector(name: "tiny-constant") { version ready } nothing: detector(name: "tiny-constant", version: "9.9.9") { id }
        nobody: detector(name: "none") { id }
        serverInfo { version codeVersion nodeVersion executionProviders machineExecutionProviders { id available }
          refusedModels { name reason } limits { maxPageSize defaultPageSize complexity storedComplexity depth tokens } } }`,
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
