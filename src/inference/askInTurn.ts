/**
 * The loop of every caller that has a model process one image after another: request, blame or retry, and record the
 * outcome.
 */
import { type Failure, failureOf } from '../failureKind';
import type { OpenedModel, Served } from './inferenceHost';
import { InferenceProcessLost, InferenceStopped } from './inferenceLosses';

/** A model whose process dies on this number of images in a row, on each of them twice, is not tried on the others. */
const MAX_LOSSES_IN_A_ROW = 3;

/** The requests, and what is done with the responses. Images are counted from 0. */
interface ImagesInTurn<Answer> {
  count: number;
  /** number of concurrent requests: twice the batch size keeps the model busy; omitted: 1 */
  ahead?(): number;
  /** the first images are requested one at a time, because a worker died on them before */
  startsAlone?: boolean;
  /**
   * @param isAlone nothing else may be requested or prepared at the same time, because the process may die on that
   * @throws what is wrong with the image; InferenceProcessLost and InferenceStopped as the host
   */
  ask(index: number, isAlone: boolean): Promise<Served<Answer>>;
  /** called with what each response was computed with, before it is recorded */
  note(opened: OpenedModel): Promise<void>;
  /**
   * Writes the outcome, during the inference of the next image.
   *
   * @returns false if the others are not needed any more
   */
  record(index: number, outcome: Served<Answer> | Failure): Promise<boolean>;
  /** whether the outcomes are not needed any more; a response that arrives then is dropped. Omitted: never */
  isUnwanted?(): boolean;
}

/**
 * How the loop ended. `stopped`: the image and those behind it have no outcome. `lost`: the process died on too many
 * images in a row.
 */
type EndOfTurns =
  | { kind: 'done' }
  | { kind: 'stopped'; index: number }
  | { kind: 'lost'; losses: number; failure: InferenceProcessLost };

type Outcome<Answer> = { answer: Served<Answer> } | { thrown: unknown };

/**
 * Requests each image and records its outcome. An image on which the inference process dies is requested once more,
 * alone; it is blamed only if the process dies on it again, because a process also dies for reasons that are not the
 * image's: memory that other programs used, a machine that was suspended, another image of the same batch.
 *
 * @throws what `note` and `record` throw; no request is in progress then. One that outlived its loop would be sent
 *   again on the next execution provider if the first one fails, and open its model there in place of the next loop's.
 */
export async function askInTurn<Answer>(images: ImagesInTurn<Answer>): Promise<EndOfTurns> {
  const requests = new RequestsAhead(images);
  try {
    return await recordEach(images, requests);
  } finally {
    await requests.settle();
  }
}

async function recordEach<Answer>(images: ImagesInTurn<Answer>, requests: RequestsAhead<Answer>): Promise<EndOfTurns> {
  const isUnwanted = (): boolean => images.isUnwanted?.() ?? false;
  let losses = 0;
  let recording = Promise.resolve(true);
  for (let index = 0; index < images.count; ) {
    if (isUnwanted()) {
      await recording;
      return { kind: 'stopped', index };
    }
    const [outcome, goesOn] = await Promise.all([requests.outcomeOf(index), recording]);
    const thrown = 'thrown' in outcome ? outcome.thrown : undefined;
    if (!goesOn || thrown instanceof InferenceStopped || isUnwanted()) return { kind: 'stopped', index };
    const isLost = thrown instanceof InferenceProcessLost;
    if (isLost && (await requests.askAlone(index))) continue;
    losses = isLost ? losses + 1 : 0;
    if ('answer' in outcome) await images.note(outcome.answer.opened);
    recording = images.record(index, 'answer' in outcome ? outcome.answer : failureOf(thrown));
    if (isLost && losses === MAX_LOSSES_IN_A_ROW) {
      await recording;
      return { kind: 'lost', losses, failure: thrown };
    }
    index++;
  }
  await recording;
  return { kind: 'done' };
}

/** Sends requests for images ahead of the responses, so that the model never waits and has a full batch. */
class RequestsAhead<Answer> {
  /** the first of them is the response that is awaited next */
  private asked: Promise<Outcome<Answer>>[] = [];
  private awaited: Promise<unknown> = Promise.resolve();
  /** images before this one are requested one by one */
  private aloneUntil: number;
  /** the image on which the process died the last time */
  private lostOver: number | undefined;

  constructor(private readonly images: ImagesInTurn<Answer>) {
    this.aloneUntil = images.startsAlone ? this.ahead : 0;
  }

  private get ahead(): number {
    return this.images.ahead?.() ?? 1;
  }

  /** @param index requested one after another, or again after `askAlone` */
  outcomeOf(index: number): Promise<Outcome<Answer>> {
    const isAlone = index < this.aloneUntil;
    const ahead = isAlone ? 1 : this.ahead;
    while (this.asked.length < ahead && index + this.asked.length < this.images.count)
      this.asked.push(this.ask(index + this.asked.length, isAlone));
    const outcome = this.asked.shift() ?? this.ask(index, isAlone);
    this.awaited = outcome;
    return outcome;
  }

  private ask(index: number, isAlone: boolean): Promise<Outcome<Answer>> {
    return this.images.ask(index, isAlone).then(
      (answer) => ({ answer }),
      (thrown: unknown) => ({ thrown }),
    );
  }

  /** Resolves when no request is in progress any more. */
  async settle(): Promise<void> {
    await Promise.all([this.awaited, ...this.asked]);
  }

  /**
   * Call this after the process died on an image: all requests behind it are lost as well, and are sent again. A
   * request that was sent before the death was noticed went to the next process: it is awaited, so that the image is
   * alone there.
   *
   * @returns whether the image is retried, alone
   */
  async askAlone(index: number): Promise<boolean> {
    await Promise.all(this.asked);
    this.asked = [];
    if (this.lostOver === index) return false;
    this.lostOver = index;
    // The cause may be any image of its batch: half of the images that are requested ahead.
    this.aloneUntil = Math.max(this.aloneUntil, index + this.ahead / 2);
    return true;
  }
}

/**
 * @param known what is recorded already
 * @returns a function that records the provider and batch size of the responses, each time that these have changed
 */
export function noteChanges(
  write: (opened: OpenedModel) => Promise<void>,
  known?: OpenedModel,
): (opened: OpenedModel) => Promise<void> {
  let noted = known;
  return async (opened) => {
    if (opened !== noted) await write(opened);
    noted = opened;
  };
}
