import { SupervisedChild } from '../childProcess';
import { type FailureKind, ImageFailure } from '../failureKind';
import { InferenceProcessDied, InferenceProcessLost, InferenceStopped } from './inferenceLosses';
import { type Fault, InferenceReply, type InferenceRequest } from './messages';

export type Answer = Exclude<InferenceReply, { kind: 'failed' }>;
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type Request = WithoutId<InferenceRequest>;

/** The process's description of a failed request. */
export class FailedInProcess extends ImageFailure {
  constructor(
    message: string,
    failureKind: FailureKind,
    readonly fault: Fault,
  ) {
    super(message, failureKind);
  }
}

interface Pending {
  resolve(answer: Answer): void;
  reject(failure: Error): void;
  /** counted from when the process starts to process it */
  timeoutMs: number;
}

/**
 * Requests to an inference process and its responses. The process is started with the first request, killed if it hangs
 * or uses too much memory, and ends if nothing is requested for a while. Requests are answered in their order; if the
 * process dies on one, those behind it are lost as well, and the next request starts another process.
 */
export class InferenceChannel {
  private child: SupervisedChild | undefined;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private idle: NodeJS.Timeout | undefined;

  /** @param ended called whenever the process is gone, before its requests fail */
  constructor(
    private readonly limits: { memoryLimitBytes: number; idleMs: number },
    private readonly ended: () => void,
  ) {}

  /** number of the process; undefined while there is none */
  get processId(): number | undefined {
    return this.child?.pid;
  }

  /**
   * @param timeoutMs counted from when the process starts to process it
   * @throws InferenceProcessLost if the process died on it, InferenceStopped after `end` with it
   * @throws FailedInProcess with the message of the process
   */
  send(request: Request, timeoutMs: number): Promise<Answer> {
    this.child ??= this.start();
    const { child } = this;
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject, timeoutMs });
      if (this.pending.size === 1) this.watchFirst();
      child.send({ ...request, id });
    });
  }

  /** Ends the process at once; its requests fail with the reason. */
  end(reason: InferenceProcessLost | InferenceStopped): void {
    clearTimeout(this.idle);
    this.child?.kill();
    this.child = undefined;
    this.ended();
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of waiting) reject(reason);
  }

  private start(): SupervisedChild {
    return new SupervisedChild(
      'inference/inferenceProcess',
      {
        message: (message) => this.receive(message),
        ended: ({ status, signal }) =>
          this.end(new InferenceProcessDied(`The inference process ended (${signal ?? `status ${status}`}).`)),
        failed: ({ message }) => this.end(new InferenceProcessLost(message)),
      },
      // Products of 10 instead of 23 bits, CUDA's default, move boxes by more than the tolerance of the test of
      // execution providers.
      { serialization: 'advanced', environment: { NVIDIA_TF32_OVERRIDE: '0' } },
    );
  }

  private receive(message: unknown): void {
    const reply = InferenceReply.safeParse(message);
    if (!reply.success) {
      this.end(new InferenceProcessLost('The inference process answered in no known form.'));
      return;
    }
    const waiting = this.settle(reply.data.id);
    if (reply.data.kind !== 'failed') waiting?.resolve(reply.data);
    else waiting?.reject(new FailedInProcess(reply.data.message, reply.data.failureKind, reply.data.fault));
  }

  /** Removes a request from the list; the time of the next one starts now. */
  private settle(id: number): Pending | undefined {
    const settled = this.pending.get(id);
    const [first] = this.pending.keys();
    this.pending.delete(id);
    if (id === first) this.watchFirst();
    return settled;
  }

  private watchFirst(): void {
    clearTimeout(this.idle);
    const [first] = this.pending.values();
    const { memoryLimitBytes, idleMs } = this.limits;
    if (!first) {
      this.child?.unwatch();
      const stop = (): void => this.end(new InferenceStopped('Nothing was asked for some time.'));
      this.idle = setTimeout(stop, idleMs).unref();
      return;
    }
    const { timeoutMs } = first;
    this.child?.watch({ timeoutMs, memoryBytes: memoryLimitBytes }, (limit) => {
      const time = `The model took longer than ${timeoutMs / 1000} s and was stopped.`;
      const memory = `The model needed more than ${(memoryLimitBytes / 2 ** 30).toFixed(1)} GiB of memory and was stopped.`;
      this.end(
        limit === 'timeoutMs' ? new InferenceProcessLost(time, 'TIMEOUT') : new InferenceProcessLost(memory, 'MEMORY'),
      );
    });
  }
}
