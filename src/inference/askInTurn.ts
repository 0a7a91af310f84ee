/** The loop of everyone who has a model answer one image after another: ask, blame or ask again, write down what came of it. */
import { type Failure, failureOf } from '../failureKind';
import type { OpenedModel, Served } from './inferenceHost';
import { InferenceProcessLost, InferenceStopped } from './inferenceLosses';

/** A model that ends its process over so many images in a row, over each of them twice, is not tried on the others. */
const MAX_LOSSES_IN_A_ROW = 3;

/** What is asked, and what is done with the answers. Images are counted from 0. */
interface ImagesInTurn<Answer> {
  count: number;
  /** how many requests may be on their way at once: twice the batch size keeps the model busy; omitted: 1 */
  ahead?(): number;
  /** the first images are requested one at a time: a worker died over them before */
  startsAlone?: boolean;
  /**
   * @param isAlone nothing else may be on its way or prepared beside it, since that may be what the process dies over
   * @throws what is wrong with the image; InferenceProcessLost and InferenceStopped as the host
   */
  ask(index: number, isAlone: boolean): Promise<Served<Answer>>;
  /** told of what each answer was computed with, before it is recorded */
  note(opened: OpenedModel): Promise<void>;
  /** Writes the outcome, while the next image is computed. @returns false if no one wants the others any more */
  record(index: number, outcome: Served<Answer> | Failure): Promise<boolean>;
  /** whether no one wants the outcomes any more; an answer that comes then is dropped. Omitted: never */
  isUnwanted?(): boolean;
}

/** How it ended. `stopped`: the image and those behind it have no outcome. `lost`: the process died over too many images in a row. */
type EndOfTurns =
  | { kind: 'done' }
  | { kind: 'stopped'; index: number }
  | { kind: 'lost'; losses: number; failure: InferenceProcessLost };

type Outcome<Answer> = { answer: Served<Answer> } | { thrown: unknown };

/**
 * Asks about each image and records what came of it. An image over which the inference process dies is requested once more, alone; it is
 * blamed only if the process dies over it again, since a process also dies of what no image is to blame for: memory that other programs
 * took, a machine that slept, another image of the same batch.
 *
 * @throws what `note` and `record` throw; no request is on its way then. One that outlived its loop would be asked again on the next
 *   execution provider where the first one fails, and open its model there in place of the next loop's.
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

/** Requests images before the answers of those in front of them, so that the model never waits and has a batch to fill. */
class RequestsAhead<Answer> {
  /** the first of them is the answer that is awaited next */
  private asked: Promise<Outcome<Answer>>[] = [];
  private awaited: Promise<unknown> = Promise.resolve();
  /** images before this one are requested one by one */
  private aloneUntil: number;
  /** the image that the process died over the last time */
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

  /** Resolves when nothing that was asked is on its way any more. */
  async settle(): Promise<void> {
    await Promise.all([this.awaited, ...this.asked]);
  }

  /**
   * Call it after the process died over an image: all requests behind it are lost as well, and are asked again. One that was sent before
   * the death was noticed went to the next process: it is waited for, so that the image is alone there.
   *
   * @returns whether the image gets another try, alone
   */
  async askAlone(index: number): Promise<boolean> {
    await Promise.all(this.asked);
    this.asked = [];
    if (this.lostOver === index) return false;
    this.lostOver = index;
    // It may have been any image of its batch: half of what is asked ahead.
    this.aloneUntil = Math.max(this.aloneUntil, index + this.ahead / 2);
    return true;
  }
}

/**
 * @param known what is written down already
 * @returns what writes down which provider and batch size answers are computed with, each time that this has changed
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
