import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
} from 'graphql';
import { getVariableValues } from 'graphql/execution';
import { BadUserInput, RateLimited, UserError } from '../errors';
import { withinBytes } from './answerBytes';
import { OperationCompiler } from './compiler';
import { createComplexityCheck } from './complexity';
import { endWithClient, isGraphContext } from './context';
import { checkVariables } from './limits';
import { createOperationGates, type OperationGates } from './operationGates';

/** A validated document with what it is asked to run on. */
export interface Operation {
  document: DocumentNode;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  context: unknown;
}

export type Executor = (operation: Operation) => Promise<ExecutionResult>;

export interface ExecutorOptions {
  /** compile an operation when it comes for the second time; off: graphql-js runs everything */
  compile?: boolean;
  /** the places that it shares with other executors; its own where they are left out */
  gates?: OperationGates;
}

const MAX_COERCION_ERRORS = 10;

/**
 * Runs queries and mutations within the limits: variables are coerced, the operation is priced, waits for a place, and only then is
 * executed. An operation that comes again is compiled to a function (graphql-jit), which doubles the speed of pages of many objects
 * (bench/graphql).
 */
export function createExecutor(
  schema: GraphQLSchema,
  { compile = true, gates = createOperationGates() }: ExecutorOptions = {},
): Executor {
  const admit = createAdmission(schema);
  const compiler = compile ? new OperationCompiler(schema) : undefined;
  const run = async (operation: Operation, coerced: Record<string, unknown> | undefined): Promise<ExecutionResult> => {
    const { document, operationName, variables, context } = operation;
    const compiled = coerced && compiler?.find(document, operationName ?? '');
    if (compiled) return withFullErrors(await compiled.query(undefined, context, coerced), document);
    return execute({ schema, document, operationName, variableValues: variables, contextValue: context });
  };
  return async (operation) => {
    const { document, operationName, context } = operation;
    const kind = getOperationAST(document, operationName)?.operation;
    if (kind === 'subscription') return { errors: [refusalOf(new BadUserInput(NO_SUBSCRIPTIONS))] };
    const admission = admit(operation);
    if (admission.errors) return { errors: admission.errors };
    return inPlace(gates, kind === 'mutation', context, () => run(operation, admission.variables));
  };
}

const NO_SUBSCRIPTIONS = 'Expected a query or a mutation: subscriptions are at /graphql/stream and ws://…/graphql.';

/** Runs an operation in one of the places for its kind, as long as its client is there, and holds its answer against the bound. */
async function inPlace(
  gates: OperationGates,
  isMutation: boolean,
  context: unknown,
  run: () => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  const asked = isGraphContext(context) ? context : undefined;
  const signal = asked?.signal;
  let release: (() => void) | undefined;
  try {
    release = await (isMutation ? gates.mutations : gates.queries).enter(asked ?? {});
    if (asked && !isMutation) endWithClient(asked, gates.statements);
    const result = await run();
    return signal?.aborted ? LEFT : withinBytes(result);
  } catch (thrown) {
    if (signal?.aborted) return LEFT;
    if (thrown instanceof UserError) return { errors: [refusalOf(thrown)] };
    throw thrown;
  } finally {
    release?.();
  }
}

/** Nobody reads it; what failed because the client left is no fault, and the log must not take it for one. */
const LEFT: ExecutionResult = {
  errors: [new GraphQLError('The client left before it was answered.', { extensions: { code: 'CLIENT_LEFT' } })],
};

/** graphql-jit's errors lack what Apollo reads of GraphQL's own: extensions, source and positions. */
function withFullErrors(result: ExecutionResult, document: DocumentNode): ExecutionResult {
  if (!result.errors) return result;
  const source = document.loc?.source;
  const lines = source?.body.split(/\r\n|[\n\r]/) ?? [];
  const errors = result.errors.map(({ message, locations, path, originalError, extensions }) => {
    const positions = locations?.map(({ line, column }) => offsetOf(lines, line, column, source?.body ?? ''));
    return new GraphQLError(message, { source, positions, path, originalError, extensions });
  });
  return { ...result, errors };
}

/** @returns where a line and column, both from 1, are in a text */
function offsetOf(lines: readonly string[], line: number, column: number, text: string): number {
  let offset = 0;
  for (const before of lines.slice(0, line - 1))
    offset += before.length + (text.startsWith('\r\n', offset + before.length) ? 2 : 1);
  return offset + column - 1;
}

/** Whether an operation may run: its coerced variables, or what is wrong with it. */
export interface Admission {
  /** absent where the document has no such operation, which the execution has the words for */
  variables?: Record<string, unknown>;
  errors?: readonly GraphQLError[];
}

/** @returns what coerces the variables of an operation and holds both against the limits, before anything of it runs */
export function createAdmission(schema: GraphQLSchema): (operation: Omit<Operation, 'context'>) => Admission {
  const checkComplexity = createComplexityCheck(schema);
  return ({ document, operationName, variables }) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return {};
    try {
      checkVariables(variables ?? {});
      const definitions = operation.variableDefinitions ?? [];
      const { coerced, errors } = getVariableValues(schema, definitions, variables ?? {}, {
        maxErrors: MAX_COERCION_ERRORS,
      });
      if (errors) return { errors };
      checkComplexity(document, operationName ?? undefined, coerced);
      return { variables: coerced };
    } catch (thrown) {
      if (thrown instanceof UserError) return { errors: [refusalOf(thrown)] };
      throw thrown;
    }
  };
}

/** A user error of a whole request in GraphQL's form, with the HTTP status that Apollo takes from it. */
export function refusalOf(error: UserError): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: {
      code: error.code,
      argument: error.argument,
      http: { status: error instanceof RateLimited ? 429 : 400 },
    },
  });
}
