import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AuditTrail } from '../access';
import type { Logger } from '../log';
import { noteDenied } from './auditedRequests';
import { refusalOfHead } from './brokenRequests';
import { compressText } from './compression';
import type { Connections } from './connections';
import { shareWithPages } from './cors';
import { type Doors, hideKeyInAddress, KEY_IN_ADDRESS } from './doors';
import { answerError } from './errors';
import type { Front } from './origin';
import { identifyRequest } from './requestId';
import type { RequestMetrics } from './requestMetrics';
import { setSecurityHeaders } from './securityHeaders';
import { type UnreadAnswers, watchReader } from './unread';
import { isUpload } from './uploads';

const BODY_TIMEOUT_MS = 30_000;

/** What every request meets before a route. */
interface EntranceParts {
  server: Server;
  connections: Connections;
  front: Front;
  metrics: RequestMetrics;
  unread: UnreadAnswers;
  doors: Doors;
  log: Logger;
  audit: AuditTrail;
}

type Answer = (request: IncomingMessage, response: ServerResponse, requestId: string) => void;

/**
 * The way of every request to its route: it gets an id, headers and a time limit, is refused if its head cannot be
 * answered, and is answered once it is known who sent it.
 */
export function createEntrance(
  parts: EntranceParts,
  answer: Answer,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { connections, doors, log, audit } = parts;
  return (request, response) => {
    const requestId = receive(parts, request, response);
    if (requestId === undefined) return;
    const settled = request.url?.startsWith('/graphql') ? connections.arrivals.settled() : undefined;
    const identified = doors.identify(request, response);
    if (!settled && !identified) answer(request, response, requestId);
    else
      Promise.all([settled, identified]).then(
        () => response.destroyed || answer(request, response, requestId),
        (thrown) => {
          noteDenied({ audit, doors }, request, thrown);
          answerError(response, thrown, log, requestId);
        },
      );
  };
}

/** @returns the id of the request, unless it has been answered */
function receive(
  { server, front, metrics, unread, log }: EntranceParts,
  request: IncomingMessage,
  response: ServerResponse,
): string | undefined {
  // Before anything is logged.
  const hadKeyInAddress = hideKeyInAddress(request);
  front.receive(request);
  const requestId = identifyRequest(request, response, log);
  metrics.observe(request, response);
  setSecurityHeaders(response);
  watchReader(response, unread);
  compressText(request, response);
  if (!isUpload(request)) limitBodyTime(server, request);
  const refusal = refusalOfHead(request) ?? (hadKeyInAddress ? KEY_IN_ADDRESS : undefined);
  if (refusal) {
    answerError(response, refusal, log, requestId);
    return undefined;
  }
  return shareWithPages(request, response) ? undefined : requestId;
}

/**
 * Ends a request whose body does not come, as Node does with its own `requestTimeout`, which knows only one time for
 * all.
 */
function limitBodyTime(server: Server, request: IncomingMessage): void {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) return;
  const timer = setTimeout(() => {
    const late = Object.assign(new Error('The body took too long.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    server.emit('clientError', late, request.socket);
  }, BODY_TIMEOUT_MS);
  request.once('end', () => clearTimeout(timer));
  request.once('close', () => clearTimeout(timer));
}
