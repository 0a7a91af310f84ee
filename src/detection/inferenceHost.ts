import { type ChildProcess, fork } from 'node:child_process';
import { compiledEntry } from '../compiled';
import type { ExecutionProviderChoice } from '../config';
import type { Selection } from './decodeBoxes';
import type { DetectionOutcome, DetectionTarget } from './detect';
import type { InferenceReply, InferenceRequest, OpenedModel } from './messages';
import type { ModelFolder } from './modelFolder';
import type { ExecutionProvider } from './session';

/** The process died or was killed for taking too long; the next request starts a new one. */
export class InferenceProcessLost extends Error {}

export interface InferenceHostOptions {
  executionProviders: readonly ExecutionProviderChoice[];
  /** threads of one network run */
  threads?: number;
  /** a slice that takes longer ends with the process killed; ms */
  sliceTimeoutMs?: number;
  /** the same for loading a model; ms */
  openTimeoutMs?: number;
}

interface Pending {
  resolve(value: OpenedModel | DetectionOutcome): void;
  reject(failure: Error): void;
}

const AUTO: readonly ExecutionProvider[] = ['cuda', 'webgpu', 'cpu'];
const SLICE_TIMEOUT_MS = 10_000;
const OPEN_TIMEOUT_MS = 60_000;

/** The server's end of the inference process: starts it when needed, kills it when it hangs, starts it anew after it died. */
export class InferenceHost {
  private child: ChildProcess | undefined;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private model: { folder: ModelFolder; opened: Promise<OpenedModel> } | undefined;

  /** why the process was lost the last time */
  lastLoss = '';

  constructor(private readonly options: InferenceHostOptions) {}

  /**
   * Loads a model unless it is the one that is loaded.
   *
   * @throws Error with the reason of each execution provider when it cannot be loaded
   */
  open(folder: ModelFolder): Promise<OpenedModel> {
    if (
      this.model?.folder.onnxPath === folder.onnxPath &&
      this.model.folder.manifest.onnx.sha256 === folder.manifest.onnx.sha256
    )
      return this.model.opened;
    const opened = this.send(
      {
        kind: 'open',
        onnxPath: folder.onnxPath,
        manifest: folder.manifest,
        providers: providersOf(this.options.executionProviders),
        threads: this.options.threads ?? 1,
      },
      this.options.openTimeoutMs ?? OPEN_TIMEOUT_MS,
    ) as Promise<OpenedModel>;
    const model = { folder, opened };
    this.model = model;
    opened.catch(() => {
      if (this.model === model) this.model = undefined;
    });
    return opened;
  }

  /**
   * @throws InferenceProcessLost when the process died or took too long
   * @throws Error with the reason when the slice cannot be read or the answer is none
   */
  async detect(folder: ModelFolder, target: DetectionTarget, selection: Selection): Promise<DetectionOutcome> {
    await this.open(folder);
    const timeout = this.options.sliceTimeoutMs ?? SLICE_TIMEOUT_MS;
    return this.send({ kind: 'detect', target, selection }, timeout) as Promise<DetectionOutcome>;
  }

  /** Ends the process at once; what it was asked is answered with InferenceProcessLost. */
  kill(reason = 'The inference process was stopped.'): void {
    this.child?.kill('SIGKILL');
    this.forget(new InferenceProcessLost(reason));
  }

  private send(request: WithoutId<InferenceRequest>, timeoutMs: number): Promise<OpenedModel | DetectionOutcome> {
    const child = this.start();
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.kill(`The model took longer than ${timeoutMs / 1000} s and was stopped.`);
      }, timeoutMs);
      const settle =
        <T>(action: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          this.pending.delete(id);
          action(value);
        };
      this.pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      child.send({ ...request, id });
    });
  }

  private start(): ChildProcess {
    if (this.child) return this.child;
    const child = fork(compiledEntry('detection/inferenceProcess'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (message) => this.receive(message as InferenceReply));
    child.once('exit', (code, signal) => {
      if (this.child === child)
        this.forget(new InferenceProcessLost(`The inference process ended (${signal ?? `status ${code}`}).`));
    });
    child.once('error', (failure) => {
      if (this.child === child) this.forget(new InferenceProcessLost(failure.message));
    });
    this.child = child;
    return child;
  }

  private receive(reply: InferenceReply): void {
    const waiting = this.pending.get(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(new Error(reply.message));
  }

  private forget(failure: InferenceProcessLost): void {
    this.child = undefined;
    this.model = undefined;
    this.lastLoss = failure.message;
    for (const waiting of [...this.pending.values()]) waiting.reject(failure);
  }
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

function providersOf(choices: readonly ExecutionProviderChoice[]): ExecutionProvider[] {
  return [...new Set(choices.flatMap((choice) => (choice === 'auto' ? AUTO : [choice])))];
}
