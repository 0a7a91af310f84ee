import { holdStacks } from '../imaging';
import { askInTurn, type DetectionOutcome, type DetectionTarget, noteChanges, TargetsHere } from '../inference';
import { isTracing, traced } from '../tracing';
import { detectInImage } from './detectInImage';
import { noteRunExecution } from './executionNote';
import { endIfDone } from './runEnd';
import { countAttempt, failPendingImages, findPendingImages, recordOutcome } from './runImages';
import { type OpenModel, openModel } from './runModel';
import { moveRun } from './runRows';
import { findTraceparent, noteImage } from './runTrace';
import type { LeasedBatch, RunWorkContext } from './runWorkContext';
import { type Watch, watchForEnd } from './watchForEnd';

/**
 * Processes a batch of a run until it is completed, the run has finished, the lease is lost or `stopping` fires. It may
 * be called again with the same batch: images that have an outcome are skipped. After the last image of the run it ends
 * the run.
 *
 * @returns the remaining images: some if `stopping` ended the work, all if this machine lacks what the run requires
 */
export async function workOnBatch(
  context: RunWorkContext,
  batch: LeasedBatch,
  stopping: AbortSignal,
): Promise<readonly number[]> {
  if (!isTracing()) return work(context, batch, stopping);
  const { runId, imageIds } = batch;
  const parent = await findTraceparent(context.database, runId);
  const attributes = { 'deeplesion.images': imageIds.length };
  return traced('batch', { kind: 'CONSUMER', parent, attributes }, () => work(context, batch, stopping));
}

async function work(context: RunWorkContext, batch: LeasedBatch, stopping: AbortSignal): Promise<readonly number[]> {
  const watch = watchForEnd(context, batch, stopping);
  try {
    const model = await openModel(context, batch.runId, watch);
    if (model === 'handed-on') return batch.imageIds;
    const rest = model ? await workOnImages(context, model, batch, watch) : [];
    const left = model ? rest : batch.imageIds;
    // If no image remains, no batch is requeued whose worker would end the run: this one does.
    if (watch.reason() === 'stopping' && left.length > 0) return left;
  } catch (thrown) {
    // A failure after the work was no longer needed is not a fault of the run.
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
  await failPendingImages(context.database, runId, imageIds, { error: reason, kind: 'GIVEN_UP' });
  await moveRun(context.database, runId, 'RUNNING');
  await endIfDone(context, runId);
}

/** @returns the images that have no outcome */
async function workOnImages(
  context: RunWorkContext,
  model: OpenModel,
  lease: LeasedBatch,
  watch: Watch,
): Promise<readonly number[]> {
  const offsetsMm = model.folder.manifest.input.channels.map(({ offsetMm }) => offsetMm);
  const isUnwanted = (): boolean => watch.reason() !== null;
  const pixels = new TargetsHere(holdStacks<DetectionTarget>(offsetsMm), { isUnwanted, log: context.log });
  try {
    return await workWithPixels(context, model, lease, watch, pixels);
  } finally {
    await pixels.close();
  }
}

async function workWithPixels(
  { database, host, observer }: RunWorkContext,
  model: OpenModel,
  lease: LeasedBatch,
  watch: Watch,
  pixels: TargetsHere<DetectionTarget>,
): Promise<readonly number[]> {
  const { run, classClusters } = model;
  const images = await findPendingImages(database, run.id, lease.imageIds);
  const [first] = images;
  if (!first) return [];
  await countAttempt(database, run.id, first.imageId, 1);
  const end = await askInTurn<DetectionOutcome>({
    count: images.length,
    // Two batches of the model: the current one and the next one.
    ahead: () => 2 * model.opened.batchSize,
    // A worker died on the images that it had requested: one by one, the cause is found before the deliveries are used
    // up.
    startsAlone: first.attempts > 0,
    ask: (index, isAlone) => detectInImage(host, model, images.slice(index, isAlone ? index + 1 : undefined), pixels),
    note: noteChanges(async (opened) => {
      await noteRunExecution(database, run.id, opened);
      model.opened = opened;
    }, model.opened),
    async record(index, outcome) {
      const { imageId } = images[index]!;
      const next = images[index + 1]?.imageId ?? null;
      const place = { runId: run.id, imageId, workerId: observer.id, lease, classClusters, next };
      if ('times' in outcome) noteImage(outcome.times);
      if (await recordOutcome(database, place, outcome)) observer.imageDone();
      await pixels.release(images[index]!);
      return true;
    },
    isUnwanted: () => watch.reason() !== null,
  });
  if (end.kind === 'lost')
    await moveRun(database, run.id, 'FAILED', {
      error: `The inference process died on ${end.losses} images in a row: ${end.failure.message}`,
    });
  if (end.kind !== 'stopped') return [];
  // Stopping kills the process during the current image: that image is among the remaining ones.
  const left = images.slice(end.index).map(({ imageId }) => imageId);
  if (watch.reason() === 'stopping' && left[0] !== undefined) await countAttempt(database, run.id, left[0], -1);
  return left;
}
