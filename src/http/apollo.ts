import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import type { Request, RequestHandler } from 'express';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { quoted, UserError } from '../errors';
import {
  answerFactsPlugin,
  createContext,
  createExecutor,
  createFormatError,
  createOperationGates,
  type GraphContext,
  LIMITS,
  LruMap,
  type OperationGates,
  operationLogPlugin,
  parseWithinLimits,
  refusalOf,
  responseStatusPlugin,
} from '../graphql';
import type { Services } from '../services';
import { DirectAnswers } from './directAnswers';
import type { Doors } from './doors';
import { HttpError } from './errors';
import type { KeptAnswers } from './keptAnswers';
import { refusalOfUnknownDocument } from './persistedDocuments';
import type { AnswerDirectly, RunGraphql } from './plainPost';
import { quotaHeadersPlugin } from './quotaHeaders';
import { departureOf, refuseOtherPages, requesterOf } from './requester';
import type { RequestMetrics } from './requestMetrics';

/** Requests under way when the server stops have this long to end. */
const DRAIN_MS = 5_000;
/** Longer documents are checked each time, so that what is remembered stays small. */
const REMEMBERED_LENGTH = 8_000;
const REMEMBERED_DOCUMENTS = 1_000;

/** The endpoint `/graphql`. */
export interface GraphqlEndpoint {
  start(): Promise<void>;
  /** Closes the HTTP server once the requests in progress are answered. */
  stop(): Promise<void>;
  /** for Express, after a body parser */
  handle: RequestHandler;
  /** for a request that was read already */
  run: RunGraphql;
  /** for the same by plain POST, before `run`: what PostgreSQL writes as JSON */
  direct: AnswerDirectly;
}

/**
 * @param server the HTTP server that is drained when the endpoint stops
 * @param doors tell who sent a request
 * @param options.gates the limits on concurrent operations, which it shares with streams and sockets
 * @param options.kept answers that are sent again
 */
export function createApollo(
  services: Services,
  schema: GraphQLSchema,
  server: Server,
  metrics: RequestMetrics,
  doors: Doors,
  { gates = createOperationGates(), kept }: { gates?: OperationGates; kept?: KeptAnswers } = {},
): GraphqlEndpoint {
  const directly = new DirectAnswers(services, schema, gates, metrics);
  const apollo = makeApollo(services, gatewayOf(schema, gates), [
    ApolloServerPluginDrainHttpServer({ httpServer: server, stopGracePeriodMillis: DRAIN_MS }),
    responseStatusPlugin,
    quotaHeadersPlugin,
    answerFactsPlugin(schema),
    metrics.apolloPlugin,
    operationLogPlugin(schema),
    ...(kept ? [kept.apolloPlugin] : []),
    directly.apolloPlugin,
  ]);
  const checkDocument = createDocumentCheck();
  // Before validation, Apollo has no other hook in which a request can be refused in its own form.
  const contextOf = (source: unknown, message: IncomingMessage, response: ServerResponse): GraphContext => {
    const caller = doors.callerOf(message);
    const unknown = refusalOfUnknownDocument(services.config, caller, source);
    if (unknown) throw unknown;
    checkDocument(source);
    const context = createContext(services, requesterOf(message, caller, departureOf(response)));
    kept?.note(context, message);
    context.refusal = directly.refusalOf(message);
    return context;
  };
  let handle: RequestHandler | undefined;
  return {
    async start() {
      await apollo.start();
      handle = expressMiddleware(apollo, { context: async ({ req, res }) => contextOf(sourceOf(req), req, res) });
    },
    stop: () => apollo.stop(),
    direct: (body, message, response) =>
      directly.answer(body, { message, contextOf: () => contextOf(sourceIn(body), message, response), kept }),
    run: async (request, message, response) => {
      const source =
        request.method === 'GET' ? new URLSearchParams(request.search).get('query') : sourceIn(request.body);
      const answer = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: request,
        context: async () => contextOf(source, message, response),
      });
      if (request.method === 'POST') directly.noteContentType(message, answer);
      return answer;
    },
    handle: (request, response, next) => {
      if (!handle) throw new Error('The GraphQL endpoint was asked before it was started.');
      checkForm(request);
      return handle(request, response, next);
    },
  };
}

