import { failureOf } from '../failureKind';
import type { DetectionOutcome, DetectionTarget, Selection, Served } from '../inference';
import { InferenceProcessLost, InferenceStopped } from '../inference';
import { noteRunExecution } from './executionNote';
import type { ImageOutcome, PendingImage } from './runImages';
import type { OpenModel } from './runModel';
import type { RunWorkContext } from './runWorkContext';

/** An image that took its worker along so often is not tried again, so that the others of its batch are done. */
const MAX_ATTEMPTS = 5;

/** A loss when the inference process was lost over the image, `stopped` when it was ended because the work is not wanted. */
type DetectionAnswer = ImageOutcome | InferenceProcessLost | 'stopped';

/** Asks for images before the answers of those in front of them, so that the network never waits and has a batch to fill. */
export class Questions {
  /** the first of them is the answer that is awaited next */
  private asked: Promise<DetectionAnswer>[] = [];
  private awaited: Promise<DetectionAnswer> = Promise.resolve('stopped');
  /** images before this one are asked for one by one */
  private aloneUntil: number;
  /** the image that the process was lost over the last time */
  private lostOver: number | undefined;

  constructor(
    private readonly context: RunWorkContext,
    private readonly model: OpenModel,
    private readonly images: readonly PendingImage[],
  ) {
    // A worker was lost over what it had asked for: alone, the one that it was lost over is found before the deliveries are used up.
    const wasLost = (images[0]?.attempts ?? 0) > 0;
    this.aloneUntil = wasLost ? this.asksAhead : 0;
  }

  /** a batch for the network, and the next one */
  private get asksAhead(): number {
    return 2 * this.model.opened.batchSize;
  }

  /** @param index of the image; asked for one after another, or again after `askAlone` */
  answerOf(index: number): Promise<DetectionAnswer> {
    const isAlone = index < this.aloneUntil;
    const ahead = isAlone ? 1 : this.asksAhead;
    while (this.asked.length < ahead && index + this.asked.length < this.images.length) {
      const next = index + this.asked.length;
      // Not even prepared beside another one: that may be what the process is lost over.
      const asked = detectImage(this.context, this.model, this.images.slice(next, isAlone ? next + 1 : undefined));
      // Where the work on one before it fails, nobody waits for it.
      asked.catch(() => undefined);
      this.asked.push(asked);
    }
    this.awaited = this.asked.shift() ?? Promise.resolve('stopped');
    return this.awaited;
  }

  /**
   * Resolves when nothing that was asked is on its way any more. A question that outlived its batch would be asked again on the next
   * execution provider where the first one fails, and open its model there in place of the next batch's.
   */
  async settle(): Promise<void> {
    await Promise.allSettled([this.awaited, ...this.asked]);
  }

  /**
   * To be told when the process was lost: those behind the image went down with it and are asked for again. A process is also lost over
   * what no image is to blame for: memory that others took, a machine that slept, another image of the same batch.
   *
   * @returns whether this image gets another try, alone; it is blamed when the process is lost over it a second time
   */
  askAlone(index: number): boolean {
    this.asked = [];
    if (this.lostOver === index) return false;
    this.lostOver = index;
    this.aloneUntil = Math.max(this.aloneUntil, index + this.model.opened.batchSize);
    return true;
  }
}

/** @param images the image to work on, and those that come next */
async function detectImage(
  { database, host }: RunWorkContext,
  model: OpenModel,
  images: readonly PendingImage[],
): Promise<DetectionAnswer> {
  const { run, folder } = model;
  const [image] = images;
  const [target, ...upcoming] = images.slice(0, 1 + model.opened.upcoming).map(targetOf);
  if (!image || !target) return { error: 'The data set has no pixel file of this image.', kind: 'NO_PIXEL_FILE' };
  if (image.attempts >= MAX_ATTEMPTS)
    return {
      error: `Given up: the worker was lost over this image in each of ${image.attempts} attempts.`,
      kind: 'GIVEN_UP',
    };
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
    return thrown instanceof InferenceProcessLost ? thrown : failureOf(thrown);
  }
  const { boxes, times, pixelsChanged, opened } = served;
  if (opened !== model.opened) await noteRunExecution(database, run.id, opened);
  model.opened = opened;
  return { boxes, times, pixelsChanged };
}

/** @returns null where there is no pixel file */
function targetOf(image: PendingImage): DetectionTarget | null {
  return image.hasPixels && image.imageRoot !== null ? { ...image, imageRoot: image.imageRoot } : null;
}
