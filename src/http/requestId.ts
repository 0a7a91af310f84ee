import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from '../log';

/** What a caller may choose as the id of its request: nothing that could break a line of a log or a header. */
const SANE_REQUEST_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** Gives each request an id, the caller's own where it sent a sane `X-Request-Id`, and logs its outcome without its body. */
export function identifyRequests(log: Logger): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const wanted = request.get('x-request-id');
    const requestId = wanted !== undefined && SANE_REQUEST_ID.test(wanted) ? wanted : randomUUID();
    response.locals.requestId = requestId;
    response.set('X-Request-Id', requestId);
    const started = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      const milliseconds = Math.round(performance.now() - started);
      log.debug({ requestId, method, path, status: response.statusCode, milliseconds }, 'request');
    });
    next();
  };
}
