import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../compiled';
import { type Failure, ImageFailure } from '../failureKind';
import { type DetectionTarget, type PreparedSlice, prepareSlice } from './detect';
import type { DetectorManifest } from './manifest';

type Input = DetectorManifest['input'];
type Tensor = PreparedSlice['tensor'];

/** Makes tensors of slices for one network. */
export interface Preparation {
  /** the code is loaded, so that the first slice takes no longer than the others */
  readonly ready: Promise<void>;
  /**
   * @param upcoming what is taken next: it may be begun; what is in neither is forgotten
   * @throws Error with the reason when the slice cannot be read
   */
  take(target: DetectionTarget, upcoming: readonly DetectionTarget[], input: Input): Promise<PreparedSlice>;
  /** Takes back a tensor that nobody reads any more; the next slice is written into its memory. */
  giveBack(tensor: Tensor): void;
  close(): Promise<void>;
}

/** Prepares each slice when it is taken, in the calling thread: for a process that is to keep to one core. */
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

/** What a preparing thread is asked. */
export interface PreparationRequest {
  id: number;
  target: DetectionTarget;
  input: Input;
  /** memory for the tensor */
  into?: Tensor;
}

/** What it answers; `ready` once, when it has loaded its code. */
export type PreparationReply = 'ready' | { id: number; slice: PreparedSlice } | ({ id: number } & Failure);

interface Waiting {
  resolve(slice: PreparedSlice): void;
  reject(failure: Error): void;
}

/** Prepares slices in threads of its own: those that are taken and, meanwhile, those that will be taken next. */
export class PreparationThreads implements Preparation {
  private readonly threads: Worker[];
  private readonly waiting = new Map<number, Waiting>();
  private readonly spares: Tensor[] = [];
  private slices = new Map<string, Promise<PreparedSlice>>();
  private nextId = 0;
  readonly ready: Promise<void>;

  constructor(count: number) {
    this.threads = Array.from({ length: count }, () => new Worker(compiledEntry('inference/preparationThread')));
    this.ready = Promise.all(this.threads.map((thread) => this.listen(thread))).then(() => undefined);
  }

  take(target: DetectionTarget, upcoming: readonly DetectionTarget[], input: Input): Promise<PreparedSlice> {
    // Taken out, so that no two callers ever hold the same tensor.
    const takeOut = (key: string, one: DetectionTarget): Promise<PreparedSlice> => {
      const known = this.slices.get(key);
      this.slices.delete(key);
      return known ?? this.request(one, input);
    };
    const prepared = takeOut(keyOf(target, input), target);
    const ahead = new Map<string, Promise<PreparedSlice>>();
    for (const one of upcoming) {
      const key = keyOf(one, input);
      // One that comes twice is begun once: its second turn finds nothing prepared.
      if (!ahead.has(key)) ahead.set(key, takeOut(key, one));
    }
    this.slices = ahead;
    return prepared;
  }

  giveBack(tensor: Tensor): void {
    if (this.spares.length <= this.threads.length) this.spares.push(tensor);
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  /** @returns once the thread has loaded its code */
  private listen(thread: Worker): Promise<void> {
    return new Promise((resolve) => {
      thread.on('message', (reply: PreparationReply) => {
        if (reply === 'ready') resolve();
        else this.receive(reply);
      });
    });
  }

  private request(target: DetectionTarget, input: Input): Promise<PreparedSlice> {
    const id = this.nextId++;
    const prepared = new Promise<PreparedSlice>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    // A slice that is never asked for may fail unseen.
    prepared.catch(() => undefined);
    const into = this.spares.pop();
    const request: PreparationRequest = { id, target, input, into };
    this.threads[id % this.threads.length]?.postMessage(request, into ? [into.buffer] : []);
    return prepared;
  }

  private receive(reply: Exclude<PreparationReply, 'ready'>): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ('slice' in reply) waiting?.resolve(reply.slice);
    else waiting?.reject(new ImageFailure(reply.error, reply.kind));
  }
}

const keyOf = (target: DetectionTarget, input: Input): string => JSON.stringify([target, input]);
