/** Which part answers which address; the order matters where addresses share a beginning. */
import type { Express, NextFunction, Request, Response } from 'express';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import type { Caller } from '../access';
import type { Readiness, Services } from '../services';
import type { GraphqlEndpoint } from './apollo';
import { noteDenied } from './auditedRequests';
import { createClusterRouter } from './clusters';
import { createCookbookRouter } from './cookbook';
import { createDatasetDescriptions } from './describedDatasets';
import type { Doors } from './doors';
import { HttpError, MAX_BODY_BYTES, sendError } from './errors';
import { createExportRouter } from './exports';
import { createGraphiqlRouter, graphiqlPage, prefersHtml, sendGraphiql } from './graphiql';
import { createImageRouter } from './images';
import { createJsonReader } from './jsonBody';
import type { KeptAnswers } from './keptAnswers';
import { createMcpRouter } from './mcp';
import type { Metrics } from './metrics';
import { answerNamedDocument } from './namedDocuments';
import type { Front } from './origin';
import { expectParameters, GRAPHQL_PARAMETERS } from './parameters';
import { nameDocument } from './persistedDocuments';
import { createRenderPlaces } from './pictures';
import { createHealthRouter } from './readiness';
import type { StreamEndpoint } from './stream';
import { createUploadRouter } from './uploads';
import { createWebRouter } from './web';

/** What answers requests. */
interface RouteParts {
  readonly services: Services;
  readonly schema: GraphQLSchema;
  readonly doors: Doors;
  readonly front: Front;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly graphql: GraphqlEndpoint;
  /** answers of the graph that are sent again */
  readonly kept: KeptAnswers | undefined;
  readonly stream: StreamEndpoint;
}

/** Mounts everything but the sign-in. */
export function mountRoutes(app: Express, parts: RouteParts): void {
  app.disable('x-powered-by').disable('etag');
  app.use((_request, response, next) => {
    response.locals.requestId = response.getHeader('X-Request-Id');
    next();
  });
  mountGraph(app, parts);
  mountFiles(app, parts);
}

function mountGraph(app: Express, { services, schema, doors, front, graphql, kept, stream }: RouteParts): void {
  const readJson = createJsonReader();
  app.use('/graphql', expectParameters(...GRAPHQL_PARAMETERS));
  app.use(
    ['/healthz', '/readyz', '/metrics', '/schema.graphql', '/cookbook', '/cookbook.json', '/graphiql', '/mcp'],
    expectParameters(),
  );
  app.use('/graphql/stream', checkBodyHeaders, readJson, stream.handle);
  app.get('/graphql', answerNamedDocument(graphql.run, doors, kept));
  const graphiql = graphiqlPage(front.path);
  app.get('/graphql', (request, response, next) => (prefersHtml(request) ? sendGraphiql(response, graphiql) : next()));
  app.use('/graphql', checkBodyHeaders, readJson, nameDocument, graphql.handle);
  app.use('/mcp', doors.guard('/mcp'), checkBodyHeaders, createMcpRouter(services, schema, graphql.run));
}

function mountFiles(app: Express, { services, schema, doors, front, metrics, readiness }: RouteParts): void {
  // Before what shares a path with a page: the page of clusters is for anyone, the pictures below it are not.
  const describe = createDatasetDescriptions(services, doors);
  app.use(createWebRouter(services.config.embedAncestors, front.path, describe));
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
    checkBodyHeaders,
    createJsonReader(),
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
}

/** After all routes: what no route answered, and what one of them threw. */
export function answerTheRest(app: Express, { audit, log }: Services, doors: Doors): void {
  app.use((request: Request) => {
    throw new HttpError('NOT_FOUND', `Nothing is at ${request.method} ${request.path.slice(0, 100)}.`);
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    noteDenied({ audit, doors }, request, error);
    sendError(response, error, log);
  });
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
