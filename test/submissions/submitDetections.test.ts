import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toGlobalId } from '../../src/globalId';
import { createLogger } from '../../src/log';
import { findRun } from '../../src/runs';
import { type SubmissionRequest, submitDetections, workOnSubmission } from '../../src/submissions';
import { idOfRow } from '../globalIds';
import { KILLED, startServer } from '../killedServer';
import { expectPackedAsRows } from '../runs/packedAsRows';
import { keyOfImage } from '../runs/runBed';
import { untilGone } from '../testDatabase';
import {
  cocoInput,
  DETECTOR,
  fileNameOf,
  lesionOf,
  packed,
  SUBMIT,
  type SubmissionBed,
  startSubmissionBed,
  VALIDATE,
} from './submissionBed';

const IMAGES = 12;

let bed: SubmissionBed;
beforeAll(async () => {
  bed = await startSubmissionBed(IMAGES);
  await bed.startWorker();
});
afterAll(() => bed.stop());

async function ask<Data>(query: string, variables?: object): Promise<Data> {
  const { data, errors } = await bed.ask(query, variables);
  expect(errors).toBeUndefined();
  return data as Data;
}
async function submit(input: object): Promise<string> {
  const { submitDetections } = await ask<{ submitDetections: { run: { id: string; status: string; origin: string } } }>(
    SUBMIT,
    { input },
  );
  expect(submitDetections.run).toMatchObject({ origin: 'SUBMITTED' });
  return submitDetections.run.id;
}

const RUN = `query ($id: ID!) { detectionRun(id: $id) { status error warnings note origin completeness progress { completed failed total }
  detector { name version source licence contact }
  detections(first: 50) { totalCount nodes { rank score classIndex image { fileName } boundingBox { x1 y1 x2 y2 } } }
  evaluations { accuracyCurve(stratum: "ALL") { iouThreshold correct total } }
  submission { format fileBytes fileSha256 boxConvention pixelConvention scoreTransform isListInFile boxCount clippedCount ignoredFields
    problemCount problems { line kind } suspicions { kind } } } }`;

interface Run {
  status: string;
  warnings: string[];
  progress: object;
  detections: {
    totalCount: number;
    nodes: { rank: number; score: number; boundingBox: object; image: { fileName: string } }[];
  };
  evaluations: { accuracyCurve: { iouThreshold: number; correct: number; total: number }[] }[];
  submission: Record<string, unknown>;
}
const runOf = async (id: string): Promise<Run> => (await ask<{ detectionRun: Run }>(RUN, { id })).detectionRun;

