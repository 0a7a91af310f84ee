import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findCategorizationByName, importCategorization, parseCategorizationFile } from './categorization';
import { PROJECT_ROOT } from './compiled';
import { type DatasetRow, findDatasetByReference, holdsSomething, importDlInfo, moveImages } from './dataset';
import { UserError } from './errors';
import { generatePhantoms } from './phantom';
import { createProgress } from './progress';
import { isTerminal, requestRun, watchRun } from './runs';
import type { Services } from './services';

/** The demo data set: its own seed, apart from those that the shipped detectors were trained and measured on. */
const DEMO = { slug: 'demo', patients: 90, seed: 1, neighbours: 1 } as const;
/** Two detectors that differ in nothing but their labels. */
const DEMO_DETECTORS = ['phantom-single', 'phantom-multi'];
/**
 * The demo's lesions in the clusters of a categorization that was mined from other phantoms; created by
 * training/categorize.py.
 */
const CLUSTERS_DIR = join(PROJECT_ROOT, 'models', 'phantom-encoder', 'demo-clusters');
/** Names of its pseudo-clusters, chosen by their most typical lesions. */
const CLUSTER_LABELS = new Map([
  [1, 'mixed: pelvis, kidney, soft tissue'],
  [2, 'abdomen'],
  [3, 'lung nodule'],
  [4, 'liver'],
  [5, 'chest lymph node'],
]);

/**
 * Creates what a first visitor sees: a phantom data set, imported and categorized, with a run of each shipped detector
 * over its test split and the accuracy curves of both. A step whose result exists is skipped, so that an interrupted
 * start continues.
 */
export async function prepareDemo(services: Services): Promise<void> {
  await ensureDataset(services);
  await ensureCategorization(services);
  for (const name of DEMO_DETECTORS) await ensureRun(services, name);
}

async function ensureDataset(services: Services): Promise<void> {
  const { config, database } = services;
  const outDir = join(config.dataDir, DEMO.slug);
  const dataset = await findDatasetByReference(database, DEMO.slug);
  if (dataset) {
    await keepDemoImages(services, dataset, outDir);
    return;
  }
  await ensurePhantoms(outDir);
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

async function ensurePhantoms(outDir: string): Promise<void> {
  if (existsSync(outDir)) return;
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

/**
 * Finds the demo's images again after DATA_DIR was copied or moved: they are next to the embedded database, which has
 * their old path. An external database may be shared with the server that they belong to, so that its path is used as
 * long as they are there.
 */
export async function keepDemoImages(
  { config, database, log }: Pick<Services, 'config' | 'database' | 'log'>,
  dataset: DatasetRow,
  outDir: string,
): Promise<void> {
  const imageRoot = join(outDir, 'Images_png');
  if (dataset.imageRoot === null) return;
  if (config.databaseUrl !== undefined && (await holdsSomething(dataset.imageRoot))) return;
  // Images that are created again are the same, as their checksums show.
  await ensurePhantoms(outDir);
  if (dataset.imageRoot === imageRoot) return;
  try {
    const { imagesWithPixels, changed } = await moveImages(database, DEMO.slug, imageRoot);
    log.info({ imagesWithPixels, changed: changed.length }, "the demo's images were found in this DATA_DIR");
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    log.warn({ reason: thrown.message }, "the demo's images were not found again");
  }
}

async function ensureCategorization({ database }: Services): Promise<void> {
  const dataset = await findDatasetByReference(database, DEMO.slug);
  if (!dataset) return;
  const { name } = parseCategorizationFile(await readFile(join(CLUSTERS_DIR, 'categorization.json'), 'utf8'));
  if (await findCategorizationByName(database, dataset.id, name)) return;
  const progress = createProgress('Demo clusters');
  const report = await importCategorization(database, {
    folder: CLUSTERS_DIR,
    dataset: DEMO.slug,
    labels: CLUSTER_LABELS,
    onProgress: progress.update,
  });
  progress.finish(`${report.lesions} lesions in ${report.clusterCount} pseudo-clusters`);
}

async function ensureRun(services: Services, name: string): Promise<void> {
  const { database, registry, log } = services;
  const detector = registry.list().find((one) => one.name === name && one.ready);
  if (!detector) {
    log.warn({ detector: name }, 'the demo detector is not there or not ready: no demo run');
    return;
  }
  const key = `demo-${detector.modelSha256.slice(0, 16)}`;
  const run = await requestRun(
    { ...services, client: 'demo' },
    {
      detector: detector.name,
      detectorVersion: detector.version,
      dataset: DEMO.slug,
      filter: { split: ['TEST'] },
      idempotencyKey: key,
    },
  );
  if (isTerminal(run.status)) return;
  const progress = createProgress(`Demo detections, ${name}`);
  let last = '';
  for await (const { run: now, progress: counts } of watchRun(database, run.id)) {
    progress.update(counts.completed + counts.failed, counts.total);
    last = `${counts.completed} of ${counts.total} images, run ${now.status}`;
  }
  progress.finish(last);
}
