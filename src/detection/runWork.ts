import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Queryable } from '../database';
import { messageOf } from '../errors';
import type { Logger } from '../log';
import type { Selection } from './decodeBoxes';
import type { DetectionOutcome, DetectionTarget } from './detect';
import { noteExecution } from './executionNote';
import {
  type InferenceHost,
  InferenceProcessLost,
  InferenceStopped,
  type OpenedModel,
  type Served,
} from './inferenceHost';
import type { ModelFolder } from './modelFolder';
import { judgeRefused, markServed, type Refusal } from './refusals';
import type { DetectorRegistry } from './registry';
import {
  countAttempt,
  failPendingImages,
  findPendingImages,
  type ImageOutcome,
  type PendingImage,
  recordOutcome,
} from './runImages';
import { findFileRefusal, findMeans } from './runMeans';
import { type DetectionRunRow, findProgressOfRuns, findRuns, moveRun } from './runRows';
import { isTerminal } from './runState';

/** What a worker works with. */
export interface RunWorkContext {
  database: Database;
  registry: DetectorRegistry;
  host: InferenceHost;
  log: Logger;
  /** Evaluates a run whose images are all done; off the event loop. */
  evaluate(runId: number): Promise<void>;
  observer: WorkObserver;
}

/** Told of what a worker does, so that it can be shown. */
export interface WorkObserver {
  /** of the worker */
  readonly id: string;
  /** A run can be served: the machine has what it needs. */
  modelOpened(run: DetectionRunRow, model: OpenedModel): void;
  imageDone(): void;
  /** The machine lacks what a run needs. Resolves when other workers can see it. */
  refused(refusal: Refusal): Promise<void>;
  /** The run is left to other workers for a while. */
  handedOn(refusal: Refusal): void;
}

/** Some images of one run, and the right to work on them. */
export interface LeasedBatch {
  runId: number;
  imageIds: readonly number[];
  /** Prolongs the right, on the database's clock. @returns false when another worker has it by now: then nothing may be written */
  renew(queryable: Queryable): Promise<boolean>;
  /** aborts when the right was lost */
  lost: AbortSignal;
}

/** A model that ends its process so often in a row is not tried on the rest of the run. */
const MAX_LOSSES_IN_A_ROW = 3;
/** An image that took its worker along so often is not tried again, so that the others of its batch are done. */
const MAX_ATTEMPTS = 5;
/** One loss while loading may be the machine's fault (another process took the memory); two are the model's. */
const OPEN_ATTEMPTS = 2;
const WATCH_MS = 500;
const EVALUATION_PAUSES_MS = [0, 1_000, 4_000];

/**
 * Works on a batch of a run until it is done, the run has ended, the lease is lost or `stopping` says stop. It may be called again with
 * the same batch: images that have an outcome are left alone. After the last image of the run it ends the run.
 *
 * @returns the images that are left: some when `stopping` ended the work, all when this machine lacks what the run needs
 */
export async function workOnBatch(
  context: RunWorkContext,
  batch: LeasedBatch,
  stopping: AbortSignal,
): Promise<readonly number[]> {
  const watch = watchForEnd(context, batch, stopping);
  try {
    const model = await openModel(context, batch.runId, watch);
    if (model === 'handed-on') return batch.imageIds;
    const rest = model ? await workOnImages(context, model, batch, watch) : [];
    if (watch.reason() === 'stopping') return model ? rest : batch.imageIds;
  } catch (thrown) {
    // Whatever broke when nobody wanted the work any more is no fault of the run.
    if (watch.reason() === null) throw thrown;
    return watch.reason() === 'stopping' ? batch.imageIds : [];
  } finally {
    watch.close();
  }
  await endIfDone(context, batch.runId);
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
  /** what the run is known to be computed with */
  opened: OpenedModel;
}

/** @returns null where the run has ended, now or before, or the work is not wanted any more; `handed-on` where another worker has to do it */
async function openModel(
  context: RunWorkContext,
  runId: number,
  watch: Watch,
): Promise<OpenModel | 'handed-on' | null> {
  const { database, host, observer } = context;
  const run = await findRunIfThere(database, runId);
  if (!run || isTerminal(run.status)) return null;
  const folder = await findMeans(context, run);
  if ('reason' in folder) return refuse(context, run, folder);
  let opened: OpenedModel;
  try {
    opened = await openWithRetry(host, folder);
    observer.modelOpened(run, opened);
  } catch (thrown) {
    if (watch.reason() !== null || thrown instanceof InferenceStopped) return null;
    const refusal = await findFileRefusal(database, run, folder);
    return refusal
      ? refuse(context, run, refusal)
      : fail(context, runId, `The model could not be loaded: ${messageOf(thrown)}`);
  }
  await markServed(database, runId);
  const change = { executionProvider: opened.executionProvider, warnings: opened.warnings };
  const started = run.status === 'QUEUED' ? await moveRun(database, runId, 'RUNNING', change) : run;
  const current = started ?? (await findRunIfThere(database, runId));
  if (!current || isTerminal(current.status)) return null;
  await noteExecution(database, 'detection_run', runId, opened);
  const classClusters = await findClassClusters(database, run.datasetId, folder.manifest.categorization);
  return { run: current, folder, classClusters, opened };
}

