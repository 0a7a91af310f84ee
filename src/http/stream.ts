import { STATUS_CODES } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { OperationArgs, OperationContext, Response as StreamResponse } from 'graphql-sse';
import { createHandler } from 'graphql-sse/lib/use/express';
import { createContext, type OperationGates } from '../graphql';
import type { Services } from '../services';
import { HttpError, sendError } from './errors';
import { createOperationGate, type OperationGate } from './operationGate';
import { departureOf, requesterOf } from './requester';
import { requestIdOf } from './requestId';
import type { RequestMetrics } from './requestMetrics';

/** Each holds a connection and, as a rule, a watch in the database. */
const MAX_STREAMS = 500;
const EVENT_STREAM = 'text/event-stream';

/** The endpoint `/graphql/stream`. */
export interface StreamEndpoint {
  handle: RequestHandler;
  /** open streams */
  count(): number;
  /** Ends every open stream; a client that comes back finds another server. */
  closeAll(): void;
}

/**
 * Subscriptions as server-sent events, in the "distinct connections" mode of the GraphQL over SSE protocol: one request, one operation,
 * `next` events until `complete`. The limits are those of `/graphql`.
 *
 * @param maxStreams open streams, one more is refused; less than the default for tests
 * @param gates the places for operations, which it shares with /graphql and sockets
 */
export function createStreamHandler(
  services: Services,
  schema: GraphQLSchema,
  metrics: RequestMetrics,
  maxStreams = MAX_STREAMS,
  gates?: OperationGates,
): StreamEndpoint {
  const open = new Set<Response>();
  const gate = createOperationGate(services, schema, metrics, gates);

  const serve = createHandler<OperationContext>({
    schema,
    // A token would open a stream that outlives its request.
    authenticate: () => null,
    onSubscribe: ({ raw, context: { res } }, request) => {
      const admitted = gate.admit(request, createContext(services, requesterOf(raw, departureOf(res))));
      // A context of the library is of any form; its types do not say so.
      return 'document' in admitted
        ? (admitted as OperationArgs<OperationContext>)
        : refusal(gate.format(admitted, requestIdOf(raw)));
    },
    // Done in onSubscribe, with the limits.
    validate: () => [],
    execute: gate.execute,
    subscribe: gate.subscribe,
    onNext: (_context, { raw }, result) => {
      const event = 'hasNext' in result ? result : gate.boundEvent(result);
      return event.errors ? { ...event, errors: gate.format(event.errors, requestIdOf(raw)) as never } : undefined;
    },
  });

  return {
    async handle(request, response) {
      try {
        checkRequest(request);
        if (open.size >= maxStreams)
          throw new HttpError('UNAVAILABLE', `Expected at most ${maxStreams} open streams: try again later.`);
        open.add(response);
        response.once('close', () => open.delete(response));
        await serve(request, response);
      } catch (thrown) {
        open.delete(response);
        sendError(response, thrown, services.log);
      }
    },
    count: () => open.size,
    closeAll() {
      for (const response of open) response.destroy();
    },
  };
}

/** The library compares the header as a whole and waits for a body that was read before. */
function checkRequest(request: Request): void {
  if (!request.get('accept')?.includes(EVENT_STREAM))
    throw new HttpError(
      'BAD_USER_INPUT',
      `Expected the header "Accept: ${EVENT_STREAM}": other answers are at /graphql.`,
    );
  request.headers.accept = EVENT_STREAM;
  if (request.method !== 'GET' && request.method !== 'POST')
    throw new HttpError('METHOD_NOT_ALLOWED', 'Expected GET or POST.');
  if (request.method === 'POST' && (typeof request.body !== 'object' || request.body === null))
    throw new HttpError('UNSUPPORTED_MEDIA_TYPE', 'Expected a body of Content-Type application/json.');
}

function refusal(errors: ReturnType<OperationGate['format']>): StreamResponse {
  return [
    JSON.stringify({ errors }),
    {
      status: 400,
      statusText: STATUS_CODES[400] ?? '',
      headers: { 'content-type': 'application/json; charset=utf-8' },
    },
  ];
}
