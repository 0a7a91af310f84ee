import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Express } from 'express';
import type { GraphQLSchema } from 'graphql';
import { createOperationGates } from '../graphql';
import type { Services } from '../services';
import { createApollo } from './apollo';
import { noteDenied } from './auditedRequests';
import { answerBrokenRequests, refusalOfHead } from './brokenRequests';
import { compressText } from './compression';
import { Connections } from './connections';
import { shareWithPages } from './cors';
import { Doors, hideKeyInAddress, KEY_IN_ADDRESS } from './doors';
import { answerError } from './errors';
import { KeptAnswers } from './keptAnswers';
import { createMetrics } from './metrics';
import { OpenIdProvider } from './openIdProvider';
import { Front } from './origin';
import { answerPlainPost, isPlainPost } from './plainPost';
import { createReadiness, type Lifecycle } from './readiness';
import { identifyRequest } from './requestId';
import { answerTheRest, mountRoutes } from './routes';
import { setSecurityHeaders } from './securityHeaders';
import { serveInTurn } from './serveInTurn';
import { SERVER_CLOCK, type ServerClock } from './serverClock';
import { createSignInRouter } from './signIn';
import { createSocketEndpoint } from './socket';
import { createStreamHandler } from './stream';
import { traceRequest } from './traceRequest';
import { UnreadAnswers, watchReader } from './unread';
import { routeUpgrades } from './upgrades';
import { isUpload } from './uploads';

const TIMEOUTS = {
  headersTimeout: 10_000,
  /** of an upload, whose body may be large; all other requests have `BODY_TIMEOUT_MS` */
  requestTimeout: 30 * 60_000,
  keepAliveTimeout: 15_000,
  /** how often Node looks for sockets that are over the first two; its default of 30 s would make both meaningless */
  connectionsCheckingInterval: 1_000,
  /** a request without Host is refused here with a sentence (`refusalOfHead`) */
  requireHostHeader: false,
};
const BODY_TIMEOUT_MS = 30_000;

/** The HTTP server of the product. */
export interface HttpServer {
  readonly app: Express;
  readonly server: Server;
  /** Starts to answer. @returns the address, `http://HOST:PORT` */
  listen(): Promise<string>;
  /** Says so on `/readyz`, lets running requests end, then closes. */
  stop(): Promise<void>;
}

/**
 * Builds the server; it answers after `listen`.
 *
 * @param parts of the rooms, and host and port in `config`
 * @param schema the graph that `/graphql` serves
 * @param clock how long it waits for what
 */
export function createHttpServer(
  parts: Services,
  schema: GraphQLSchema,
  clock: ServerClock = SERVER_CLOCK,
): HttpServer {
  const lifecycle: Lifecycle = { draining: false };
  const readiness = createReadiness(parts, lifecycle);
  // The same object: what is added to the parts later belongs to this server too.
  const services = Object.assign(parts, { readiness });
  const { config, database, log, audit } = services;
  const metrics = createMetrics(services, schema, clock);
  const unread = new UnreadAnswers();
  const doors = new Doors(services);
  const app = express();
  const server = createServer(TIMEOUTS);
  const front = new Front(config);
  const connections = new Connections(server, config.maxConnectionsPerClient, {}, (address) => front.isProxy(address));
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    // Before anything is logged.
    const hadKeyInAddress = hideKeyInAddress(request);
    front.receive(request);
    const requestId = identifyRequest(request, response, log);
    metrics.requests.observe(request, response);
    setSecurityHeaders(response);
    watchReader(response, unread);
    compressText(request, response);
    if (!isUpload(request)) limitBodyTime(server, request);
    const refusal = refusalOfHead(request) ?? (hadKeyInAddress ? KEY_IN_ADDRESS : undefined);
    if (refusal) {
      answerError(response, refusal, log, requestId);
      return;
    }
    if (shareWithPages(request, response)) return;
    const answer = (): void => {
      const { run, direct } = graphql;
      if (isPlainPost(request)) void answerPlainPost(request, response, { run, direct, kept, log, requestId });
      else app(request, response);
    };
    const settled = request.url?.startsWith('/graphql') ? connections.arrivals.settled() : undefined;
    const identified = doors.identify(request, response);
    if (!settled && !identified) answer();
    else
      Promise.all([settled, identified]).then(
        () => response.destroyed || answer(),
        (thrown) => {
          noteDenied({ audit, doors }, request, thrown);
          answerError(response, thrown, log, requestId);
        },
      );
  };
  serveInTurn(server, connections, (request, response) =>
    traceRequest(request, response, () => serve(request, response)),
  );
  answerBrokenRequests(server, connections);
  const gates = createOperationGates(database.pool.options.max);
  const kept = config.maxAnswerCacheBytes
    ? new KeptAnswers(services, schema, metrics.requests, doors, config.maxAnswerCacheBytes)
    : undefined;
  const graphql = createApollo(services, schema, server, metrics.requests, doors, { gates, kept });
  const stream = createStreamHandler(services, schema, metrics.requests, { gates, unread, doors });
  const sockets = createSocketEndpoint(services, schema, metrics.requests, { gates, unread, doors });
  routeUpgrades(server, connections, (request, connection, head) => {
    front.receive(request);
    sockets.upgrade(request, connection, head);
  });
  metrics.watchStreams('sse', stream.count);
  metrics.watchStreams('websocket', sockets.count);

  const { sessions } = doors;
  const provider = config.oidc && new OpenIdProvider(config.oidc, log);
  mountRoutes(app, { services, schema, doors, front, metrics, readiness, graphql, kept, stream });
  if (sessions && provider) app.use('/auth', createSignInRouter({ services, doors, sessions, provider }));
  answerTheRest(app, services, doors);

  return {
    app,
    server,
    async listen() {
      await graphql.start();
      // The server is there for others, whether the provider is or not.
      void provider?.greet();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(config.port, config.host, resolve);
      });
      const { port } = server.address() as AddressInfo;
      return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    },
    async stop() {
      lifecycle.draining = true;
      if (!server.listening) return;
      await sleep(clock.noticeMs);
      stream.closeAll();
      await sockets.close();
      await graphql.stop();
      doors.close();
      await audit.settle();
    },
  };
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
