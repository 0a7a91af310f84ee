/**
 * The process that runs the models, started by `InferenceHost`. It has one model at a time and responds in the order of
 * the requests, with batches of slices if the detector and the device support them. It may be killed at any moment: it
 * writes nothing but its responses.
 */
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../compiled';
import { messageOf } from '../errors';
import { failureKindOf } from '../failureKind';
import { tensorLength } from '../imaging';
import { slicesAhead } from './batchSize';
import { BadModelOutput } from './decodeBoxes';
import { type DetectionOutcome, detect, type Question } from './detect';
import { openSession, type Session } from './detectorSession';
import { encode } from './encode';
import type { EncoderManifest } from './encoderManifest';
import { type EncoderSession, openEncoderSession } from './encoderSession';
import type { DetectorManifest } from './manifest';
import { type Fault, type InferenceReply, InferenceRequest } from './messages';
import { type Preparation, PreparationHere, PreparationThreads } from './preparation';
import { InferenceError, ModelRefused, ProviderAbsent, probeProvider, type SessionOptions } from './session';
import { tryDetector } from './trial';

/** Queries have precedence: on a small machine the model would take both cores from the server and the database. */
const NICE = 10;
const WRONG_KIND = 'Expected a model of the right kind to be opened before it is asked.';
/** Threads that prepare slices; this number is enough for any current GPU. */
const MAX_PREPARING = 16;
/** Of 1000: if memory runs out, the system kills this process and neither the server nor the database. */
const OOM_SCORE = '900';

type OpenDetector = {
  kind: 'detector';
  session: Session;
  manifest: DetectorManifest;
  preparation: Preparation;
  /** number of slices that are prepared ahead */
  upcoming: number;
};
type OpenModel = OpenDetector | { kind: 'encoder'; session: EncoderSession; manifest: EncoderManifest };
type DetectRequest = Extract<InferenceRequest, { kind: 'detect' }>;
type OpenRequest = Extract<InferenceRequest, { kind: 'open' }>;
let open: OpenModel | undefined;
let preparation: { threads: number; made: Preparation } | undefined;

async function answer(request: Exclude<InferenceRequest, DetectRequest>): Promise<InferenceReply> {
  const { id } = request;
  if (request.kind === 'probe') {
    await probeProvider(request.executionProvider);
    return { kind: 'probed', id };
  }
  if (request.kind === 'open') {
    await open?.session.release();
    open = undefined;
    open = await openModel(request);
    if (open.kind === 'encoder') return { kind: 'opened', id, batchSize: 1, upcoming: 0 };
    return { kind: 'opened', id, batchSize: open.session.batchSize, upcoming: open.upcoming };
  }
  if (request.kind === 'try' && open?.kind === 'detector')
    return { kind: 'tried', id, milliseconds: await tryDetector(open.manifest, open.session) };
  if (request.kind === 'encode' && open?.kind === 'encoder')
    return { kind: 'encoded', id, ...(await encode(request.target, open.manifest, open.session)) };
  throw new Error(WRONG_KIND);
}

/** @returns a response to each; a slice that cannot be read, or on which the model fails, fails alone */
async function answerTogether(requests: readonly DetectRequest[]): Promise<InferenceReply[]> {
  if (open?.kind !== 'detector') throw new Error(WRONG_KIND);
  const { manifest, preparation } = open;
  const preparing = requests.map(({ target, upcoming }) => preparation.take(target, upcoming, manifest.input));
  const prepared = await Promise.allSettled(preparing);
  const questions = requests.flatMap(({ target, selection }, index) => {
    const slice = prepared[index];
    return slice?.status === 'fulfilled' ? [{ prepared: slice.value, image: target, selection }] : [];
  });
  const outcomes = await detectEach(questions, open);
  for (const { prepared } of questions) preparation.giveBack(prepared.tensor);
  return requests.map(({ id }, index): InferenceReply => {
    const slice = prepared[index];
    const outcome = slice?.status === 'rejected' ? slice.reason : outcomes.shift();
    return outcome instanceof Error ? failure(id, outcome) : { kind: 'detected', id, outcome };
  });
}

/**
 * Runs all of them as one batch and, if the model fails on it, each one alone: the others need not fail with the one.
 */
