/**
 * The process that runs the networks, started by `InferenceHost`. It holds one model at a time and answers one request at a time. It may
 * be killed at any moment: it writes nothing but its answers.
 */
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../compiled';
import { messageOf } from '../errors';
import { detect } from './detect';
import { openSession, type Session } from './detectorSession';
import { encode } from './encode';
import type { EncoderManifest } from './encoderManifest';
import { type EncoderSession, openEncoderSession } from './encoderSession';
import type { DetectorManifest } from './manifest';
import { type InferenceReply, InferenceRequest } from './messages';
import { probe } from './probe';
import { ModelRefused, type SessionOptions } from './session';

/** Queries come first: on a small machine the network would take both cores from the server and the database. */
const NICE = 10;
/** Of 1000: where memory runs out, the system ends this process and neither the server nor the database. */
const OOM_SCORE = '900';

type OpenModel =
  | { kind: 'detector'; session: Session; manifest: DetectorManifest }
  | { kind: 'encoder'; session: EncoderSession; manifest: EncoderManifest };
let open: OpenModel | undefined;

async function answer(request: InferenceRequest): Promise<InferenceReply> {
  const { id } = request;
  if (request.kind === 'open') {
    await open?.session.release();
    open = undefined;
    open = await openModel(request.onnxPath, request.manifest, request);
    return { kind: 'opened', id };
  }
  if (request.kind === 'detect' && open?.kind === 'detector') {
    const outcome = await detect(request.target, open.manifest, open.session, request.selection);
    return { kind: 'detected', id, outcome };
  }
  if (request.kind === 'probe' && open?.kind === 'detector')
    return { kind: 'probed', id, milliseconds: await probe(open.manifest, open.session) };
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
  return { kind: 'detector', session: await openSession(onnxPath, manifest, options), manifest };
}

async function handle(message: unknown): Promise<void> {
  const request = InferenceRequest.parse(message);
  const reply = await answer(request).catch(
    (thrown): InferenceReply => ({
      kind: 'failed',
      id: request.id,
      message: messageOf(thrown),
      refused: thrown instanceof ModelRefused,
    }),
  );
  process.send?.(reply);
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
