import { STATUS_CODES } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { GraphQLSchema } from 'graphql';
import { createHandler, type OperationArgs, type OperationContext, type Response as StreamResponse } from 'graphql-sse';
import { challengeOf } from '../access';
import { createContext, type OperationGates } from '../graphql';
import type { Services } from '../services';
import { Doors } from './doors';
import { HttpError, type HttpErrorCode, sendError, statusOf } from './errors';
import { endEvents, writeEvents } from './eventStream';
import { type ListenerBounds, ListenerPlaces } from './listenerPlaces';
import { createOperationGate, type OperationGate } from './operationGate';
import { clientOf } from './origin';
import { GRAPHQL_PARAMETERS, readParameters } from './parameters';
import { completeRequest } from './persistedDocuments';
import { tellQuota } from './quotaHeaders';
import { departureOf, requesterOf } from './requester';
import { requestIdOf } from './requestId';
import type { RequestMetrics } from './requestMetrics';
import { UnreadAnswers } from './unread';

const EVENT_STREAM = 'text/event-stream';

/** The endpoint `/graphql/stream`. */
export interface StreamEndpoint {
  handle: RequestHandler;
  /** open streams */
  count(): number;
  /** Ends every open stream; a client that comes back finds another server. */
  closeAll(): void;
}

/** What an endpoint is bounded by. */
export interface StreamBounds {
  /** open streams, where they are other than the defaults */
  places?: Partial<ListenerBounds>;
  /** the bytes that no one reads, which it shares with all other answers */
  unread?: UnreadAnswers;
  /** the places for operations, which it shares with /graphql and sockets */
  gates?: OperationGates;
  /** tell who sent a request */
  doors?: Doors;
}

/**
 * Subscriptions as server-sent events, in the "distinct connections" mode of the GraphQL over SSE protocol: one
 * request, one operation, `next` events until `complete`. The limits are those of `/graphql`.
 *
 * @param bounds less than the defaults for tests
 */
export function createStreamHandler(
  services: Services,
  schema: GraphQLSchema,
  metrics: RequestMetrics,
  { places: bounds, unread = new UnreadAnswers(), gates, doors = new Doors(services) }: StreamBounds = {},
): StreamEndpoint {
  const open = new Set<Response>();
  const places = new ListenerPlaces('open streams', bounds);
  const answer = createProtocol(services, schema, createOperationGate(services, schema, metrics, gates), doors);

  const serve = async (request: Request, response: Response): Promise<void> => {
    const { method } = request;
    const { url, body } = withDocument(request);
    const headers = { get: (name: string) => request.get(name) };
    const [events, { status, statusText, headers: answered }] = await answer({
      method,
      url,
      headers,
      body: () => body,
      raw: request,
      context: { res: response },
    });
    // nginx would collect events before it passes them on.
    response.setHeader('X-Accel-Buffering', 'no');
    tellQuota(response, services.quotas?.standingOf(doors.callerOf(request), 'fields'));
    response.writeHead(status, statusText, answered);
    const unwatch = doors.watch(doors.callerOf(request), (refusal) => endEvents(response, refusal));
    response.once('close', unwatch);
    if (typeof events === 'object' && events) await writeEvents(response, events, unread);
    else response.end(events);
  };

  return {
    async handle(request, response) {
      let leave: (() => void) | undefined;
      try {
        checkRequest(request);
        const client = clientOf(request);
        const refused = places.refusalOf(client);
        if (refused) throw refused;
        const release = places.take(client);
        leave = () => {
          release();
          open.delete(response);
        };
        open.add(response);
        response.once('close', leave);
        await serve(request, response);
      } catch (thrown) {
        leave?.();
        sendError(response, thrown, services.log);
      }
    },
    count: () => places.count,
    closeAll() {
      for (const response of open) response.destroy();
    },
  };
}

/** The protocol of the library within the limits of `gate`. */
function createProtocol(services: Services, schema: GraphQLSchema, gate: OperationGate, doors: Doors) {
  return createHandler<Request, { res: Response }, OperationContext>({
    schema,
    // A token would open a stream that outlives its request.
    authenticate: () => null,
    onSubscribe: ({ raw, context: { res } }, request) => {
      const requester = requesterOf(raw, doors.callerOf(raw), departureOf(res));
      const admitted = gate.admit(request, createContext(services, requester));
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

/** The library knows no names of documents. */
function withDocument({ method, url, query, body }: Request): { url: string; body: Record<string, unknown> } {
  const ignored = { set: () => undefined };
  if (method === 'POST') return { url, body: { ...completeRequest(body, ignored) } };
  if (query.documentId === undefined) return { url, body };
  const parameters = completeRequest(readParameters(query, GRAPHQL_PARAMETERS), ignored);
  return { url: `/?${new URLSearchParams({ ...parameters })}`, body };
}

const DENIED: readonly HttpErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN'];

function refusal(errors: ReturnType<OperationGate['format']>): StreamResponse {
  const { code, scope, retryAfterSeconds } = errors[0]?.extensions ?? {};
  const denied = DENIED.find((one) => one === code);
  const isForNow = code === 'RATE_LIMITED';
  const status = denied ? statusOf(denied) : isForNow ? statusOf(code) : 400;
  return [
    JSON.stringify({ errors }),
    {
      status,
      statusText: STATUS_CODES[status] ?? '',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...(denied ? { 'www-authenticate': challengeOf({ code, scope }) } : {}),
        ...(isForNow ? { 'retry-after': String(retryAfterSeconds) } : {}),
      },
    },
  ];
}
