import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
} from 'graphql';
import { getVariableValues } from 'graphql/execution';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { UserError } from '../errors';
import { checkComplexity } from './complexity';
import { checkVariables } from './limits';
import { LruMap } from './lru';

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

const MAX_COMPILED_DOCUMENTS = 500;
const MAX_COERCION_ERRORS = 10;

/**
 * Runs queries and mutations within the limits: variables are coerced, the operation is priced, and only then executed. An operation
 * that comes again is compiled to a function (graphql-jit), which doubles the speed of pages of many objects (bench/graphql); the first
 * time it is interpreted, because a stranger's one-off query is not worth a compilation.
 */
export function createExecutor(schema: GraphQLSchema, { compile = true }: ExecutorOptions = {}): Executor {
  const compiler = compile ? new Compiler(schema) : undefined;
  return async (operation) => {
    const errors = refuse(schema, operation);
    if (errors) return { errors };
    const { document, operationName, variables, context } = operation;
    const compiled = compiler?.find(document, operationName ?? '');
    if (compiled) return compiled.query(undefined, context, variables ?? {});
    return execute({ schema, document, operationName, variableValues: variables, contextValue: context });
  };
}

/** The compiled operations of one schema, those of the documents used last. */
class Compiler {
  /** null: the compiler has no way to run it */
  private readonly compiled = new LruMap<DocumentNode, Map<string, CompiledQuery | null>>(MAX_COMPILED_DOCUMENTS);
  private readonly seen = new WeakMap<DocumentNode, Set<string>>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** @returns the compiled operation; undefined at its first use and where it cannot be compiled */
  find(document: DocumentNode, name: string): CompiledQuery | undefined {
    const known = this.compiled.get(document)?.get(name);
    if (known !== undefined) return known ?? undefined;
    const names = this.seen.get(document) ?? new Set();
    if (!names.has(name)) {
      this.seen.set(document, names.add(name));
      return undefined;
    }
    const made = this.compile(document, name);
    this.compiled.set(document, (this.compiled.get(document) ?? new Map()).set(name, made));
    return made ?? undefined;
  }

  private compile(document: DocumentNode, name: string): CompiledQuery | null {
    try {
      const made = compileQuery(this.schema, document, name || undefined);
      return isCompiledQuery(made) ? made : null;
    } catch {
      return null;
    }
  }
}

/** @returns what is wrong with an operation before anything of it runs; undefined where it may run */
export function refuse(
  schema: GraphQLSchema,
  { document, operationName, variables }: Omit<Operation, 'context'>,
): readonly GraphQLError[] | undefined {
  const operation = getOperationAST(document, operationName);
  // Without an operation to run, graphql-js has the better words.
  if (!operation) return undefined;
  try {
    checkVariables(variables ?? {});
    const definitions = operation.variableDefinitions ?? [];
    const { errors } = getVariableValues(schema, definitions, variables ?? {}, { maxErrors: MAX_COERCION_ERRORS });
    if (errors) return errors;
    checkComplexity(schema, document, operationName ?? undefined, variables ?? {});
  } catch (thrown) {
    if (thrown instanceof UserError) return [refusalOf(thrown)];
    throw thrown;
  }
  return undefined;
}

/** A user error of a whole request in GraphQL's form, with the HTTP status that Apollo takes from it. */
export function refusalOf(error: UserError): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, argument: error.argument, http: { status: 400 } },
  });
}
