import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createProgress } from './cli/progress';
import { findDatasetByReference, importDlInfo } from './dataset';
import { isTerminal, requestRun, watchRun } from './detection';
import { generatePhantoms } from './phantom';
import type { Services } from './services';

/** The demo data set: its own seed, apart from those that the shipped detectors were trained and measured on. */
const DEMO = { slug: 'demo', patients: 90, seed: 1, neighbours: 1 } as const;
const DEMO_DETECTOR = 'phantom-single';

/**
 * Makes what a first visitor looks at: a phantom data set, imported, with a run of the shipped detector over its test split and the
 * accuracy curve of that run. Each step is left out where its result is there, so that a start that was interrupted goes on.
 */
export async function prepareDemo(services: Services): Promise<void> {
  await ensureDataset(services);
  await ensureRun(services);
}

async function ensureDataset({ config, database }: Services): Promise<void> {
  if (await findDatasetByReference(database, DEMO.slug)) return;
  const outDir = join(config.dataDir, DEMO.slug);
  if (!existsSync(outDir)) {
    const progress = createProgress('Demo phantoms');
    const summary = await generatePhantoms({
      patients: DEMO.patients,
      seed: DEMO.seed,
      neighbours: DEMO.neighbours,
      outDir,
      onProgress: progress.update,
    });
    progress.finish(`${summary.keySlices} key slices of ${DEMO.patients} synthetic patients`);
  }
  const progress = createProgress('Demo import');
  const report = await importDlInfo({
    database,
    csvPath: join(outDir, 'DL_info.csv'),
    imagesDir: join(outDir, 'Images_png'),
    slug: DEMO.slug,
    name: 'Demo phantoms',
    licence: 'CC0-1.0',
    citation: 'Synthetic CT phantoms made by DeepLesion Server; not patient data.',
    synthetic: true,
    onProgress: progress.update,
  });
  progress.finish(`${report.lesions} lesions on ${report.images} images`);
}

async function ensureRun(services: Services): Promise<void> {
  const { database, registry, log } = services;
  const detector = registry.list().find(({ name, ready }) => name === DEMO_DETECTOR && ready);
  if (!detector) {
    log.warn({ detector: DEMO_DETECTOR }, 'the demo detector is not there or not ready: no demo run');
    return;
  }
  const key = `demo-${detector.modelSha256.slice(0, 16)}`;
  const run = await requestRun(services, {
    detector: detector.name,
    detectorVersion: detector.version,
    dataset: DEMO.slug,
    filter: { split: ['TEST'] },
    idempotencyKey: key,
  });
  if (isTerminal(run.status)) return;
  const progress = createProgress('Demo detections');
  let last = '';
  for await (const { run: now, progress: counts } of watchRun(database, run.id)) {
    progress.update(counts.completed + counts.failed, counts.total);
    last = `${counts.completed} of ${counts.total} images, run ${now.status}`;
  }
  progress.finish(last);
}
