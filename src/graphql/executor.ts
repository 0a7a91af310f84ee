import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
} from 'graphql';
import { getVariableValues } from 'graphql/execution';
import { UserError } from '../errors';
import { OperationCompiler } from './compiler';
import { checkComplexity } from './complexity';
import { checkVariables } from './limits';

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
}

const MAX_COERCION_ERRORS = 10;

/**
 * Runs queries and mutations within the limits: variables are coerced, the operation is priced, and only then executed. An operation
 * that comes again is compiled to a function (graphql-jit), which doubles the speed of pages of many objects (bench/graphql).
 */
export function createExecutor(schema: GraphQLSchema, { compile = true }: ExecutorOptions = {}): Executor {
  const compiler = compile ? new OperationCompiler(schema) : undefined;
  return async (operation) => {
    const admitted = admit(schema, operation);
    if (admitted.errors) return { errors: admitted.errors };
    const { document, operationName, variables, context } = operation;
    const compiled = admitted.variables && compiler?.find(document, operationName ?? '');
    if (compiled) return compiled.query(undefined, context, admitted.variables);
    return execute({ schema, document, operationName, variableValues: variables, contextValue: context });
  };
}

/** Whether an operation may run: its coerced variables, or what is wrong with it. */
export interface Admission {
  /** absent where the document has no such operation, which the execution has the words for */
  variables?: Record<string, unknown>;
  errors?: readonly GraphQLError[];
}

/** Coerces the variables of an operation and holds both against the limits, before anything of it runs. */
export function admit(
  schema: GraphQLSchema,
  { document, operationName, variables }: Omit<Operation, 'context'>,
): Admission {
  const operation = getOperationAST(document, operationName);
  if (!operation) return {};
  try {
    checkVariables(variables ?? {});
    const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, {
      maxErrors: MAX_COERCION_ERRORS,
    });
    if (errors) return { errors };
    checkComplexity(schema, document, operationName ?? undefined, variables ?? {});
    return { variables: coerced };
  } catch (thrown) {
    if (thrown instanceof UserError) return { errors: [refusalOf(thrown)] };
    throw thrown;
  }
}

/** A user error of a whole request in GraphQL's form, with the HTTP status that Apollo takes from it. */
export function refusalOf(error: UserError): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, argument: error.argument, http: { status: 400 } },
  });
}
