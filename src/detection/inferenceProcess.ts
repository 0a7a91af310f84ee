/**
 * The process that runs the networks, started by `InferenceHost`. It holds one model at a time and answers one request at a time. It may
 * be killed at any moment: it writes nothing but its answers.
 */
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../compiled';
import { messageOf } from '../errors';
import { BadModelOutput } from './decodeBoxes';
import { detect } from './detect';
import { openSession, type Session } from './detectorSession';
import { encode } from './encode';
import type { EncoderManifest } from './encoderManifest';
import { type EncoderSession, openEncoderSession } from './encoderSession';
import type { DetectorManifest } from './manifest';
import { type Fault, type InferenceReply, InferenceRequest } from './messages';
import { type Preparation, PreparationHere, PreparationThreads } from './preparation';
import { ModelRefused, NetworkFailed, ProviderAbsent, probeProvider, type SessionOptions } from './session';
import { tryDetector } from './trial';

/** Queries come first: on a small machine the network would take both cores from the server and the database. */
const NICE = 10;
/** Threads that prepare slices: beside a fast GPU more of them would wait for the disk and for each other's messages. */
const MAX_PREPARING = 6;
/** Of 1000: where memory runs out, the system ends this process and neither the server nor the database. */
const OOM_SCORE = '900';

type OpenModel =
  | { kind: 'detector'; session: Session; manifest: DetectorManifest; preparation: Preparation }
  | { kind: 'encoder'; session: EncoderSession; manifest: EncoderManifest };
let open: OpenModel | undefined;
let preparation: { threads: number; made: Preparation } | undefined;

async function answer(request: InferenceRequest): Promise<InferenceReply> {
  const { id } = request;
  if (request.kind === 'probe') {
    await probeProvider(request.executionProvider);
    return { kind: 'probed', id };
  }
  if (request.kind === 'open') {
    await open?.session.release();
    open = undefined;
    open = await openModel(request.onnxPath, request.manifest, request);
    return { kind: 'opened', id };
  }
  if (request.kind === 'detect' && open?.kind === 'detector') {
    const { session, manifest, preparation } = open;
    const prepared = await preparation.take(request.target, request.upcoming, manifest.input);
    const outcome = await detect(prepared, request.target, manifest, session, request.selection);
    preparation.giveBack(prepared.tensor);
    return { kind: 'detected', id, outcome };
  }
  if (request.kind === 'try' && open?.kind === 'detector')
    return { kind: 'tried', id, milliseconds: await tryDetector(open.manifest, open.session) };
  if (request.kind === 'encode' && open?.kind === 'encoder')
    return { kind: 'encoded', id, features: await encode(request.target, open.manifest, open.session) };
  throw new Error('Expected a model of the right kind to be opened before it is asked.');
}

async function openModel(
  onnxPath: string,
  manifest: DetectorManifest | EncoderManifest,
  options: SessionOptions,
): Promise<OpenModel> {
  if (manifest.kind === 'encoder')
    return { kind: 'encoder', session: await openEncoderSession(onnxPath, manifest, options), manifest };
  const preparation = await openPreparation(options);
  const session = await openSession(onnxPath, manifest, options);
  await preparation.ready;
  return { kind: 'detector', session, manifest, preparation };
}

/** A network on a GPU leaves its one thread idle, but it blocks it. */
async function openPreparation({ executionProvider, threads }: SessionOptions): Promise<Preparation> {
  const count = executionProvider === 'cpu' && threads === 1 ? 0 : Math.min(MAX_PREPARING, Math.max(1, threads - 1));
  if (preparation?.threads !== count) {
    await preparation?.made.close();
    preparation = { threads: count, made: count === 0 ? new PreparationHere() : new PreparationThreads(count) };
  }
  return preparation.made;
}

async function handle(message: unknown): Promise<void> {
  const request = InferenceRequest.parse(message);
  const reply = await answer(request).catch(
    (thrown): InferenceReply => ({
      kind: 'failed',
      id: request.id,
      message: messageOf(thrown),
      fault: faultOf(thrown),
    }),
  );
  process.send?.(reply);
}

function faultOf(thrown: unknown): Fault {
  if (thrown instanceof ModelRefused) return 'model';
  if (thrown instanceof ProviderAbsent) return 'absence';
  return thrown instanceof NetworkFailed || thrown instanceof BadModelOutput ? 'network' : 'other';
}

function takeLastPlace(): void {
  setPriority(NICE);
  try {
    writeFileSync('/proc/self/oom_score_adj', OOM_SCORE);
  } catch {
    // Only Linux has it; elsewhere the system chooses by itself.
  }
}

takeLastPlace();
// A graph that never ends blocks this thread for good, so that 'disconnect' would not be heard: another thread watches the server.
new Worker(compiledEntry('detection/parentWatch'), { workerData: process.ppid }).unref();
let queue = Promise.resolve();
process.on('message', (message) => {
  queue = queue.then(() => handle(message));
});
// The server is gone: nobody would read the answers.
process.on('disconnect', () => process.exit(0));
// A Ctrl-C in the terminal reaches the whole group; the server decides when this process ends.
process.on('SIGINT', () => undefined);
