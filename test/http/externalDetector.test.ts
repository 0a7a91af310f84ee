import { createLogger } from '../../src/log';
import { createRegistry } from '../../src/models';
import { findRun, isTerminal } from '../../src/runs';
import { idOfRow } from '../globalIds';
import { type ExternalRun, makeExternalRun, type ReportedBoxes } from '../runs/externalRun';
import { createRunBed, keyOfImage, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';

/** The lesion of each image of the bed, and a place without one. */
const LESION = { box: [2, 2, 10, 10] as [number, number, number, number], score: 0.9 };
const NOTHING = { box: [12, 12, 15, 15] as [number, number, number, number], score: 0.7 };
/** Of five images it finds the lesion of two, reports no box in two, and could not process the last. */
const REPORTED: ReportedBoxes[] = [[LESION, NOTHING], [LESION], [], [], null];

const EXTERNAL_RUN = `query ($id: ID!) { detectionRun(id: $id) {
  status modelSha256 scoreThreshold nmsIouThreshold maxDetectionsPerImage executionProviders executionProvider warnings error completeness
  changedImageCount progress { completed failed total } webhook { state } retryOf { id }
  timing { meanMsPerImage p50MsPerImage p95MsPerImage imagesPerSecond stages { decodeMs } }
  detector { name source modelSha256 } detections { totalCount nodes { rank score classIndex pseudoCluster { id } image { fileName } } }
  images { nodes { state milliseconds error workerId attempts } } evaluationCount } }`;
const DETECTOR = `{ detector(name: "elsewhere") {
  id name version source architecture modelSha256 url citation classes categorization manifest modelCard ready notReadyReason
  input { width } defaults { scoreThreshold } statistics { runs completedImages failedImages speeds { images } }
  latestAccuracies { dataset { slug } top5 { correct total } } } }`;
const EVALUATE = `mutation ($input: EvaluateDetectionRunInput!) { evaluateDetectionRun(input: $input) { evaluation {
  id accuracyCurve(stratum: "ALL") { iouThreshold correct total } froc { sensitivity }
  protocol { json population { imagesCompleted imagesFailed lesions lesionsConfirmed } }
  provenance { detector detectorVersion modelSha256 trainingCommand trainingData executionProvider redo } } } }`;

interface Evaluated {
  id: string;
  accuracyCurve: { iouThreshold: number; correct: number; total: number }[];
  froc: { sensitivity: number }[];
  protocol: { json: { detections: object }; population: object };
  provenance: Record<string, string | null>;
}

describe('an external detector and its run', () => {
  let bed: RunBed;
  let server: Awaited<ReturnType<typeof startBedServer>>;
  let made: ExternalRun;
  let id: string;
  beforeAll(async () => {
    bed = await createRunBed(REPORTED.length);
    server = await startBedServer(bed);
    made = await makeExternalRun(bed.database, 'elsewhere', bed.imageIds, REPORTED);
    id = await idOfRow(bed.database, 'DetectionRun', made.run.id);
  });
  afterAll(async () => {
    await server.http.stop();
    await bed.drop();
  });

  type Answer = { data: Record<string, never>; errors?: { message: string; extensions: Record<string, string> }[] };
  const send = (query: string, variables?: object): Promise<Answer> => server.ask(query, variables);
  async function ask<Data>(query: string, variables?: object): Promise<Data> {
    const { data, errors } = await send(query, variables);
    expect(errors).toBeUndefined();
    return data as Data;
  }
  const refusalOf = async (query: string, variables?: object) => {
    const { errors } = await send(query, variables);
    return {
      code: errors?.[0]?.extensions.code,
      argument: errors?.[0]?.extensions.argument,
      message: errors?.[0]?.message,
    };
  };
  const evaluate = async (run: string, rest: object = {}): Promise<Evaluated> => {
    const answer = await ask<{ evaluateDetectionRun: { evaluation: Evaluated } }>(EVALUATE, {
      input: { id: run, ...rest },
    });
    return answer.evaluateDetectionRun.evaluation;
  };
  const atHalf = ({ accuracyCurve }: Pick<Evaluated, 'accuracyCurve'>) =>
    accuracyCurve.find(({ iouThreshold }) => iouThreshold === 0.5);

  it('has a page that leaves open what only a model has', async () => {
    const { detector } = await ask<{ detector: { id: string } }>(DETECTOR);
    expect(detector).toMatchObject({
      ...{ name: 'elsewhere', version: '1.0.0', source: 'EXTERNAL', ready: false },
      notReadyReason: 'It is external: it runs outside this server, which stores only its detections.',
      ...{ architecture: null, modelSha256: null, url: null, citation: null, classes: null, categorization: null },
      ...{ manifest: null, modelCard: null, input: null, defaults: null },
      statistics: { runs: 1, completedImages: 4, failedImages: 1, speeds: [] },
    });
    expect(Buffer.from(detector.id, 'base64url').toString()).toBe('Detector:elsewhere@1.0.0:external');
    const found = await ask('query ($id: ID!) { node(id: $id) { ... on Detector { name source } } }', {
      id: detector.id,
    });
    expect(found).toEqual({ node: { name: 'elsewhere', source: 'EXTERNAL' } });
  });

  it('is found by its source, as are those that have a model', async () => {
    const named = async (filter: string): Promise<string[]> => {
      const { detectors } = await ask<{ detectors: { nodes: { name: string }[] } }>(
        `{ detectors(filter: ${filter}) { nodes { name } } }`,
      );
      return detectors.nodes.map(({ name }) => name);
    };
    expect(await named('{ source: EXTERNAL }')).toEqual(['elsewhere']);
    expect(await named('{ source: [] }')).toEqual([]);
    const shipped = await named('{ source: SHIPPED }');
    expect(shipped).toContain('tiny-constant');
    expect(await named('{ source: [REGISTERED, SHIPPED] }')).toEqual(shipped);
    expect(await named('{ not: { source: EXTERNAL } }')).toEqual(shipped);
  });

  it('has a run whose results are all there, without a model, settings, workers and times', async () => {
    const { detectionRun } = await ask<{ detectionRun: object }>(EXTERNAL_RUN, { id });
    const image = { milliseconds: null, error: null, workerId: null, attempts: 0 };
    expect(detectionRun).toEqual({
      ...{ status: 'SUCCEEDED', completeness: 'PARTIAL', progress: { completed: 4, failed: 1, total: 5 } },
      ...{ modelSha256: null, scoreThreshold: null, nmsIouThreshold: null, maxDetectionsPerImage: null },
      ...{ executionProviders: [], executionProvider: null, warnings: [], error: null, changedImageCount: 0 },
      ...{ webhook: null, retryOf: null, evaluationCount: 0 },
      timing: { meanMsPerImage: null, p50MsPerImage: null, p95MsPerImage: null, imagesPerSecond: null, stages: null },
      detector: { name: 'elsewhere', source: 'EXTERNAL', modelSha256: null },
      detections: {
        totalCount: 3,
        nodes: [
          [1, 0.9, 0],
          [2, 0.7, 0],
          [1, 0.9, 1],
        ].map(([rank, score, index]) => ({
          ...{ rank, score, classIndex: 0, pseudoCluster: null },
          image: { fileName: keyOfImage(index ?? 0).fileName },
        })),
      },
      images: { nodes: [...Array(4).fill({ ...image, state: 'COMPLETED' }), { ...image, state: 'FAILED' }] },
    });
    expect(await ask('{ detectionRuns(filter: { detector: "elsewhere" }) { totalCount } }')).toEqual({
      detectionRuns: { totalCount: 1 },
    });
  });

  it('is not run here, which is said together with what to do', async () => {
    const expected = {
      code: 'CONFLICT',
      argument: 'detector',
      message: expect.stringMatching(
        /^Detector elsewhere@1\.0\.0 is external: it runs elsewhere, .* Run it there, or name/,
      ),
    };
    const run = 'mutation ($input: RunDetectionInput!) { runDetection(input: $input) { run { id } } }';
    for (const detectorVersion of [undefined, '1.0.0'])
      expect(await refusalOf(run, { input: { detector: 'elsewhere', detectorVersion, dataset: 'small' } })).toEqual(
        expected,
      );
    const estimate = 'query ($input: RunDetectionInput!) { estimateRun(input: $input) { imageCount } }';
    expect(await refusalOf(estimate, { input: { detector: 'elsewhere', dataset: 'small' } })).toEqual(expected);
    const retry = 'mutation ($input: RetryDetectionRunInput!) { retryDetectionRun(input: $input) { run { id } } }';
    expect(await refusalOf(retry, { input: { id } })).toEqual({
      code: 'CONFLICT',
      argument: 'id',
      message: expect.stringMatching(
        /^The detector of this run is external: .* Run it there, or start a run of a detector/,
      ),
    });
  });

  it('is evaluated, and compared lesion by lesion with a run of a model', async () => {
    const external = await evaluate(id);
    expect(atHalf(external)).toEqual({ iouThreshold: 0.5, correct: 2, total: 4 });
    expect(external.froc).toHaveLength(8);
    expect(external.protocol.population).toMatchObject({ imagesCompleted: 4, imagesFailed: 1, lesions: 4 });
    expect(external.protocol.json.detections).toEqual({
      ...{ scoreThreshold: null, nmsIouThreshold: null, maxPerImage: null, classes: 'IGNORED' },
    });
    await bed.startWorker();
    const { id: shippedId } = await bed.request('tiny-constant');
    while (!isTerminal((await findRun(bed.database, shippedId)).status))
      await new Promise((next) => setTimeout(next, 20));
    const shipped = await evaluate(await idOfRow(bed.database, 'DetectionRun', shippedId));
    const compared = await ask<{
      compareEvaluations: { differences: { imageCount: number; points: Record<string, number>[] }[] };
    }>(
      `query ($ids: [ID!]!) { compareEvaluations(ids: $ids) {
         differences { imageCount points { iouThreshold correctBaseline correctOther total difference } } } }`,
      { ids: [external.id, shipped.id] },
    );
    const [difference] = compared.compareEvaluations.differences;
    expect(difference).toMatchObject({ imageCount: 4 });
    const half = difference?.points.find(({ iouThreshold }) => iouThreshold === 0.5);
    expect(half).toMatchObject({ correctBaseline: 2, total: 4 });
    const { detector } = await ask<{ detector: object }>(DETECTOR);
    expect(detector).toMatchObject({
      latestAccuracies: [{ dataset: { slug: 'small' }, top5: { correct: 2, total: 4 } }],
    });
  });

  it('has metrics whose provenance ends at the detector, and a command that computes them again without a model', async () => {
    const { provenance } = await evaluate(id);
    expect(provenance).toEqual({
      ...{ detector: 'elsewhere', detectorVersion: '1.0.0', modelSha256: null, executionProvider: null },
      ...{ trainingCommand: null, trainingData: null },
      redo: expect.stringContaining(`deeplesion evaluate ${id} --preset PAPER`),
    });
  });

  it('is reviewed, and an evaluation takes what was confirmed', async () => {
    const queue = '{ reviewQueue(run: "RUN") { nodes { id score boundingBox { x1 } } } }'.replace('RUN', id);
    const { reviewQueue } = await ask<{ reviewQueue: { nodes: { id: string }[] } }>(queue);
    expect(reviewQueue.nodes).toEqual([{ id: expect.any(String), score: 0.7, boundingBox: { x1: 12 } }]);
    const review = `mutation ($input: ReviewDetectionInput!) { reviewDetection(input: $input) { detection { currentVerdict } } }`;
    const input = { detectionId: reviewQueue.nodes[0]?.id, verdict: 'LESION', reviewer: 'Dr Roe' };
    expect(await ask(review, { input })).toEqual({ reviewDetection: { detection: { currentVerdict: 'LESION' } } });
    expect(await ask(queue)).toEqual({ reviewQueue: { nodes: [] } });
    const reviewed = await evaluate(id, { reviews: 'INCLUDE' });
    expect(atHalf(reviewed)).toMatchObject({ correct: 3, total: 5 });
    expect(reviewed.protocol.population).toMatchObject({ lesions: 5, lesionsConfirmed: 1 });
  });

  it('is drawn over the picture of a slice', async () => {
    const image = await idOfRow(bed.database, 'BookmarkedImage', bed.imageIds[0] ?? 0);
    const [plain, drawn] = await Promise.all(
      ['', `?overlay=detections:${id}`].map((query) => fetch(`${server.url}/images/${image}.png${query}`)),
    );
    expect([plain?.status, drawn?.status]).toEqual([200, 200]);
    expect(Buffer.from(await drawn!.arrayBuffer()).equals(Buffer.from(await plain!.arrayBuffer()))).toBe(false);
  });

  it('is no detector that makes a server ready', async () => {
    const registry = await createRegistry({
      database: bed.database,
      config: { modelsDir: '/nowhere/models', dataDir: '/nowhere/data' },
      log: createLogger('silent'),
    });
    const without = await startBedServer(bed, { registry });
    try {
      const answer = await fetch(`${without.url}/readyz`);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ checks: { detectors: expect.stringMatching(/^none is ready/) } });
      const info = await (await fetch(`${server.url}/graphql?query={serverInfo{refusedModels{name}}}`)).json();
      expect(JSON.stringify(info)).not.toContain('elsewhere');
    } finally {
      await without.http.stop();
    }
  });

  it('is not counted as work of this installation', async () => {
    const before = await makeExternalRun(bed.database, 'much', bed.imageIds, REPORTED);
    expect(before.run.status).toBe('SUCCEEDED');
    const text = await (await fetch(`${server.url}/metrics`)).text();
    // Those of the run of the model that was compared.
    expect(text).toMatch(/^deeplesion_image_seconds_count 5$/m);
    expect(text).not.toMatch(/^deeplesion_images_failed_total\{.*\} [1-9]/m);
  });
});
