import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../compiled';
import type { DetectionTarget, PreparedSlice } from './detect';
import type { DetectorManifest } from './manifest';

/** What the thread is asked. */
export interface PreparationRequest {
  id: number;
  target: DetectionTarget;
  input: DetectorManifest['input'];
}

/** What it answers; `ready` once, when it has loaded its code. */
export type PreparationReply = 'ready' | { id: number; slice: PreparedSlice } | { id: number; error: string };

interface Waiting {
  resolve(slice: PreparedSlice): void;
  reject(failure: Error): void;
}

/** Makes tensors of slices in a thread of its own, those that are asked for and those that will be asked for next. */
export class Preparation {
  private readonly thread = new Worker(compiledEntry('detection/preparationThread'));
  private readonly waiting = new Map<number, Waiting>();
  private slices = new Map<string, Promise<PreparedSlice>>();
  private nextId = 1;
  private setReady: () => void = () => undefined;
  /** the thread has loaded its code, so that the first slice takes no longer than the others */
  readonly ready = new Promise<void>((resolve) => {
    this.setReady = resolve;
  });

  constructor() {
    this.thread.on('message', (reply: PreparationReply) => this.receive(reply));
  }

  /**
   * Begins with the slices that come next, as far as that has not been done, and forgets all others.
   *
   * @param input of the detector that the tensors are for
   * @throws Error with the reason when the slice cannot be read
   */
  take(
    target: DetectionTarget,
    upcoming: readonly DetectionTarget[],
    input: DetectorManifest['input'],
  ): Promise<PreparedSlice> {
    const known = this.slices;
    const ofSlice = (one: DetectionTarget) => known.get(keyOf(one, input)) ?? this.request(one, input);
    const prepared = ofSlice(target);
    this.slices = new Map(upcoming.map((one) => [keyOf(one, input), ofSlice(one)]));
    return prepared;
  }

  private request(target: DetectionTarget, input: DetectorManifest['input']): Promise<PreparedSlice> {
    const id = this.nextId++;
    const prepared = new Promise<PreparedSlice>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    // A slice that is never asked for may fail unseen.
    prepared.catch(() => undefined);
    const request: PreparationRequest = { id, target, input };
    this.thread.postMessage(request);
    return prepared;
  }

  private receive(reply: PreparationReply): void {
    if (reply === 'ready') {
      this.setReady();
      return;
    }
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ('slice' in reply) waiting?.resolve(reply.slice);
    else waiting?.reject(new Error(reply.error));
  }
}

const keyOf = (target: DetectionTarget, input: DetectorManifest['input']): string => JSON.stringify([target, input]);