describe('a file of COCO results', () => {
  const results = [lesionOf(0), { ...lesionOf(0, 0.95), bbox: [10, 10, 9, 3] }, lesionOf(1, 0.5)];
  const text = JSON.stringify(results);

  it('becomes a run whose silence counts, with provenance, and is evaluated', async () => {
    const detector = { ...DETECTOR, licence: 'CC0', contact: 'us@example.org' };
    const id = await submit(cocoInput(await bed.put(packed(text)), { detector, note: 'our first' }));
    expect(await bed.ended(id)).toMatchObject({ status: 'SUCCEEDED', clientKey: expect.any(String) });
    const run = await runOf(id);
    expect(run).toMatchObject({
      ...{ error: null, note: 'our first', origin: 'SUBMITTED', completeness: 'COMPLETE' },
      progress: { completed: IMAGES, failed: 0, total: IMAGES },
      detector: { ...detector, source: 'EXTERNAL' },
      submission: {
        ...{ format: 'COCO_RESULTS', boxConvention: 'XYWH', pixelConvention: 'ZERO_BASED', scoreTransform: null },
        ...{
          isListInFile: false,
          boxCount: 3,
          clippedCount: 1,
          ignoredFields: [],
          problemCount: 0,
          problems: [],
          suspicions: [],
        },
        fileSha256: createHash('sha256').update(packed(text)).digest('hex'),
        fileBytes: packed(text).length,
      },
    });
    expect(run.warnings).toEqual(['1 of 3 boxes reached beyond their image and were cut.']);
    // Boxes of the data set count from 1, and the better one of an image has rank 1.
    expect(run.detections.nodes).toEqual([
      ...[
        { rank: 1, score: 0.95, box: [10.5, 10.5, 16.5, 13.5], place: 0 },
        { rank: 2, score: 0.9, box: [2, 2, 10, 10], place: 0 },
        { rank: 1, score: 0.5, box: [2, 2, 10, 10], place: 1 },
      ].map(({ rank, score, box: [x1, y1, x2, y2], place }) => ({
        ...{ rank, score, classIndex: 0, image: { fileName: fileNameOf(place) }, boundingBox: { x1, y1, x2, y2 } },
      })),
    ]);
    const half = run.evaluations[0]?.accuracyCurve.find(({ iouThreshold }) => iouThreshold === 0.5);
    expect(half).toEqual({ iouThreshold: 0.5, correct: 2, total: IMAGES });
    const [row] = await bed.database.query<{ id: number }>({
      text: 'SELECT max(run_id) AS id FROM detection_submission',
    });
    await expectPackedAsRows(bed.database, row?.id ?? 0);
  });

  it('is one run for one idempotencyKey, cannot be tried again, and can be deleted with all that it left', async () => {
    const input = cocoInput(await bed.put(text), { idempotencyKey: 'once' });
    const id = await submit(input);
    expect(await submit(input)).toBe(id);
    const other = await bed.ask(SUBMIT, { input: { ...input, note: 'other' } });
    expect(other.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', argument: 'idempotencyKey' });
    await bed.ended(id);
    const retry = 'mutation ($input: RetryDetectionRunInput!) { retryDetectionRun(input: $input) { run { id } } }';
    const refused = await bed.ask(retry, { input: { id } });
    expect(refused.errors?.[0]).toMatchObject({
      extensions: { code: 'CONFLICT' },
      message: expect.stringContaining('submitDetections'),
    });
    const before = await bed.database.prisma.detectionSubmission.count();
    await ask('mutation ($input: DeletionInput!) { deleteDetectionRun(input: $input) { __typename } }', {
      input: { id, reason: 'a test' },
    });
    expect(await bed.database.prisma.detectionSubmission.count()).toBe(before - 1);
  });

  it.each([
    ['note', 'x'.repeat(10_001)],
    ['topK', 0],
    ['topK', 1_001],
    ['idempotencyKey', 'x'.repeat(201)],
  ])('is refused with %s beyond its bound', async (argument, value) => {
    const { errors } = await bed.ask(SUBMIT, { input: { ...cocoInput('A'.repeat(22)), [argument]: value } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument });
  });

  it('makes no detector of a name that has a model, and leaves nothing', async () => {
    const before = await rowCounts();
    const { errors } = await bed.ask(SUBMIT, {
      input: cocoInput(await bed.put(text), { detector: { name: 'tiny-constant', version: '1.0.0' } }),
    });
    expect(errors?.[0]?.extensions.code).toBe('CONFLICT');
    expect(await rowCounts()).toEqual({ ...before, uploads: before.uploads + 1 });
  });
});

/** All stored points of the evaluations of a run, without row ids. */
async function pointsOf({ database }: SubmissionBed, runId: number): Promise<string[]> {
  const points = await database.prisma.metricPoint.findMany({
    where: { evaluation: { runId } },
    omit: { id: true, evaluationId: true },
  });
  return points.map((point) => JSON.stringify(point)).sort();
}

describe('a run of this server, written as COCO results and submitted', () => {
  const OWN = `query ($id: ID!) { detectionRun(id: $id) { detections(first: 500) { nodes {
    score classIndex image { fileName } boundingBox { x1 y1 x2 y2 } } } } }`;
  interface OwnDetection {
    score: number;
    classIndex: number;
    image: { fileName: string };
    boundingBox: { x1: number; y1: number; x2: number; y2: number };
  }
  it('has every stored metric again, and raises no suspicion', async () => {
    const { id: own } = await bed.bed.request('tiny-constant', { scoreThreshold: 0 });
    const ownId = await idOfRow(bed.database, 'DetectionRun', own);
    await bed.ended(ownId);
    const { detectionRun } = await ask<{ detectionRun: { detections: { nodes: OwnDetection[] } } }>(OWN, { id: ownId });
    const { nodes } = detectionRun.detections;
    expect(nodes.length).toBeGreaterThan(IMAGES);
    const results = nodes.map(({ score, classIndex, image, boundingBox: { x1, y1, x2, y2 } }) => ({
      image_id: image.fileName,
      category_id: classIndex,
      bbox: [x1 - 0.5, y1 - 0.5, x2 - x1, y2 - y1],
      score,
    }));
    const run = await submit(cocoInput(await bed.put(JSON.stringify(results))));
    const { id: submitted, warnings } = await bed.ended(run);
    expect(warnings).toEqual([]);
    expect(await pointsOf(bed, submitted)).toEqual(await pointsOf(bed, own));
  });

  it.each([['one pixel off', ([x = 0, y = 0, w = 0, h = 0]: number[]) => [x + 1, y + 1, w, h], 'SHIFTED']])(
    '%s is stored with a warning that names the fault',
    async (_, change, kind) => {
      const results = Array.from({ length: IMAGES }, (__, place) => ({
        ...lesionOf(place),
        bbox: change(lesionOf(place).bbox),
      }));
      const run = await submit(cocoInput(await bed.put(JSON.stringify(results))));
      const { warnings } = await bed.ended(run);
      expect(warnings[0]).toMatch(/^The mean IoU of the best boxes rises from 0\.\d\d to 1\.00 \(12 lesions\) if /);
      expect((await runOf(run)).submission).toMatchObject({ suspicions: [{ kind }] });
    },
  );
});

describe('a reading that is broken off', () => {
  it('leaves nothing, and is done again by the process that has the job then', async () => {
    const uploadId = await bed.put(JSON.stringify([lesionOf(0)]));
    const queue = { sendSubmission: async () => undefined, wake: () => undefined };
    const { database, uploads } = bed;
    const context = { ...bed.bed.context, uploads, queue };
    const request: SubmissionRequest = {
      ...{ dataset: 'small', uploadId, format: 'COCO_RESULTS', detector: DETECTOR, images: { split: ['TEST'] } },
    };
    const { id } = await submitDetections(context, request);
    const before = await rowCounts();
    const work = { database, uploads, log: createLogger('silent'), evaluate: async () => undefined };
    const lease = { runId: id, lost: new AbortController().signal, renew: async () => false };
    await expect(workOnSubmission(work, lease, new AbortController().signal)).rejects.toThrow(
      'Another process has the job.',
    );
    expect(await rowCounts()).toEqual(before);
    expect(await workOnSubmission(work, lease, AbortSignal.abort())).toBe('again');
    expect(await workOnSubmission(work, { ...lease, renew: async () => true }, new AbortController().signal)).toBe(
      'done',
    );
    expect(await rowCounts()).toEqual({ ...before, images: before.images + IMAGES, detections: before.detections + 1 });
    expect(await findRun(database, id)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a server that is killed while it stores a submission', () => {
  let other: SubmissionBed;
  beforeAll(async () => {
    other = await startSubmissionBed(IMAGES);
  });
  afterAll(() => other.stop());

  it('leaves nothing half-stored, and the next one ends with the evaluation of an undisturbed one', async () => {
    const { database, bed: runs } = other;
    const results = Array.from({ length: IMAGES }, (_, place) => lesionOf(place, (1 + (place % 5)) / 10));
    const uploadId = await other.put(JSON.stringify(results));
    const submitOne = async (version: string): Promise<string> => {
      const { data } = await other.ask(SUBMIT, { input: cocoInput(uploadId, { detector: { ...DETECTOR, version } }) });
      return (data as unknown as { submitDetections: { run: { id: string } } }).submitDetections.run.id;
    };
    const stored = (): Promise<Record<string, number>[]> =>
      database.query({
        text: `SELECT (SELECT count(*) FROM detection)::int4 AS detections, (SELECT count(*) FROM run_image)::int4 AS images,
                 (SELECT count(box_count) FROM detection_submission)::int4 AS read, (SELECT count(*) FROM evaluation)::int4 AS evaluations`,
      });
    const before = await stored();
    // All boxes are written by then, in a transaction that has not ended.
    const id = await database.transaction(async (transaction) => {
      await transaction.query({ text: 'LOCK TABLE run_image IN SHARE MODE' });
      const made = await submitOne('1.0.0');
      const killed = startServer(runs.url, runs.dataDir);
      while (!(await isStoringImages(database))) await sleep(20);
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      return made;
    });
    await untilGone(database, KILLED);
    expect(await stored()).toEqual(before);
    expect(await database.query({ text: 'SELECT status FROM detection_run' })).toEqual([{ status: 'RUNNING' }]);
    // Time passes: its lease has run out.
    await database.query({
      text: `UPDATE pgboss.job SET started_on = now() - interval '1 hour' WHERE state = 'active'`,
    });
    await other.startWorker();
    const { id: again, status } = await other.ended(id);
    const { id: undisturbed } = await other.ended(await submitOne('1.0.1'));
    expect(status).toBe('SUCCEEDED');
    const points = await pointsOf(other, undisturbed);
    expect(points.length).toBeGreaterThan(100);
    expect(await pointsOf(other, again)).toEqual(points);
    // A server and two evaluations start, which takes a minute where much else is done.
  }, 300_000);

  async function isStoringImages(database: SubmissionBed['database']): Promise<boolean> {
    const waiting = await database.query({
      text: `SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO run_image%'`,
      values: [KILLED],
    });
    return waiting.length > 0;
  }
});

describe('other formats say the same', () => {
  const name = fileNameOf(3);
  const id = toGlobalId('BookmarkedImage', keyOfImage(4));
  const box = { x1: 2, y1: 2, x2: 10, y2: 10 };
  const expected = [name, fileNameOf(4)].map((fileName) => ({ score: 0.25, image: { fileName }, boundingBox: box }));

  it.each([
    [
      'CSV',
      'CSV',
      `image,score,x1,y1,x2,y2,extra\r\n${name},0.25,2,2,10,10,-\r\n"${id}",.25,2,2,1e1,10,-\r\n${fileNameOf(5)},,,,,,\r\n`,
      {},
    ],
  ])('%s', async (_, format, content, rest) => {
    const input = { ...cocoInput(await bed.put(content), rest), format, images: { listInFile: true } };
    const run = await submit(input);
    expect(await bed.ended(run)).toMatchObject({ status: 'SUCCEEDED', error: null });
    const { detections, submission, progress } = await runOf(run);
    expect(progress).toEqual({ completed: 3, failed: 0, total: 3 });
    expect(detections.nodes).toMatchObject(expected);
    expect(submission).toMatchObject({ isListInFile: true, ignoredFields: content.includes('extra') ? ['extra'] : [] });
  });

  it('Parquet, in row groups, with a row that only names its image', async () => {
    const content = readFileSync(resolve(__dirname, '../fixtures/submissions/edges.parquet'));
    const input = { ...cocoInput(await bed.put(content)), format: 'PARQUET', images: { listInFile: true } };
    const run = await submit(input);
    expect(await bed.ended(run)).toMatchObject({ status: 'SUCCEEDED', error: null });
    const { detections, submission } = await runOf(run);
    expect(detections.nodes).toMatchObject([
      { score: 0.5, image: { fileName: fileNameOf(0) }, boundingBox: { x1: 3, y1: 3, x2: 9, y2: 9 } },
      { score: 0.25, image: { fileName: fileNameOf(0) }, boundingBox: box },
      { score: 0.25, image: { fileName: fileNameOf(1) }, boundingBox: box },
    ]);
    expect(submission).toMatchObject({ boxCount: 3, ignoredFields: ['source'] });
    const cut = { ...input, uploadId: await bed.put(content.subarray(0, 800)) };
    const { validateSubmission } = await ask<{ validateSubmission: object }>(VALIDATE, { input: cut });
    expect(validateSubmission).toMatchObject({ isValid: false, problems: [{ kind: 'TRUNCATED' }] });
  });
});

async function rowCounts() {
  const { prisma } = bed.database;
  const [detectors, runs, images, detections, evaluations, submissions, uploads] = await Promise.all([
    prisma.detector.count(),
    prisma.detectionRun.count(),
    prisma.runImage.count(),
    prisma.detection.count(),
    prisma.evaluation.count(),
    prisma.detectionSubmission.count(),
    prisma.upload.count(),
  ]);
  return { detectors, runs, images, detections, evaluations, submissions, uploads };
}

describe('a file that is refused', () => {
  const good = JSON.stringify([lesionOf(0)]);

  it('leaves nothing, and says what is wrong', async () => {
    const input = cocoInput(await bed.put(JSON.stringify([lesionOf(0), { ...lesionOf(1), bbox: [5, 5, -3, 2] }])));
    const before = await rowCounts();
    const { validateSubmission } = await ask<{ validateSubmission: object }>(VALIDATE, { input });
    expect(validateSubmission).toMatchObject({
      isValid: false,
      problems: [{ kind: 'INVERTED_BOX', line: 2 }],
      boxCount: 1,
    });
    const { errors } = await bed.ask(SUBMIT, { input });
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument: 'uploadId' },
      message: expect.stringMatching(
        /^The file of detections has a problem, and nothing of it was stored .*: 2: Expected width/,
      ),
    });
    expect(await rowCounts()).toEqual(before);
  });

  it('and is large ends its run, which keeps the first 100 problems and no detection', async () => {
    const results = Array.from({ length: 50_000 }, (_, i) => ({
      ...lesionOf(i % IMAGES),
      score: 2,
      note: 'x'.repeat(30),
    }));
    const run = await submit(cocoInput(await bed.put(JSON.stringify(results))));
    const stored = await bed.database.prisma.detection.count();
    expect(await bed.ended(run)).toMatchObject({ status: 'FAILED', error: expect.stringContaining('50000 problems') });
    expect((await runOf(run)).submission).toMatchObject({
      ...{ problemCount: 50_000, problems: Array(100).fill({ line: expect.any(Number), kind: 'SCORE_RANGE' }) },
      ...{ boxCount: null, ignoredFields: ['note'], fileSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(await bed.database.prisma.detection.count()).toBe(stored);
  });

  it.each([
    ['no declaration of images', { images: {} }, 'images'],
    ['two declarations', { images: { split: ['TEST'], listInFile: true } }, 'images'],
    ['an upload that is not there', { uploadId: 'A'.repeat(22) }, 'uploadId'],
    ['a version that is none', { detector: { name: 'x', version: 'one' } }, 'version'],
    ['an IoU threshold of 1', { iouThresholds: [1] }, 'iouThresholds'],
  ])('for %s names the argument', async (_, rest, argument) => {
    const { errors } = await bed.ask(SUBMIT, { input: cocoInput(await bed.put(good), rest) });
    expect(errors?.[0]?.extensions.argument).toBe(argument);
  });
});
