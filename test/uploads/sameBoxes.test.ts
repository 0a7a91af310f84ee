import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { PROJECT_ROOT } from '../../src/compiled';
import { createQueue, type JobQueue, type JobWorker, startWorker } from '../../src/jobs';
import { createLogger } from '../../src/log';
import { createRegistry, type DetectorRegistry } from '../../src/models';
import { isTerminal, requestRun, watchRun } from '../../src/runs';
import { findDetectionSlices, Uploads } from '../../src/uploads';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { zipFile } from './zipFile';

const IMAGES = resolve(__dirname, '../fixtures/parity/Images_png');
const KEY = '000001_01_01_017.png';
const log = createLogger('silent');

const LIMITS = { maxQueuedImages: 1_000, maxQueuedRunsPerClient: 10 };

describe('the same slice as an upload and in a data set', () => {
  let test: TestDatabase;
  let folder: string;
  let registry: DetectorRegistry;
  let queue: JobQueue;
  let worker: JobWorker;
  let uploads: Uploads;
  beforeAll(async () => {
    test = await createTestDatabase();
    folder = mkdtempSync(join(tmpdir(), 'deeplesion-same-'));
    const { database } = test;
    const modelsDir = join(folder, 'models');
    cpSync(join(PROJECT_ROOT, 'models', 'phantom-single'), join(modelsDir, 'phantom-single'), { recursive: true });
    registry = await createRegistry({ database, config: { modelsDir, dataDir: folder }, log });
    queue = await createQueue({ database, log });
    const config = { executionProviders: ['cpu' as const], modelsDir };
    worker = await startWorker({ database, databaseUrl: test.url, registry, queue, log, config });
    const limits = { dataDir: folder, maxUploadBytes: 2 ** 24, maxModelBytes: 2 ** 24, uploadTtlHours: 1 };
    uploads = new Uploads({ config: { ...config, ...limits }, database, registry, codeVersion: 'test', log });
    await uploads.start();
  });
  afterAll(async () => {
    await uploads.stop();
    await worker.stop();
    await test.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has the same boxes and scores, by detectInImage as by runDetection, neighbours and all', async () => {
    const bytes = (index: string) => readFileSync(join(IMAGES, '000001_01_01', `${index}.png`));
    const { width, height } = { width: bytes('017').readUInt32BE(16), height: bytes('017').readUInt32BE(20) };
    await test.database.query({
      text: `WITH d AS (INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256,
               import_report, image_root)
               VALUES ('same', 1, 'Same', 'ONE_BASED', 'dl-info', 'x.csv', 'x', '{}', $1) RETURNING id),
             p AS (INSERT INTO patient (dataset_id, patient_index, sex) SELECT id, 1, 'FEMALE' FROM d RETURNING id, dataset_id),
             s AS (INSERT INTO study (dataset_id, patient_id, patient_index, study_index) SELECT dataset_id, id, 1, 1
               FROM p RETURNING id, dataset_id),
             e AS (INSERT INTO series (dataset_id, study_id, patient_index, study_index, series_index) SELECT dataset_id, id, 1, 1, 1
               FROM s RETURNING id)
             INSERT INTO bookmarked_image (dataset_id, study_id, series_id, file_name, slice_index, width, height, pixel_spacing_mm,
               slice_interval_mm, windows, split, has_pixels)
             SELECT d.id, s.id, e.id, $2, 17, $3, $4, 0.8, 5, '{-160,240}', 'TEST', true FROM d, s, e`,
      values: [IMAGES, KEY, width, height],
    });
    const request = { detector: 'phantom-single', scoreThreshold: 0.01, maxDetectionsPerImage: 20 };
    const run = await requestRun(
      { database: test.database, registry, queue, config: LIMITS, codeVersion: 'test', client: 'test' },
      { ...request, dataset: 'same' },
    );
    for await (const { run: now } of watchRun(test.database, run.id, AbortSignal.timeout(300_000)))
      if (isTerminal(now.status)) break;
    const boxes = await test.database.query({
      text: `SELECT x1, y1, x2, y2, score, class_index AS "classIndex" FROM detection WHERE run_id = $1 ORDER BY rank`,
      values: [run.id],
    });
    expect(boxes.length).toBeGreaterThan(0);

    const zip = zipFile(['016', '017', '018'].map((index) => ({ name: `${index}.png`, bytes: bytes(index) })));
    const claim = { pixelSpacingMm: 0.8, sliceIntervalMm: 5 };
    const upload = await uploads.accept(Readable.from([zip]), claim, 'me', new AbortController().signal);
    const detection = await uploads.detect({ ...request, upload: upload.id, sliceIndex: 17 }, 'me');
    expect(detection).toMatchObject({ status: 'SUCCEEDED', error: null });
    const [slice] = await findDetectionSlices(test.database, detection.id, 17, 1);
    expect(slice?.boxes).toEqual(boxes);
  }, 400_000);
});
