import type { IncomingMessage, ServerResponse } from 'node:http';
import { isTracing, traceUntil } from '../tracing';
import { METHODS, routeOf } from './requestMetrics';

/** Serves a request in a span, which goes on where the caller's `traceparent` says that it began. */
export function traceRequest(request: IncomingMessage, response: ServerResponse, serve: () => void): void {
  if (!isTracing()) {
    serve();
    return;
  }
  const method = METHODS.has(request.method ?? '') ? (request.method ?? '') : 'other';
  const route = routeOf(request.url ?? '');
  const { traceparent } = request.headers;
  const parent = typeof traceparent === 'string' ? traceparent : null;
  const attributes = { 'http.request.method': method, 'http.route': route };
  const end = traceUntil(`${method} ${route}`, { kind: 'SERVER', attributes, parent }, serve);
  const close = (): void =>
    end?.({ 'http.response.status_code': response.statusCode }, !response.writableEnded || response.statusCode >= 500);
  if (response.closed) close();
  else response.once('close', close);
}
