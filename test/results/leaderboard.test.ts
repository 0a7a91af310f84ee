import type { Database } from '../../src/database';
import { BoardHelpers } from '../../src/jobs/boardHelpers';
import { type BoardMetric, type BoardReport, type BoardRequest, Leaderboards } from '../../src/results';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type MadeImage, makeRun } from './evaluatedRun';

let test: TestDatabase;
let database: Database;
let boards: Leaderboards;
let dataset: BoardRequest['dataset'];

const ACCURACY: BoardMetric = { kind: 'ACCURACY', iouThreshold: 0.5, topK: 1 };
const METRICS: readonly BoardMetric[] = [
  ACCURACY,
  { kind: 'FROC_SENSITIVITY', iouThreshold: 0.5, falsePositivesPerImage: [1] },
  { kind: 'AVERAGE_PRECISION', iouThreshold: 0.5 },
];
const BOX: [number, number, number, number] = [10, 10, 40, 40];
const AWAY: [number, number, number, number] = [100, 100, 130, 130];
const PATIENTS = 24;

/** One image of one lesion for each patient, on which `hits` of them have a box. */
const imagesOf = (hits: number): MadeImage[] =>
  Array.from({ length: PATIENTS }, (_, patient) => ({
    patient: patient + 1,
    lesions: [{ box: BOX }],
    detections: [{ box: patient < hits ? BOX : AWAY, score: 0.9 }],
  }));

beforeAll(async () => {
  test = await createTestDatabase();
  ({ database } = test);
  boards = new Leaderboards(database);
});
afterAll(() => test.drop());

const boardOf = (change: Partial<BoardRequest> = {}): Promise<BoardReport> =>
  boards.board({
    ...{ dataset, split: 'TEST', preset: 'PAPER', metric: ACCURACY, stratum: 'ALL', isBlind: false, isHidden: false },
    ...change,
  });

interface Copy {
  external?: boolean;
  /** of `run_image` and `detection` */
  which?: string;
  trainedOn?: unknown;
  /** boxes are moved by so much */
  shift?: number;
}

/** A finished run of a detector, which is made unless there is one of that name, with the same detections as another run. */
async function copyRun(
  runId: number,
  name: string,
  { external = false, which = 'true', trainedOn = null, shift = 0 }: Copy = {},
): Promise<number> {
  const declared = trainedOn === null ? null : JSON.stringify(trainedOn);
  await database.query({
    text: `INSERT INTO detector (name, version, source, architecture, model_sha256, manifest, trained_on)
           SELECT $1, '1.0.0', CASE WHEN $2 THEN 'EXTERNAL' ELSE 'SHIPPED' END::detector_source, 'x',
             CASE WHEN $2 THEN NULL ELSE md5($1) || md5($1) END, CASE WHEN $2 THEN NULL ELSE '{}'::jsonb END, $3::jsonb
           WHERE NOT EXISTS (SELECT FROM detector WHERE name = $1)`,
    values: [name, external, declared],
  });
  const [run] = await database.query<{ id: number }>({
    text: `INSERT INTO detection_run (detector_id, dataset_id, status, request, iou_thresholds, top_k, score_threshold, nms_iou_threshold,
             max_detections_per_image, model_sha256, code_version, warnings, started_at, finished_at)
           SELECT d.id, run.dataset_id, 'SUCCEEDED', '{}', '{}', 5, 0.05, 0.3, 50, d.model_sha256, 'test', '{}', now(), now()
           FROM detector AS d, detection_run AS run WHERE run.id = $1 AND d.name = $2 RETURNING id`,
    values: [runId, name],
  });
  const id = run?.id ?? 0;
  await database.query({
    text: `INSERT INTO run_image (run_id, image_id, state, finished_at)
           SELECT $2, image_id, 'COMPLETED', now() FROM run_image WHERE run_id = $1 AND ${which}`,
    values: [runId, id],
  });
  await database.query({
    text: `INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index)
           SELECT $2, image_id, rank, x1 + $3, y1, x2 + $3, y2, score, class_index FROM detection WHERE run_id = $1 AND ${which}`,
    values: [runId, id, shift],
  });
  return id;
}

