import type { Database } from '../../src/database';
import { evaluateRun } from '../../src/results';
import { type MadeImage, makeRun, makeRunBeside } from '../results/evaluatedRun';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testServices } from './testGraph';

type Box = [number, number, number, number];
const lesion: Box = [100, 100, 140, 140];
const elsewhere: Box = [300, 300, 340, 340];

const STATISTICS = `{ detectors(orderBy: { field: ID, direction: ASC }) { nodes { name
  statistics { runs completedImages failedImages lastUsedAt speeds { executionProvider runs images meanMsPerImage medianMsPerImage imagesPerSecond } }
  latestAccuracies { dataset { slug } evaluation { id } top1 { topK iouThreshold correct total accuracy } top5 { correct total } } } } }`;

/** The lesion is the second best box of the first image, the best of the second, and missed in the third. */
const IMAGES: MadeImage[] = [
  {
    patient: 1,
    lesions: [{ box: lesion }],
    detections: [
      { box: elsewhere, score: 0.9 },
      { box: lesion, score: 0.8 },
    ],
  },
  { patient: 2, lesions: [{ box: lesion }], detections: [{ box: lesion, score: 0.9 }] },
  { patient: 3, lesions: [{ box: lesion }], detections: [] },
];

let test: TestDatabase;
let database: Database;
const time = (run: number, provider: string, milliseconds: readonly number[], seconds: number | null) =>
  Promise.all([
    database.query({
      text: `UPDATE detection_run SET execution_provider = $2, started_at = '2026-01-01T00:00:00Z',
               status = CASE WHEN $3::float8 IS NULL THEN 'RUNNING'::run_status ELSE 'SUCCEEDED' END,
               finished_at = '2026-01-01T00:00:00Z'::timestamptz + $3::float8 * interval '1 s' WHERE id = $1`,
      values: [run, provider, seconds],
    }),
    database.query({
      text: `UPDATE run_image SET milliseconds = timed.ms FROM (
               SELECT run_id, image_id, ($2::float8[])[row_number() OVER (ORDER BY image_id)] AS ms FROM run_image
               WHERE run_id = $1 AND state = 'COMPLETED') AS timed
             WHERE run_image.run_id = timed.run_id AND run_image.image_id = timed.image_id`,
      values: [run, milliseconds],
    }),
  ]);

beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
  const first = await makeRun(database, IMAGES);
  const detections = IMAGES.map((image) => image.detections ?? []);
  const second = await makeRunBeside(database, first, [detections[1] ?? [], detections[1] ?? [], null]);
  const third = await makeRunBeside(database, first, [null, detections[1] ?? [], null]);
  await time(first.runId, 'cpu', [10, 20, 60], 3);
  await time(second, 'cpu', [100, 60], 2);
  await time(third, 'cuda', [4], null);
  await evaluateRun(database, second, { resamples: 100 });
  // The newest evaluation counts, whichever run it is of.
  await evaluateRun(database, first.runId, { resamples: 100 });
  await makeRun(database, IMAGES.slice(0, 1));
  await database.query({
    text: `INSERT INTO detector (name, version, architecture, model_sha256, manifest) VALUES ('unused', '1', 'made', 'unused', '{}')`,
  });
});
afterAll(() => test.drop());

describe.each(EXECUTORS)('the statistics of detectors, run by %s', (executor) => {
  const ask = async () => {
    let statements = 0;
    const stop = database.onStatement(() => {
      statements += 1;
    });
    const { data, errors } = await graphOf(testServices(database), executor)(STATISTICS);
    stop();
    expect(errors).toEqual([]);
    return {
      statements,
      nodes: (data as unknown as { detectors: { nodes: Record<string, unknown>[] } }).detectors.nodes,
    };
  };

  it('count runs and images, and give the speed by execution provider', async () => {
    const { nodes } = await ask();
    expect(nodes[0]?.statistics).toEqual({
      runs: 3,
      completedImages: 6,
      failedImages: 3,
      lastUsedAt: '2026-01-01T00:00:03.000Z',
      speeds: [
        { executionProvider: 'cpu', runs: 2, images: 5, meanMsPerImage: 50, medianMsPerImage: 60, imagesPerSecond: 1 },
        {
          executionProvider: 'cuda',
          runs: 1,
          images: 1,
          meanMsPerImage: 4,
          medianMsPerImage: 4,
          imagesPerSecond: null,
        },
      ],
    });
  });

  it('are empty for a detector that was never used', async () => {
    const { nodes } = await ask();
    expect(nodes.at(-1)).toEqual({
      name: 'unused',
      statistics: { runs: 0, completedImages: 0, failedImages: 0, lastUsedAt: null, speeds: [] },
      latestAccuracies: [],
    });
  });

  it('tell the accuracy at IoU 0.5 by the newest evaluation on each data set', async () => {
    const { nodes } = await ask();
    expect(nodes[0]?.latestAccuracies).toEqual([
      {
        dataset: { slug: expect.stringMatching(/^made-/) },
        evaluation: { id: expect.any(String) },
        top1: { topK: 1, iouThreshold: 0.5, correct: 1, total: 3, accuracy: 1 / 3 },
        top5: { correct: 2, total: 3 },
      },
    ]);
  });

  it('take seven statements for all detectors together', async () => {
    expect((await ask()).statements).toBe(7);
  });
});
