/** What a field costs by itself, and how many items it has where nothing is known of what is stored. */
import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  isObjectType,
  Kind,
  type ValueNode,
} from 'graphql';
import type { Variables } from './conditions';
import { isPlainList, LIST_BOUNDS, type ListBound } from './listBounds';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './pageArgs';

/** Of a field in an answer: 1, unless it takes the server far longer than its answer is long. */
const FIELD_PRICES = new Map([
  // A search of 33,000 lesions takes 3 ms at 32 numbers a lesion and 12 ms at 128 (bench/similar.ts). A page of 150 lesions may ask for theirs,
  // at most some two seconds of one core; one of 500 may not.
  ['Lesion.similar', 500],
  // Each is a thread that reads all boxes of two runs or more, in turn: a second for thousands of images.
  ['EvaluationComparison.differences', 5_000],
  ['EvaluationDifference.discordantLesions', 5_000],
]);
/** The whole schema is some 5,000 fields: tools that ask for it once are welcome, a hundred aliases of it are not. */
const INTROSPECTION_PRICES = new Map([
  ['__schema', 20_000],
  ['__type', 1_000],
]);
/** A list that nobody has said the length of is as dear as the largest page. */
const UNDECLARED_LENGTH = MAX_PAGE_SIZE;

/** The lengths of the plain lists, by `Type.field`. */
export type ListLengths = ReadonlyMap<string, Pick<ListBound, 'usual' | 'oneForEach'>>;

/** A number that follows from the variables of a request. */
export type Count = (variables: Variables) => number;

/** @param key `Type.field` @returns what the field costs beside what is selected in it */
export function ownPrice(key: string): number {
  return FIELD_PRICES.get(key) ?? 1;
}

/** @returns what a field that is in no type costs with all that is selected in it: `__typename`, `__schema`, `__type` */
export function introspectionPrice(name: string): number {
  return INTROSPECTION_PRICES.get(name) ?? 1;
}

/**
 * @param key `Type.field`
 * @returns how many items a field has by its arguments, or else by the declared length of its list; 1 where it is no list. A negative or
 *   absurd page size is refused by the field itself
 */
export function itemsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  key: string,
  lengths: ListLengths = LIST_BOUNDS,
): Count {
  const sizes = field.args.filter(({ name }) => name === 'first' || name === 'last').map((arg) => numberOf(arg, node));
  if (sizes.length > 0) {
    return (variables) => {
      const given = sizes.map((size) => size(variables)).filter((size) => size !== undefined);
      return given.length > 0 ? Math.max(1, ...given) : DEFAULT_PAGE_SIZE;
    };
  }
  if (!isPlainList(field)) return () => 1;
  const ids = field.args.find(({ name }) => name === 'ids');
  if (ids) return lengthOf(ids, node);
  const { usual = UNDECLARED_LENGTH, oneForEach } = lengths.get(key) ?? {};
  const each = field.args.find(({ name }) => name === oneForEach);
  return each ? lengthOf(each, node, usual) : () => usual;
}

function numberOf(argument: GraphQLArgument, node: FieldNode): (variables: Variables) => number | undefined {
  const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
  return (variables) => {
    const given = value && inputOf(value, variables);
    const size = given === undefined ? argument.defaultValue : given;
    return typeof size === 'number' ? size : undefined;
  };
}

/** @param otherwise where the argument is left out or null */
function lengthOf(argument: GraphQLArgument, node: FieldNode, otherwise = 1): Count {
  const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
  if (!value || value.kind === Kind.NULL) return () => otherwise;
  if (value.kind === Kind.LIST) return () => value.values.length;
  if (value.kind !== Kind.VARIABLE) return () => 1;
  return (variables) => {
    const given = variables[value.name.value] ?? argument.defaultValue;
    return Array.isArray(given) ? given.length : otherwise;
  };
}

/** @returns a variable or a literal of a number or truth value; undefined for a variable that was not given and all other literals */
export function inputOf(value: ValueNode, variables: Variables): unknown {
  if (value.kind === Kind.VARIABLE) return variables[value.name.value];
  if (value.kind === Kind.INT) return Number(value.value);
  return value.kind === Kind.BOOLEAN ? value.value : undefined;
}

/** @returns whether a type is a page of a list */
export const isConnection = (type: GraphQLCompositeType): boolean =>
  isObjectType(type) && type.name.endsWith('Connection');
