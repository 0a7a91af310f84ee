import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { CloseCode, type Context, handleProtocols, makeServer, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../access';
import { holdsKey } from '../access';
import { messageOf, Unauthenticated, UserError } from '../errors';
import { createContext, type OperationGates, refusalOf } from '../graphql';
import { userErrorFrom } from '../outages';
import type { Services } from '../services';
import { noteDenied } from './auditedRequests';
import { Doors, KEY_IN_ADDRESS } from './doors';
import { HttpError, type HttpErrorCode, MAX_BODY_BYTES, statusOf } from './errors';
import { bidFarewell } from './farewell';
import { type ListenerBounds, ListenerPlaces } from './listenerPlaces';
import { createOperationGate } from './operationGate';
import { clientOf, siteOf } from './origin';
import { requesterOf } from './requester';
import { requestIdOf } from './requestId';
import type { RequestMetrics } from './requestMetrics';
import { UnreadAnswers } from './unread';

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
/** What waits for a client that does not read, beside the message in progress. */
const MAX_UNREAD_BYTES = 4 * 2 ** 20;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** The endpoint `ws://…/graphql`. */
export interface SocketEndpoint {
  /** Takes over the connection of a request to upgrade, or refuses it with an HTTP response. */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void;
  /** open sockets */
  count(): number;
  /**
   * Refuses new sockets, lets queries end, then ends all sockets with 1001; a client that comes back finds another
   * server.
   */
  close(): Promise<void>;
}

/** What an endpoint is bounded by. */
export interface SocketBounds {
  /** between two pings */
  pingMs?: number;
  /** open sockets, where they are other than the defaults */
  places?: Partial<ListenerBounds>;
  /** the bytes that no one reads, which it shares with all other answers */
  unread?: UnreadAnswers;
  /** the places for operations, which it shares with /graphql and streams */
  gates?: OperationGates;
  /** tell who opened a socket */
  doors?: Doors;
}

/**
 * Operations over WebSocket in the protocol `graphql-transport-ws` (graphql-ws): subscriptions, queries and mutations,
 * in the limits of `/graphql` and with its errors.
 *
 * @param bounds less than the defaults for tests
 */
export function createSocketEndpoint(
  services: Services,
  schema: GraphQLSchema,
  metrics: RequestMetrics,
  {
    pingMs = PING_MS,
    places: bounds,
    unread = new UnreadAnswers(),
    gates,
    doors = new Doors(services),
  }: SocketBounds = {},
): SocketEndpoint {
  const { log } = services;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_BODY_BYTES, handleProtocols });
  const queries = new Set<Promise<unknown>>();
  let stopping = false;
  const protocol = createProtocol(services, schema, metrics, queries, { gates, doors });

  const places = new ListenerPlaces('open WebSockets', bounds);
  const refusalNow = (request: IncomingMessage): UpgradeRefusal | undefined => {
    if (stopping) return ['UNAVAILABLE', 'The server is stopping.'];
    const full = places.refusalOf(clientOf(request));
    return full && [full.code, full.message, full.retryAfterSeconds];
  };

  return {
    upgrade(request, connection, head) {
      connection.on('error', () => undefined);
      const refusal = refusalOfUpgrade(request) ?? refusalNow(request);
      if (refusal) {
        const [code, message, retryAfterSeconds] = refusal;
        if (code === 'FORBIDDEN')
          log.info({ requestId: requestIdOf(request), client: clientOf(request), code }, 'request denied');
        noteDenied({ audit: services.audit, doors }, request, new HttpError(code, message));
        bidFarewell(connection, { status: statusOf(code), code, message, retryAfterSeconds });
      } else
        sockets.handleUpgrade(request, connection, head, (socket) => {
          socket.once('close', places.take(clientOf(request)));
          keepAlive(socket, pingMs);
          speak(protocol, socket, request, unread, (failure) =>
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

type UpgradeRefusal = [code: HttpErrorCode, message: string, retryAfterSeconds?: number];

/** @returns why a request can never become a socket */
function refusalOfUpgrade(request: IncomingMessage): UpgradeRefusal | undefined {
  if (holdsKey(request.url ?? '')) return [KEY_IN_ADDRESS.code, KEY_IN_ADDRESS.message];
  const [path] = (request.url ?? '').split('?', 1);
  if (path !== '/graphql') return ['NOT_FOUND', 'WebSockets are at /graphql.'];
  if (siteOf(request) === 'FOREIGN')
    return [
      'FORBIDDEN',
      'Expected a page of this server or of a site in CORS_ORIGINS, or a client that is not a browser.',
    ];
  return undefined;
}

/** What the protocol knows of a socket. */
interface Connected {
  /** that opened it */
  request: IncomingMessage;
  /** fires when the socket is closed */
  departure: AbortSignal;
  close(code: number, reason: string): void;
  /** who opened it, once that is known */
  caller?: Caller;
  /** why nothing more is done for it: its key died */
  refusal?: UserError;
}

type Protocol = Server<Connected>;

/** @param queries those under way are kept here */
function createProtocol(
  services: Services,
  schema: GraphQLSchema,
  metrics: RequestMetrics,
  queries: Set<Promise<unknown>>,
  { gates, doors }: { gates: OperationGates | undefined; doors: Doors },
): Protocol {
  const gate = createOperationGate(services, schema, metrics, gates);
  return makeServer<Record<string, unknown>, Connected>({
    connectionInitWaitTimeout: INIT_TIMEOUT_MS,
    onConnect: ({ connectionParams, extra }) => letIn(services, doors, extra, connectionParams),
    onSubscribe(context, _id, request) {
      if (operationsOf(context) > MAX_OPERATIONS) return [tooManyOperations()];
      const { request: opening, departure, caller, refusal } = context.extra;
      // A socket that is being closed still receives.
      if (refusal || !caller) return [refusalOf(refusal ?? new Unauthenticated('The socket was not let in.', 'read'))];
      return gate.admit(request, createContext(services, requesterOf(opening, caller, departure)));
    },
    execute(args) {
      const query = gate.execute(args);
      queries.add(query);
      void query.catch(() => undefined).finally(() => queries.delete(query));
      return query;
    },
    subscribe: gate.subscribe,
    onNext({ extra }, _id, _request, _args, result) {
      const event = gate.boundEvent(result);
      return event.errors ? { ...event, errors: gate.format(event.errors, requestIdOf(extra.request)) } : event;
    },
    onError: ({ extra }, _id, _request, errors) => gate.format(errors, requestIdOf(extra.request)),
  });
}

/** Finds out who opened a socket, and closes it when the key has died. @returns false if it is refused */
async function letIn(
  { audit, log }: Services,
  doors: Doors,
  extra: Connected,
  parameters: Readonly<Record<string, unknown>> | undefined,
): Promise<boolean> {
  const refuse = (refusal: UserError): false => {
    extra.refusal = refusal;
    const isForNow = !(refusal instanceof Unauthenticated);
    extra.close(isForNow ? TRY_AGAIN_LATER : CloseCode.Unauthorized, reasonOf(refusal.message));
    return false;
  };
  try {
    const caller = await doors.identifySocket(extra.request, parameters);
    extra.caller = caller;
    const unwatch = doors.watch(caller, refuse);
    if (extra.departure.aborted) unwatch();
    extra.departure.addEventListener('abort', unwatch, { once: true });
    return true;
  } catch (thrown) {
    const told = userErrorFrom(thrown);
    if (!told) throw thrown;
    log.info(
      { requestId: requestIdOf(extra.request), client: clientOf(extra.request), code: told.code },
      'request denied',
    );
    noteDenied({ audit, doors }, extra.request, told);
    return refuse(told);
  }
}

/** The reason of a close frame has at most 123 bytes. */
const reasonOf = (message: string): string =>
  Buffer.from(message)
    .subarray(0, 120)
    .toString()
    .replace(/\ufffd+$/, '');

const operationsOf = ({ subscriptions }: Context<Record<string, unknown>, Connected>): number =>
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
  unread: UnreadAnswers,
  onFailure: (failure: unknown) => void,
): void {
  const departure = new AbortController();
  setMaxListeners(0, departure.signal);
  socket.once('close', () => departure.abort());
  const client = clientOf(request);
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) =>
        new Promise((resolve, reject) => {
          // A client that does not read answers no ping either, and is ended by the next one; until then it is told no
          // more.
          if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
          if (socket.readyState !== socket.OPEN) return resolve();
          const release = unread.hold({ client, bytes: Buffer.byteLength(text), giveUp: () => socket.terminate() });
          const done = (failure?: Error | null): void => {
            release();
            socket.off('close', left);
            // A client that leaves is no failure.
            if (failure && socket.readyState === socket.OPEN) reject(failure);
            else resolve();
          };
          const left = (): void => done();
          socket.once('close', left);
          if (socket.readyState === socket.OPEN) socket.send(text, done);
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
    { request, departure: departure.signal, close: (code, reason) => socket.close(code, reason) },
  );
  // What a client does wrong below the protocol (a message too large, text that is not UTF-8) `ws` answers with the
  // close code for it.
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
