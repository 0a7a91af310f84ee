import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { ExecutionProviderChoice } from '../config';
import { messageOf } from '../errors';
import { askTwice } from './askTwice';
import type { Selection } from './decodeBoxes';
import type { DetectionOutcome, DetectionTarget } from './detect';
import type { EncodingTarget } from './encode';
import type { EncoderManifest } from './encoderManifest';
import { type Answer, FailedInProcess, InferenceChannel, type Request } from './inferenceChannel';
import { InferenceProcessDied, InferenceProcessLost, InferenceStopped } from './inferenceLosses';
import type { DetectorManifest } from './manifest';
import type { ModelFolder } from './modelFolder';

import type { ExecutionProvider } from './providerAbsence';

/** How a model was opened. */
export interface OpenedModel {
  executionProvider: ExecutionProvider;
  /**
   * providers that were tried before and why each was skipped; providers that `auto` did not find on this machine are
   * not listed
   */
  warnings: string[];
  /** batch size of the model */
  batchSize: number;
  /** number of upcoming slices to announce, which are prepared meanwhile */
  upcoming: number;
}

/** A response, and what it was computed with: a provider that fails during a run is skipped for the next one. */
export type Served<T> = T & { opened: OpenedModel };

export interface InferenceHostOptions {
  executionProviders: readonly ExecutionProviderChoice[];
  /**
   * threads of the inference process: 1 uses one core; with more, the model has this number and slices are prepared in
   * addition
   */
  threads?: number;
  /** batch size of the model; by default 1, and on WebGPU the fastest one */
  batchSize?: number;
  /** the process is killed if a slice takes longer; ms */
  sliceTimeoutMs?: number;
  /** the same for loading a model; ms */
  openTimeoutMs?: number;
  /** the process is killed if it uses more memory; bytes, on Linux only */
  memoryLimitBytes?: number;
  /** the process ends if nothing was requested for this time; ms */
  idleMs?: number;
}

const DEFAULTS = {
  sliceTimeoutMs: 10_000,
  openTimeoutMs: 60_000,
  memoryLimitBytes: 4 * 2 ** 30,
  idleMs: 60_000,
};
/** Time limit for a GPU that was not requested by name: one that does not start in this time counts as missing. */
const GPU_OPEN_TIMEOUT_MS = 20_000;
const WRONG_ANSWER = 'The inference process answered another question.';
const AUTO: readonly ExecutionProvider[] = ['cuda', 'webgpu', 'cpu'];

/** A detector's or an encoder's folder. */
type AnyModelFolder = ModelFolder<DetectorManifest | EncoderManifest>;
type Candidate = { executionProvider: ExecutionProvider; mustBeatCpu: boolean };
/** Reason why a provider is not tried again. */
type Left = { reason: string; absent: boolean };

/**
 * The server's end of the inference process: opens a model on the first execution provider that starts, and continues
 * with the next one if a provider fails during a run. A caller that sends the next request before this response keeps
 * the process busy.
 */
export class InferenceHost {
  private readonly options: Required<Omit<InferenceHostOptions, 'batchSize'>> & Pick<InferenceHostOptions, 'batchSize'>;
  private readonly channel: InferenceChannel;
  private model: { folder: AnyModelFolder; opened: Promise<OpenedModel>; ready: boolean } | undefined;
  /** providers that failed before: by name if no model can run on them, else by name and model */
  private readonly left = new Map<string, Left>();

  constructor(options: InferenceHostOptions) {
    this.options = {
      executionProviders: options.executionProviders,
      threads: options.threads ?? availableParallelism(),
      batchSize: options.batchSize,
      sliceTimeoutMs: options.sliceTimeoutMs ?? DEFAULTS.sliceTimeoutMs,
      openTimeoutMs: options.openTimeoutMs ?? DEFAULTS.openTimeoutMs,
      memoryLimitBytes: options.memoryLimitBytes ?? DEFAULTS.memoryLimitBytes,
      idleMs: options.idleMs ?? DEFAULTS.idleMs,
    };
    this.channel = new InferenceChannel(this.options, () => {
      if (this.model?.ready) this.model = undefined;
    });
  }

  /** number of the process; undefined while there is none */
  get processId(): number | undefined {
    return this.channel.processId;
  }

