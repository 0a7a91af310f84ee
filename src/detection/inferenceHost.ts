import { type ChildProcess, fork } from 'node:child_process';
import { compiledEntry } from '../compiled';
import type { ExecutionProviderChoice } from '../config';
import { messageOf } from '../errors';
import { residentBytes } from '../processMemory';
import type { Selection } from './decodeBoxes';
import type { DetectionOutcome, DetectionTarget } from './detect';
import type { EncodingTarget } from './encode';
import type { EncoderManifest } from './encoderManifest';
import type { DetectorManifest } from './manifest';
import { InferenceReply, type InferenceRequest } from './messages';
import type { ModelFolder } from './modelFolder';
import type { ExecutionProvider } from './session';

/** The process died or was killed over what it was asked; the next request starts a new one. */
export class InferenceProcessLost extends Error {}

/** The process was killed because nobody wants the answer any more. */
export class InferenceStopped extends Error {}

/** The model does not fit its manifest, whatever it runs on. */
class RefusedByProcess extends Error {}

/** What a model was opened with. */
export interface OpenedModel {
  executionProvider: ExecutionProvider;
  /** providers that come before it and why each was left */
  warnings: string[];
}

export interface InferenceHostOptions {
  executionProviders: readonly ExecutionProviderChoice[];
  /** threads of one network run; 1 leaves the other cores to the server and the database */
  threads?: number;
  /** a slice that takes longer ends with the process killed; ms */
  sliceTimeoutMs?: number;
  /** the same for loading a model; ms */
  openTimeoutMs?: number;
  /** the process is killed when it holds more memory; bytes, on Linux only */
  memoryLimitBytes?: number;
  /** the process ends when nothing was asked for so long; ms */
  idleMs?: number;
}

const DEFAULTS = {
  threads: 1,
  sliceTimeoutMs: 10_000,
  openTimeoutMs: 60_000,
  memoryLimitBytes: 4 * 2 ** 30,
  idleMs: 60_000,
};
/** A GPU that does not start in this time is none. */
const GPU_OPEN_TIMEOUT_MS = 20_000;
const MEMORY_LOOK_MS = 200;
const AUTO: readonly ExecutionProvider[] = ['cuda', 'webgpu', 'cpu'];

type Answer = Exclude<InferenceReply, { kind: 'failed' }>;
interface Pending {
  resolve(answer: Answer): void;
  reject(failure: Error): void;
}
/** A detector's or an encoder's folder. */
type AnyModelFolder = ModelFolder<DetectorManifest | EncoderManifest>;
type Candidate = { executionProvider: ExecutionProvider; mustBeatCpu: boolean };

/**
 * The server's end of the inference process: starts it when needed, kills it when it hangs, starts it anew after it died. Callers ask
 * for one thing at a time.
 */
export class InferenceHost {
  private readonly options: Required<InferenceHostOptions>;
  private child: ChildProcess | undefined;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private model: { folder: AnyModelFolder; opened: Promise<OpenedModel>; ready: boolean } | undefined;
  /** providers that failed before, and why: they are not tried again */
  private readonly left = new Map<ExecutionProvider, string>();
  private idleTimer: NodeJS.Timeout | undefined;

  /** why the process was lost the last time */
  lastLoss = '';

  constructor(options: InferenceHostOptions) {
    this.options = {
      executionProviders: options.executionProviders,
      threads: options.threads ?? DEFAULTS.threads,
      sliceTimeoutMs: options.sliceTimeoutMs ?? DEFAULTS.sliceTimeoutMs,
      openTimeoutMs: options.openTimeoutMs ?? DEFAULTS.openTimeoutMs,
      memoryLimitBytes: options.memoryLimitBytes ?? DEFAULTS.memoryLimitBytes,
      idleMs: options.idleMs ?? DEFAULTS.idleMs,
    };
  }

