import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { toGlobalId } from '../../src/globalId';
import { evaluateRun, findEvaluations, findOutcomesOfImages } from '../../src/results';
import { type CocoCase, readCocoCases } from '../evaluation/cocoCases';
import { idOfRow } from '../globalIds';
import { graphOf } from '../graphql/testGraph';
import { type MadeRun, makeRun } from '../results/evaluatedRun';
import type { TestDatabase } from '../testDatabase';
import { createTestDatabase } from '../testDatabase';
import { type ExportServer, hasModules, PYTHON, rowsOf, startExportServer, textOf } from './exportBed';

const run3 = (words: string[]) => promisify(execFile)(PYTHON, words);

type Box = [number, number, number, number];
const LESION: Box = [100, 100, 140, 140];
const NEAR: Box = [104, 100, 144, 140];
const FAR: Box = [300, 300, 340, 340];

let bed: TestDatabase;
let server: ExportServer;
let made: MadeRun;
/** ids of the run and its evaluation, as addresses have them */
let run: string;
let evaluation: string;
beforeAll(async () => {
  bed = await createTestDatabase();
  made = await makeRun(bed.database, [
    {
      patient: 1,
      lesions: [{ box: LESION }],
      detections: [
        { box: NEAR, score: 0.9 },
        { box: LESION, score: 0.8 },
        { box: FAR, score: 0.1 },
      ],
    },
    { patient: 2, lesions: [{ box: LESION }, { box: FAR, possiblyNoisy: true }], detections: [] },
    { patient: 3, lesions: [{ box: LESION }], state: 'FAILED' },
  ]);
  await bed.database.prisma.detectionRun.update({
    where: { id: made.runId },
    data: { status: 'SUCCEEDED', finishedAt: new Date() },
  });
  run = await idOfRow(bed.database, 'DetectionRun', made.runId);
  const { uuid } = await evaluateRun(bed.database, made.runId, { resamples: 100 });
  evaluation = toGlobalId('Evaluation', { uuid });
  server = await startExportServer(bed.database);
});
afterAll(async () => {
  await server.stop();
  await bed.drop();
});

interface ListedDetection {
  id: string;
  score: number;
  rank: number;
  image: { fileName: string };
  boundingBox: { x1: number; y2: number };
}

const rows = async (path: string) => rowsOf(await server.get(`/exports/${path}`));

describe('a run', () => {
  it('has its detections as the graph lists them', async () => {
    const query = `query ($id: ID!) { detectionRun(id: $id) { detections(first: 500) {
      nodes { id score rank image { fileName } boundingBox { x1 y1 x2 y2 } } } } }`;
    const { data } = await graphOf(server.services)(query, { id: run });
    const { nodes } = (data as unknown as { detectionRun: { detections: { nodes: ListedDetection[] } } }).detectionRun
      .detections;
    const listed = nodes.map(({ id, score, rank, image, boundingBox: box }) => [
      id,
      image.fileName,
      rank,
      score,
      box.x1,
      box.y2,
    ]);
    const exported = (await rows(`runs/${run}/detections.ndjson`)).map((row) => [
      row.id,
      row.file_name,
      row.rank,
      row.score,
      row.bounding_box_x1,
      row.bounding_box_y2,
    ]);
    expect(exported.sort()).toEqual(listed.sort());
  });

  it('has COCO results, and the images that were run whether they have detections or not', async () => {
    const results = JSON.parse(await textOf(await server.get(`/exports/runs/${run}/coco-results.json`)));
    expect(
      results.map(({ image_id, category_id, score }: Record<string, number>) => [image_id, category_id, score]),
    ).toEqual([
      [1, 1, 0.9],
      [1, 1, 0.8],
      [1, 1, 0.1],
    ]);
    expect(results[1].bbox).toEqual([99.5, 99.5, 40, 40]);
    const images = JSON.parse(await textOf(await server.get(`/exports/runs/${run}/images-run.json`)));
    expect(images.map((image: { image_id: number }) => image.image_id)).toEqual([1, 2]);
    const states = await rows(`runs/${run}/images.ndjson`);
    expect(states.map(({ state, detection_count: count }) => [state, count])).toEqual([
      ['COMPLETED', 3],
      ['COMPLETED', 0],
      ['FAILED', 0],
    ]);
  });

  it('is refused while it runs', async () => {
    const [unfinished] = await bed.database.query<{ uuid: string }>({
      text: `INSERT INTO detection_run (detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold,
               nms_iou_threshold, max_detections_per_image, model_sha256, code_version)
             SELECT detector_id, dataset_id, 'QUEUED', request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
               max_detections_per_image, model_sha256, code_version FROM detection_run WHERE id = $1 RETURNING uuid`,
      values: [made.runId],
    });
    const response = await server.get(`/exports/runs/${toGlobalId('DetectionRun', unfinished!)}/detections.csv`);
    expect(response.status).toBe(409);
    expect(await response.text()).toContain('The run is QUEUED');
  });
});