/** @returns Apollo with our limits in place of its own */
function makeApollo(
  { log }: Services,
  gateway: Gateway,
  plugins: ApolloServerPlugin<GraphContext>[],
): ApolloServer<GraphContext> {
  const requestsOfErrors = new WeakMap<object, string>();
  return new ApolloServer<GraphContext>({
    gateway,
    logger: log,
    formatError: createFormatError(log, (thrown) => requestsOfErrors.get(Object(thrown))),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    // `checkForm` does that; it allows programs to use GET, and its message says what to do.
    csrfPrevention: false,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    maxRecursiveSelections: LIMITS.selections,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationOptions: { maxErrors: 10 },
    stopOnTerminationSignals: false,
    stringifyResult: (result) => JSON.stringify(result),
    plugins: [
      // Its per-field instrumentation costs a page of lesions a fifth to two fifths of its time; nothing here has cache
      // hints.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      rememberRequests(requestsOfErrors),
      ...plugins,
    ],
  });
}

/** Apollo formats an error without a word about the request that it came from. */
function rememberRequests(requests: WeakMap<object, string>): ApolloServerPlugin<GraphContext> {
  return {
    async requestDidStart({ contextValue: { requestId } }) {
      return {
        async didEncounterErrors({ errors }) {
          if (requestId !== undefined) for (const error of errors) requests.set(error, requestId);
        },
      };
    },
  };
}

type Gateway = NonNullable<ConstructorParameters<typeof ApolloServer>[0]['gateway']>;

/** Apollo takes an executor of one's own only from a gateway. */
function gatewayOf(schema: GraphQLSchema, gates: OperationGates): Gateway {
  const execute = createExecutor(schema, { gates });
  return {
    async load() {
      return {
        executor: ({ document, request, context }) =>
          execute({ document, operationName: request.operationName, variables: request.variables, context }),
      };
    },
    onSchemaLoadOrUpdate(listener) {
      listener({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    async stop() {},
  };
}

/**
 * Browsers send forms, images and scripts of any site's pages without asking. None of them can send JSON, and a GET
 * changes nothing; what a page of another site may make the server compute is refused all the same.
 *
 * @throws HttpError whose message begins with what is to be done
 */
function checkForm(request: Request): void {
  const type = request.get('content-type');
  if (request.method === 'POST' && request.body === undefined && !/json/i.test(type ?? ''))
    throw new HttpError(
      'UNSUPPORTED_MEDIA_TYPE',
      "Send the header Content-Type: application/json (curl -H 'Content-Type: application/json'); " +
        `${type === undefined ? 'there was none' : `it was ${quoted(type)}`}.`,
    );
  if (request.method !== 'GET') return;
  if (request.query.query === undefined)
    throw new HttpError(
      'BAD_USER_INPUT',
      'Send the query by POST as JSON, or in the address: /graphql?query={datasets{totalCount}}. The schema is at /schema.graphql.',
    );
  refuseOtherPages(request);
}

const sourceIn = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined;

function sourceOf(request: Request): unknown {
  return request.method === 'GET' ? request.query.query : request.body?.query;
}

/**
 * @returns a check of a document's text against the limits; texts that passed are cached. Syntax errors are reported by
 *   Apollo.
 */
function createDocumentCheck(): (source: unknown) => void {
  const passed = new LruMap<string, true>(REMEMBERED_DOCUMENTS);
  return (source) => {
    if (typeof source !== 'string' || passed.get(source)) return;
    try {
      parseWithinLimits(source);
    } catch (thrown) {
      if (thrown instanceof UserError) throw refusalOf(thrown);
      if (!(thrown instanceof GraphQLError)) throw thrown;
      return;
    }
    if (source.length <= REMEMBERED_LENGTH) passed.set(source, true);
  };
}
