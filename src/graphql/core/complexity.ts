/**
 * The complexity of an operation by the bounds of its lists: the number of fields that its response may have. A
 * document is converted to sums once (`Price`), into which a request only inserts its variables; traversing the
 * document with graphql-query-complexity took as long as reading one lesion. An operation above the limit by its
 * bounds may still be within it by the stored rows (priceCheck.ts).
 */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from './conditions';
import {
  inputOf,
  introspectionPrice,
  isConnection,
  itemPrice,
  itemsOf,
  type ListLengths,
  ownPrice,
  type Count as Price,
} from './fieldPrices';
import { LIST_BOUNDS } from './listBounds';
import { definitionOf, Selections } from './selections';

/**
 * Computes the complexity of the operations of one schema.
 *
 * @param lengths of the plain lists of the schema
 * @returns the complexity of one operation with its coerced variables
 */
export function createPriceBound(
  schema: GraphQLSchema,
  lengths: ListLengths = LIST_BOUNDS,
): (document: DocumentNode, operationName: string | undefined, variables: Variables) => number {
  const prices = new WeakMap<DocumentNode, Map<string | undefined, Price>>();
  return (document, operationName, variables) => {
    const known = prices.get(document) ?? new Map<string | undefined, Price>();
    const price =
      known.get(operationName) ?? new Pricing(new Selections(schema, document), lengths).priceOf(operationName);
    prices.set(document, known.set(operationName, price));
    return price(variables);
  };
}

const FREE: Price = () => 0;

/** Computes the complexity of the selections of one validated document. */
class Pricing {
  constructor(
    private readonly selections: Selections,
    private readonly lengths: ListLengths,
  ) {}

  priceOf(operationName: string | undefined): Price {
    const operation = this.selections.ofOperation(operationName);
    return operation ? this.ofSet(operation.set, operation.type) : FREE;
  }

  /** @param above the field whose selections these are; undefined for an operation */
  private ofSet(set: SelectionSetNode, type: GraphQLCompositeType, above?: FieldNode): Price {
    if (!isAbstractType(type)) return sum(this.ofSelections(set, type, type, above));
    const possible = this.selections.schema.getPossibleTypes(type);
    const prices = possible.map((actual) => sum(this.ofSelections(set, type, actual, above)));
    return (variables) => Math.max(0, ...prices.map((price) => price(variables)));
  }

  /** @param actual the object type, one of the possible types of `type` */
  private ofSelections(
    set: SelectionSetNode,
    type: GraphQLCompositeType,
    actual: GraphQLObjectType,
    above: FieldNode | undefined,
  ): Price[] {
    return set.selections.flatMap((selection) => {
      const prices = this.ofSelection(selection, type, actual, above);
      return prices.length > 0 ? [whereIncluded(selection, sum(prices))] : [];
    });
  }

  private ofSelection(
    selection: SelectionNode,
    type: GraphQLCompositeType,
    actual: GraphQLObjectType,
    above: FieldNode | undefined,
  ): Price[] {
    if (selection.kind === Kind.FIELD) return [this.ofField(selection, type, above)];
    const inner = this.selections.ofFragment(selection, type, actual);
    return inner ? this.ofSelections(inner.set, inner.type, actual, above) : [];
  }

  /** One for the field itself by default, plus the complexity of its selections per item. */
  private ofField(node: FieldNode, parent: GraphQLCompositeType, above: FieldNode | undefined): Price {
    const field = definitionOf(node, parent);
    if (!field) {
      const introspection = introspectionPrice(node.name.value);
      return () => introspection;
    }
    const key = `${parent.name}.${field.name}`;
    const type = getNamedType(field.type);
    const inner = node.selectionSet && isCompositeType(type) ? this.ofSet(node.selectionSet, type, node) : FREE;
    const own = ownPrice(key);
    if (inner === FREE) return () => own;
    // The items of a connection are counted where its page size stands: at the connection.
    const items: Price = isConnection(parent) ? () => 1 : itemsOf(field, node, key, above, this.lengths);
    const each = itemPrice(key);
    return (variables) => own + (each + inner(variables)) * items(variables);
  }
}

function sum(prices: readonly Price[]): Price {
  const [first = FREE, ...rest] = prices;
  return rest.length === 0 ? first : (variables) => prices.reduce((total, price) => total + price(variables), 0);
}

/** @returns the complexity of a selection, which is 0 if @skip or @include exclude it */
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
