/**
 * A file of a million boxes from `submitDetections` to its curve: COCO results, packed by gzip, over 4,000 images. The
 * limit is 60 s. `BOXES` makes it smaller. The peer is the same file read by JSON.parse as a whole, without checks and
 * without a database: what any program has to do at least.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { acquirePostgres, migrate, openDatabase } from '../src/database';
import { createQueue, startWorker, WORKER_CONNECTIONS } from '../src/jobs';
import { createLogger } from '../src/log';
import { createRegistry } from '../src/models';
import { findEvaluationsOfRuns } from '../src/results';
import { findRun, isTerminal } from '../src/runs';
import { submitDetections } from '../src/submissions';
import { Uploads } from '../src/uploads';
import { insertImages } from '../test/runs/runBed';

const BOXES = Number(process.env.BOXES ?? 1_000_000);
const IMAGES = Math.min(4_000, Math.max(1, Math.ceil(BOXES / 250)));
const LIMIT_S = 60;

/** Boxes of 16 × 16 pixels' images, each another one; the first of an image is near its lesion. */
function resultsText(): string {
  const entries = Array.from({ length: BOXES }, (_, i) => {
    const [image, rank] = [i % IMAGES, Math.floor(i / IMAGES)];
    const bbox = [1 + rank / 1_000, 1 + (image % 7) / 10, 8.123456789, 8 + rank / 997];
    return JSON.stringify({ image_id: image + 1, category_id: 0, bbox, score: 1 / (rank + 2) + image / 1e6 });
  });
  return `[${entries.join(',')}]`;
}

export async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-bench-submission-'));
  const postgres = await acquirePostgres({ dataDir: folder });
  const database = openDatabase(postgres.url, { maxConnections: 5, ...WORKER_CONNECTIONS });
  const log = createLogger('silent');
  try {
    await migrate(postgres.url);
    await insertImages(database, join(folder, 'images'), IMAGES);
    const config = {
      ...{
        dataDir: folder,
        modelsDir: join(folder, 'none'),
        maxUploadBytes: 2 ** 31,
        maxModelBytes: 2 ** 20,
        uploadTtlHours: 1,
      },
      ...{ executionProviders: ['cpu' as const], maxQueuedImages: 1e6, maxQueuedRunsPerClient: 10 },
    };
    const registry = await createRegistry({ database, config, log });
    const queue = await createQueue({ database, log });
    const uploads = new Uploads({
      config: { ...config, executionProviders: ['cpu'] },
      database,
      registry,
      codeVersion: 'bench',
      log,
    });
    const worker = await startWorker({
      database,
      databaseUrl: postgres.url,
      registry,
      queue,
      uploads,
      config: { ...config, executionProviders: ['cpu'] },
      log,
    });
    const path = join(folder, 'results.json.gz');
    writeFileSync(path, gzipSync(resultsText(), { level: 1 }));
    const peerStart = performance.now();
    const parsed: unknown[] = JSON.parse(gunzipSync(readFileSync(path)).toString());
    const peerSeconds = (performance.now() - peerStart) / 1_000;
    const start = performance.now();
    const { id: uploadId } = await uploads.acceptFile(path, 'bench', new AbortController().signal);
    const { id } = await submitDetections(
      { database, uploads, queue, config, client: 'bench', codeVersion: 'bench' },
      {
        ...{ dataset: 'small', uploadId, format: 'COCO_RESULTS', images: { split: ['TEST'] } },
        detector: { name: 'bench', version: '1.0.0' },
      },
    );
    while (!isTerminal((await findRun(database, id)).status)) await sleep(50);
    const seconds = (performance.now() - start) / 1_000;
    const run = await findRun(database, id);
    const [evaluation] = await findEvaluationsOfRuns(database, [id]);
    console.log(
      `boxes: ${BOXES} on ${IMAGES} images; status ${run.status}; evaluated detections: ${evaluation?.detectionCount}`,
    );
    console.log(`from the file to the curve: ${seconds.toFixed(1)} s (limit ${LIMIT_S} s)`);
    console.log(`peer, JSON.parse of the whole file (${parsed.length} entries): ${peerSeconds.toFixed(1)} s`);
    await worker.stop();
    if (run.status !== 'SUCCEEDED' || (BOXES >= 1e6 && seconds > LIMIT_S)) process.exitCode = 1;
  } finally {
    await database.close();
    await postgres.release();
    rmSync(folder, { recursive: true, force: true });
  }
}