describe('an evaluation', () => {
  it('has its curves as the graph shows them', async () => {
    const query = `query ($id: ID!) { evaluation: node(id: $id) { ... on Evaluation {
      accuracyCurve(topK: 5) { iouThreshold accuracy correct total ciLow ciHigh }
      precisionRecall { recall precision } } } }`;
    const { data } = await graphOf(server.services)(query, { id: evaluation });
    const { accuracyCurve, precisionRecall } = (
      data as unknown as { evaluation: Record<string, Record<string, unknown>[]> }
    ).evaluation;
    const curve = (await rows(`evaluations/${evaluation}/accuracy.ndjson`)).filter(
      (row) => row.stratum === 'ALL' && row.top_k === 5,
    );
    expect(
      curve.map((row) => [row.iou_threshold, row.accuracy, row.hits, row.lesions, row.ci_low, row.ci_high]),
    ).toEqual(
      accuracyCurve!.map((point) => [
        point.iouThreshold,
        point.accuracy,
        point.correct,
        point.total,
        point.ciLow,
        point.ciHigh,
      ]),
    );
    const precision = (await rows(`evaluations/${evaluation}/precision-recall.ndjson`)).filter(
      (row) => row.iou_threshold === 0.5,
    );
    expect(precision.map((row) => [row.recall, row.precision])).toEqual(
      precisionRecall!.map((point) => [point.recall, point.precision]),
    );
    const froc: Record<string, string>[] = parse(
      await textOf(await server.get(`/exports/evaluations/${evaluation}/froc.csv`)),
      { columns: true },
    );
    expect(new Set(froc.map(({ kind }) => kind))).toEqual(new Set(['STEP', 'READING']));
  });

  it('has the outcome of each detection and each missed lesion at any threshold', async () => {
    const at = async (iou: string) =>
      (await rows(`evaluations/${evaluation}/outcomes.ndjson?iou=${iou}`)).map(
        ({ outcome, rank, source_row_index: row }) => [outcome, rank, row],
      );
    // The possibly noisy lesion of the second image does not count, nor does that of the image that failed.
    const leftOut = [
      ['LEFT_OUT', null, 2],
      ['LEFT_OUT', null, 3],
    ];
    expect(await at('0.5')).toEqual([
      ['HIT', 1, 0],
      ['DUPLICATE', 2, 0],
      ['BACKGROUND', 3, null],
      ['MISSED', null, 1],
      ...leftOut,
    ]);
    expect(await at('0.95')).toEqual([
      ['LOCALIZATION', 1, 0],
      ['HIT', 2, 0],
      ['BACKGROUND', 3, null],
      ['MISSED', null, 1],
      ...leftOut,
    ]);
    const [stored] = await bed.database.prisma.evaluation.findMany({ where: { runId: made.runId } });
    const [row] = await findEvaluations(bed.database, [stored!.id]);
    const [listed] = await findOutcomesOfImages(bed.database, row!, [made.imageIds[0]!]);
    const exported = await rows(`evaluations/${evaluation}/outcomes.ndjson`);
    expect(exported.slice(0, 3).map(({ outcome, iou, reason }) => [outcome, iou, reason])).toEqual(
      listed!.outcomes.map(({ kind, overlap, reason }) => [kind, overlap, reason]),
    );
    expect((await server.get(`/exports/evaluations/${evaluation}/outcomes.csv?iou=1.5`)).status).toBe(400);
  });

  it('is cited with its data, its detector and the software', async () => {
    const path = `/exports/evaluations/${evaluation}/citation`;
    const bibtex = await textOf(await server.get(path, { accept: 'text/html, application/x-bibtex;q=0.9' }));
    expect(bibtex.match(/^@misc\{/gm)).toHaveLength(3);
    const works = JSON.parse(await textOf(await server.get(`${path}?format=csl-json`)));
    expect(works.map(({ type }: { type: string }) => type)).toEqual(['dataset', 'software', 'software']);
  });
});

interface CocoResult {
  image_id: number;
  bbox: [number, number, number, number];
  score: number;
}

const CASES_WITH_TIES = 8;

describe('a run in the files of COCO', () => {
  /** Boxes in quarter pixels, so that both sides read the same numbers, and few scores, so that many are equal. */
  let scores = 0;
  const nextScore = (): number => (1 + ((++scores * 7919) % 5)) / 10;
  const near = (box: Box, by: number): Box => [box[0] + by, box[1], box[2] + by, box[3]];
  const images = Array.from({ length: 24 }, (_, index) => {
    const lesions: Box[] = Array.from({ length: 1 + (index % 3) }, (_, other) => {
      const [x, y, side] = [20 + 110 * other + index, 30 + 5 * index, 20 + ((index * 7 + other * 13) % 60)];
      return [x, y, x + side, y + side + (index % 5)];
    });
    const found = lesions.flatMap((box, other) => [
      { box: near(box, ((index + other) % 9) - 2.25), score: nextScore() },
      { box: near(box, 0.25 * index), score: nextScore() },
    ]);
    const outside = { box: [300, 300, 340 + index, 350] as Box, score: nextScore() };
    return {
      patient: index + 1,
      lesions: lesions.map((box) => ({ box })),
      // Neither the order of the source nor that of numbers.
      fileName: `${(index * 7) % 24}.png`,
      detections: index % 6 === 5 ? [] : [...found, outside].sort((one, other) => other.score - one.score),
    };
  });

  it('is ranked as pycocotools ranks it where scores are equal, also of images in another order than the source', async () => {
    /** Of one class, with at most ten scores, and none of what data sets here do not have. */
    const isTied = ({ c, n, truth, detections, stats }: CocoCase): boolean =>
      c === 1 &&
      n > 5 &&
      stats[0] !== null &&
      new Set(detections.map((row) => row[6])).size < detections.length / 2 &&
      [...truth, ...detections].every(([, , x1, y1, x2, y2]) => x1 < x2 && y1 < y2) &&
      truth.every((row) => row[6] < 0 && row[7] === 0);
    const cases = readCocoCases().filter(isTied).slice(0, CASES_WITH_TIES);
    expect(cases).toHaveLength(CASES_WITH_TIES);
    for (const item of cases) {
      const boxOf = ([, , ...edges]: readonly number[]): Box => edges.slice(0, 4).map((edge) => edge / 4 + 0.5) as Box;
      const made = Array.from({ length: item.n }, (_, image) => ({
        ...{ patient: image + 1, size: 1024, fileName: `${100 + image}.png` },
        lesions: item.truth.filter(([of]) => of === image).map((row) => ({ box: boxOf(row) })),
        detections: item.detections
          .filter(([of]) => of === image)
          .map((row) => ({ box: boxOf(row), score: row[6] / 1000 }))
          .sort((one, other) => other.score - one.score),
      }));
      // The last image is the first of the source.
      const { runId } = await makeRun(bed.database, made.toReversed());
      await bed.database.prisma.detectionRun.update({
        where: { id: runId },
        data: { status: 'SUCCEEDED', finishedAt: new Date() },
      });
      const stored = await evaluateRun(bed.database, runId, { resamples: 100 });
      const points = await bed.database.query<{ value: number }>({
        text: `SELECT value FROM metric_point WHERE evaluation_id = $1 AND kind = 'AVERAGE_PRECISION' AND stratum = 'ALL'
               ORDER BY iou_threshold_milli`,
        values: [stored.id],
      });
      expect(points).toHaveLength(item.ap.length);
      for (const [t, { value }] of points.entries()) expect(Math.abs(value - (item.ap[t] ?? 2))).toBeLessThan(1e-9);
      const results = JSON.parse(
        await textOf(
          await server.get(`/exports/runs/${await idOfRow(bed.database, 'DetectionRun', runId)}/coco-results.json`),
        ),
      );
      expect(results.map(({ image_id: id, bbox: [x, y], score }: CocoResult) => [id, x, y, score])).toEqual(
        made.flatMap(({ detections }, image) =>
          detections.map(({ box, score }) => [image + 1, box[0] - 0.5, box[1] - 0.5, score]),
        ),
      );
    }
  });

  (hasModules('pycocotools') ? it : it.skip)(
    'has the average precision by pycocotools that its evaluation stores (needs it in DEEPLESION_PYTHON or python3)',
    async () => {
      const beyond = { box: [480, 480, 520, 530] as Box };
      const all = [
        ...images,
        { patient: 99, lesions: [beyond], detections: [{ box: [482, 480, 512, 512] as Box, score: 0.3 }] },
      ];
      const other = await makeRun(bed.database, all);
      await bed.database.prisma.detectionRun.update({
        where: { id: other.runId },
        data: { status: 'SUCCEEDED', finishedAt: new Date() },
      });
      const { uuid } = await evaluateRun(bed.database, other.runId, { resamples: 100 });
      const { data } = await graphOf(server.services)(
        `query ($id: ID!) { node(id: $id) { ... on Evaluation {
           ap: averagePrecision ap50: averagePrecision(iouThreshold: 0.5) ap75: averagePrecision(iouThreshold: 0.75) } } }`,
        { id: toGlobalId('Evaluation', { uuid }) },
      );
      const id = await idOfRow(bed.database, 'DetectionRun', other.runId);
      const { slug } = await bed.database.prisma.dataset.findFirstOrThrow({ where: { id: other.datasetId } });
      const code = `import contextlib, io, json, sys, urllib.request
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
read = lambda path: json.load(urllib.request.urlopen(sys.argv[1] + '/exports/' + path))
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO()
    truth.dataset = read(sys.argv[2] + '@1/coco.json?clipped=1')
    truth.createIndex()
    found = truth.loadRes(read('runs/' + sys.argv[3] + '/coco-results.json'))
    run = COCOeval(truth, found, 'bbox')
    run.params.imgIds = [image['image_id'] for image in read('runs/' + sys.argv[3] + '/images-run.json')]
    run.evaluate(); run.accumulate(); run.summarize()
print(json.dumps(list(run.stats[:3])))`;
      const { stdout } = await run3(['-c', code, server.url, slug, id]);
      const { ap, ap50, ap75 } = (data as unknown as { node: Record<string, number> }).node;
      const stats: number[] = JSON.parse(stdout);
      expect(stats).toHaveLength(3);
      for (const [index, own] of [ap, ap50, ap75].entries())
        expect(Math.abs((own ?? Number.NaN) - (stats[index] ?? Number.NaN))).toBeLessThan(1e-9);
      expect(ap50).toBeGreaterThan(0.1);
      expect(ap75).toBeLessThan(ap50 ?? 0);
    },
  );
});

describe('a citation', () => {
  it('is text unless another form is requested, and survives signs of BibTeX and line ends', async () => {
    const { slug } = await bed.database.prisma.dataset.update({
      where: { id: made.datasetId },
      data: { name: 'A & B_{c}', citation: 'First line (2018).\nTY  - Second & last' },
    });
    const path = `/exports/${slug}@1/citation`;
    const text = await server.get(path, { accept: '*/*' });
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text.headers.get('vary')).toContain('Accept');
    expect(await textOf(text)).toContain(`A & B_{c}, version ${slug}@1.`);
    expect(await textOf(await server.get(`${path}?format=bibtex`))).toContain('title = {{A \\& B\\_\\{c\\}}}');
    const ris = await textOf(await server.get(`${path}?format=ris`));
    expect(ris.match(/^TY {2}- /gm)).toHaveLength(2);
    expect(ris).toMatch(/^PY {2}- 2018$/m);
    expect((await server.get(`${path}?format=endnote`)).status).toBe(400);
  });

  it('is in Croissant, with the checksums of the files that it describes', async () => {
    const { slug } = await bed.database.prisma.dataset.findFirstOrThrow({ where: { id: made.datasetId } });
    const croissant = JSON.parse(await textOf(await server.get(`/exports/${slug}@1/croissant.json`)));
    const [boxes] = croissant.recordSet.flatMap(({ field }: { field: { dataType: unknown }[] }) =>
      field.filter(({ dataType }) => dataType === 'cr:BoundingBox'),
    );
    expect(boxes['@id']).toBe('annotations/bounding_box');
    const files = croissant.distribution.filter((file: Record<string, unknown>) => file['@type'] === 'cr:FileObject');
    expect(files).toHaveLength(croissant.distribution.length - 1);
    expect(croissant.distribution.at(-1)).toMatchObject({ '@type': 'cr:FileSet', encodingFormat: 'image/png' });
    for (const file of files) {
      const response = await server.get(new URL(file.contentUrl).pathname);
      const digest = Buffer.from(file.sha256, 'hex').toString('base64');
      expect(response.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`);
      expect(file.contentSize).toBe(`${(await response.arrayBuffer()).byteLength} B`);
    }
  });

  it('is in a Research Object whose files are there, with what says of itself', async () => {
    const { slug } = await bed.database.prisma.dataset.findFirstOrThrow({ where: { id: made.datasetId } });
    const crate = JSON.parse(await textOf(await server.get(`/exports/${slug}@1/ro-crate-metadata.json`)));
    const entities: Record<string, unknown>[] = crate['@graph'];
    const byId = new Map(entities.map((entity) => [entity['@id'], entity]));
    expect(byId.get('ro-crate-metadata.json')).toMatchObject({
      about: { '@id': './' },
      conformsTo: { '@id': 'https://w3id.org/ro/crate/1.1' },
    });
    const parts = (byId.get('./')?.hasPart ?? []) as { '@id': string }[];
    expect(parts.length).toBeGreaterThan(3);
    for (const { '@id': id } of parts) {
      expect(byId.get(id)?.['@type']).toBe('File');
      expect((await fetch(id, { method: 'HEAD' })).status).toBe(200);
    }
  });

  (hasModules('mlcroissant') ? it : it.skip)(
    'is in Croissant that mlcroissant loads records by (needs it in DEEPLESION_PYTHON or python3)',
    async () => {
      const { slug } = await bed.database.prisma.dataset.findFirstOrThrow({ where: { id: made.datasetId } });
      const code = `import mlcroissant, sys, tempfile, os
os.environ['CROISSANT_CACHE'] = tempfile.mkdtemp()
data = mlcroissant.Dataset(jsonld=sys.argv[1])
assert not data.metadata.issues.errors, data.metadata.issues.report()
splits = {record['splits/name'] for record in data.records('splits')}
lesions = list(data.records('lesions'))
boxes = {record['annotations/id']: record['annotations/bounding_box'] for record in data.records('annotations')}
for record in lesions:
    left, top, width, height = boxes[record['lesions/source_row_index'] + 1]
    edges = [record['lesions/bounding_box_' + edge] for edge in ('x1', 'y1', 'x2', 'y2')]
    assert [left, top, left + width, top + height] == [edge - 0.5 for edge in edges]
assert {record['lesions/split'].decode() for record in lesions} <= {name.decode() if isinstance(name, bytes) else name for name in splits}
print(len(lesions))`;
      // Not synchronously: the server is in this process.
      const { stdout } = await run3(['-c', code, `${server.url}/exports/${slug}@1/croissant.json`]);
      expect(stdout.trim()).toBe('4');
    },
  );
});
