import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { holdsKey } from '../access';
import { shortened } from '../errors';
import type { Logger } from '../log';
import { traceFields } from '../tracing';
import { namesOf } from './doors';
import { clientOf } from './origin';

/** What a caller may choose as the id of its request: nothing that could break a line of a log or a header. */
const SANE_REQUEST_ID = /^[A-Za-z0-9._:-]{1,64}$/;

const ids = new WeakMap<IncomingMessage, string>();

/**
 * @returns the id of a request: the caller's own if it sent a valid `X-Request-Id`, else one that is created at the
 *   first call
 */
export function requestIdOf(request: IncomingMessage): string {
  const known = ids.get(request);
  if (known !== undefined) return known;
  const wanted = request.headers['x-request-id'];
  const id = typeof wanted === 'string' && SANE_REQUEST_ID.test(wanted) && !holdsKey(wanted) ? wanted : randomUUID();
  ids.set(request, id);
  return id;
}

const DENIED = new Set([401, 403, 429]);

/**
 * Sends a caller the id of its request (`requestIdOf`), and logs its outcome without query or body: uploads, and what
 * was denied, at `info`, the rest at `debug`. Operations of the graph have lines of their own (`operationLog`).
 *
 * @returns the id, which is also in the response
 */
export function identifyRequest(request: IncomingMessage, response: ServerResponse, log: Logger): string {
  const requestId = requestIdOf(request);
  response.setHeader('X-Request-Id', requestId);
  if (!log.isLevelEnabled('info')) return requestId;
  const started = performance.now();
  const { method, url } = request;
  // Known at the end no more: the connection may be gone by then.
  const client = clientOf(request);
  const trace = traceFields();
  response.once('close', () => {
    const [path = ''] = (url ?? '').split('?');
    const status = response.statusCode;
    const changesUploads = path.startsWith('/uploads') && (method === 'PUT' || method === 'DELETE');
    const level = changesUploads || DENIED.has(status) ? 'info' : 'debug';
    if (!log.isLevelEnabled(level)) return;
    const milliseconds = Math.round(performance.now() - started);
    const made = changesUploads ? response.getHeader('location') : undefined;
    const message = DENIED.has(status) ? 'request denied' : changesUploads ? 'upload' : 'request';
    log[level](
      {
        ...trace,
        requestId,
        client,
        ...namesOf(request),
        method,
        path: shortened(path),
        made,
        status,
        milliseconds,
      },
      message,
    );
  });
  return requestId;
}
