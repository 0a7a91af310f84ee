/**
 * The process that reads an upload, started by `readInProcess`, one for each. Foreign bytes are parsed here and nowhere
 * else: it may be killed at any moment, and it logs nothing.
 */
import { setPriority } from 'node:os';
import { messageOf } from '../errors';
import { InvalidImage } from '../imaging';
import { readBody } from './readBody';
import { type ReadReply, ReadRequest } from './readRequest';
import { UploadRefused } from './refusal';

/** Queries come first. */
const NICE = 10;

function replyTo(thrown: unknown): ReadReply {
  if (thrown instanceof UploadRefused || thrown instanceof InvalidImage)
    return { outcome: 'refused', reason: thrown.reason, message: thrown.message };
  return { outcome: 'failed', message: messageOf(thrown) };
}

setPriority(NICE);
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
process.once('message', async (message) => {
  const reply = await readBody(ReadRequest.parse(message)).then(
    (content): ReadReply => ({ outcome: 'read', content }),
    replyTo,
  );
  process.send?.(reply);
});
