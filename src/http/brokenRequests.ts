import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Connections } from './connections';
import { HttpError } from './errors';
import { bidFarewell, type Farewell } from './farewell';
import { isHost, targetOf } from './origin';

const BROKEN: Farewell = { status: 400, code: 'BAD_USER_INPUT', message: 'Expected well-formed HTTP.' };
const BROKEN_REQUESTS: Record<string, Farewell> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'BAD_USER_INPUT',
    message: 'Expected the whole request within 30 s, its headers within 10 s.',
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'BAD_USER_INPUT',
    message: 'Expected at most 16 KB of address and headers.',
  },
};

/**
 * Answers requests that Node would answer with an empty body or not at all, after the good requests before them: not
 * HTTP, too slow, or a head that is too large.
 */
export function answerBrokenRequests(server: Server, connections: Connections): void {
  server.on('clientError', (error: NodeJS.ErrnoException, connection: Duplex) => {
    const turns = connections.turnsOf(connection);
    if (!turns || !connection.writable || error.code === 'ECONNRESET') connection.destroy();
    else turns.breakOff(() => bidFarewell(connection, BROKEN_REQUESTS[error.code ?? ''] ?? BROKEN));
  });
}

/** @returns why a request is refused whatever it requests; undefined for one that may go on */
export function refusalOfHead(request: IncomingMessage): HttpError | undefined {
  const { httpVersion, headers, rawHeaders } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return new HttpError(
      'HTTP_VERSION_NOT_SUPPORTED',
      'Expected a request of HTTP/1.1 or HTTP/1.0, with the version at the end of its first line.',
    );
  if (httpVersion === '1.1' && headers.host === undefined)
    return new HttpError('BAD_USER_INPUT', 'Expected the header Host, which HTTP/1.1 requires of every request.');
  if (headers.host && !isHost(headers.host))
    return new HttpError('BAD_USER_INPUT', 'Expected the header Host to be a host name or address, and its port.');
  if (countOf('host', rawHeaders) > 1)
    return new HttpError('BAD_USER_INPUT', 'Expected the header Host once: two of them mean two servers.');
  const target = targetOf(request)?.toLowerCase();
  if (target !== undefined && target !== headers.host?.toLowerCase())
    return new HttpError(
      'BAD_USER_INPUT',
      'Expected the host in the address of the request to be that of the header Host.',
    );
  if (headers.expect !== undefined && httpVersion === '1.1' && !/^100-continue$/i.test(headers.expect))
    return new HttpError('EXPECTATION_FAILED', 'Expected Expect to be 100-continue.');
  return undefined;
}

/** @param rawHeaders names and values in turn */
function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index];
    if (header?.length === name.length && header.toLowerCase() === name) count++;
  }
  return count;
}