describe('the board of a split', () => {
  let runId: number;

  beforeAll(async () => {
    const made = await makeRun(database, imagesOf(6));
    runId = await copyRun(made.runId, 'first');
    await database.query({ text: `UPDATE bookmarked_image SET split = 'TEST', has_pixels = true` });
    await database.query({ text: `UPDATE lesion SET split = 'TEST'` });
    const [row] = await database.query<BoardRequest['dataset']>({
      text: `SELECT id, slug, source_sha256 AS "sourceSha256" FROM dataset`,
    });
    if (row) dataset = row;
  });

  it('ties five copies of one run', async () => {
    for (const name of ['copy-1', 'copy-2', 'copy-3', 'copy-4']) await copyRun(runId, name);
    const { entries, resolvableDifference } = await boardOf();
    expect(entries).toHaveLength(5);
    expect(resolvableDifference).toBeNull();
    for (const { value, place } of entries) {
      expect(value).toBe(6 / PATIENTS);
      expect(place).toEqual({ rank: 1, rankLow: 1, rankHigh: 5, group: 1, tiedWithBest: true });
    }
  });

  it('ranks a run alone that is better by more than the resolution, whatever the metric', async () => {
    const better = await copyRun(runId, 'better');
    await database.query({
      text: `UPDATE detection SET x1 = 10, y1 = 10, x2 = 40, y2 = 40 WHERE run_id = $1 AND image_id IN (
               SELECT image_id FROM detection WHERE run_id = $1 ORDER BY image_id LIMIT 22)`,
      values: [better],
    });
    for (const metric of METRICS) {
      const { entries, resolvableDifference } = await boardOf({ metric });
      const [first, second] = entries;
      expect(first?.runId).toBe(better);
      expect((first?.value ?? 0) - (second?.value ?? 0)).toBeGreaterThan(resolvableDifference ?? 1);
      expect(entries.map(({ place }) => [place?.rank, place?.rankLow, place?.rankHigh, place?.group])).toEqual([
        [1, 1, 1, 1],
        ...Array.from({ length: 5 }, () => [2, 2, 6, 2]),
      ]);
    }
  });

  it('is the same if threads measure some of its runs', async () => {
    const helpers = new BoardHelpers(test.url, 2);
    try {
      for (const metric of METRICS) {
        // Boards are kept: each of the two is asked for the first time.
        const [alone, shared] = [new Leaderboards(database), new Leaderboards(database, () => helpers.open(), 1)];
        const request = { dataset, split: 'TEST', preset: 'COCO', metric, stratum: 'ALL' } as const;
        const among = { isBlind: false, isHidden: false };
        expect(await shared.board({ ...request, ...among })).toEqual(await alone.board({ ...request, ...among }));
      }
    } finally {
      await helpers.close();
    }
  });

  it('lets an entry stand apart that has no result for some images, and says how many', async () => {
    const partial = await copyRun(runId, 'partial', { which: `image_id > (SELECT min(image_id) FROM run_image)` });
    const { entries, imageCount } = await boardOf();
    const entry = entries.find((one) => one.runId === partial);
    expect(entry).toMatchObject({ standing: 'INCOMPLETE', place: null, value: null, imagesCompleted: imageCount - 1 });
    expect(entries.at(-1)).toBe(entry);
  });

  it('lets an entry stand apart that declares to have seen the patients, and tells submitted ones from its own', async () => {
    const { slug } = dataset;
    const seen = await copyRun(runId, 'seen', {
      external: true,
      trainedOn: [{ dataset: slug, splits: ['TRAIN', 'TEST'] }],
    });
    const clean = await copyRun(runId, 'clean', { external: true, trainedOn: [{ dataset: slug, splits: ['TRAIN'] }] });
    const { entries } = await boardOf();
    const of = (id: number) => entries.find((one) => one.runId === id);
    expect(of(seen)).toMatchObject({
      standing: 'SAW_TEST_PATIENTS',
      sawPatients: true,
      place: null,
      value: 0.25,
      verified: false,
    });
    expect(of(clean)).toMatchObject({ standing: 'RANKED', sawPatients: false, verified: false });
    expect(of(runId)).toMatchObject({ standing: 'RANKED', sawPatients: null, verified: true });
  });

  it('lets the latest complete run of a detector stand for it, and not the best', async () => {
    const before = await boardOf();
    const best = before.entries[0]?.runId ?? 0;
    const latest = await copyRun(best, 'better', { shift: 200 });
    const { entries } = await boardOf();
    expect(entries).toHaveLength(before.entries.length);
    expect(entries.find((one) => one.runId === best)).toBeUndefined();
    expect(entries.find((one) => one.runId === latest)).toMatchObject({
      value: 0,
      place: { rank: expect.any(Number) },
    });
  });

  it('answers a blind caller rounded, without sizes, and refuses what would tell of single boxes', async () => {
    const report = await boardOf({ isBlind: true, isHidden: true });
    expect(report).toMatchObject({ lesionCount: null, patientCount: null });
    for (const { value, tries, evaluationId } of report.entries) {
      expect(value).toBe(value === null ? null : Number(value.toFixed(3)));
      expect([tries, evaluationId]).toEqual([0, null]);
    }
    await expect(boardOf({ isBlind: true, metric: { ...ACCURACY, iouThreshold: 0.501 } })).rejects.toThrow('hidden');
    await expect(boardOf({ isBlind: true, stratum: 'coarse-type:LUNG' })).rejects.toThrow('hidden');
    await expect(boardOf({ metric: { ...ACCURACY, topK: 1001 } })).rejects.toMatchObject({ argument: 'topK' });
    await expect(boardOf({ stratum: 'no such' })).rejects.toThrow('No stratum "no such" on this board');
  });
});
