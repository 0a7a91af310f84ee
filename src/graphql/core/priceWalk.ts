/**
 * Counts the fields of a response per list: a traversal of a document that requests the length of each list whose
 * parents are known. The caller returns the stored length, or undefined if it is unknown; a list of unknown length
 * counts by its bound.
 */
import {
  type FieldNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded, type Variables } from './conditions';
import { introspectionPrice, isConnection, itemPrice, itemsOf, ownPrice } from './fieldPrices';
import { isPlainList } from './listBounds';
import { definitionOf, type Selections } from './selections';

/** The parent of the fields of Query. */
export const ROOT = 0;

/** A request for the length of a list under some of its parents. */
export interface ListQuestion {
  /** `Type.field` */
  list: string;
  /** row ids of the parents without duplicates; ROOT for fields of Query */
  parents: readonly number[];
  /** coerced */
  args: Readonly<Record<string, unknown>>;
}

/** The items of a list under one parent. */
export interface StoredItems {
  count: number;
  /** the row ids of the items, if they determine the lengths of nested lists */
  ids?: readonly number[];
  /** the one row id that determines the lengths of nested lists of all items */
  allOf?: number;
  /** name of their type, if the field has an abstract type */
  type?: string;
}

/** By parent; a parent without an entry has no items. */
export type ListAnswer = ReadonlyMap<number, readonly StoredItems[]>;

/** Yields requests for lengths and receives the results; undefined means unknown. */
export type PriceWalk = Generator<ListQuestion, Tally, ListAnswer | undefined>;

/** The complexity per list, which is identified by a path of field names; aliases of a list count together. */
export class Tally {
  private readonly byList = new Map<string, number>();
  private sum = 0;

  get total(): number {
    return this.sum;
  }

  add(list: string, price: number): void {
    if (price === 0) return;
    this.byList.set(list, (this.byList.get(list) ?? 0) + price);
    this.sum += price;
  }

  addAll(other: Tally): void {
    for (const [list, price] of other.byList) this.add(list, price);
  }

  /** @returns the lists with most fields in the response, largest first; fields outside all lists belong to none */
  largest(count: number): { list: string; price: number }[] {
    const lists = [...this.byList].map(([list, price]) => ({ list, price })).filter(({ list }) => list !== '');
    return lists.sort((a, b) => b.price - a.price).slice(0, count);
  }
}

/** Objects of one type in a response. */
interface Objects {
  count: number;
  /** number of objects per row id, if known */
  rows?: ReadonlyMap<number, number>;
  /** of a connection and its edges: the items of the page, if known; otherwise each page counts once per item */
  page?: ItemGroups;
}

/** By the name of the type, if the field has an abstract type. */
type ItemGroups = ReadonlyMap<string | undefined, Objects>;

/** The position of a field. */
interface Place {
  path: string;
  /** path of the innermost enclosing list; empty outside all lists */
  list: string;
  /** the field whose selections these are; undefined for those of the operation */
  above?: FieldNode;
}

const FIELDS_OF_PAGE = new Set(['nodes', 'edges', 'node']);

/** @returns the traversal of an operation with its coerced variables */
export function* walkOperation(
  selections: Selections,
  operationName: string | undefined,
  variables: Variables,
): PriceWalk {
  const tally = new Tally();
  const operation = selections.ofOperation(operationName);
  const root = { count: 1, rows: new Map([[ROOT, 1]]) };
  if (operation)
    yield* new Walker(selections, variables).ofSet(operation.set, operation.type, root, { path: '', list: '' }, tally);
  return tally;
}

type Steps = Generator<ListQuestion, void, ListAnswer | undefined>;

class Walker {
  constructor(
    private readonly selections: Selections,
    private readonly variables: Variables,
  ) {}

  *ofSet(set: SelectionSetNode, type: GraphQLCompositeType, objects: Objects, place: Place, tally: Tally): Steps {
    if (!isAbstractType(type)) return yield* this.ofSelections(set, type, type, objects, place, tally);
    let most = new Tally();
    for (const actual of this.selections.schema.getPossibleTypes(type)) {
      const other = new Tally();
      yield* this.ofSelections(set, type, actual, objects, place, other);
      if (other.total > most.total) most = other;
    }
    tally.addAll(most);
  }

