/**
 * The complexity of an operation: how many fields its answer may hold in the worst case. A document is turned into sums once
 * (`Price`), so that a request only puts its variables in; walking the document with graphql-query-complexity took as long as reading one lesion.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { atMost, LIMITS } from './limits';
import { isPlainList, LIST_BOUNDS } from './listBounds';
import { DEFAULT_PAGE_SIZE } from './pageArgs';

/** Coerced: defaults of the operation are in. */
type Variables = Readonly<Record<string, unknown>>;
type Price = (variables: Variables) => number;

/** A list without a page size belongs to one thing (the studies of a patient, the lesions of an image) and is short: 1 to 3 on average in DeepLesion. */
const SHORT_LIST = 4;
/** Fields that take the server far longer than their answer is long. */
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

/**
 * Prices the operations of one schema.
 *
 * @returns a check of one operation with its coerced variables, which throws QueryTooComplex naming the limit and the complexity
 */
export function createComplexityCheck(
  schema: GraphQLSchema,
): (document: DocumentNode, operationName: string | undefined, variables: Variables) => void {
  const prices = new WeakMap<DocumentNode, Map<string | undefined, Price>>();
  return (document, operationName, variables) => {
    const known = prices.get(document) ?? new Map<string | undefined, Price>();
    const price = known.get(operationName) ?? new Pricing(schema, document).priceOf(operationName);
    prices.set(document, known.set(operationName, price));
    atMost('fields in an answer', LIMITS.complexity, price(variables));
  };
}

const FREE: Price = () => 0;

/** Prices the selections of one validated document. */
class Pricing {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly document: DocumentNode,
  ) {
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
  }

  priceOf(operationName: string | undefined): Price {
    const operation = getOperationAST(this.document, operationName);
    const root = operation && this.schema.getRootType(operation.operation);
    return operation && root ? this.ofSet(operation.selectionSet, root) : FREE;
  }

  /** What a selection set costs on the possible type on which it costs most. */
  private ofSet(set: SelectionSetNode, type: GraphQLCompositeType): Price {
    if (!isAbstractType(type)) return sum(this.ofSelections(set, type, type));
    const prices = this.schema.getPossibleTypes(type).map((actual) => sum(this.ofSelections(set, type, actual)));
    return (variables) => Math.max(0, ...prices.map((price) => price(variables)));
  }

  /** @param actual the type that the object has, of those that `type` allows */
  private ofSelections(set: SelectionSetNode, type: GraphQLCompositeType, actual: GraphQLObjectType): Price[] {
    return set.selections.flatMap((selection) => {
      const prices = this.ofSelection(selection, type, actual);
      return prices.length > 0 ? [whereIncluded(selection, sum(prices))] : [];
    });
  }

  private ofSelection(selection: SelectionNode, type: GraphQLCompositeType, actual: GraphQLObjectType): Price[] {
    if (selection.kind === Kind.FIELD) return [this.ofField(selection, type)];
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection;
    if (!fragment) return [];
    const name = fragment.typeCondition?.name.value;
    const condition = name === undefined ? type : this.schema.getType(name);
    if (!isCompositeType(condition) || !this.isA(actual, condition)) return [];
    return this.ofSelections(fragment.selectionSet, condition, actual);
  }

  private isA(actual: GraphQLObjectType, type: GraphQLCompositeType): boolean {
    return isAbstractType(type) ? this.schema.isSubType(type, actual) : type === actual;
  }

  /** One for the field itself where nothing else is said, and what is selected in it once for each of its items. */
  private ofField(node: FieldNode, parent: GraphQLCompositeType): Price {
    const field = isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
    if (!field) {
      const introspection = INTROSPECTION_PRICES.get(node.name.value) ?? 1;
      return () => introspection;
    }
    const type = getNamedType(field.type);
    const inner = node.selectionSet && isCompositeType(type) ? this.ofSet(node.selectionSet, type) : FREE;
    const own = FIELD_PRICES.get(`${parent.name}.${field.name}`) ?? 1;
    if (inner === FREE) return () => own;
    // The items of a connection are counted where its page size stands: at the connection.
    const items = isConnection(parent) ? () => 1 : itemsOf(field, node, `${parent.name}.${field.name}`);
    return (variables) => own + inner(variables) * items(variables);
  }
}

function sum(prices: readonly Price[]): Price {
  const [first = FREE, ...rest] = prices;
  return rest.length === 0 ? first : (variables) => prices.reduce((total, price) => total + price(variables), 0);
}

/** @returns the price of a selection, which is nothing where @skip or @include leave it out */
function whereIncluded(selection: SelectionNode, price: Price): Price {
  let priced = price;
  for (const { name, arguments: args } of selection.directives ?? []) {
    const condition = args?.find((argument) => argument.name.value === 'if')?.value;
    const left = name.value === 'skip' ? true : name.value === 'include' ? false : undefined;
    if (!condition || left === undefined) continue;
    const inner = priced;
    priced = (variables) => (inputOf(condition, variables) === left ? 0 : inner(variables));
  }
  return priced;
}

/** How many items a field has at most. A negative or absurd page size is refused by the field itself. */
function itemsOf(field: GraphQLField<unknown, unknown>, node: FieldNode, name: string): Price {
  const sizes = field.args.filter(({ name }) => name === 'first' || name === 'last').map((arg) => numberOf(arg, node));
  const ids = field.args.find(({ name }) => name === 'ids');
  if (ids) return lengthOf(ids, node);
  if (sizes.length > 0) {
    return (variables) => {
      const given = sizes.map((size) => size(variables)).filter((size) => size !== undefined);
      return given.length > 0 ? Math.max(1, ...given) : DEFAULT_PAGE_SIZE;
    };
  }
  const length = isPlainList(field) ? (LIST_BOUNDS.get(name)?.usual ?? SHORT_LIST) : 1;
  return () => length;
}

function numberOf(argument: GraphQLArgument, node: FieldNode): (variables: Variables) => number | undefined {
  const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
  return (variables) => {
    const given = value && inputOf(value, variables);
    const size = given === undefined ? argument.defaultValue : given;
    return typeof size === 'number' ? size : undefined;
  };
}

function lengthOf(argument: GraphQLArgument, node: FieldNode): Price {
  const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
  if (value?.kind === Kind.LIST) return () => value.values.length;
  return (variables) => {
    const given = value && inputOf(value, variables);
    return Array.isArray(given) ? given.length : 1;
  };
}

/** @returns a variable or a literal of a number or truth value; undefined for a variable that was not given and all other literals */
function inputOf(value: ValueNode, variables: Variables): unknown {
  if (value.kind === Kind.VARIABLE) return variables[value.name.value];
  if (value.kind === Kind.INT) return Number(value.value);
  return value.kind === Kind.BOOLEAN ? value.value : undefined;
}

const isConnection = (type: GraphQLCompositeType): boolean => isObjectType(type) && type.name.endsWith('Connection');
