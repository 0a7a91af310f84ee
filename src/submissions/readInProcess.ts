import { askChild } from '../askChild';
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
 * @param onRead called now and then with the number of bytes of the file that have been read
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
  return askChild('submissions/readProcess', {
    request,
    heapMb: HEAP_MB,
    limits: { timeoutMs, memoryBytes },
    signal,
    serialization: 'advanced',
    receive(message) {
      const reply = ReadReply.safeParse(message);
      if (!reply.success) throw new Error('The process that reads detections answered in no known form.');
      if (reply.data.outcome === 'failed') throw new Error(`Detections could not be read: ${reply.data.message}`);
      if (reply.data.outcome === 'read') return { answer: reply.data.content };
      onRead(reply.data.bytesRead);
      return undefined;
    },
    ended({ status, signal: diedOf, lastWords }) {
      // V8 ends a process that exceeds its heap by SIGABRT.
      if (diedOf === 'SIGABRT') return new TooMuchWork(tooMuch('more memory than it may have'));
      if (status === null) return killed(diedOf);
      return new Error(`The process that reads detections ended with ${status}: ${lastWords}`);
    },
    exceeded: (limit) =>
      new TooMuchWork(
        tooMuch(
          limit === 'timeoutMs'
            ? `more than ${timeoutMs / 1000} s`
            : `more than ${Math.round(memoryBytes / 2 ** 20)} MiB`,
        ),
      ),
    aborted: () => signal.reason,
  });
}

const tooMuch = (what: string): string =>
  `The file could not be read: it took ${what}. Divide it, or write it another way.`;

const killed = (signal: NodeJS.Signals | null): Unavailable =>
  new Unavailable(
    `The process that read the file was killed (${signal}), which is not a fault of the file: send the request again.`,
    RETRY_SECONDS,
  );
