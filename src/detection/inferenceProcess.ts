/**
 * The process that runs the networks, started by `InferenceHost`. It holds one model at a time and answers one request at a time. It may
 * be killed at any moment: it writes nothing but its answers.
 */
import { setPriority } from 'node:os';
import { messageOf } from '../errors';
import { detect } from './detect';
import type { DetectorManifest } from './manifest';
import { type InferenceReply, InferenceRequest } from './messages';
import { openSession, type Session } from './session';

/** Queries come first: on a small machine the network would take both cores from the server and the database. */
const NICE = 10;

let open: { session: Session; manifest: DetectorManifest } | undefined;

async function answer(request: InferenceRequest): Promise<Extract<InferenceReply, { ok: true }>['value']> {
  if (request.kind === 'open') {
    await open?.session.release();
    open = undefined;
    const session = await openSession(request.onnxPath, request.manifest, request.providers, request.threads);
    open = { session, manifest: request.manifest };
    return { executionProvider: session.executionProvider, warnings: session.warnings };
  }
  if (!open) throw new Error('Expected a model to be opened before a slice is asked about.');
  return detect(request.target, open.manifest, open.session, request.selection);
}

async function handle(message: unknown): Promise<void> {
  const request = InferenceRequest.parse(message);
  const reply: InferenceReply = await answer(request).then(
    (value) => ({ id: request.id, ok: true, value }) as const,
    (thrown) => ({ id: request.id, ok: false, message: messageOf(thrown) }) as const,
  );
  process.send?.(reply);
}

setPriority(NICE);
let queue = Promise.resolve();
process.on('message', (message) => {
  queue = queue.then(() => handle(message));
});
// The server is gone: nobody would read the answers.
process.on('disconnect', () => process.exit(0));
// A Ctrl-C in the terminal reaches the whole group; the server decides when this process ends.
process.on('SIGINT', () => undefined);
