import {
  type DocumentNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  isListType,
  isNonNullType,
} from 'graphql';
import { type ComplexityEstimatorArgs, getComplexity } from 'graphql-query-complexity';
import { BadUserInput, QueryTooComplex } from '../errors';
import { atMost, LIMITS } from './limits';

/** A page without `first` and `last` has as many items. */
const DEFAULT_PAGE_SIZE = 50;
/** A list without a page size belongs to one thing (the studies of a patient, the lesions of an image) and is short: 1 to 3 on average in DeepLesion. */
const SHORT_LIST = 4;

/**
 * Holds an operation against the limit of complexity: the fields that its answer may hold in the worst case. Page sizes count as they
 * come, be it literally, in a variable, or as a default of the schema or of the variable.
 *
 * @param variables as the client sent them; they have to fit the operation
 * @throws QueryTooComplex naming the limit and the complexity
 * @throws BadUserInput when an argument does not fit
 */
export function checkComplexity(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Record<string, unknown>,
): void {
  atMost('fields in an answer', LIMITS.complexity, complexityOf(schema, document, operationName, variables));
}

function complexityOf(
  schema: GraphQLSchema,
  query: DocumentNode,
  operationName: string | undefined,
  variables: Record<string, unknown>,
): number {
  try {
    return getComplexity({ schema, query, operationName, variables, estimators: [fieldsInAnswer] });
  } catch (thrown) {
    if (!(thrown instanceof GraphQLError)) throw thrown;
    if (thrown.message.includes('maximum allowed number of nodes'))
      throw new QueryTooComplex(`Expected at most ${LIMITS.selections} selections: ask for less.`);
    throw new BadUserInput(thrown.message);
  }
}

/** The whole schema is some 5,000 fields: tools that ask for it once are welcome, a hundred aliases of it are not. */
const INTROSPECTION_COST = new Map([
  ['__schema', 20_000],
  ['__type', 1_000],
]);

/** One for the field itself, and what is selected in it once for each of its items. */
function fieldsInAnswer({ type: parent, field, args, childComplexity }: ComplexityEstimatorArgs): number {
  const introspection = INTROSPECTION_COST.get(field.name);
  if (introspection !== undefined) return introspection;
  // The items of a connection are counted where its page size stands: at the connection.
  return 1 + childComplexity * (isConnection(parent) ? 1 : itemsOf(field.type, args));
}

/** How many items a field has at most: a negative or absurd page size is refused by the field itself. */
function itemsOf(type: GraphQLOutputType, args: Record<string, unknown>): number {
  const sizes = [args.first, args.last, args.limit].filter((size): size is number => typeof size === 'number');
  if (sizes.length > 0) return Math.max(1, ...sizes);
  if (Array.isArray(args.ids)) return Math.max(1, args.ids.length);
  if ('after' in args || 'first' in args || isConnection(type)) return DEFAULT_PAGE_SIZE;
  return isList(type) ? SHORT_LIST : 1;
}

const isList = (type: GraphQLOutputType): boolean => isListType(isNonNullType(type) ? type.ofType : type);

const isConnection = (type: GraphQLOutputType | GraphQLCompositeType): boolean =>
  String(isNonNullType(type) ? type.ofType : type).endsWith('Connection');
