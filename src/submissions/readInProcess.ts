import { SupervisedChild } from '../childProcess';
import { Unavailable } from '../errors';
import { createLimiter } from '../limiter';
import type { ProblemKind } from './problems';
import { type ReadDetections, ReadReply, type ReadRequest } from './readMessages';

/** Of JavaScript's own objects, MB; typed arrays and pieces of the file lie outside of it. */
const HEAP_MB = 768;
const MEMORY_BYTES = 1.5 * 2 ** 30;
/** Ten million boxes of text on a slow machine; ms. */
const TIMEOUT_MS = 30 * 60_000;
const RETRY_SECONDS = 10;
/** Of this process. */
const READ_AT_ONCE = 2;
const reading = createLimiter(READ_AT_ONCE);

/** Bounds of one reading, which tests set lower. */
export interface ReadBounds {
  timeoutMs?: number;
  memoryBytes?: number;
}

/** The reading exceeded a limit: the file is too much for the process, or made to be so. */
export class TooMuchWork extends Error {
  readonly kind: ProblemKind = 'TOO_MUCH_WORK';
}

/**
 * Reads a file of detections in a separate process, two at a time, which is killed if it takes too long or too much memory.
 *
 * @param signal ends the process with its reason
 * @param onRead is told how many bytes of the file have been read, now and then
 * @throws TooMuchWork if the process exceeded a limit
 * @throws Unavailable if the process was killed from outside
 * @throws Error if the process cannot start, which is not a fault of the file
 */
export function readInProcess(
  request: ReadRequest,
  signal: AbortSignal,
  onRead: (bytes: number) => void = () => undefined,
  bounds: ReadBounds = {},
): Promise<ReadDetections> {
  return reading(() => readNow(request, signal, onRead, bounds));
}

function readNow(
  request: ReadRequest,
  signal: AbortSignal,
  onRead: (bytes: number) => void,
  { timeoutMs = TIMEOUT_MS, memoryBytes = MEMORY_BYTES }: ReadBounds,
): Promise<ReadDetections> {
  return new Promise<ReadDetections>((resolve, reject) => {
    const end = (settle: () => void): void => {
      child.kill();
      signal.removeEventListener('abort', abort);
      settle();
    };
    const fail = (why: unknown): void => end(() => reject(why));
    const abort = (): void => fail(signal.reason);
    const child = new SupervisedChild(
      'submissions/readProcess',
      {
        message(message) {
          const reply = ReadReply.safeParse(message);
          if (!reply.success) fail(new Error('The process that reads detections answered in no known form.'));
          else if (reply.data.outcome === 'progress') onRead(reply.data.bytesRead);
          else if (reply.data.outcome === 'failed')
            fail(new Error(`Detections could not be read: ${reply.data.message}`));
          else {
            const { content } = reply.data;
            end(() => resolve(content));
          }
        },
        ended({ status, signal: diedOf }) {
          // V8 ends a process that exceeds its heap by SIGABRT.
          if (diedOf === 'SIGABRT') fail(new TooMuchWork(tooMuch('more memory than it may have')));
          else if (status === null) fail(killed(diedOf));
          else fail(new Error(`The process that reads detections ended with ${status}: ${child.lastWords}`));
        },
        failed: fail,
      },
      { execArgv: [`--max-old-space-size=${HEAP_MB}`], keepsLastWords: true, serialization: 'advanced' },
    );
    child.watch({ timeoutMs, memoryBytes }, (limit) => {
      const what =
        limit === 'timeoutMs'
          ? `more than ${timeoutMs / 1000} s`
          : `more than ${Math.round(memoryBytes / 2 ** 20)} MiB`;
      fail(new TooMuchWork(tooMuch(what)));
    });
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else child.send(request);
  });
}

const tooMuch = (what: string): string =>
  `The file could not be read: it took ${what}. Divide it, or write it another way.`;

const killed = (signal: NodeJS.Signals | null): Unavailable =>
  new Unavailable(
    `The process that read the file was killed (${signal}), which is not a fault of the file: send the request again.`,
    RETRY_SECONDS,
  );
