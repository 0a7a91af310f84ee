import { mkdir, rm } from 'node:fs/promises';
import { askChild } from '../askChild';
import { Unavailable } from '../errors';
import { READ_MEMORY_BYTES, READ_TIMEOUT_MS } from './limits';
import { type ReadContent, ReadReply, type ReadRequest } from './readRequest';
import { UploadRefused } from './refusal';
import { partsFolderOf } from './writtenSlice';

/** Of JavaScript's own objects, MB; pixels lie outside of it and are counted with the rest. */
const HEAP_MB = 512;

/** Bounds of one reading, which tests set lower. */
export interface ReadBounds {
  timeoutMs?: number;
  memoryBytes?: number;
}

/** Of a process's own fault; any other signal comes from outside: the system that needs memory, an operator. */
const OWN_FAULTS: ReadonlySet<NodeJS.Signals> = new Set([
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGSEGV',
  'SIGTRAP',
]);
const RETRY_SECONDS = 10;

/** The process died of a signal that this server did not send. */
class ReaderDied extends Error {
  constructor(readonly signal: NodeJS.Signals | null) {
    super('The process that reads an upload died.');
  }
}

/**
 * Reads an upload in a separate process, which is killed when it takes too long or too much memory. One that dies
 * otherwise is started once more, because the file may not be the cause.
 *
 * @param signal ends the process if the result is not needed any more
 * @throws UploadRefused naming the reason; TOO_MUCH_WORK for a file that the process could not finish
 * @throws Unavailable if the process was killed from outside, twice
 * @throws Error if the process cannot start, which is not a fault of the file
 */
export async function readInProcess(
  request: ReadRequest,
  signal: AbortSignal,
  bounds: ReadBounds = {},
): Promise<ReadContent> {
  try {
    return contentOf(await answerOf(request, signal, bounds));
  } catch (thrown) {
    if (!(thrown instanceof ReaderDied)) throw thrown;
  }
  await clearOutput(request);
  try {
    return contentOf(await answerOf(request, signal, bounds));
  } catch (thrown) {
    if (!(thrown instanceof ReaderDied)) throw thrown;
    if (thrown.signal !== null && OWN_FAULTS.has(thrown.signal)) throw tooMuchWork('the process that read it ended');
    throw new Unavailable(
      `The process that read the file was killed twice (${thrown.signal}), which is not a fault of the file: ` +
        'send it again in a few seconds.',
      RETRY_SECONDS,
      undefined,
      { cause: thrown },
    );
  }
}

/** Takes away what a process has written that died over it. */
async function clearOutput({ outputFolder, modelFolder }: ReadRequest): Promise<void> {
  for (const folder of [outputFolder, partsFolderOf(outputFolder), modelFolder])
    await rm(folder, { recursive: true, force: true });
  await mkdir(outputFolder, { recursive: true, mode: 0o700 });
}

/** The one thing of a process's last words that cannot hold a part of the file. */
function missingModule(lastWords: string): string {
  const [found] = /Cannot find module '[^'\n]{1,500}'/.exec(lastWords) ?? [];
  return found === undefined ? '' : `: ${found}`;
}

function contentOf(answer: ReadReply): ReadContent {
  if (answer.outcome === 'read') return answer.content;
  if (answer.outcome === 'refused') throw new UploadRefused(answer.reason, answer.message);
  throw new Error(`An upload could not be read: ${answer.message}`);
}

const tooMuchWork = (why: string): UploadRefused =>
  new UploadRefused('TOO_MUCH_WORK', `The file could not be read: ${why}. It is broken, or made to be so.`);

/** Starts the process, and ends it when it has responded or exceeds a limit. */
function answerOf(
  request: ReadRequest,
  signal: AbortSignal,
  { timeoutMs = READ_TIMEOUT_MS, memoryBytes = READ_MEMORY_BYTES }: ReadBounds,
): Promise<ReadReply> {
  return askChild('uploads/readProcess', {
    request,
    heapMb: HEAP_MB,
    limits: { timeoutMs, memoryBytes },
    signal,
    receive(message) {
      const reply = ReadReply.safeParse(message);
      if (!reply.success) throw new Error('The process that reads uploads answered in no known form.');
      return { answer: reply.data };
    },
    ended({ status, signal: diedOf, lastWords }) {
      if (status === null) return new ReaderDied(diedOf);
      // A process that ends by itself without a response could not start.
      return new Error(`The process that reads uploads ended with ${status}${missingModule(lastWords)}.`);
    },
    exceeded(limit) {
      const time = `it took longer than ${timeoutMs / 1000} s`;
      const memory = `it needed more than ${Math.round(memoryBytes / 2 ** 20)} MiB of memory`;
      return tooMuchWork(limit === 'timeoutMs' ? time : memory);
    },
    aborted: () => new UploadRefused('INCOMPLETE', 'The client disconnected before its file was read.'),
  });
}