  /** @param actual the type of the objects, one of the possible types of `type` */
  private *ofSelections(
    set: SelectionSetNode,
    type: GraphQLCompositeType,
    actual: GraphQLObjectType,
    objects: Objects,
    place: Place,
    tally: Tally,
  ): Steps {
    for (const selection of set.selections) {
      if (!isIncluded(selection, this.variables)) continue;
      if (selection.kind === Kind.FIELD) {
        yield* this.ofField(selection, type, objects, place, tally);
        continue;
      }
      const inner = this.selections.ofFragment(selection, type, actual);
      if (inner) yield* this.ofSelections(inner.set, inner.type, actual, objects, place, tally);
    }
  }

  private *ofField(node: FieldNode, parent: GraphQLCompositeType, objects: Objects, place: Place, tally: Tally): Steps {
    const field = definitionOf(node, parent);
    if (!field) return tally.add(place.list, objects.count * introspectionPrice(node.name.value));
    const key = `${parent.name}.${field.name}`;
    const type = getNamedType(field.type);
    if (!node.selectionSet || !isCompositeType(type)) return tally.add(place.list, objects.count * ownPrice(key));
    const path = place.path === '' ? field.name : `${place.path}.${field.name}`;
    const below = { path, list: isPlainList(field) || isConnection(type) ? path : place.list, above: node };
    const groups = yield* this.itemsOf(field, node, key, parent, objects, place.above);
    // Each item of a page is read from a row and converted to an object, even if little of it is selected: it counts
    // as by its bound.
    const rows = objects.page && isPlainList(field) ? countOf(groups) : 0;
    tally.add(place.list, Math.max(objects.count, rows) * ownPrice(key));
    tally.add(below.list, countOf(groups) * itemPrice(key));
    for (const [name, items] of groups) {
      const named = name === undefined ? undefined : this.selections.schema.getType(name);
      if (isObjectType(named)) yield* this.ofSelections(node.selectionSet, type, named, items, below, tally);
      else yield* this.ofSet(node.selectionSet, type, items, below, tally);
    }
  }

  private *itemsOf(
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    key: string,
    parent: GraphQLCompositeType,
    objects: Objects,
    above: FieldNode | undefined,
  ): Generator<ListQuestion, ItemGroups, ListAnswer | undefined> {
    if (objects.page && FIELDS_OF_PAGE.has(field.name))
      return field.name === 'edges' ? edgesOf(objects.page) : objects.page;
    const args = objects.rows && this.argumentsOf(field, node);
    const answer = args && (yield { list: key, parents: [...(objects.rows?.keys() ?? [])], args });
    if (!answer) {
      const items = isConnection(parent) ? 1 : itemsOf(field, node, key, above)(this.variables);
      return new Map([[undefined, { count: objects.count * items }]]);
    }
    const groups = groupsOf(answer, objects.rows ?? new Map());
    if (!isConnection(getNamedType(field.type) as GraphQLCompositeType)) return groups;
    return new Map([[undefined, { count: objects.count, page: groups }]]);
  }

  /** @returns undefined for invalid arguments, for which the field itself has the message */
  private argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Record<string, unknown> | undefined {
    try {
      return getArgumentValues(field, node, this.variables);
    } catch (thrown) {
      if (thrown instanceof GraphQLError) return undefined;
      throw thrown;
    }
  }
}

function edgesOf(page: ItemGroups): ItemGroups {
  return new Map([[undefined, { count: countOf(page), page }]]);
}

function countOf(groups: ItemGroups): number {
  return [...groups.values()].reduce((total, { count }) => total + count, 0);
}

/** The items of all parents; those of a parent that is in the response twice count twice. */
function groupsOf(answer: ListAnswer, parents: ReadonlyMap<number, number>): ItemGroups {
  const groups = new Map<string | undefined, { count: number; rows?: Map<number, number> }>();
  for (const [parent, times] of parents)
    for (const { type, count, ids, allOf } of answer.get(parent) ?? []) {
      const group = groups.get(type) ?? { count: 0 };
      group.count += times * count;
      for (const id of ids ?? []) addRows(group, id, times);
      if (allOf !== undefined) addRows(group, allOf, times * count);
      groups.set(type, group);
    }
  return groups;
}

function addRows(group: { rows?: Map<number, number> }, id: number, times: number): void {
  group.rows ??= new Map();
  group.rows.set(id, (group.rows.get(id) ?? 0) + times);
}