  /** number of the process; undefined while there is none */
  get processId(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Loads a model, unless it is the one that is loaded, on the first execution provider that starts.
   *
   * @throws InferenceProcessLost when the process died or took too long over it, InferenceStopped after `stop`
   * @throws Error with the reason of each execution provider when it cannot be loaded
   */
  open(folder: AnyModelFolder): Promise<OpenedModel> {
    const { onnxPath, manifest } = folder;
    const current = this.model;
    if (current?.folder.onnxPath === onnxPath && current.folder.manifest.onnx.sha256 === manifest.onnx.sha256)
      return current.opened;
    const opened = this.openOnFirst(folder);
    const model = { folder, opened, ready: false };
    this.model = model;
    opened.then(
      () => {
        model.ready = true;
      },
      () => {
        if (this.model === model) this.model = undefined;
      },
    );
    return opened;
  }

  /**
   * @throws InferenceProcessLost when the process died or took too long, InferenceStopped after `stop`
   * @throws Error with the reason when the slice cannot be read or the answer is none
   */
  async detect(folder: ModelFolder, target: DetectionTarget, selection: Selection): Promise<DetectionOutcome> {
    await this.open(folder);
    const answer = await this.send({ kind: 'detect', target, selection }, this.options.sliceTimeoutMs);
    if (answer.kind !== 'detected') throw new Error('The inference process answered another question.');
    return answer.outcome;
  }

  /**
   * @returns the features of the lesions, one after another
   * @throws InferenceProcessLost when the process died or took too long, InferenceStopped after `stop`
   * @throws Error with the reason when the slice cannot be read or the answer is none
   */
  async encode(folder: ModelFolder<EncoderManifest>, target: EncodingTarget): Promise<Float32Array> {
    await this.open(folder);
    const answer = await this.send(
      { kind: 'encode', target: { ...target, lesions: [...target.lesions] } },
      this.options.sliceTimeoutMs,
    );
    const expected = target.lesions.length * folder.manifest.output.features.dimension;
    if (answer.kind !== 'encoded' || answer.features.length !== expected)
      throw new Error('The inference process answered another question.');
    return answer.features;
  }

  /** Ends the process at once; what it was asked is answered with InferenceStopped. */
  stop(reason: string): void {
    this.end(new InferenceStopped(reason));
  }

  private async openOnFirst({ onnxPath, manifest }: AnyModelFolder): Promise<OpenedModel> {
    const warnings: string[] = [];
    for (const candidate of candidatesOf(this.options.executionProviders)) {
      const { executionProvider } = candidate;
      const isCpu = executionProvider === 'cpu';
      const failedBefore = this.left.get(executionProvider);
      if (failedBefore !== undefined) {
        warnings.push(failedBefore);
        continue;
      }
      try {
        const timeout = isCpu ? this.options.openTimeoutMs : GPU_OPEN_TIMEOUT_MS;
        await this.send({ kind: 'open', onnxPath, manifest, threads: this.options.threads, ...candidate }, timeout);
        return { executionProvider, warnings };
      } catch (thrown) {
        if (thrown instanceof InferenceStopped || thrown instanceof RefusedByProcess) throw thrown;
        if (isCpu && thrown instanceof InferenceProcessLost) throw thrown;
        const warning = `${executionProvider}: ${messageOf(thrown)}`;
        if (!isCpu) this.left.set(executionProvider, warning);
        warnings.push(warning);
      }
    }
    throw new Error(`No execution provider could load the model. ${warnings.join('; ')}`);
  }

  private send(request: WithoutId<InferenceRequest>, timeoutMs: number): Promise<Answer> {
    const child = this.start();
    const id = this.nextId++;
    clearTimeout(this.idleTimer);
    return new Promise((resolve, reject) => {
      const watch = this.watch(child, timeoutMs);
      const settle = <T>(action: (value: T) => void) => {
        return (value: T) => {
          watch.close();
          this.pending.delete(id);
          if (this.pending.size === 0) this.waitForWork();
          action(value);
        };
      };
      this.pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      child.send({ ...request, id }, (failure) => {
        if (failure && this.child === child) this.end(new InferenceProcessLost(failure.message));
      });
    });
  }

  /** Kills the process when a request takes too long or too much memory. */
  private watch(child: ChildProcess, timeoutMs: number): { close(): void } {
    const { memoryLimitBytes } = this.options;
    const late = setTimeout(() => {
      this.end(new InferenceProcessLost(`The model took longer than ${timeoutMs / 1000} s and was stopped.`));
    }, timeoutMs);
    const memory = setInterval(() => {
      if ((residentBytes(child.pid ?? -1) ?? 0) <= memoryLimitBytes) return;
      const limit = `${(memoryLimitBytes / 2 ** 30).toFixed(1)} GiB`;
      this.end(new InferenceProcessLost(`The model needed more than ${limit} of memory and was stopped.`));
    }, MEMORY_LOOK_MS);
    return {
      close() {
        clearTimeout(late);
        clearInterval(memory);
      },
    };
  }

  private waitForWork(): void {
    this.idleTimer = setTimeout(() => this.stop('Nothing was asked for some time.'), this.options.idleMs).unref();
  }

  private start(): ChildProcess {
    if (this.child) return this.child;
    const child = fork(compiledEntry('detection/inferenceProcess'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    child.on('message', (message) => {
      if (this.child === child) this.receive(message);
    });
    child.on('exit', (code, signal) => {
      if (this.child === child)
        this.end(new InferenceProcessLost(`The inference process ended (${signal ?? `status ${code}`}).`));
    });
    child.on('error', (failure) => {
      if (this.child === child) this.end(new InferenceProcessLost(failure.message));
    });
    this.child = child;
    return child;
  }

  private receive(message: unknown): void {
    const reply = InferenceReply.safeParse(message);
    if (!reply.success) {
      this.end(new InferenceProcessLost('The inference process answered in no known form.'));
      return;
    }
    const waiting = this.pending.get(reply.data.id);
    if (reply.data.kind !== 'failed') waiting?.resolve(reply.data);
    else waiting?.reject(new (reply.data.refused ? RefusedByProcess : Error)(reply.data.message));
  }

  private end(failure: InferenceProcessLost | InferenceStopped): void {
    clearTimeout(this.idleTimer);
    this.child?.kill('SIGKILL');
    this.child = undefined;
    if (this.model?.ready) this.model = undefined;
    this.lastLoss = failure.message;
    for (const waiting of [...this.pending.values()]) waiting.reject(failure);
    clearTimeout(this.idleTimer);
  }
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** In `auto` a GPU has to be worth it; one that is asked for by name is taken if it answers rightly. */
function candidatesOf(choices: readonly ExecutionProviderChoice[]): Candidate[] {
  const candidates = choices.flatMap((choice) =>
    choice === 'auto'
      ? AUTO.map((executionProvider) => ({ executionProvider, mustBeatCpu: true }))
      : [{ executionProvider: choice, mustBeatCpu: false }],
  );
  const first = (name: ExecutionProvider) => candidates.findIndex((one) => one.executionProvider === name);
  return candidates.filter(({ executionProvider }, index) => index === first(executionProvider));
}
