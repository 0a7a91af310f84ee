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
import type { DetectorManifest } from './manifest';
import { type InferenceReply, InferenceRequest } from './messages';
import { ModelRefused, openSession, type Session } from './session';

/** Queries come first: on a small machine the network would take both cores from the server and the database. */
const NICE = 10;
/** Of 1000: where memory runs out, the system ends this process and neither the server nor the database. */
const OOM_SCORE = '900';

let open: { session: Session; manifest: DetectorManifest } | undefined;

async function answer(request: InferenceRequest): Promise<InferenceReply> {
  const { id } = request;
  if (request.kind === 'open') {
    const { onnxPath, manifest } = request;
    await open?.session.release();
    open = undefined;
    open = { session: await openSession(onnxPath, manifest, request), manifest };
    return { kind: 'opened', id };
  }
  if (!open) throw new Error('Expected a model to be opened before a slice is asked about.');
  const outcome = await detect(request.target, open.manifest, open.session, request.selection);
  return { kind: 'detected', id, outcome };
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
