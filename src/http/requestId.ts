import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../log';

/** What a caller may choose as the id of its request: nothing that could break a line of a log or a header. */
const SANE_REQUEST_ID = /^[A-Za-z0-9._:-]{1,64}$/;

const ids = new WeakMap<IncomingMessage, string>();

/** @returns the id of a request: the caller's own where it sent a sane `X-Request-Id`, else one that is made at the first call */
export function requestIdOf(request: IncomingMessage): string {
  const known = ids.get(request);
  if (known !== undefined) return known;
  const wanted = request.headers['x-request-id'];
  const id = typeof wanted === 'string' && SANE_REQUEST_ID.test(wanted) ? wanted : randomUUID();
  ids.set(request, id);
  return id;
}

/**
 * Tells a caller the id of its request (`requestIdOf`), and logs its outcome without query or body.
 *
 * @returns the id, which is in the answer too
 */
export function identifyRequest(request: IncomingMessage, response: ServerResponse, log: Logger): string {
  const requestId = requestIdOf(request);
  response.setHeader('X-Request-Id', requestId);
  if (!log.isLevelEnabled('debug')) return requestId;
  const started = performance.now();
  const { method, url } = request;
  response.once('close', () => {
    const milliseconds = Math.round(performance.now() - started);
    const [path] = (url ?? '').split('?');
    log.debug({ requestId, method, path, status: response.statusCode, milliseconds }, 'request');
  });
  return requestId;
}
