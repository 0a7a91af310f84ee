import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Express } from 'express';
import type { GraphQLSchema } from 'graphql';
import { createOperationGates } from '../graphql';
import type { Services } from '../services';
import { createApollo } from './apollo';
import { answerBrokenRequests } from './brokenRequests';
import { Connections } from './connections';
import { Doors } from './doors';
import { createEntrance } from './entrance';
import { KeptAnswers } from './keptAnswers';
import { createMetrics } from './metrics';
import { OpenIdProvider } from './openIdProvider';
import { Front } from './origin';
import { answerPlainPost, isPlainPost } from './plainPost';
import { createReadiness, type Lifecycle } from './readiness';
import { answerTheRest, mountRoutes } from './routes';
import { serveInTurn } from './serveInTurn';
import { SERVER_CLOCK, type ServerClock } from './serverClock';
import { createSignInRouter } from './signIn';
import { createSocketEndpoint } from './socket';
import { createStreamHandler } from './stream';
import { traceRequest } from './traceRequest';
import { UnreadAnswers } from './unread';
import { routeUpgrades } from './upgrades';

const TIMEOUTS = {
  headersTimeout: 10_000,
  /** of an upload, whose body may be large; all other requests have `BODY_TIMEOUT_MS` of `entrance.ts` */
  requestTimeout: 30 * 60_000,
  keepAliveTimeout: 15_000,
  /** how often Node looks for sockets that are over the first two; its default of 30 s would make both meaningless */
  connectionsCheckingInterval: 1_000,
  /** a request without Host is refused here with a sentence (`refusalOfHead`) */
  requireHostHeader: false,
};

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
  const serve = createEntrance(
    { server, connections, front, metrics: metrics.requests, unread, doors, log, audit },
    (request, response, requestId) => {
      const { run, direct } = graphql;
      if (isPlainPost(request)) void answerPlainPost(request, response, { run, direct, kept, log, requestId });
      else app(request, response);
    },
  );
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