/** Leaves a run to other workers, or ends it where there is none. */
async function refuse(context: RunWorkContext, run: DetectionRunRow, refusal: Refusal): Promise<'handed-on' | null> {
  const { database, observer } = context;
  await observer.refused(refusal);
  const failure = await judgeRefused(database, run.id, { ...refusal, workerId: observer.id });
  if (failure !== null) return fail(context, run.id, failure);
  observer.handedOn(refusal);
  return 'handed-on';
}

async function fail({ database, log }: RunWorkContext, runId: number, error: string): Promise<null> {
  log.warn({ runId, reason: error }, 'detection run failed');
  await moveRun(database, runId, 'FAILED', { error });
  return null;
}

async function openWithRetry(host: InferenceHost, folder: ModelFolder): Promise<OpenedModel> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await host.open(folder);
    } catch (thrown) {
      if (!(thrown instanceof InferenceProcessLost) || attempt === OPEN_ATTEMPTS) throw thrown;
    }
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

/** @returns the images that have no outcome */
async function workOnImages(
  context: RunWorkContext,
  model: OpenModel,
  batch: LeasedBatch,
  watch: Watch,
): Promise<readonly number[]> {
  const { database, host, observer } = context;
  const { run, classClusters } = model;
  const images = await findPendingImages(database, run.id, batch.imageIds);
  if (images[0]) await countAttempt(database, run.id, images[0].imageId, 1);
  const questions = new Questions(context, model, images);
  let losses = 0;
  // An image's outcome is written while the network is at the next one.
  let writing: Promise<unknown> = Promise.resolve();
  for (let index = 0; index < images.length; index++) {
    const image = images[index]!;
    const answering = watch.reason() === null ? questions.answerOf(index) : ('stopped' as const);
    const [outcome] = await Promise.all([answering, writing]);
    // Stopping ends the process over the image in hand: that image is among those left.
    if (outcome === 'stopped' || watch.reason() !== null) {
      if (watch.reason() === 'stopping') await countAttempt(database, run.id, image.imageId, -1);
      return images.slice(index).map(({ imageId }) => imageId);
    }
    if (outcome === 'lost' && questions.askAlone(index)) {
      index--;
      continue;
    }
    losses = outcome === 'lost' ? losses + 1 : 0;
    const recorded = outcome === 'lost' ? { error: host.lastLoss } : outcome;
    const next = images[index + 1]?.imageId ?? null;
    const place = { runId: run.id, imageId: image.imageId, workerId: observer.id, lease: batch, classClusters, next };
    writing = recordOutcome(database, place, recorded).then((written) => written && observer.imageDone());
    if (losses === MAX_LOSSES_IN_A_ROW) {
      await writing;
      const error = `The model ended the inference process ${losses} times in a row: ${host.lastLoss}`;
      await moveRun(database, run.id, 'FAILED', { error });
      return [];
    }
  }
  await writing;
  return [];
}

/** Asks for images before the answers of those in front of them, so that the network never waits and has a batch to fill. */
class Questions {
  /** the first of them is the answer that is awaited next */
  private asked: Promise<DetectionAnswer>[] = [];
  /** images before this one are asked for one by one */
  private aloneUntil = 0;

  constructor(
    private readonly context: RunWorkContext,
    private readonly model: OpenModel,
    private readonly images: readonly PendingImage[],
  ) {}

  /** @param index of the image; asked for one after another, or again after `askAlone` */
  answerOf(index: number): Promise<DetectionAnswer> {
    const ahead = index < this.aloneUntil ? 1 : 2 * this.model.opened.batchSize;
    while (this.asked.length < ahead && index + this.asked.length < this.images.length) {
      const asked = detectImage(this.context, this.model, this.images.slice(index + this.asked.length));
      // Where the work on one before it fails, nobody waits for it.
      asked.catch(() => undefined);
      this.asked.push(asked);
    }
    return this.asked.shift() ?? Promise.resolve('stopped');
  }

  /**
   * To be told when the process was lost: those behind the image went down with it and are asked for again.
   *
   * @returns whether the process may have been lost over another image of the same batch, so that this one gets another try, alone
   */
  askAlone(index: number): boolean {
    this.asked = [];
    const { batchSize } = this.model.opened;
    if (batchSize === 1 || index < this.aloneUntil) return false;
    this.aloneUntil = index + batchSize;
    return true;
  }
}

/** `lost` when the inference process was lost over the image, `stopped` when it was ended because the work is not wanted. */
type DetectionAnswer = ImageOutcome | 'lost' | 'stopped';

