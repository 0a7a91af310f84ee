import type { Database } from '../database';
import { messageOf } from '../errors';
import type { Logger } from '../log';
import type { Selection } from './decodeBoxes';
import { type InferenceHost, InferenceProcessLost } from './inferenceHost';
import type { ModelFolder } from './modelFolder';
import type { DetectorRegistry } from './registry';
import { failPendingImages, findPendingImages, type ImageOutcome, type PendingImage, recordOutcome } from './runImages';
import { type DetectionRunRow, findProgressOfRuns, findRun, moveRun } from './runRows';
import { isTerminal } from './runState';

/** What a worker works with. */
export interface RunWorkContext {
  database: Database;
  registry: DetectorRegistry;
  host: InferenceHost;
  log: Logger;
  /** Evaluates a run whose images are all done; off the event loop. */
  evaluate(runId: number): Promise<void>;
}

/** A model that ends its process so often in a row is not tried on the rest of the run. */
const MAX_LOSSES_IN_A_ROW = 3;
const WATCH_MS = 500;

/**
 * Works on a batch of a run until it is done, the run has ended or `signal` says stop. It may be called again with the same batch: images
 * that have an outcome are left alone. After the last image of the run it ends the run.
 *
 * @returns the images that are left, which is some only when `signal` stopped the work
 */
export async function workOnBatch(
  context: RunWorkContext,
  runId: number,
  imageIds: readonly number[],
  signal: AbortSignal,
): Promise<number[]> {
  const model = await openModel(context, runId);
  if (model) {
    const rest = await workOnImages(context, model, imageIds, signal);
    if (rest.length > 0) return rest;
  }
  await endIfDone(context, runId);
  return [];
}

/** Fails the images of a batch that was given up, and ends the run if they were the last. */
export async function abandonBatch(
  context: RunWorkContext,
  runId: number,
  imageIds: readonly number[],
  reason: string,
): Promise<void> {
  await failPendingImages(context.database, runId, imageIds, reason);
  await moveRun(context.database, runId, 'RUNNING');
  await endIfDone(context, runId);
}

interface OpenModel {
  run: DetectionRunRow;
  folder: ModelFolder;
  classClusters: number[];
}

/** @returns null where the run has ended, now or before */
async function openModel({ database, registry, host, log }: RunWorkContext, runId: number): Promise<OpenModel | null> {
  const run = await findRun(database, runId);
  if (isTerminal(run.status)) return null;
  const detector = registry.findById(run.detectorId);
  try {
    if (!detector?.ready || !detector.folder)
      throw new Error(detector?.reason ?? "the detector's model folder is gone.");
    const opened = await host.open(detector.folder);
    const change = { executionProvider: opened.executionProvider, warnings: opened.warnings };
    const started = run.status === 'QUEUED' ? await moveRun(database, runId, 'RUNNING', change) : run;
    const current = started ?? (await findRun(database, runId));
    if (isTerminal(current.status)) return null;
    const classClusters = await findClassClusters(database, run.datasetId, detector.folder.manifest.categorization);
    return { run: current, folder: detector.folder, classClusters };
  } catch (thrown) {
    log.warn({ runId, reason: messageOf(thrown) }, 'detection run failed');
    await moveRun(database, runId, 'FAILED', { error: `The model could not be loaded: ${messageOf(thrown)}` });
    return null;
  }
}

/** The pseudo-cluster rows of a multi-class detector's classes, where the data set holds the categorization that it was trained on. */
async function findClassClusters(
  database: Database,
  datasetId: number,
  categorization: string | null,
): Promise<number[]> {
  if (categorization === null) return [];
  const rows = await database.query<{ id: number }>({
    text: `SELECT c.id FROM pseudo_cluster AS c JOIN categorization AS k ON k.id = c.categorization_id
           WHERE k.dataset_id = $1 AND k.name = $2 ORDER BY c.cluster_index`,
    values: [datasetId, categorization],
  });
  return rows.map(({ id }) => id);
}

