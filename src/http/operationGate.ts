import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  specifiedRules,
  subscribe,
  validate,
} from 'graphql';
import { UserError } from '../errors';
import {
  createAdmission,
  createCosts,
  createExecutor,
  createFormatError,
  createOperationLog,
  type GraphContext,
  type OperationGates,
  parseWithinLimits,
  refusalOf,
  refusalOfCaller,
  refusalOfQuotaNow,
  withinBytes,
} from '../graphql';
import type { Services } from '../services';
import { refusalOfUnknownDocument } from './persistedDocuments';
import type { RequestMetrics } from './requestMetrics';

/** What a client requests, as it came. */
export interface OperationRequest {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
}

/**
 * The path of an operation that does not come through Apollo: the same limits, the same messages, the same masking of
 * faults.
 */
export interface OperationGate {
  /** @returns what `execute` and `subscribe` take, or why the operation may not run */
  admit(request: OperationRequest, context: GraphContext): ExecutionArgs | readonly GraphQLError[];
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  subscribe(args: ExecutionArgs): ReturnType<typeof subscribe>;
  /** @returns the unchanged event, or an error in its place if it is longer than a response may be */
  boundEvent(event: ExecutionResult): ExecutionResult;
  /** what the client may see of errors; the log has the rest under the id of the request */
  format(errors: readonly GraphQLError[], requestId: string): GraphQLFormattedError[];
}

export function createOperationGate(
  services: Services,
  schema: GraphQLSchema,
  metrics: Pick<RequestMetrics, 'countOperation'>,
  gates?: OperationGates,
): OperationGate {
  const checkCost = createAdmission(schema);
  const costs = createCosts(schema);
  const logOperation = createOperationLog(schema);
  const executor = createExecutor(schema, { compile: false, gates });
  const admitted = (request: OperationRequest, context: GraphContext): ExecutionArgs | readonly GraphQLError[] => {
    const document = readDocument(request, context, services, schema);
    if (!('kind' in document)) return document;
    const { operationName, variables } = request;
    const denied = refusalOfCaller(document, operationName, context);
    if (denied) return [denied];
    const admission = checkCost({ document, operationName, variables });
    if (admission.errors) return admission.errors.map((error) => withCode(error, 'BAD_USER_INPUT'));
    const exceeded = refusalOfQuotaNow(context, { document, operationName });
    if (exceeded) return [exceeded];
    // A subscription counts when it starts, as much as one event may have; other operations count what they return.
    if (getOperationAST(document, operationName)?.operation === 'subscription') {
      const amount = costs.requestedOf({ document, operationName, variables: admission.variables });
      services.quotas?.spend(context.caller, 'fields', amount);
    }
    return { schema, document, operationName, variableValues: variables, contextValue: context };
  };
  const note = (args: ExecutionArgs, started: number, { data, errors }: ExecutionResult): void => {
    const { document, operationName, variableValues, contextValue } = args;
    const operation = getOperationAST(document, operationName) ?? undefined;
    const { caller } = contextValue as GraphContext;
    metrics.countOperation(operation, errors !== undefined, { document, caller });
    const answered = { operation, variables: variableValues ?? {}, data, errors: errors ?? [], started };
    logOperation(contextValue as GraphContext, answered);
  };
  return {
    admit(request, context) {
      const args = admitted(request, context);
      if (!('document' in args)) metrics.countOperation(undefined, true);
      return args;
    },
    async execute(args) {
      const started = performance.now();
      const { document, operationName, variableValues, contextValue } = args;
      const result = await executor({ document, operationName, variables: variableValues, context: contextValue });
      note(args, started, result);
      return result;
    },
    async subscribe(args) {
      const started = performance.now();
      const result = await subscribe(args);
      note(args, started, 'errors' in result ? (result as ExecutionResult) : {});
      return result;
    },
    boundEvent(event) {
      try {
        return withinBytes(event);
      } catch (thrown) {
        if (thrown instanceof UserError) return { errors: [refusalOf(thrown)] };
        throw thrown;
      }
    },
    format(errors, requestId) {
      const formatError = createFormatError(services.log, () => requestId);
      return errors.map((error) => formatError(error.toJSON(), error));
    },
  };
}

/** @returns the document, or why nobody may run it */
function readDocument(
  { query }: OperationRequest,
  { caller }: GraphContext,
  { config }: Services,
  schema: GraphQLSchema,
): DocumentNode | readonly GraphQLError[] {
  const unknown = refusalOfUnknownDocument(config, caller, query);
  if (unknown) return [unknown];
  const document = parseOrRefusal(query);
  if (document instanceof GraphQLError) return [document];
  const invalid = validate(schema, document, specifiedRules, { maxErrors: 10 });
  return invalid.length > 0 ? invalid.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) : document;
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
