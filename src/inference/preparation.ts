import { Thread } from '../threads';
import { type DetectionTarget, type PreparedSlice, prepareSlice } from './detect';
import type { DetectorManifest } from './manifest';

type Input = DetectorManifest['input'];
type Tensor = PreparedSlice['tensor'];

/** Prepares the tensors of slices for one model. */
export interface Preparation {
  /** resolves when the code is loaded, so that the first slice takes no longer than the others */
  readonly ready: Promise<void>;
  /**
   * @param upcoming what is taken next, and may be started; slices that are in neither are forgotten
   * @throws Error with the reason if the slice cannot be read
   */
  take(target: DetectionTarget, upcoming: readonly DetectionTarget[], input: Input): Promise<PreparedSlice>;
  /** Returns a tensor that is not read any more; the next slice is written into its memory. */
  giveBack(tensor: Tensor): void;
  close(): Promise<void>;
}

/** Prepares each slice when it is taken, in the calling thread: for a process that is limited to one core. */
export class PreparationHere implements Preparation {
  readonly ready = Promise.resolve();
  private spare: Tensor | undefined;

  take(target: DetectionTarget, _upcoming: readonly DetectionTarget[], input: Input): Promise<PreparedSlice> {
    const into = this.spare;
    this.spare = undefined;
    return prepareSlice(target, input, into);
  }

  giveBack(tensor: Tensor): void {
    this.spare = tensor;
  }

  async close(): Promise<void> {
    this.spare = undefined;
  }
}

/** The request to a preparation thread; the response is the slice. */
export interface PreparationRequest {
  target: DetectionTarget;
  input: Input;
  /** memory for the tensor */
  into: Tensor | undefined;
}

/** Prepares slices in its own threads: those that are taken and, meanwhile, those that will be taken next. */
export class PreparationThreads implements Preparation {
  private readonly threads: Thread<PreparationRequest, PreparedSlice>[];
  private readonly spares: Tensor[] = [];
  private slices = new Map<string, Promise<PreparedSlice>>();
  private requests = 0;
  readonly ready: Promise<void>;

  constructor(count: number) {
    // Without its threads the process is useless: it ends, and the server starts another one.
    const died = (failure: Error): void => {
      throw failure;
    };
    this.threads = Array.from({ length: count }, () => new Thread('inference/preparationThread', { died }));
    this.ready = Promise.all(this.threads.map(({ ready }) => ready)).then(() => undefined);
  }

  take(target: DetectionTarget, upcoming: readonly DetectionTarget[], input: Input): Promise<PreparedSlice> {
    // Removed from the list, so that no two callers ever hold the same tensor.
    const takeOut = (key: string, one: DetectionTarget): Promise<PreparedSlice> => {
      const known = this.slices.get(key);
      this.slices.delete(key);
      return known ?? this.request(one, input);
    };
    const prepared = takeOut(keyOf(target, input), target);
    const ahead = new Map<string, Promise<PreparedSlice>>();
    for (const one of upcoming) {
      const key = keyOf(one, input);
      // A slice that occurs twice is started once: the second time nothing is prepared.
      if (!ahead.has(key)) ahead.set(key, takeOut(key, one));
    }
    this.slices = ahead;
    return prepared;
  }

  giveBack(tensor: Tensor): void {
    if (this.spares.length <= this.threads.length) this.spares.push(tensor);
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private request(target: DetectionTarget, input: Input): Promise<PreparedSlice> {
    const thread = this.threads[this.requests++ % this.threads.length]!;
    const into = this.spares.pop();
    const prepared = thread.ask({ target, input, into }, into ? [into.buffer] : []);
    // The failure of a slice that is never requested may be ignored.
    prepared.catch(() => undefined);
    return prepared;
  }
}

const keyOf = (target: DetectionTarget, input: Input): string => JSON.stringify([target, input]);