/** @param images the image to work on, and those that come next */
async function detectImage(
  { database, host }: RunWorkContext,
  model: OpenModel,
  images: readonly PendingImage[],
): Promise<DetectionAnswer> {
  const { run, folder } = model;
  const [image] = images;
  const [target, ...upcoming] = images.slice(0, 1 + model.opened.upcoming).map(targetOf);
  if (!image || !target) return { error: 'The data set has no pixel file of this image.' };
  if (image.attempts >= MAX_ATTEMPTS)
    return { error: `Given up: the worker was lost over this image in each of ${image.attempts} attempts.` };
  const selection: Selection = {
    scoreThreshold: run.scoreThreshold,
    nmsIouThreshold: run.nmsIouThreshold,
    maxDetectionsPerImage: run.maxDetectionsPerImage,
  };
  let served: Served<DetectionOutcome>;
  try {
    const next = upcoming.filter((one) => one !== null);
    served = await host.detect(folder, target, selection, next);
  } catch (thrown) {
    if (thrown instanceof InferenceStopped) return 'stopped';
    return thrown instanceof InferenceProcessLost ? 'lost' : { error: messageOf(thrown) };
  }
  const { boxes, times, opened } = served;
  if (opened !== model.opened) await noteExecution(database, 'detection_run', run.id, opened);
  model.opened = opened;
  return { boxes, times };
}

/** @returns null where there is no pixel file */
function targetOf(image: PendingImage): DetectionTarget | null {
  return image.hasPixels && image.imageRoot !== null ? { ...image, imageRoot: image.imageRoot } : null;
}

/** Why a batch is not worked on any more; null while it is. */
type EndReason = 'run-ended' | 'lease-lost' | 'stopping' | null;
interface Watch {
  reason(): EndReason;
  close(): void;
}

/**
 * Looks twice a second whether the run was cancelled or failed meanwhile, and listens whether the lease is lost or the worker has to
 * stop; then it ends the image in hand.
 */
function watchForEnd({ database, host }: RunWorkContext, { runId, lost }: LeasedBatch, stopping: AbortSignal): Watch {
  let reason: EndReason = null;
  const end = (why: EndReason): void => {
    if (reason !== null) return;
    reason = why;
    host.stop('The work on this image is not wanted any more.');
  };
  const look = async (): Promise<void> => {
    const run = await findRunIfThere(database, runId);
    if (!run || isTerminal(run.status)) end('run-ended');
  };
  const onLost = (): void => end('lease-lost');
  const onStopping = (): void => end('stopping');
  // A look that fails says nothing about the run; the next one comes soon.
  const timer = setInterval(() => void look().catch(() => undefined), WATCH_MS);
  lost.addEventListener('abort', onLost);
  stopping.addEventListener('abort', onStopping);
  if (stopping.aborted) onStopping();
  return {
    reason: () => reason,
    close() {
      clearInterval(timer);
      lost.removeEventListener('abort', onLost);
      stopping.removeEventListener('abort', onStopping);
    },
  };
}

/** Evaluates before the last move, so that whoever reads SUCCEEDED finds the curve. */
async function endIfDone(context: RunWorkContext, runId: number): Promise<void> {
  const { database } = context;
  const run = await findRunIfThere(database, runId);
  const [progress] = await findProgressOfRuns(database, [runId]);
  if (run?.status !== 'RUNNING' || !progress || progress.completed + progress.failed < progress.total) return;
  if (progress.completed === 0) {
    await moveRun(database, runId, 'FAILED', { error: await firstImageError(database, runId) });
    return;
  }
  const warnings = [...run.warnings];
  if (!(await tryToEvaluate(context, runId)))
    warnings.push('The run could not be evaluated; evaluateDetectionRun tries again.');
  await moveRun(database, runId, 'SUCCEEDED', { warnings });
}

/** A database that is started again is back within these pauses; a fault of the evaluation itself stays. */
async function tryToEvaluate({ log, evaluate }: RunWorkContext, runId: number): Promise<boolean> {
  for (const pauseMs of EVALUATION_PAUSES_MS) {
    await sleep(pauseMs);
    try {
      await evaluate(runId);
      return true;
    } catch (thrown) {
      log.error({ runId, failure: thrown }, 'evaluation of a finished run failed');
    }
  }
  return false;
}

async function findRunIfThere(database: Database, runId: number): Promise<DetectionRunRow | undefined> {
  const [run] = await findRuns(database, [runId]);
  return run;
}

async function firstImageError(database: Database, runId: number): Promise<string> {
  const [row] = await database.query<{ error: string }>({
    text: `SELECT error FROM run_image WHERE run_id = $1 AND state = 'FAILED' ORDER BY finished_at LIMIT 1`,
    values: [runId],
  });
  return `No image could be worked on. The first reason: ${row?.error ?? 'unknown'}`;
}
