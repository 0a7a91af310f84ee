/** The complexity of a field itself, and its number of items if it does not depend on stored rows. */
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

/**
 * The complexity of fields whose computation takes much longer than the size of their result suggests; it is 1 for
 * all others.
 */
const FIELD_PRICES = new Map([
  // A search in 33,000 lesions takes 3 ms with 32 features per lesion and 12 ms with 128 (bench/similar.ts). A page
  // of 150 lesions may request it, which takes at most about two seconds of one core; a page of 500 may not.
  ['Lesion.similar', 500],
  // Each opens a connection, lists files, or counts what waits.
  ['Query.queueStatus', 500],
  ['Query.readiness', 1_000],
  ['Query.storage', 1_000],
  // Each joins all rows of two data set versions, whose number is not known before.
  ['DatasetDiff.lesions', 1_000],
  ['DatasetDiff.changedLesions', 1_000],
  ['DatasetDiff.images', 1_000],
  ['DatasetDiff.studies', 1_000],
  ['DatasetDiff.patients', 1_000],
  // Each selects the images of a run, up to a whole data set.
  ['Query.estimateRun', 1_000],
  // Each compares all boxes of a run with the lesions and the verdicts of its images: a second for a quarter million.
  ['Query.reviewProgress', 5_000],
  // Looks for up to 100 files one after another, 6 ms on a local disk: a page of 400 images may request it.
  ['BookmarkedImage.slices', 200],
  // Starts a thread once for each categorization, and has up to 5,000 points, whose lists count as one field each.
  ['Categorization.featureMap', 5_000],
  // The first of an evaluation reads all its boxes, a second for half a million; the others take some milliseconds.
  ['Evaluation.outcomes', 1_000],
  ['Evaluation.imagesByErrors', 1_000],
  // Each reads and matches the boxes of one image: a page of 500 images may request it.
  ['BookmarkedImage.outcomes', 50],
  ['Detection.outcome', 50],
  // Each starts a thread that reads all boxes of two runs: a second for thousands of images.
  ['EvaluationDifference.discordantLesions', 5_000],
  // Reads the boxes of up to a hundred runs the first time, and resamples all of them together.
  ['Query.leaderboard', 10_000],
]);
/** The same for each item of a list. */
const ITEM_PRICES = new Map([
  // One thread compares them one after another.
  ['EvaluationComparison.differences', 1_000],
]);
/** The whole schema has about 5,000 fields: a tool may request it once, but not with a hundred aliases. */
const INTROSPECTION_PRICES = new Map([
  ['__schema', 20_000],
  ['__type', 1_000],
]);
/** A list without a declared length counts like the largest page. */
const UNDECLARED_LENGTH = MAX_PAGE_SIZE;

/** The lengths of the plain lists, by `Type.field`. */
export type ListLengths = ReadonlyMap<string, Pick<ListBound, 'usual' | 'oneForEach' | 'ofParent'>>;

/** A number that depends on the variables of a request. */
export type Count = (variables: Variables) => number;

/** @param key `Type.field` @returns the complexity of the field without its selections */
export function ownPrice(key: string): number {
  return FIELD_PRICES.get(key) ?? 1;
}

/** @param key `Type.field` @returns the complexity of an item of the field in addition to its selections */
export function itemPrice(key: string): number {
  return ITEM_PRICES.get(key) ?? 0;
}

/**
 * @returns the complexity of a field that belongs to no type, including its selections: `__typename`, `__schema`,
 *   `__type`
 */
export function introspectionPrice(name: string): number {
  return INTROSPECTION_PRICES.get(name) ?? 1;
}

/**
 * @param key `Type.field`
 * @param above the field that returned the parent; undefined for fields of a root type
 * @returns the number of items of a field by its arguments, or by the declared length of its list; 1 if it is not a
 *   list. The field itself refuses a negative or too large page size
 */
export function itemsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  key: string,
  above: FieldNode | undefined,
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
  const { usual = UNDECLARED_LENGTH, oneForEach, ofParent } = lengths.get(key) ?? {};
  if (ofParent && above && oneForEach !== undefined) return lengthOf({ name: oneForEach }, above, usual);
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

/** @param otherwise length if the argument is omitted or null */
function lengthOf(
  argument: Pick<GraphQLArgument, 'name'> & { defaultValue?: unknown },
  node: FieldNode,
  otherwise = 1,
): Count {
  const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
  if (!value || value.kind === Kind.NULL) return () => otherwise;
  if (value.kind === Kind.LIST) return () => value.values.length;
  if (value.kind !== Kind.VARIABLE) return () => 1;
  return (variables) => {
    const given = variables[value.name.value] ?? argument.defaultValue;
    return Array.isArray(given) ? given.length : otherwise;
  };
}

/**
 * @returns the value of a variable, or of a literal number or boolean; undefined for a variable that was not given
 *   and for all other literals
 */
export function inputOf(value: ValueNode, variables: Variables): unknown {
  if (value.kind === Kind.VARIABLE) return variables[value.name.value];
  if (value.kind === Kind.INT) return Number(value.value);
  return value.kind === Kind.BOOLEAN ? value.value : undefined;
}

/** @returns whether a type is a page of a list */
export const isConnection = (type: GraphQLCompositeType): boolean =>
  isObjectType(type) && type.name.endsWith('Connection');
