import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createProgress } from './cli/progress';
import { findDataset, importDlInfo } from './dataset';
import { requestRun, watchRun } from './detection';
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
  if (await findDataset(database, DEMO.slug)) return;
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
  const detector = await registry.find(DEMO_DETECTOR).catch(() => null);
  if (!detector?.ready) {
    log.warn({ detector: DEMO_DETECTOR }, 'the demo detector is not there or not ready: no demo run');
    return;
  }
  const run = await requestRun(services, {
    detector: detector.name,
    detectorVersion: detector.version,
    dataset: DEMO.slug,
    filter: { split: ['TEST'] },
    idempotencyKey: `demo-${detector.modelSha256.slice(0, 16)}`,
  });
  const progress = createProgress('Demo detections');
  let last = '';
  for await (const state of watchRun(database, run.id, AbortSignal.timeout(600_000))) {
    progress.update(state.progress.completed + state.progress.failed, state.progress.total);
    last = `${state.progress.completed} of ${state.progress.total} images, run ${state.status}`;
  }
  progress.finish(last);
}
