import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { CloseCode, type Context, handleProtocols, makeServer, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { messageOf } from '../errors';
import { createContext } from '../graphql';
import type { Services } from '../services';
import { type HttpErrorCode, MAX_BODY_BYTES, statusOf } from './errors';
import { createOperationGate } from './operationGate';
import { isOfOtherSite } from './origin';
import { requesterOf } from './requester';
import { requestIdOf } from './requestId';
import type { RequestMetrics } from './requestMetrics';

/** Each holds a connection and, as a rule, watches in the database. */
const MAX_SOCKETS = 500;
/** Operations under way on one socket; a dashboard follows a handful of runs. */
const MAX_OPERATIONS = 50;
/** A client that has not said `connection_init` by then is closed with 4408. */
const INIT_TIMEOUT_MS = 5_000;
/** Proxies cut connections that say nothing for a minute; a client that answers no ping until the next one is gone. */
const PING_MS = 15_000;
/** Queries under way when the server stops have this long to end. */
const DRAIN_MS = 2_000;
/** So long a client may take to answer the end of its connection. */
const CLOSE_MS = 500;
const GOING_AWAY = 1001;

/** The endpoint `ws://…/graphql`. */
export interface SocketEndpoint {
  /** Takes over the connection of a request to upgrade, or refuses it in words of HTTP. */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void;
  /** open sockets */
  count(): number;
  /** Refuses new sockets, lets queries end, then ends all sockets with 1001; a client that comes back finds another server. */
  close(): Promise<void>;
}

/** What an endpoint is bounded by. */
export interface SocketBounds {
  /** between two pings */
  pingMs?: number;
  /** open sockets; one more is refused */
  maxSockets?: number;
}

/**
 * Operations over WebSocket in the protocol `graphql-transport-ws` (graphql-ws): subscriptions, queries and mutations, in the limits of
 * `/graphql` and with its errors.
 *
 * @param bounds less than the defaults for tests
 */
export function createSocketEndpoint(
  services: Services,
  schema: GraphQLSchema,
  metrics: RequestMetrics,
  { pingMs = PING_MS, maxSockets = MAX_SOCKETS }: SocketBounds = {},
): SocketEndpoint {
  const { log } = services;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_BODY_BYTES, handleProtocols });
  const queries = new Set<Promise<unknown>>();
  let stopping = false;
  const protocol = createProtocol(services, schema, metrics, queries);

  const refusalOf = (request: IncomingMessage): [HttpErrorCode, string] | undefined => {
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== '/graphql') return ['NOT_FOUND', 'WebSockets are at /graphql.'];
    if (isOfOtherSite(request)) return ['FORBIDDEN', 'Expected a page of this server, or a client that is no browser.'];
    if (stopping) return ['UNAVAILABLE', 'The server is stopping.'];
    if (sockets.clients.size >= maxSockets)
      return ['UNAVAILABLE', `Expected at most ${maxSockets} open WebSockets: try again later.`];
    return undefined;
  };

  return {
    upgrade(request, connection, head) {
      connection.on('error', () => undefined);
      const refusal = refusalOf(request);
      if (refusal) {
        const [code] = refusal;
        if (code === 'FORBIDDEN') log.info({ ...requesterOf(request), origin: undefined, code }, 'request denied');
        refuse(connection, ...refusal);
      } else
        sockets.handleUpgrade(request, connection, head, (socket) => {
          keepAlive(socket, pingMs);
          speak(protocol, socket, request, (failure) =>
            log.error({ requestId: requestIdOf(request), err: failure }, 'a WebSocket failed'),
          );
        });
    },
    count: () => sockets.clients.size,
    async close() {
      stopping = true;
      await Promise.race([Promise.allSettled(queries), sleep(DRAIN_MS, undefined, { ref: false })]);
      for (const socket of sockets.clients) socket.close(GOING_AWAY, 'The server is stopping.');
      const deadline = performance.now() + CLOSE_MS;
      while (sockets.clients.size > 0 && performance.now() < deadline) await sleep(10);
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

type Protocol = Server<IncomingMessage>;

/** @param queries those under way are kept here */
function createProtocol(
  services: Services,
  schema: GraphQLSchema,
  metrics: RequestMetrics,
  queries: Set<Promise<unknown>>,
): Protocol {
  const gate = createOperationGate(services, schema, metrics);
  return makeServer<Record<string, unknown>, IncomingMessage>({
    connectionInitWaitTimeout: INIT_TIMEOUT_MS,
    onSubscribe(context, _id, request) {
      if (operationsOf(context) > MAX_OPERATIONS) return [tooManyOperations()];
      return gate.admit(request, createContext(services, requesterOf(context.extra)));
    },
    execute(args) {
      const query = gate.execute(args);
      queries.add(query);
      void query.catch(() => undefined).finally(() => queries.delete(query));
      return query;
    },
    subscribe: gate.subscribe,
    onNext: ({ extra }, _id, _request, _args, result) =>
      result.errors ? { ...result, errors: gate.format(result.errors, requestIdOf(extra)) } : undefined,
    onError: ({ extra }, _id, _request, errors) => gate.format(errors, requestIdOf(extra)),
  });
}

const operationsOf = ({ subscriptions }: Context<Record<string, unknown>, IncomingMessage>): number =>
  Object.keys(subscriptions).length;

function tooManyOperations(): GraphQLError {
  const message = `Expected at most ${MAX_OPERATIONS} operations at once on one WebSocket: complete one first.`;
  return new GraphQLError(message, { extensions: { code: 'RATE_LIMITED' } });
}

/** The library's own glue for `ws` writes to the console and, outside production, tells clients what broke. */
function speak(
  protocol: Protocol,
  socket: WebSocket,
  request: IncomingMessage,
  onFailure: (failure: unknown) => void,
): void {
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) resolve();
          else socket.send(text, (failure) => (failure ? reject(failure) : resolve()));
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) =>
        socket.on('message', (data) => {
          receive(String(data)).catch((failure) => {
            if (socket.readyState !== socket.OPEN) return;
            // A message of the server's own kinds, which the library has no answer for.
            if (messageOf(failure).startsWith('Unexpected message')) {
              socket.close(CloseCode.BadRequest, 'Invalid message received');
              return;
            }
            onFailure(failure);
            socket.close(CloseCode.InternalServerError, 'Internal server error');
          });
        }),
    },
    request,
  );
  // What a client does wrong below the protocol (a message too large, text that is not UTF-8) `ws` answers with the close code for it.
  socket.on('error', () => undefined);
  socket.once('close', (code, reason) => {
    closed(code, String(reason)).catch(onFailure);
  });
}

function keepAlive(socket: WebSocket, everyMs: number): void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }, everyMs);
  socket.once('close', () => clearInterval(timer));
}

function refuse(connection: Duplex, code: HttpErrorCode, message: string): void {
  const status = statusOf(code);
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  connection.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
