import { failureOf } from '../failureKind';
import { InferenceProcessLost } from '../inference';
import { Questions } from './lookahead';
import { endIfDone } from './runEnd';
import { countAttempt, failPendingImages, findPendingImages, type PendingImage, recordOutcome } from './runImages';
import { type OpenModel, openModel } from './runModel';
import { moveRun } from './runRows';
import { type Watch, watchForEnd } from './runWatch';
import type { LeasedBatch, RunWorkContext } from './runWorkContext';

/** A model that ends its process over so many images in a row, over each of them twice, is not tried on the rest of the run. */
const MAX_LOSSES_IN_A_ROW = 3;

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
    const left = model ? rest : batch.imageIds;
    // With nothing left there is no batch to put back whose worker would end the run: this one does.
    if (watch.reason() === 'stopping' && left.length > 0) return left;
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
  await failPendingImages(context.database, runId, imageIds, { error: reason, kind: 'GIVEN_UP' });
  await moveRun(context.database, runId, 'RUNNING');
  await endIfDone(context, runId);
}

/** @returns the images that have no outcome */
async function workOnImages(
  context: RunWorkContext,
  model: OpenModel,
  batch: LeasedBatch,
  watch: Watch,
): Promise<readonly number[]> {
  const { database } = context;
  const { run } = model;
  const images = await findPendingImages(database, run.id, batch.imageIds);
  if (images[0]) await countAttempt(database, run.id, images[0].imageId, 1);
  const questions = new Questions(context, model, images);
  try {
    return await writeAnswers(context, { model, batch, images }, questions, watch);
  } finally {
    await questions.settle();
  }
}

/** @returns the images that have no outcome */
async function writeAnswers(
  { database, host, observer }: RunWorkContext,
  { model, batch, images }: { model: OpenModel; batch: LeasedBatch; images: readonly PendingImage[] },
  questions: Questions,
  watch: Watch,
): Promise<readonly number[]> {
  const { run, classClusters } = model;
  let losses = 0;
  // An image's outcome is written while the network is at the next one.
  let writing: Promise<unknown> = Promise.resolve();
  let index = 0;
  while (index < images.length) {
    const image = images[index]!;
    const answering = watch.reason() === null ? questions.answerOf(index) : ('stopped' as const);
    const [outcome] = await Promise.all([answering, writing]);
    // Stopping ends the process over the image in hand: that image is among those left.
    if (outcome === 'stopped' || watch.reason() !== null) {
      if (watch.reason() === 'stopping') await countAttempt(database, run.id, image.imageId, -1);
      return images.slice(index).map(({ imageId }) => imageId);
    }
    const isLost = outcome instanceof InferenceProcessLost;
    if (isLost && questions.askAlone(index)) continue;
    losses = isLost ? losses + 1 : 0;
    const recorded = isLost ? failureOf(outcome) : outcome;
    const next = images[index + 1]?.imageId ?? null;
    const place = { runId: run.id, imageId: image.imageId, workerId: observer.id, lease: batch, classClusters, next };
    writing = recordOutcome(database, place, recorded).then((written) => written && observer.imageDone());
    if (losses === MAX_LOSSES_IN_A_ROW) {
      await writing;
      const error = `The inference process was lost over ${losses} images in a row: ${host.lastLoss}`;
      await moveRun(database, run.id, 'FAILED', { error });
      return [];
    }
    index++;
  }
  await writing;
  return [];
}
