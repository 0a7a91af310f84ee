import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type VariableDefinitionNode,
} from 'graphql';
import { getVariableValues } from 'graphql/execution';
import { BadUserInput, Forbidden, shortened, UserError } from '../../errors';
import { isTracing, traced } from '../../tracing';
import { withinBytes } from './answerBytes';
import { noteRefusal } from './audit';
import { refusedFieldOf, refuseUnlessAllowed } from './authorization';
import { OperationCompiler } from './compiler';
import { endWithClient, type GraphContext, isGraphContext, untilDeadline } from './context';
import { createCosts, refusalOfQuota } from './cost';
import { checkVariables } from './limits';
import { createOperationGates, type OperationGates } from './operationGates';
import { createPriceCheck, type PriceFromStore } from './priceCheck';
import { refusalOf } from './refusal';

/** A validated document with its operation name, variables and context. */
export interface Operation {
  document: DocumentNode;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  context: unknown;
}

export type Executor = (operation: Operation) => Promise<ExecutionResult>;

export interface ExecutorOptions {
  /** compile an operation at its second use; false: graphql-js runs everything */
  compile?: boolean;
  /** limits that are shared with other executors; own limits by default */
  gates?: OperationGates;
}

const MAX_COERCION_ERRORS = 5;
/** per response */
const MAX_ERRORS = 20;

/**
 * Runs queries and mutations within the limits: variables are coerced, the complexity is checked, the operation waits
 * for capacity and is then executed. A repeated operation is compiled to a function (graphql-jit), which doubles the
 * speed of pages with many objects (bench/graphql).
 */
export function createExecutor(
  schema: GraphQLSchema,
  { compile = true, gates = createOperationGates() }: ExecutorOptions = {},
): Executor {
  const admit = createAdmission(schema);
  const costs = createCosts(schema);
  const compiler = compile ? new OperationCompiler(schema) : undefined;
  const run = async (operation: Operation, coerced: Record<string, unknown> | undefined): Promise<ExecutionResult> => {
    const { document, operationName, variables, context } = operation;
    const compiled = coerced && compiler?.find(document, operationName ?? '', coerced);
    const answer = compiled && (await withoutErrors(compiled(context)));
    // An operation that failed because its client disconnected is not repeated.
    if (answer || (compiled && hasLeft(context))) return answer ?? LEFT;
    return withFewErrors(
      await execute({ schema, document, operationName, variableValues: variables, contextValue: context }),
    );
  };
  const answer: Executor = async (operation) => {
    const { document, operationName, context } = operation;
    const kind = getOperationAST(document, operationName)?.operation;
    if (kind === 'subscription') return { errors: [refusalOf(new BadUserInput(NO_SUBSCRIPTIONS))] };
    const refused =
      refusalOfPage(document, operationName, context) ??
      refusalOfCaller(document, operationName, context) ??
      (isGraphContext(context) && context.refusal ? refusalOf(context.refusal) : undefined);
    if (refused) return { errors: [refused] };
    const admission = admit(operation);
    if (admission.errors) return { errors: admission.errors };
    const exceeded = await refusalOfQuota(context, { document, operationName });
    if (exceeded) return { errors: [exceeded] };
    const { price, variables } = admission;
    const result = await inPlace(gates, { isMutation: kind === 'mutation', price }, context, () =>
      run(operation, variables),
    );
    return costs.charge({ document, operationName, variables }, context, result);
  };
  return (operation) => inSpan(operation, () => answer(operation));
}

/** The span has the names of the operation and of its first field, and none of its values. */
function inSpan(
  { document, operationName }: Operation,
  answer: () => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  if (!isTracing()) return answer();
  const found = getOperationAST(document, operationName);
  const [first, ...others] = found?.selectionSet.selections ?? [];
  const field = first?.kind === Kind.FIELD && others.length === 0 ? first.name.value : 'several';
  const type = found?.operation ?? 'none';
  const name = found?.name?.value;
  const attributes = {
    'graphql.operation.type': type,
    ...(name === undefined ? {} : { 'graphql.operation.name': shortened(name) }),
  };
  return traced(`${type} ${field}`, { attributes }, answer);
}

/** @returns why the page that sent an operation may not run it */
function refusalOfPage(
  document: DocumentNode,
  operationName: string | null | undefined,
  context: unknown,
): GraphQLError | undefined {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== 'mutation' || !isGraphContext(context) || !context.readsOnly) return undefined;
  const refusal = new Forbidden(READS_ONLY);
  noteRefusal(context, refusedFieldOf(context.caller, document, operation), refusal.code);
  return refusalOf(refusal);
}

/** @returns why the caller of an operation may not run it, before anything of it is read or changed */
export function refusalOfCaller(
  document: DocumentNode,
  operationName: string | null | undefined,
  context: unknown,
): GraphQLError | undefined {
  const operation = isGraphContext(context) ? getOperationAST(document, operationName) : undefined;
  if (!operation || !isGraphContext(context)) return undefined;
  try {
    refuseUnlessAllowed(context.caller, document, operation);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    noteRefusal(context, refusedFieldOf(context.caller, document, operation), thrown.code);
    return refusalOf(thrown);
  }
}

const NO_SUBSCRIPTIONS = 'Expected a query or a mutation: subscriptions are at /graphql/stream and ws://…/graphql.';

const READS_ONLY =
  'Pages of this site may read from this server, and may not change anything: the setting CORS_ORIGINS does not name it.';