async function detectEach(
  questions: readonly Question[],
  open: Pick<OpenDetector, 'session' | 'manifest'>,
): Promise<(DetectionOutcome | Error)[]> {
  if (questions.length === 0) return [];
  try {
    return await detect(questions, open.manifest, open.session);
  } catch (thrown) {
    if (!(thrown instanceof InferenceError)) throw thrown;
    if (questions.length === 1) return [thrown];
  }
  const outcomes: (DetectionOutcome | Error)[] = [];
  for (const question of questions) outcomes.push(...(await detectEach([question], open)));
  return outcomes;
}

async function openModel(request: OpenRequest): Promise<OpenModel> {
  const { onnxPath, manifest, executionProvider, threads, mustBeatCpu } = request;
  const options: SessionOptions = { executionProvider, threads, mustBeatCpu };
  if (manifest.kind === 'encoder')
    return { kind: 'encoder', session: await openEncoderSession(onnxPath, manifest, options), manifest };
  const preparing = preparingThreads(options);
  const preparation = await openPreparation(preparing);
  const session = await openSession(onnxPath, manifest, { ...options, batchSize: request.batchSize });
  await preparation.ready;
  const length = tensorLength(manifest.input);
  const upcoming = slicesAhead({ batchSize: session.batchSize, threads: preparing, length });
  return { kind: 'detector', session, manifest, preparation, upcoming };
}

/** A model on a GPU leaves its one thread idle, but blocks it. */
function preparingThreads({ executionProvider, threads }: SessionOptions): number {
  return executionProvider === 'cpu' && threads === 1 ? 0 : Math.min(MAX_PREPARING, Math.max(1, threads - 1));
}

async function openPreparation(count: number): Promise<Preparation> {
  if (preparation?.threads !== count) {
    await preparation?.made.close();
    preparation = { threads: count, made: count === 0 ? new PreparationHere() : new PreparationThreads(count) };
  }
  return preparation.made;
}

/** Pending requests, in the order in which they came. */
const waiting: InferenceRequest[] = [];

/** Takes the next request and, if the open detector supports batches, the requests for slices behind it. */
function takeRequests(): InferenceRequest[] {
  const size = open?.kind === 'detector' ? open.session.batchSize : 1;
  const others = waiting.findIndex(({ kind }) => kind !== 'detect');
  const slices = others === -1 ? waiting.length : others;
  return waiting.splice(0, Math.min(Math.max(1, slices), size));
}

async function answerNext(): Promise<void> {
  const requests = takeRequests();
  const slices = requests.filter((request) => request.kind === 'detect');
  const others = requests.filter((request) => request.kind !== 'detect');
  const answers = slices.length > 0 ? answerTogether(slices) : Promise.all(others.map(answer));
  const replies = await answers.catch((thrown) => requests.map(({ id }) => failure(id, thrown)));
  for (const reply of replies) process.send?.(reply);
}

async function work(): Promise<void> {
  working = true;
  while (waiting.length > 0) {
    await answerNext();
    // The model blocked this thread: messages that came meanwhile are read now.
    await turn();
  }
  working = false;
}

function failure(id: number, thrown: unknown): InferenceReply {
  return {
    kind: 'failed',
    id,
    message: messageOf(thrown),
    fault: faultOf(thrown),
    failureKind: failureKindOf(thrown),
  };
}

function faultOf(thrown: unknown): Fault {
  if (thrown instanceof ModelRefused) return 'model';
  if (thrown instanceof ProviderAbsent) return 'absence';
  return thrown instanceof InferenceError || thrown instanceof BadModelOutput ? 'network' : 'other';
}

function takeLastPlace(): void {
  setPriority(NICE);
  try {
    writeFileSync('/proc/self/oom_score_adj', OOM_SCORE);
  } catch {
    // Only Linux has this file; elsewhere the system decides by itself.
  }
}

takeLastPlace();
// A graph that never ends blocks this thread permanently, so that 'disconnect' would not arrive: another thread watches
// the server.
new Worker(compiledEntry('inference/parentWatch'), { workerData: process.ppid }).unref();
let working = false;
process.on('message', (message) => {
  waiting.push(InferenceRequest.parse(message));
  if (!working) void work();
});
// The server is gone: no one would read the responses.
process.on('disconnect', () => process.exit(0));
// A Ctrl-C in the terminal reaches the whole group; the server decides when this process ends.
process.on('SIGINT', () => undefined);
