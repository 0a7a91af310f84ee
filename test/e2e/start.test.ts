import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cookbook } from '../../src/graphql';
import { isAlive } from '../../src/processes';
import { COOKBOOK_LANGUAGES, hasR, parsedAnswer, runRClient, runRecipe } from './cookbook';
import { RECIPE_CHECKS } from './cookbookChecks';
import { hasPython, runFirstHour } from './firstHour';
import { copyDemo } from './madeDemo';
import { type RunningProduct, runCommand, startProduct } from './product';
import { hasClientPython, runClientTests } from './pythonClient';
import { PhantomRadiologist } from './radiologist';

const CSV_HEADER =
  'File_name,Patient_index,Study_index,Series_ID,Key_slice_index,Measurement_coordinates,Bounding_boxes,Lesion_diameters_Pixel_,' +
  'Normalized_lesion_location,Coarse_lesion_type,Possibly_noisy,Slice_range,Spacing_mm_px_,Image_size,DICOM_windows,Patient_gender,' +
  'Patient_age,Train_Val_Test';
const CSV_ROW =
  '000007_01_01_042.png,7,1,1,42,"100, 100, 130, 100, 115, 95, 115, 110","95, 90, 135, 115","30, 15","0.4, 0.5, 0.6",5,0,"36, 48",' +
  '"0.8, 0.8, 5","512, 512","-175, 275",F,61,3';

interface ReviewedRun {
  evaluations: {
    froc: { sensitivity: number }[];
    precisionRecall: { precision: number }[];
    protocol: { population: { lesions: number; lesionsConfirmed: number } };
  }[];
  images: { nodes: { image: { fileName: string } }[] };
}

interface Finding {
  id: string;
  score: number;
  image: { fileName: string };
  boundingBox: { x1: number; y1: number; x2: number; y2: number };
}
const FINDINGS = 'pageInfo { hasNextPage endCursor } nodes { id score image { fileName } boundingBox { x1 y1 x2 y2 } }';

interface Page {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  nodes: Finding[];
}

interface RunLists {
  detectionRun: { detections: Page };
  reviewQueue: Page;
}

interface CurvePoint {
  iouThreshold: number;
  accuracy: number;
  correct: number;
  total: number;
  ciLow: number;
  ciHigh: number;
}

/**
 * Recalls 0, 0.01 … 0.7. Reviews make false positives right, which is what limits precision there; a lesion that no box
 * hits stays unknown, so that the far end of any reviewed curve is an upper bound.
 */
const REVIEWED_RECALLS = 71;
const meanDistance = (figures: readonly number[], truth: readonly number[]): number =>
  figures.reduce((sum, figure, i) => sum + Math.abs(figure - truth[i]!), 0) / figures.length;

/** The first start makes the demo and trains nothing; it still takes a minute or more on two cores. */
jest.setTimeout(300_000);