/** The time limit for the complexity check, which is as long as a client would wait for a refusal. */
const PRICING_MS = 1_000;

/**
 * Runs an operation when there is capacity for its kind, while its client is connected, and checks the size of the
 * response. An operation whose complexity is computed from stored rows may have a long response: it first takes one
 * of the few places for those.
 */
async function inPlace(
  gates: OperationGates,
  { isMutation, price }: { isMutation: boolean; price?: PriceFromStore },
  context: unknown,
  run: () => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  const asked = isGraphContext(context) ? context : undefined;
  const signal = asked?.signal;
  const releases: (() => void)[] = [];
  try {
    if (price) releases.push(await gates.longAnswers.enter(asked ?? {}));
    releases.push(await (isMutation ? gates.mutations : gates.queries).enter(asked ?? {}));
    if (asked && !isMutation) endWithClient(asked, gates.statements);
    const result = (price && (await failureOfPrice(price, asked, gates))) ?? (await run());
    return signal?.aborted ? LEFT : withinBytes(result);
  } catch (thrown) {
    if (signal?.aborted) return LEFT;
    if (thrown instanceof UserError) return { errors: [refusalOf(thrown)] };
    throw thrown;
  } finally {
    for (const release of releases) release();
  }
}

/**
 * @returns undefined if the operation may run, or the error because of which that could not be determined
 * @throws QueryTooComplex if it may not run
 */
async function failureOfPrice(
  price: PriceFromStore,
  context: GraphContext | undefined,
  gates: OperationGates,
): Promise<ExecutionResult | undefined> {
  if (!context) throw new Error('The complexity check by stored rows needs the context of a request.');
  const deadline = AbortSignal.timeout(PRICING_MS);
  try {
    await price(untilDeadline(context, gates.statements, deadline), deadline);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof UserError || context.signal?.aborted) throw thrown;
    // As for an error of a field: an outage is reported as such, and everything else is masked.
    const fault = new Error('The sizes of the lists of a query could not be read.', { cause: thrown });
    return { data: null, errors: [new GraphQLError(fault.message, { originalError: fault })] };
  }
}

const hasLeft = (context: unknown): boolean => isGraphContext(context) && context.signal?.aborted === true;

/** It is never read. A failure because the client disconnected is not an error, and must not be logged as one. */
const LEFT: ExecutionResult = {
  errors: [new GraphQLError('The client disconnected before the response.', { extensions: { code: 'CLIENT_LEFT' } })],
};

/** If all items of a list fail, the first errors are sufficient; the others are counted. */
function withFewErrors(result: ExecutionResult): ExecutionResult {
  const { errors } = result;
  if (!errors || errors.length <= MAX_ERRORS) return result;
  const more = new GraphQLError(`${errors.length - MAX_ERRORS} more errors were omitted.`, {
    extensions: { code: 'MORE_ERRORS' },
  });
  return { ...result, errors: [...errors.slice(0, MAX_ERRORS), more] };
}

/**
 * The propagation and the messages of errors are left to graphql-js: a query whose compiled form returns an error is
 * repeated there. A failing query takes twice as long, and the error of a field is the same at the first request and
 * at all later ones.
 *
 * @returns undefined if there were errors
 */
async function withoutErrors(answer: ExecutionResult | Promise<ExecutionResult>): Promise<ExecutionResult | undefined> {
  try {
    const result = await answer;
    return result.errors ? undefined : result;
  } catch {
    return undefined;
  }
}

/** Whether an operation may run: its coerced variables or its errors. */
export interface Admission {
  /** absent if the document has no such operation, for which the execution has the message */
  variables?: Record<string, unknown>;
  errors?: readonly GraphQLError[];
  /** of a query that may run only if the stored rows make its response small enough */
  price?: PriceFromStore;
}

/**
 * @returns a function that coerces the variables of an operation and checks both against the limits before execution
 */
export function createAdmission(schema: GraphQLSchema): (operation: Omit<Operation, 'context'>) => Admission {
  const checkPrice = createPriceCheck(schema);
  return ({ document, operationName, variables }) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return {};
    try {
      checkVariables(variables ?? {});
      const definitions = operation.variableDefinitions ?? [];
      const { coerced, errors } = getVariableValues(schema, definitions, variables ?? {}, { maxErrors: 1 });
      if (errors) return { errors: errorsOfShort(schema, definitions, variables ?? {}) ?? errors };
      return { variables: coerced, price: checkPrice(document, operationName ?? undefined, coerced) };
    } catch (thrown) {
      if (thrown instanceof UserError) return { errors: [refusalOf(thrown)] };
      throw thrown;
    }
  };
}

/** Coercion errors quote the values: they are generated again from the same variables with shortened strings. */
function errorsOfShort(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  variables: Record<string, unknown>,
): readonly GraphQLError[] | undefined {
  const short: unknown = JSON.parse(JSON.stringify(variables), (_key, value: unknown) =>
    typeof value === 'string' ? shortened(value) : value,
  );
  const { errors } = getVariableValues(schema, definitions, Object(short), { maxErrors: MAX_COERCION_ERRORS });
  // The last error, which says that there are too many, does not refer to a variable: otherwise it would not be
  // recognized as an error of the client.
  return errors?.map((error) =>
    error.nodes ? error : new GraphQLError(error.message, { extensions: { code: 'BAD_USER_INPUT' } }),
  );
}
