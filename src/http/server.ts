import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import type { Caller } from '../access';
import { createOperationGates } from '../graphql';
import type { Services } from '../services';
import { createApollo } from './apollo';
import { noteDenied } from './auditedRequests';
import { answerBrokenRequests, refusalOfHead } from './brokenRequests';
import { createClusterRouter } from './clusters';
import { compressText } from './compression';
import { Connections } from './connections';
import { createCookbookRouter } from './cookbook';
import { shareWithPages } from './cors';
import { Doors, hideKeyInAddress, KEY_IN_ADDRESS } from './doors';
import { answerError, HttpError, MAX_BODY_BYTES, sendError } from './errors';
import { createExportRouter } from './exports';
import { createGraphiqlRouter, graphiqlPage, prefersHtml, sendGraphiql } from './graphiql';
import { createImageRouter } from './images';
import { createJsonReader } from './jsonBody';
import { createMetrics } from './metrics';
import { answerNamedDocument } from './namedDocuments';
import { OpenIdProvider } from './openIdProvider';
import { Front } from './origin';
import { expectParameters, GRAPHQL_PARAMETERS } from './parameters';
import { nameDocument } from './persistedDocuments';
import { createRenderPlaces } from './pictures';
import { answerPlainPost, isPlainPost } from './plainPost';
import { createHealthRouter, createReadiness, type Lifecycle } from './readiness';
import { identifyRequest } from './requestId';
import { setSecurityHeaders } from './securityHeaders';
import { serveInTurn } from './serveInTurn';
import { SERVER_CLOCK, type ServerClock } from './serverClock';
import { createSignInRouter } from './signIn';
import { createSocketEndpoint } from './socket';
import { createStreamHandler } from './stream';
import { traceRequest } from './traceRequest';
import { UnreadAnswers, watchReader } from './unread';
import { routeUpgrades } from './upgrades';
import { createUploadRouter, isUpload } from './uploads';
import { createWebRouter } from './web';

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
      if (isPlainPost(request)) void answerPlainPost(request, response, graphql.run, log, requestId);
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
  const graphql = createApollo(services, schema, server, metrics.requests, doors, gates);
  const stream = createStreamHandler(services, schema, metrics.requests, { gates, unread, doors });
  const sockets = createSocketEndpoint(services, schema, metrics.requests, { gates, unread, doors });
  routeUpgrades(server, connections, (request, connection, head) => {
    front.receive(request);
    sockets.upgrade(request, connection, head);
  });
  metrics.watchStreams('sse', stream.count);
  metrics.watchStreams('websocket', sockets.count);

  const readJson = createJsonReader();
  app.disable('x-powered-by').disable('etag');
  app.use((_request, response, next) => {
    response.locals.requestId = response.getHeader('X-Request-Id');
    next();
  });
  app.use('/graphql', expectParameters(...GRAPHQL_PARAMETERS));
  app.use(
    ['/healthz', '/readyz', '/metrics', '/schema.graphql', '/cookbook', '/cookbook.json', '/graphiql'],
    expectParameters(),
  );
  app.use('/graphql/stream', checkBodyHeaders, readJson, stream.handle);
  app.get('/graphql', answerNamedDocument(graphql.run, doors));
  const graphiql = graphiqlPage(front.path);
  app.get('/graphql', (request, response, next) => (prefersHtml(request) ? sendGraphiql(response, graphiql) : next()));
  app.use('/graphql', checkBodyHeaders, readJson, nameDocument, graphql.handle);
  // Before what shares a path with a page: the page of clusters is for anyone, the pictures below it are not.
  app.use(createWebRouter(config.embedAncestors, front.path));
  const places = createRenderPlaces(front.sharesWithOthers);
  app.use('/images', doors.guard('/images'), createImageRouter(places, doors.sightOf));
  app.use('/clusters', doors.guard('/clusters'), createClusterRouter(places, doors.sightOf));
  const noteSent = (caller: Caller, bytes: number): void => {
    metrics.countExported(bytes);
    services.quotas?.spend(caller, 'export-bytes', bytes);
  };
  app.use(
    '/exports',
    doors.guard('/exports'),
    createExportRouter(services, schema, { doors, base: front.path, noteSent }),
  );
  app.use(createHealthRouter(readiness, doors.databaseOf));
  app.use(metrics.router);
  app.use('/uploads', doors.guard('/uploads'), createUploadRouter(services, places, { doors, base: front.path }));
  app.get('/schema.graphql', (_request, response) => {
    response.type('text/plain').set('Content-Disposition', 'inline; filename="schema.graphql"').send(sdlOf(schema));
  });
  app.use(createCookbookRouter(front.path));
  app.use('/graphiql', createGraphiqlRouter(front.path));
  const { sessions } = doors;
  const provider = config.oidc && new OpenIdProvider(config.oidc, log);
  if (sessions && provider) app.use('/auth', createSignInRouter({ services, doors, sessions, provider }));
  app.use((request: Request) => {
    throw new HttpError('NOT_FOUND', `Nothing is at ${request.method} ${request.path.slice(0, 100)}.`);
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    noteDenied({ audit, doors }, request, error);
    sendError(response, error, log);
  });

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

const printed = new WeakMap<GraphQLSchema, string>();

function sdlOf(schema: GraphQLSchema): string {
  const sdl = printed.get(schema) ?? printSchema(lexicographicSortSchema(schema));
  printed.set(schema, sdl);
  return sdl;
}

/**
 * The body parser reads a body that is too large to its end, so that the client gets to see the answer; where the end
 * is far, no one waits for it. JSON is UTF-8 by its standard; other charsets have been a way to make parsers work hard.
 */
function checkBodyHeaders(request: Request, _response: Response, next: NextFunction): void {
  if (Number(request.get('content-length')) > 16 * MAX_BODY_BYTES)
    throw new HttpError('PAYLOAD_TOO_LARGE', `Expected a body of at most ${MAX_BODY_BYTES} bytes.`);
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(request.get('content-type') ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new HttpError('UNSUPPORTED_MEDIA_TYPE', 'Expected the charset utf-8.');
  next();
}