describe('the product, started as a user starts it', () => {
  let dataDir: string;
  let environment: { DATA_DIR: string };
  let product: RunningProduct;

  beforeAll(async () => {
    dataDir = await copyDemo();
    environment = { DATA_DIR: dataDir };
    product = await startProduct(environment);
  });
  afterAll(async () => {
    if (product.process.exitCode === null) await product.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('answers for data sets, filtered lesions and their statistics', async () => {
    const data = await product.query<{
      datasets: { nodes: { slug: string; synthetic: boolean }[] };
      lesions: { totalCount: number; nodes: { longDiameterMm: number; split: string; image: { fileName: string } }[] };
      lesionStatistics: unknown;
    }>(`{
      datasets { nodes { slug synthetic } }
      lesions(filter: { dataset: "demo", split: TEST, longDiameterMm: { gte: 15 } }, first: 5) {
        totalCount
        nodes { longDiameterMm split image { fileName } }
      }
      lesionStatistics(filter: { dataset: "demo" }, groupBy: [SPLIT]) { __typename }
    }`);
    expect(data.datasets.nodes).toEqual([{ slug: 'demo', synthetic: true }]);
    expect(data.lesions.totalCount).toBeGreaterThan(5);
    for (const lesion of data.lesions.nodes) {
      expect(lesion.split).toBe('TEST');
      expect(lesion.longDiameterMm).toBeGreaterThanOrEqual(15);
    }
  });

  /** All findings of a connection, page by page. @param query takes `$id` and `$after` */
  async function readAll(id: string, query: string, pageOf: (data: RunLists) => Page): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: Page = pageOf(await product.query<RunLists>(query, { id, after }));
      findings.push(...page.nodes);
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    return findings;
  }

  /** A run of the single-class detector over all images, boxes of little score left out. */
  async function detectAll(): Promise<string> {
    const { runDetection } = await product.query<{ runDetection: { run: { id: string } } }>(
      'mutation { runDetection(input: { detector: "phantom-single", dataset: "demo", scoreThreshold: 0.05 }) { run { id } } }',
    );
    for (;;) {
      const { detectionRun } = await product.query<{ detectionRun: { status: string } }>(
        'query ($id: ID!) { detectionRun(id: $id) { status } }',
        { id: runDetection.run.id },
      );
      if (detectionRun.status === 'SUCCEEDED') return runDetection.run.id;
      expect(['QUEUED', 'RUNNING']).toContain(detectionRun.status);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  it('has a run of each shipped detector over the test split, with its accuracy curve and bands, for all lesions and by named cluster', async () => {
    const data = await product.query<{
      categorizations: { nodes: { name: string; pseudoClusters: { nodes: { label: string; size: number }[] } }[] };
      detectionRuns: {
        nodes: {
          status: string;
          detector: { name: string; classes: string[] };
          progress: { completed: number; failed: number; total: number };
          evaluations: {
            accuracyCurve: CurvePoint[];
            strata: { name: string; accuracyCurve: CurvePoint[] }[];
          }[];
        }[];
      };
    }>(`{
      categorizations { nodes { name pseudoClusters { nodes { label size } } } }
      detectionRuns(first: 2) { nodes {
        status detector { name classes } progress { completed failed total }
        evaluations {
          accuracyCurve { iouThreshold accuracy correct total ciLow ciHigh }
          strata { name accuracyCurve { iouThreshold accuracy correct total ciLow ciHigh } }
        }
      } }
    }`);
    const [categorization] = data.categorizations.nodes;
    expect(categorization?.pseudoClusters.nodes.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['lung nodule', 'chest lymph node', 'liver', 'abdomen']),
    );
    expect(data.detectionRuns.nodes.map(({ detector }) => detector.name).sort()).toEqual([
      'phantom-multi',
      'phantom-single',
    ]);
    for (const run of data.detectionRuns.nodes) {
      expect(run).toMatchObject({ status: 'SUCCEEDED', progress: { failed: 0 } });
      expect(run.detector.classes).toHaveLength(run.detector.name === 'phantom-multi' ? 5 : 1);
      const curve = run.evaluations[0]?.accuracyCurve ?? [];
      expect(curve).toHaveLength(19);
      for (const [index, point] of curve.entries()) {
        expect(point.accuracy).toBeCloseTo(point.correct / point.total, 9);
        expect(point.ciLow).toBeLessThanOrEqual(point.accuracy);
        expect(point.ciHigh).toBeGreaterThanOrEqual(point.accuracy);
        if (index > 0) expect(point.correct).toBeLessThanOrEqual(curve[index - 1]?.correct ?? 0);
      }
      expect(curve[0]?.correct).toBeGreaterThan(0);
      const clusters = run.evaluations[0]?.strata.filter(({ name }) => name.startsWith('pseudo-cluster:')) ?? [];
      expect(clusters).toHaveLength(5);
      for (const cluster of clusters) expect(cluster.accuracyCurve).toHaveLength(19);
    }
  });

  // Before anyone reviews: later, the newest evaluations rest on reviews, and the queues are empty.
  describe(`the cookbook, in ${COOKBOOK_LANGUAGES.join(', ')}`, () => {
    it.each(cookbook.map(({ name, question }) => [question, name]))('%s', async (_question, name) => {
      const { words, check } = RECIPE_CHECKS[name] ?? {};
      if (!check) throw new Error(`What the recipe ${name} answers has to be checked in cookbookChecks.ts.`);
      const outputs = await runRecipe(name, product.origin, words?.(dataDir) ?? []);
      expect(Object.keys(outputs)).toEqual(COOKBOOK_LANGUAGES);
      for (const output of Object.values(outputs)) check(output);
    });

    it('prints the same in every language where a program only sends the document', async () => {
      const outputs = Object.values(await runRecipe('compare-runs', product.origin, [])).map(parsedAnswer);
      for (const output of outputs) expect(output).toEqual(outputs[0]);
    });
  });

  it('lets a radiologist who works through the review queue bring the figures closer to the truth', async () => {
    const radiologist = new PhantomRadiologist(join(dataDir, 'demo'));
    const id = await detectAll();
    const run = await product.query<{ detectionRun: ReviewedRun }>(
      `query ($id: ID!) { detectionRun(id: $id) {
        evaluations { froc { sensitivity } precisionRecall { precision } protocol { population { lesions } } }
        images(first: 500) { nodes { image { fileName } } }
      } }`,
      { id },
    );
    const detections = await readAll(
      id,
      `query ($id: ID!, $after: String) { detectionRun(id: $id) { detections(first: 500, after: $after) { ${FINDINGS} } } }`,
      ({ detectionRun }) => detectionRun.detections,
    );
    const boxes = new Map<string, [number, number, number, number, number][]>(
      run.detectionRun.images.nodes.map(({ image }) => [image.fileName, []]),
    );
    for (const { image, score, boundingBox: box } of detections)
      boxes.get(image.fileName)?.push([box.x1, box.y1, box.x2, box.y2, score]);

    const queue = await readAll(
      id,
      `query ($id: ID!, $after: String) { reviewQueue(run: $id, first: 500, after: $after) { ${FINDINGS} } }`,
      ({ reviewQueue }) => reviewQueue,
    );
    expect(queue.length).toBeGreaterThan(20);
    for (const { id: detectionId, image, boundingBox: box } of queue)
      await product.query(
        'mutation ($input: ReviewDetectionInput!) { reviewDetection(input: $input) { review { verdict } } }',
        {
          input: {
            detectionId,
            reviewer: 'phantom radiologist',
            verdict: radiologist.verdict(image.fileName, [box.x1, box.y1, box.x2, box.y2]),
          },
        },
      );
    const { evaluateDetectionRun } = await product.query<{
      evaluateDetectionRun: { evaluation: ReviewedRun['evaluations'][number] };
    }>(
      `mutation ($id: ID!) { evaluateDetectionRun(input: { id: $id, reviews: INCLUDE }) {
        evaluation { froc { sensitivity } precisionRecall { precision } protocol { population { lesions lesionsConfirmed } } }
      } }`,
      { id },
    );
    const [unreviewed] = run.detectionRun.evaluations;
    const reviewed = evaluateDetectionRun.evaluation;
    expect(reviewed.protocol.population.lesionsConfirmed).toBeGreaterThan(5);
    const [before, after] = [unreviewed!, reviewed].map(({ froc, precisionRecall }) => ({
      sensitivity: meanDistance(
        froc.map(({ sensitivity }) => sensitivity),
        radiologist.trueFroc(boxes),
      ),
      precision: meanDistance(
        precisionRecall.map(({ precision }) => precision).slice(0, REVIEWED_RECALLS),
        radiologist.truePrecision(boxes).slice(0, REVIEWED_RECALLS),
      ),
    }));
    expect(after!.precision).toBeLessThan(0.5 * before!.precision);
    expect(after!.sensitivity).toBeLessThan(before!.sensitivity);
    const left = await product.query<{ reviewQueue: { totalCount: number } }>(
      'query ($id: ID!) { reviewQueue(run: $id) { totalCount } }',
      { id },
    );
    expect(left.reviewQueue.totalCount).toBe(0);
  });

  (hasPython ? it : it.skip)('answers the five questions of docs/first-hour.md, run as one script', () => {
    const output = runFirstHour(product.origin);
    expect(output).toMatch(/^demo 1 .*'lesions': 275/m);
    expect(output).toContain('275 lesions of 90 patients');
    expect(output).toMatch(/^image\/png \d+ bytes$/m);
    expect(output).toMatch(/^\d+ lesions missed, \d+ false positives$/m);
  });

  (hasR ? it : it.skip)('has a client in R, whose tables are those of the graph', async () => {
    const { detectionRuns, ...data } = await product.query<{
      detectionRuns: { nodes: { evaluations: { accuracyCurve: CurvePoint[] }[] }[] };
    }>(`{
      lesions(filter: { dataset: "demo" }) { totalCount }
      lesionStatistics(filter: { dataset: "demo" }, groupBy: [SPLIT]) { split lesionCount }
      detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
        nodes { evaluations(first: 1) { accuracyCurve { correct total } } }
      }
    }`);
    const [run] = detectionRuns.nodes;
    expect(await runRClient(product.origin)).toEqual({
      ...data,
      accuracyCurve: run?.evaluations[0]?.accuracyCurve,
      unit: ['mm'],
      error: ['deeplesion_not_found', 'deeplesion_error', 'error', 'condition'],
      argument: ['dataset'],
      layers: ['GeomRibbon', 'GeomLine'],
    });
  });

  it('renders a slice with its lesions', async () => {
    const data = await product.query<{ bookmarkedImages: { nodes: { url: string }[] } }>(
      '{ bookmarkedImages(filter: { dataset: "demo" }, first: 1) { nodes { url(overlay: "lesions", size: 256) } } }',
    );
    const url = new URL(data.bookmarkedImages.nodes[0]?.url ?? '', product.origin);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
  });

  it('lets the command line work beside it on the same data folder', async () => {
    const csv = join(dataDir, 'own.csv');
    writeFileSync(csv, `${CSV_HEADER}\n${CSV_ROW}\n`);
    const { code, output } = await runCommand(['import', 'dl-info', csv, '--dataset', 'own'], environment);
    expect({ code, output }).toMatchObject({ code: 0 });
    const data = await product.query('{ lesions(filter: { dataset: "own" }) { totalCount } }');
    expect(data).toEqual({ lesions: { totalCount: 1 } });
    expect(output).toContain(`database: embedded PostgreSQL of DATA_DIR=${dataDir}\n`);
    expect(output).not.toContain('warning');
  });

  it('tells a command of another data folder where the server has its data', async () => {
    const other = mkdtempSync(join(tmpdir(), 'deeplesion-other-'));
    try {
      const { output } = await runCommand(['import', 'dl-info', 'no-such.csv', '--dataset', 'own'], {
        DATA_DIR: other,
      });
      expect(output).toContain(`database: embedded PostgreSQL of DATA_DIR=${other}, which is made now\n`);
      // Another test file may run a server of this checkout at the same time, and the command names one of them.
      const named =
        /no server uses this database\. One of this checkout uses DATA_DIR=(\S+): set DATA_DIR to that/.exec(output);
      expect(named?.[1]).not.toBe(other);
      expect(existsSync(join(named?.[1] ?? '', 'server.lock'))).toBe(true);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  it('refuses a second server on the same data folder and goes on', async () => {
    await expect(startProduct(environment)).rejects.toThrow(/Another server/);
    expect(await product.query('{ __typename }')).toEqual({ __typename: 'Query' });
  });

  it('comes back after kill -9 with everything there and nothing done again', async () => {
    const content = '{ lesions(filter: { dataset: "own" }) { totalCount } detectionRuns { totalCount } }';
    const before = await product.query(content);
    expect(before).toMatchObject({ lesions: { totalCount: 1 } });
    const ended = once(product.process, 'exit');
    process.kill(product.serverPid, 'SIGKILL');
    await ended;
    product = await startProduct(environment);
    expect(product.log()).not.toContain('Demo phantoms');
    expect(await product.query(content)).toEqual(before);
  });

  (hasClientPython ? it : it.skip)(
    'passes the tests of the Python client, whose README is one of them',
    async () => {
      expect(await runClientTests(product.origin)).toMatch(/^\d+ passed/m);
    },
    900_000,
  );

  it('stops on SIGTERM with status 0 and takes the database along', async () => {
    expect(await product.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    for (const pid of [product.serverPid, product.postgresPid]) expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });
});
