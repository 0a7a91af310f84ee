import { STATUS_CODES } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { type DocumentNode, GraphQLError, type GraphQLSchema, specifiedRules, subscribe, validate } from 'graphql';
import type { OperationArgs, OperationContext, RequestParams, Response as StreamResponse } from 'graphql-sse';
import { createHandler } from 'graphql-sse/lib/use/express';
import { UserError } from '../errors';
import {
  type Admission,
  createAdmission,
  createContext,
  createExecutor,
  createFormatError,
  type FormatError,
  type GraphContext,
  type Operation,
  parseWithinLimits,
  refusalOf,
} from '../graphql';
import type { Services } from '../services';
import { HttpError, sendError } from './errors';
import { clientOf, originOf } from './origin';

/** Each holds a connection and, as a rule, a watch in the database. */
const MAX_STREAMS = 500;
const EVENT_STREAM = 'text/event-stream';

/** The endpoint `/graphql/stream`. */
export interface StreamEndpoint {
  handle: RequestHandler;
  /** Ends every open stream; a client that comes back finds another server. */
  closeAll(): void;
}

/**
 * Subscriptions as server-sent events, in the "distinct connections" mode of the GraphQL over SSE protocol: one request, one operation,
 * `next` events until `complete`. The limits are those of `/graphql`.
 */
export function createStreamHandler(services: Services, schema: GraphQLSchema): StreamEndpoint {
  const open = new Set<Response>();
  const admit = createAdmission(schema);
  const execute = createExecutor(schema, { compile: false });
  const formatError = createFormatError(services.log);
  const format = (errors: readonly GraphQLError[]) => errors.map((error) => formatError(error.toJSON(), error));

  const serve = createHandler<OperationContext>({
    schema,
    // A token would open a stream that outlives its request.
    authenticate: () => null,
    onSubscribe: ({ raw }, params) =>
      prepare(schema, admit, createContext(services, originOf(raw), clientOf(raw)), params, format),
    // Done in onSubscribe, with the limits.
    validate: () => [],
    execute: ({ document, operationName, variableValues, contextValue }) =>
      execute({ document, operationName, variables: variableValues, context: contextValue }),
    subscribe,
    onNext: (_context, _request, result) =>
      'errors' in result && result.errors ? { ...result, errors: format(result.errors) as never } : undefined,
  });

  return {
    async handle(request, response) {
      try {
        checkRequest(request);
        if (open.size >= MAX_STREAMS)
          throw new HttpError('UNAVAILABLE', `Expected at most ${MAX_STREAMS} open streams: try again later.`);
        open.add(response);
        response.once('close', () => open.delete(response));
        await serve(request, response);
      } catch (thrown) {
        open.delete(response);
        sendError(response, thrown, services.log);
      }
    },
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

function prepare(
  schema: GraphQLSchema,
  admit: (operation: Omit<Operation, 'context'>) => Admission,
  context: GraphContext,
  { query, operationName, variables }: RequestParams,
  format: (errors: readonly GraphQLError[]) => ReturnType<FormatError>[],
): StreamResponse | OperationArgs<OperationContext> {
  const refusal = (errors: readonly GraphQLError[]): StreamResponse => [
    JSON.stringify({ errors: format(errors) }),
    {
      status: 400,
      statusText: STATUS_CODES[400] ?? '',
      headers: { 'content-type': 'application/json; charset=utf-8' },
    },
  ];
  const document = parseOrRefusal(query);
  if (document instanceof GraphQLError) return refusal([document]);
  const invalid = validate(schema, document, specifiedRules, { maxErrors: 10 });
  if (invalid.length > 0) return refusal(invalid.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')));
  const { errors } = admit({ document, operationName, variables });
  if (errors) return refusal(errors.map((error) => withCode(error, 'BAD_USER_INPUT')));
  return {
    schema,
    document,
    operationName,
    variableValues: variables,
    contextValue: context as unknown as OperationContext,
  };
}

function parseOrRefusal(query: string): DocumentNode | GraphQLError {
  try {
    return parseWithinLimits(query);
  } catch (thrown) {
    if (thrown instanceof UserError) return refusalOf(thrown);
    if (thrown instanceof GraphQLError) return withCode(thrown, 'GRAPHQL_PARSE_FAILED');
    throw thrown;
  }
}

/** @returns the error with a code, where it has none */
function withCode(error: GraphQLError, code: string): GraphQLError {
  if (error.extensions.code !== undefined) return error;
  const { message, nodes, source, positions, path, extensions } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    originalError: error,
    extensions: { ...extensions, code },
  });
}
