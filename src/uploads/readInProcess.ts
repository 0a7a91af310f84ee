import { type ChildProcess, fork } from 'node:child_process';
import { compiledEntry } from '../compiled';
import { environmentOfChild } from '../processes';
import { residentBytes } from '../processMemory';
import { READ_MEMORY_BYTES, READ_TIMEOUT_MS } from './limits';
import { type ReadContent, ReadReply, type ReadRequest } from './readRequest';
import { UploadRefused } from './refusal';

const MEMORY_LOOK_MS = 100;
/** Of JavaScript's own objects, MB; pixels lie outside of it and are counted with the rest. */
const HEAP_MB = 512;

const MAX_LAST_WORDS = 4_000;

/** Bounds of one reading, which tests set lower. */
export interface ReadBounds {
  timeoutMs?: number;
  memoryBytes?: number;
}

/**
 * Reads an upload in a process of its own, which is killed when it takes too long or too much memory.
 *
 * @param signal ends the process when nobody wants the answer any more
 * @throws UploadRefused naming the reason; TOO_MUCH_WORK for a file that the process could not finish
 * @throws Error when the process cannot start, which is no fault of the file
 */
export async function readInProcess(
  request: ReadRequest,
  signal: AbortSignal,
  { timeoutMs = READ_TIMEOUT_MS, memoryBytes = READ_MEMORY_BYTES }: ReadBounds = {},
): Promise<ReadContent> {
  const child = fork(compiledEntry('uploads/readProcess'), [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    env: environmentOfChild(),
  });
  try {
    return contentOf(await answerOf(child, request, signal, { timeoutMs, memoryBytes }));
  } finally {
    child.kill('SIGKILL');
  }
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

function answerOf(
  child: ChildProcess,
  request: ReadRequest,
  signal: AbortSignal,
  { timeoutMs, memoryBytes }: Required<ReadBounds>,
): Promise<ReadReply> {
  return new Promise<ReadReply>((resolve, reject) => {
    const giveUp = (why: string): void =>
      reject(new UploadRefused('TOO_MUCH_WORK', `The file could not be read: ${why}. It is broken, or made to be so.`));
    const late = setTimeout(() => giveUp(`it took longer than ${timeoutMs / 1000} s`), timeoutMs);
    const memory = setInterval(() => {
      if ((residentBytes(child.pid ?? -1) ?? 0) > memoryBytes)
        giveUp(`it needed more than ${Math.round(memoryBytes / 2 ** 20)} MiB of memory`);
    }, MEMORY_LOOK_MS);
    const abort = (): void => reject(new UploadRefused('INCOMPLETE', 'The client went away before its file was read.'));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    child.once('message', (message) => {
      const reply = ReadReply.safeParse(message);
      if (reply.success) resolve(reply.data);
      else reject(new Error('The process that reads uploads answered in no known form.'));
    });
    child.once('error', reject);
    let lastWords = '';
    child.stderr?.on('data', (text: Buffer) => {
      lastWords = `${lastWords}${text.toString()}`.slice(0, MAX_LAST_WORDS);
    });
    child.once('close', (status) => {
      clearTimeout(late);
      clearInterval(memory);
      signal.removeEventListener('abort', abort);
      // A file makes the process die of a signal: out of memory, a decoder's fault. One that ends by itself without an answer could not start.
      if (status === null) giveUp('the process that read it ended');
      else reject(new Error(`The process that reads uploads ended with ${status}${missingModule(lastWords)}.`));
    });
    child.send(request, (failure) => failure && reject(failure));
  });
}
