/**
 * The process that reads a file of detections, started by `readInProcess`, one for each reading. Foreign bytes are parsed
 * here and nowhere else: it may be killed at any moment, and it logs nothing.
 */
import { setPriority } from 'node:os';
import { messageOf } from '../errors';
import { readDetections } from './readDetections';
import { type ReadReply, ReadRequest } from './readMessages';

/** Queries come first. */
const NICE = 10;
const PROGRESS_MS = 500;

const reply = (message: ReadReply): void => void process.send?.(message);

setPriority(NICE);
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
process.once('message', async (message) => {
  let toldAt = 0;
  const onRead = (bytesRead: number): void => {
    if (Date.now() - toldAt < PROGRESS_MS) return;
    toldAt = Date.now();
    reply({ outcome: 'progress', bytesRead });
  };
  try {
    reply({ outcome: 'read', content: await readDetections(ReadRequest.parse(message), onRead) });
  } catch (thrown) {
    reply({ outcome: 'failed', message: messageOf(thrown) });
  }
});
