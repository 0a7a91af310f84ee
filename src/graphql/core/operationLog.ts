import type { ApolloServerPlugin } from '@apollo/server';
import {
  type FieldNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { getArgumentValues } from 'graphql/execution';
import { holdsKey } from '../../access';
import { shortened } from '../../errors';
import type { GraphContext } from './context';

/** One operation that was executed or refused. */
export interface AnsweredOperation {
  /** undefined if the document has no operation that can run */
  operation: OperationDefinitionNode | undefined;
  /** as received */
  variables: Readonly<Record<string, unknown>>;
  data: unknown;
  errors: readonly (GraphQLError | GraphQLFormattedError)[];
  /** by `performance.now()` */
  started: number;
}

export type LogOperation = (context: GraphContext, answered: AnsweredOperation) => void;

const DENIED = new Set<unknown>(['FORBIDDEN', 'RATE_LIMITED', 'UNAUTHENTICATED']);
/** The characters of our ids. Any other text in place of an id is the client's own, and must not be logged. */
const ID = /^[\w-]{1,120}$/;
const MAX_IDS = 20;

/**
 * The audit log: one line at `info` for each mutation and for each denied operation, at `debug` for all other
 * operations. It contains ids, names of the schema and the operation name chosen by the client, but no other values
 * of requests or responses.
 */
export function createOperationLog(schema: GraphQLSchema): LogOperation {
  return (context, { operation, variables, data, errors, started }) => {
    const { log } = context.services;
    const codes = [...new Set(errors.map(codeOf))];
    const isDenied = codes.some((code) => DENIED.has(code));
    const level = operation?.operation === 'mutation' || isDenied ? 'info' : 'debug';
    if (!log.isLevelEnabled(level)) return;
    const name = operation?.name?.value;
    log[level](
      {
        requestId: context.requestId,
        client: context.caller.address,
        key: context.caller.key?.keyId,
        person: context.caller.person?.uuid,
        type: operation?.operation,
        name: name === undefined ? undefined : shortened(name),
        fields: operation ? rootFieldsOf(schema, operation).map((field) => field.name.value) : [],
        ids: operation ? idsOf(schema, operation, variables, data) : [],
        codes: codes.length > 0 ? codes : undefined,
        milliseconds: Math.round(performance.now() - started),
      },
      isDenied ? 'operation denied' : 'operation',
    );
  };
}

/** Logs the operations received over HTTP. */
export function operationLogPlugin(schema: GraphQLSchema): ApolloServerPlugin<GraphContext> {
  const logOperation = createOperationLog(schema);
  return {
    async requestDidStart() {
      const started = performance.now();
      return {
        async willSendResponse({ operation, request, response, contextValue }) {
          if (response.body.kind !== 'single') return;
          const { data, errors = [] } = response.body.singleResult;
          const variables = request.variables ?? {};
          logOperation(contextValue, { operation: operation ?? undefined, variables, data, errors, started });
        },
      };
    },
  };
}

function codeOf(error: GraphQLError | GraphQLFormattedError): unknown {
  const cause: unknown = error instanceof GraphQLError ? error.originalError : undefined;
  const own = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return own ?? error.extensions?.code ?? 'INTERNAL_SERVER_ERROR';
}

/** @returns the root fields that the schema has; those in fragments are omitted */
function rootFieldsOf(schema: GraphQLSchema, { operation, selectionSet }: OperationDefinitionNode): FieldNode[] {
  const known = schema.getRootType(operation)?.getFields() ?? {};
  return selectionSet.selections
    .filter((selection) => selection.kind === Kind.FIELD)
    .filter(({ name }) => Object.hasOwn(known, name.value));
}

/** @returns the ids in the root arguments and inputs of an operation, and those at the root of its response */
function idsOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  data: unknown,
): string[] {
  const found = new Set<string>();
  const take = (value: unknown): void => {
    for (const id of Array.isArray(value) ? value : [value])
      if (typeof id === 'string' && ID.test(id) && !holdsKey(id) && found.size < MAX_IDS) found.add(id);
  };
  const root = schema.getRootType(operation.operation)?.getFields() ?? {};
  for (const node of rootFieldsOf(schema, operation)) {
    const field = root[node.name.value]!;
    const given = argumentsOf(() => getArgumentValues(field, node, variables));
    for (const { name, type } of field.args) {
      const inner = getNamedType(type);
      const value = given[name];
      if (inner.name === 'ID') take(value);
      else if ('getFields' in inner && isRecord(value))
        for (const member of Object.values(inner.getFields()))
          if (getNamedType(member.type).name === 'ID') take(value[member.name]);
    }
    takeIds(isRecord(data) ? data[node.alias?.value ?? node.name.value] : undefined, take, 2);
  }
  return [...found];
}

/** Invalid arguments have been refused, and do not matter here. */
function argumentsOf(read: () => Record<string, unknown>): Record<string, unknown> {
  try {
    return read();
  } catch {
    return {};
  }
}

function takeIds(value: unknown, take: (id: unknown) => void, depth: number): void {
  if (!isRecord(value)) return;
  take(value.id);
  if (depth > 0) for (const inner of Object.values(value)) takeIds(inner, take, depth - 1);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
