/**
 * A thread of the inference process that reads slices and makes tensors of them: the network blocks the thread that runs it, so that
 * nothing else could be done there meanwhile.
 */
import { parentPort } from 'node:worker_threads';
import { failureOf } from '../failureKind';
import { prepareSlice } from './detect';
import type { PreparationReply, PreparationRequest } from './preparation';

async function answer({ id, target, input, into }: PreparationRequest): Promise<void> {
  try {
    const slice = await prepareSlice(target, input, into);
    const reply: PreparationReply = { id, slice };
    parentPort?.postMessage(reply, [slice.tensor.buffer]);
  } catch (thrown) {
    const reply: PreparationReply = { id, ...failureOf(thrown) };
    parentPort?.postMessage(reply);
  }
}

const READY: PreparationReply = 'ready';
parentPort?.postMessage(READY);
let last = Promise.resolve();
// One after another: decoding blocks the thread anyhow, and the times are each slice's own.
parentPort?.on('message', (request: PreparationRequest) => {
  last = last.then(() => answer(request));
});