  /**
   * Loads a model, unless it is already loaded, on the first execution provider that starts.
   *
   * @throws InferenceProcessLost if the process died or exceeded the time limit, InferenceStopped after `stop`
   * @throws Error with the reason of each execution provider if it cannot be loaded
   */
  open(folder: AnyModelFolder): Promise<OpenedModel> {
    const current = this.model;
    if (current && isDeepStrictEqual(current.folder, folder)) return current.opened;
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
   * Checks whether an execution provider starts on this machine.
   *
   * @throws Error with the reason if it does not
   */
  async probe(executionProvider: ExecutionProvider): Promise<void> {
    await this.channel.send({ kind: 'probe', executionProvider }, this.options.openTimeoutMs);
  }

  /**
   * @param upcoming the slices that will be requested next, as many as `OpenedModel.upcoming`: they are read during the
   *   inference of this one
   * @throws InferenceProcessLost if the process died or exceeded the time limit, InferenceStopped after `stop`
   * @throws Error with the reason if the slice cannot be read or the model's output is invalid
   */
  async detect(
    folder: ModelFolder,
    target: DetectionTarget,
    selection: Selection,
    upcoming: readonly DetectionTarget[] = [],
  ): Promise<Served<DetectionOutcome>> {
    const { answer, opened } = await this.ask(folder, { kind: 'detect', target, selection, upcoming: [...upcoming] });
    if (answer.kind !== 'detected') throw new Error(WRONG_ANSWER);
    return { ...answer.outcome, opened };
  }

  /**
   * Tries a detector on synthetic slices.
   *
   * @returns ms per slice
   * @throws InferenceProcessLost if the process died or exceeded the time limit, InferenceStopped after `stop`
   * @throws Error with the reason if the model cannot be loaded or its output is invalid
   */
  async tryOut(folder: ModelFolder): Promise<number> {
    await this.open(folder);
    const answer = await this.channel.send({ kind: 'try' }, this.options.sliceTimeoutMs);
    if (answer.kind !== 'tried') throw new Error(WRONG_ANSWER);
    return answer.milliseconds;
  }

  /**
   * @returns the features of the lesions, one after another, and whether the pixel file differs from that at the import
   * @throws InferenceProcessLost if the process died or exceeded the time limit, InferenceStopped after `stop`
   * @throws Error with the reason if the slice cannot be read or the model's output is invalid
   */
  async encode(
    folder: ModelFolder<EncoderManifest>,
    target: EncodingTarget,
  ): Promise<Served<{ features: Float32Array; pixelsChanged: boolean | null }>> {
    const { answer, opened } = await this.ask(folder, {
      kind: 'encode',
      target: { ...target, lesions: [...target.lesions] },
    });
    const expected = target.lesions.length * folder.manifest.output.features.dimension;
    if (answer.kind !== 'encoded' || answer.features.length !== expected) throw new Error(WRONG_ANSWER);
    return { features: answer.features, pixelsChanged: answer.pixelsChanged, opened };
  }

  /** Ends the process at once; its requests fail with InferenceStopped. */
  stop(reason: string): void {
    this.channel.end(new InferenceStopped(reason));
  }

  private async openOnFirst(folder: AnyModelFolder): Promise<OpenedModel> {
    const reasons: string[] = [];
    const warnings: string[] = [];
    for (const candidate of candidatesOf(this.options.executionProviders)) {
      const { executionProvider, mustBeatCpu } = candidate;
      const outcome = this.whyLeft(folder, executionProvider) ?? (await this.tryOpening(folder, candidate));
      if (!('reason' in outcome)) return { executionProvider, warnings, ...outcome };
      const reason = `${executionProvider}: ${outcome.reason}`;
      reasons.push(reason);
      // A provider that `auto` does not find on this machine is not reported with a run; one that was requested by name
      // is.
      if (!outcome.absent || !mustBeatCpu) warnings.push(reason);
    }
    throw new Error(`No execution provider could load the model. ${reasons.join('; ')}`);
  }

  /** @returns undefined once it is opened, or the reason why the machine does not have it */
  private async tryOpening(
    { onnxPath, manifest }: AnyModelFolder,
    candidate: Candidate,
  ): Promise<Left | Pick<OpenedModel, 'batchSize' | 'upcoming'>> {
    const isCpu = candidate.executionProvider === 'cpu';
    const timeout = candidate.mustBeatCpu && !isCpu ? GPU_OPEN_TIMEOUT_MS : this.options.openTimeoutMs;
    try {
      const { threads, batchSize } = this.options;
      const open = () =>
        this.channel.send({ kind: 'open', onnxPath, manifest, threads, batchSize, ...candidate }, timeout);
      // A provider is skipped permanently, so one signal from outside must not cause that: a provider that kills its
      // process does it again.
      const answer = await (isCpu ? open() : askTwice(open, InferenceProcessDied));
      if (answer.kind !== 'opened') throw new Error(WRONG_ANSWER);
      return { batchSize: answer.batchSize, upcoming: answer.upcoming };
    } catch (thrown) {
      const lost = thrown instanceof InferenceProcessLost;
      const fault = thrown instanceof FailedInProcess ? thrown.fault : null;
      if (thrown instanceof InferenceStopped || fault === 'model' || (isCpu && lost)) throw thrown;
      const left = { reason: messageOf(thrown), absent: fault === 'absence' };
      const key = lost || left.absent ? candidate.executionProvider : keyOf(candidate.executionProvider, manifest);
      if (!isCpu) this.left.set(key, left);
      return left;
    }
  }

  /** Sends a request to the process; if the execution provider fails on it, to the next one in a new process. */
  private async ask(folder: AnyModelFolder, question: Request): Promise<{ answer: Answer; opened: OpenedModel }> {
    const opened = await this.open(folder);
    try {
      // A slice is computed with its batch, and a batch that is not full takes as long as a full one.
      return { answer: await this.channel.send(question, opened.batchSize * this.options.sliceTimeoutMs), opened };
    } catch (thrown) {
      if (!isFaultOfProvider(thrown) || !this.hasNext(folder, opened.executionProvider)) throw thrown;
      // If the provider is already skipped, this is one of the requests that were lost together with the one on which
      // it failed.
      if (!this.whyLeft(folder, opened.executionProvider)) {
        const reason = `failed at work and was left: ${messageOf(thrown)}`;
        this.left.set(keyOf(opened.executionProvider, folder.manifest), { reason, absent: false });
        // The state in which a failed provider left its process is unknown.
        this.channel.end(new InferenceProcessLost(reason));
      }
      return this.ask(folder, question);
    }
  }

  /** Whether there is another provider to try, in the order of the options. */
  private hasNext(folder: AnyModelFolder, executionProvider: ExecutionProvider): boolean {
    const candidates = candidatesOf(this.options.executionProviders);
    const at = candidates.findIndex((one) => one.executionProvider === executionProvider);
    return candidates.slice(at + 1).some((one) => this.whyLeft(folder, one.executionProvider) === undefined);
  }

  private whyLeft({ manifest }: AnyModelFolder, executionProvider: ExecutionProvider): Left | undefined {
    return this.left.get(executionProvider) ?? this.left.get(keyOf(executionProvider, manifest));
  }
}

const keyOf = (executionProvider: ExecutionProvider, { onnx }: AnyModelFolder['manifest']): string =>
  `${executionProvider} ${onnx.sha256}`;

/** A model that fails on one provider may run on the next; so may a model whose process died with a provider. */
function isFaultOfProvider(thrown: unknown): boolean {
  return thrown instanceof InferenceProcessLost || (thrown instanceof FailedInProcess && thrown.fault === 'network');
}

/** In `auto`, a GPU has to be faster than the CPU; one that is requested by name is used if its results are correct. */
function candidatesOf(choices: readonly ExecutionProviderChoice[]): Candidate[] {
  const candidates = choices.flatMap((choice) =>
    choice === 'auto'
      ? AUTO.map((executionProvider) => ({ executionProvider, mustBeatCpu: true }))
      : [{ executionProvider: choice, mustBeatCpu: false }],
  );
  const first = (name: ExecutionProvider) => candidates.findIndex((one) => one.executionProvider === name);
  return candidates.filter(({ executionProvider }, index) => index === first(executionProvider));
}
