import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import type { Database } from '../../src/database';
import type { GlobalKeys } from '../../src/globalId';
import { createQueue, type JobQueue, type JobWorker, startWorker, type WorkerOptions } from '../../src/jobs';
import { createLogger } from '../../src/log';
import { createRegistry, type DetectorRegistry } from '../../src/models';
import {
  type DetectionRunRow,
  type RunContext,
  type RunRequest,
  requestRun,
  type WebhookSettings,
  type WorkObserver,
} from '../../src/runs';
import { createBedDatabase } from '../bedDatabase';
import { copyTinyModels, type TinyModels } from '../inference/tinyModels';
import type { TestDatabase } from '../testDatabase';

/** Side of the bed's slices in pixels. */
export const SIDE = 16;

/** A database with one small data set of real pixel files, the tiny detectors, and a queue. */
export interface RunBed {
  database: Database;
  registry: DetectorRegistry;
  queue: JobQueue;
  context: RunContext;
  imageIds: number[];
  /** of the same images, as requests name them */
  imageKeys: GlobalKeys['BookmarkedImage'][];
  imageRoot: string;
  modelsDir: string;
  /** of this process; another worker has another */
  dataDir: string;
  url: string;
  request(detector: string, rest?: Partial<RunRequest>): Promise<DetectionRunRow>;
  startWorker(options?: Partial<WorkerOptions>): Promise<JobWorker>;
  drop(): Promise<void>;
}

/** @param index place among the images, from 0 */
export const keyOfImage = (index: number): GlobalKeys['BookmarkedImage'] => ({
  dataset: 'small@1',
  fileName: `000001_01_01_${String(index + 1).padStart(3, '0')}.png`,
});

/**
 * @param images how many key slices; each has one lesion at x, y 2..10 in 1-based pixels of a 16×16 image
 * @param webhooks where messages may go; left out: nowhere
 * @param set `models`: the detectors that are refused as well, for which the inference process starts
 */
export async function createRunBed(
  images: number,
  webhooks: WebhookSettings = { webhookHosts: [], webhookSecret: undefined },
  set: TinyModels = 'accepted',
): Promise<RunBed> {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-runs-'));
  const models = copyTinyModels(set);
  const modelsDir = models.folder;
  const dataDir = join(folder, 'data');
  const imageRoot = join(folder, 'Images_png');
  const test: TestDatabase = await createBedDatabase();
  const { database } = test;
  const imageIds = await insertImages(database, imageRoot, images);
  const log = createLogger('silent');
  const registry = await createRegistry({ database, config: { modelsDir, dataDir }, log });
  const queue = await createQueue({ database, log });
  const workers: JobWorker[] = [];
  const config = { maxQueuedImages: 1_000_000, maxQueuedRunsPerClient: 1_000, ...webhooks };
  const context: RunContext = { database, registry, queue, config, codeVersion: 'test', client: 'test' };
  return {
    database,
    registry,
    queue,
    imageIds,
    imageKeys: imageIds.map((_, index) => keyOfImage(index)),
    imageRoot,
    modelsDir,
    dataDir,
    url: test.url,
    context,
    request: (detector, rest = {}) => requestRun(context, { detector, dataset: 'small', ...rest }),
    async startWorker(options = {}) {
      const worker = await startWorker({
        database,
        databaseUrl: test.url,
        registry,
        queue,
        log,
        config: { executionProviders: ['cpu'], modelsDir, ...webhooks },
        ...options,
      });
      workers.push(worker);
      return worker;
    },
    async drop() {
      for (const worker of workers) await worker.stop();
      // Workers may have had queues of their own.
      await queue.stop();
      await test.drop();
      models.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A worker that shows nothing of what it does. */
export const unwatched = (): WorkObserver => ({
  id: randomUUID(),
  modelOpened: () => undefined,
  imageDone: () => undefined,
  refused: async () => undefined,
  handedOn: () => undefined,
});

/** The path of an image's pixel file. */
export function pixelFile(imageRoot: string, index: number): string {
  return join(imageRoot, '000001_01_01', `${String(index + 1).padStart(3, '0')}.png`);
}

/** @param values stored values of a 16 × 16 slice, HU + 32768 */
export function grey16Png(values: Uint16Array): Buffer {
  const png = new PNG({ width: SIDE, height: SIDE });
  png.data = Buffer.from(values.buffer);
  return PNG.sync.write(png, { bitDepth: 16, colorType: 0, inputColorType: 0 });
}

/** A data set `small` of pixel files in `imageRoot`; each image has one lesion. @returns the row ids of its images */
export async function insertImages(database: Database, imageRoot: string, count: number): Promise<number[]> {
  mkdirSync(join(imageRoot, '000001_01_01'), { recursive: true });
  for (let index = 0; index < count; index++) {
    // Hounsfield units of a mean that differs from image to image.
    const values = Uint16Array.from({ length: SIDE * SIDE }, (_, i) => 32768 + (i % 100) + ((index * 7) % 120));
    writeFileSync(pixelFile(imageRoot, index), grey16Png(values));
  }
  const rows = await database.query<{ id: number }>({
    text: `WITH d AS (INSERT INTO dataset (slug, version, name, pixel_convention, source_format, source_file, source_sha256,
             import_report, image_root)
             VALUES ('small', 1, 'Small', 'ONE_BASED', 'dl-info', 'x.csv', 'x', '{}', $1) RETURNING id),
           p AS (INSERT INTO patient (dataset_id, patient_index, sex) SELECT id, 1, 'FEMALE' FROM d RETURNING id, dataset_id),
           s AS (INSERT INTO study (dataset_id, patient_id, patient_index, study_index) SELECT dataset_id, id, 1, 1 FROM p RETURNING id, dataset_id),
           e AS (INSERT INTO series (dataset_id, study_id, patient_index, study_index, series_index) SELECT dataset_id, id, 1, 1, 1
             FROM s RETURNING id),
           i AS (INSERT INTO bookmarked_image (dataset_id, study_id, series_id, file_name, slice_index, width, height, pixel_spacing_mm,
                   slice_interval_mm, windows, split, has_pixels)
                 SELECT d.id, s.id, e.id, '000001_01_01_' || lpad(n::text, greatest(3, length(n::text)), '0') || '.png', n, ${SIDE}, ${SIDE}, 0.8,
                   5, '{-160,240}', 'TEST', true
                 FROM d, s, e, generate_series(1, $2::int4) n RETURNING id, dataset_id, slice_index),
           l AS (INSERT INTO lesion (dataset_id, image_id, patient_id, source_row_index, x1, y1, x2, y2, axes, coarse_type, possibly_noisy, split)
                 SELECT i.dataset_id, i.id, p.id, i.slice_index, 2, 2, 10, 10, '{}', 'LUNG', false, 'TEST' FROM i, p)
           SELECT id FROM i ORDER BY slice_index`,
    values: [imageRoot, count],
  });
  return rows.map(({ id }) => id);
}