async function workOnImages(
  context: RunWorkContext,
  model: OpenModel,
  imageIds: readonly number[],
  signal: AbortSignal,
): Promise<number[]> {
  const { database, host } = context;
  const { run } = model;
  const images = await findPendingImages(database, run.id, imageIds);
  const watch = watchForEnd(context, run.id, signal);
  let losses = 0;
  try {
    for (const [index, image] of images.entries()) {
      const outcome = signal.aborted ? null : await detectImage(host, model, image);
      if (watch.ended()) return [];
      // Stopping ends the process over the image in hand: that image is among those left.
      if (outcome === null && signal.aborted) return images.slice(index).map(({ imageId }) => imageId);
      losses = outcome === null ? losses + 1 : 0;
      await recordOutcome(database, run.id, image.imageId, outcome ?? { error: host.lastLoss }, model.classClusters);
      if (losses === MAX_LOSSES_IN_A_ROW) {
        const error = `The model ended the inference process ${losses} times in a row: ${host.lastLoss}`;
        await moveRun(database, run.id, 'FAILED', { error });
        return [];
      }
    }
    return [];
  } finally {
    watch.close();
  }
}

/** @returns null when the inference process was lost over this image */
async function detectImage(
  host: InferenceHost,
  { run, folder }: OpenModel,
  image: PendingImage,
): Promise<ImageOutcome | null> {
  if (!image.hasPixels || image.imageRoot === null) return { error: 'The data set has no pixel file of this image.' };
  const selection: Selection = {
    scoreThreshold: run.scoreThreshold,
    nmsIouThreshold: run.nmsIouThreshold,
    maxDetectionsPerImage: run.maxDetectionsPerImage,
  };
  try {
    const { boxes, times } = await host.detect(folder, { ...image, imageRoot: image.imageRoot }, selection);
    return { boxes, milliseconds: times.decodeMs + times.prepareMs + times.networkMs + times.postprocessMs };
  } catch (thrown) {
    return thrown instanceof InferenceProcessLost ? null : { error: messageOf(thrown) };
  }
}

/** Looks twice a second whether the run was cancelled or failed meanwhile, or the worker has to stop, and then ends the image in hand. */
function watchForEnd(
  { database, host }: RunWorkContext,
  runId: number,
  signal: AbortSignal,
): { ended(): boolean; close(): void } {
  let ended = false;
  const look = async (): Promise<void> => {
    const run = await findRun(database, runId);
    if (!isTerminal(run.status)) return;
    ended = true;
    host.kill('The run was ended.');
  };
  const stop = (): void => host.kill('The worker stops.');
  const timer = setInterval(() => void look().catch(() => undefined), WATCH_MS);
  signal.addEventListener('abort', stop);
  return {
    ended: () => ended,
    close() {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}

/** Evaluates before the last move, so that whoever reads SUCCEEDED finds the curve. */
async function endIfDone({ database, log, evaluate }: RunWorkContext, runId: number): Promise<void> {
  const run = await findRun(database, runId);
  const [progress] = await findProgressOfRuns(database, [runId]);
  if (run.status !== 'RUNNING' || !progress || progress.completed + progress.failed < progress.total) return;
  if (progress.completed === 0) {
    await moveRun(database, runId, 'FAILED', { error: await firstImageError(database, runId) });
    return;
  }
  const warnings = [...run.warnings];
  try {
    await evaluate(runId);
  } catch (thrown) {
    log.error({ runId, failure: thrown }, 'evaluation of a finished run failed');
    warnings.push('The run could not be evaluated; evaluateDetectionRun tries again.');
  }
  await moveRun(database, runId, 'SUCCEEDED', { warnings });
}

async function firstImageError(database: Database, runId: number): Promise<string> {
  const [row] = await database.query<{ error: string }>({
    text: `SELECT error FROM run_image WHERE run_id = $1 AND state = 'FAILED' ORDER BY finished_at LIMIT 1`,
    values: [runId],
  });
  return `No image could be worked on. The first reason: ${row?.error ?? 'unknown'}`;
}
