/**
 * Compiles the selection of an object into an SQL expression of its JSON text. What is not in the tables of types has no
 * such form: the whole operation is then answered by its resolvers.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';
import { NEWEST_CLUSTER_OF_LESION, PSEUDO_CLUSTER_JSON_TYPE } from '../../categorization';
import { concatenated, type JsonObject, type JsonType, relationSql, type TextPart } from '../../database';
import { DATASET_JSON_TYPES } from '../../dataset';
import type { Variables } from './conditions';
import { LIST_BOUNDS } from './listBounds';

/** The types whose fields are read as JSON text; test/graphql/generatedQueries.test.ts names the fields that are not. */
export const JSON_TYPES: Readonly<Record<string, JsonType>> = {
  ...DATASET_JSON_TYPES,
  Lesion: {
    ...DATASET_JSON_TYPES.Lesion,
    relations: { ...DATASET_JSON_TYPES.Lesion.relations, pseudoCluster: NEWEST_CLUSTER_OF_LESION },
  },
  PseudoCluster: PSEUDO_CLUSTER_JSON_TYPE,
};

/** @returns the fields of a type that are read as JSON text; undefined for a type that has no table of its own */
export function jsonFieldsOf(typeName: string): ReadonlySet<string> | undefined {
  const type = JSON_TYPES[typeName];
  return type && new Set([type.values, type.objects, type.relations].flatMap((part) => Object.keys(part)));
}

/** The selected fields of an object by their names in the response, in its order. */
export type CollectedFields = ReadonlyMap<string, readonly FieldNode[]>;

/** Thrown for a selection that has no form in SQL; never seen outside. */
export class NoJsonForm extends Error {}

/** Compiles the selections of one operation, whose fields are collected by graphql-js. */
export class JsonSelection {
  /** variables that the forms hold for only if they are null or left out */
  readonly mustBeNull = new Set<string>();
  private rows = 0;
  private readonly fragments: Record<string, FragmentDefinitionNode> = Object.create(null);

  /** @param variables coerced; only conditions of @skip and @include count, which are the same for each use of the form */
  constructor(
    private readonly schema: GraphQLSchema,
    fragments: readonly FragmentDefinitionNode[],
    private readonly variables: Variables,
  ) {
    for (const fragment of fragments) this.fragments[fragment.name.value] = fragment;
  }

  /** @returns the fields at the root of an operation */
  ofOperation(type: GraphQLObjectType, set: SelectionSetNode): CollectedFields {
    return collectFields(this.schema, this.fragments, { ...this.variables }, type, set);
  }

  /** @returns what is selected of an object of a type by several occurrences of one field */
  below(typeName: string, fields: readonly FieldNode[]): CollectedFields {
    const type = this.schema.getType(typeName);
    if (!isObjectType(type)) throw new NoJsonForm();
    return collectSubfields(this.schema, this.fragments, { ...this.variables }, type, [...fields]);
  }

  /**
   * @param row alias of its row
   * @returns an SQL expression of an object of a type as JSON text
   * @throws NoJsonForm
   */
  objectSql(typeName: string, fields: readonly FieldNode[], row: string): string {
    const type = JSON_TYPES[typeName];
    if (!type) throw new NoJsonForm();
    return concatenated(
      this.members(typeName, fields, (name, nodes) => this.memberOf(type, typeName, name, nodes, row)),
    );
  }

  private members(
    typeName: string,
    fields: readonly FieldNode[],
    member: (name: string, nodes: readonly FieldNode[]) => readonly TextPart[],
  ): TextPart[] {
    const parts: TextPart[] = [];
    for (const [key, nodes] of this.below(typeName, fields)) {
      const name = nodes[0]?.name.value ?? '';
      parts.push({ literal: `${parts.length === 0 ? '{' : ','}"${key}":` });
      if (name === '__typename') parts.push({ literal: `"${typeName}"` });
      else parts.push(...member(name, nodes));
    }
    return [...parts, { literal: parts.length === 0 ? '{}' : '}' }];
  }

  private memberOf(
    type: JsonType,
    typeName: string,
    name: string,
    nodes: readonly FieldNode[],
    row: string,
  ): readonly TextPart[] {
    this.expectNoArguments(nodes);
    const value = type.values[name];
    if (value) return [{ sql: value(row) }];
    const object = type.objects[name];
    if (object) return this.objectParts(object, nodes, row);
    const relation = type.relations[name];
    const below = relation && JSON_TYPES[relation.type];
    if (!relation || !below) throw new NoJsonForm();
    const inner = `t${++this.rows}`;
    const json = this.objectSql(relation.type, nodes, inner);
    const most = LIST_BOUNDS.get(`${typeName}.${name}`)?.most ?? 0;
    return [{ sql: relationSql(relation, below, { json, row: inner, above: row, most }) }];
  }

  /** `pseudoCluster(categorization: null)` is the same as `pseudoCluster`. */
  private expectNoArguments(nodes: readonly FieldNode[]): void {
    for (const { value } of nodes.flatMap((node) => node.arguments ?? [])) {
      if (value.kind === Kind.VARIABLE) this.mustBeNull.add(value.name.value);
      else if (value.kind !== Kind.NULL) throw new NoJsonForm();
    }
  }

  private objectParts(object: JsonObject, fields: readonly FieldNode[], row: string): readonly TextPart[] {
    const { exists, values, objects } = object;
    const parts = this.members(object.type, fields, (name, nodes) => {
      const value = values[name];
      if (value) return [{ sql: value(row) }];
      const inner = objects?.[name];
      if (!inner) throw new NoJsonForm();
      return this.objectParts(inner, nodes, row);
    });
    return exists ? [{ sql: `CASE WHEN ${exists(row)} THEN ${concatenated(parts)} ELSE 'null' END` }] : parts;
  }
}
