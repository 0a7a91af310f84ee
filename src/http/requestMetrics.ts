import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Caller } from '../access';
import type { GraphContext } from '../graphql';
import { rememberTypes, scopesUsed } from './usage';

/**
 * The labels of paths: these, with everything below them, and `other`, so that no one can fill the memory with paths.
 */
const ROUTES = [
  '/graphql/stream',
  '/graphql',
  '/graphiql',
  '/mcp',
  '/images',
  '/exports',
  '/clusters',
  '/uploads',
  '/auth',
  '/cookbook',
  '/cookbook.json',
  '/schema.graphql',
  '/healthz',
  '/readyz',
  '/metrics',
];
export const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);
const SECONDS_BOUNDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts requests and their operations. Every label has a closed set of values. */
export interface RequestMetrics {
  /** Measures a request until its response is sent or its connection is gone. */
  observe(request: IncomingMessage, response: ServerResponse): void;
  /** @param operation undefined if the document has none that may run */
  countOperation(operation: OperationDefinitionNode | undefined, failed: boolean, usage?: Usage): void;
  /** Counts an answer that was kept, or a request that was repeated and computed again. */
  countKept(outcome: KeptOutcome): void;
  /** passes operations that come over HTTP to `countOperation` */
  apolloPlugin: ApolloServerPlugin<GraphContext>;
}

/**
 * What became of a repeated request of the graph: `kept`: its answer was sent again, `changed`: what it rests on has changed,
 * `second`: nothing was kept of it.
 */
export type KeptOutcome = 'kept' | 'changed' | 'second';

/** What an operation is counted by in addition to its root field. */
export interface Usage {
  document: DocumentNode;
  caller: Pick<Caller, 'scopes'>;
}

export function createRequestMetrics(registry: Registry, schema: GraphQLSchema): RequestMetrics {
  const { durations, operations, scopes, types, repeated } = createSeries([registry]);
  const typesOf = rememberTypes(schema);
  const countUsage = (operation: OperationDefinitionNode, { document, caller }: Usage): void => {
    for (const scope of scopesUsed(schema, operation, caller)) scopes.inc({ scope });
    for (const type of typesOf(document)) types.inc({ type });
  };
  const countOperation: RequestMetrics['countOperation'] = (operation, failed, usage) => {
    if (operation && usage && !failed) countUsage(operation, usage);
    operations.inc({
      type: operation?.operation ?? 'none',
      field: operation ? rootFieldOf(schema, operation) : 'refused',
      outcome: failed ? 'errors' : 'ok',
    });
  };
  return {
    countOperation,
    countKept: (outcome) => repeated.inc({ outcome }),
    observe(request, response) {
      const started = performance.now();
      const method = METHODS.has(request.method ?? '') ? (request.method ?? '') : 'other';
      const route = routeOf(request.url ?? '');
      response.once('close', () => {
        // Without an end, the client disconnected before the response.
        const status = response.writableEnded ? response.statusCode : 'aborted';
        durations.observe({ route, method, status }, (performance.now() - started) / 1000);
      });
    },
    apolloPlugin: {
      async requestDidStart() {
        return {
          async willSendResponse({ operation, document, errors, contextValue: { caller } }) {
            const usage = document && { document, caller };
            countOperation(operation ?? undefined, (errors?.length ?? 0) > 0, usage);
          },
        };
      },
    },
  };
}

function createSeries(registers: Registry[]) {
  return {
    durations: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'From the head of a request to the end of its answer, by route, method and status.',
      labelNames: ['route', 'method', 'status'],
      buckets: SECONDS_BOUNDS,
      registers,
    }),
    operations: new Counter({
      name: 'deeplesion_graphql_operations_total',
      help:
        'Operations of the graph by type, root field ("several" for more than one, "refused" for none that may ' +
        'run) and whether errors came.',
      labelNames: ['type', 'field', 'outcome'],
      registers,
    }),
    scopes: new Counter({
      name: 'deeplesion_graphql_scopes_total',
      help: 'Root fields of operations by the scope that allowed them; "none" for those that need none.',
      labelNames: ['scope'],
      registers,
    }),
    types: new Counter({
      name: 'deeplesion_graphql_types_total',
      help: 'Operations by the object types of the schema whose fields they select, each type once an operation.',
      labelNames: ['type'],
      registers,
    }),
    repeated: new Counter({
      name: 'deeplesion_repeated_requests_total',
      help:
        'Requests of the graph that came again: "kept" if their answer was sent again, "changed" if the data had changed, ' +
        '"second" if nothing was kept of them.',
      labelNames: ['outcome'],
      registers,
    }),
  };
}

/** @returns one of a closed set of names */
export function routeOf(url: string): string {
  const [path = ''] = url.split('?', 1);
  if (path === '/') return '/';
  return ROUTES.find((route) => path === route || path.startsWith(`${route}/`)) ?? 'other';
}

/** @returns a field that the schema has: names that clients choose would be as many as they like */
function rootFieldOf(schema: GraphQLSchema, { operation, selectionSet }: OperationDefinitionNode): string {
  const [first, ...others] = selectionSet.selections;
  if (others.length > 0 || first?.kind !== Kind.FIELD) return 'several';
  const name = first.name.value;
  const isKnown = name.startsWith('__') || schema.getRootType(operation)?.getFields()[name] !== undefined;
  return isKnown ? name : 'refused';
}
