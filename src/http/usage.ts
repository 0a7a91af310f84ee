/** What operations use, in closed sets of names. */
import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type Caller, ruleOfField } from '../access';

/** @returns for each root field that the schema has, the scope of the caller that allowed it, or `none` */
export function scopesUsed(
  schema: GraphQLSchema,
  { operation, selectionSet }: OperationDefinitionNode,
  caller: Pick<Caller, 'scopes'>,
): string[] {
  const fields = schema.getRootType(operation)?.getFields() ?? {};
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind !== Kind.FIELD || fields[selection.name.value] === undefined) return [];
    const rule = ruleOfField(operation, selection.name.value);
    return [rule.find((scope) => caller.scopes.has(scope)) ?? 'none'];
  });
}

/**
 * @returns a function that returns the object types of the schema that a document selects fields of; remembered for
 *   documents that come again
 */
export function rememberTypes(schema: GraphQLSchema): (document: DocumentNode) => ReadonlySet<string> {
  const known = new WeakMap<DocumentNode, ReadonlySet<string>>();
  return (document) => {
    const types = known.get(document) ?? typesOf(schema, document);
    known.set(document, types);
    return types;
  };
}

function typesOf(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const types = new Set<string>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field() {
        const parent = info.getParentType();
        const named = parent && getNamedType(parent);
        if (isObjectType(named)) types.add(named.name);
      },
    }),
  );
  return types;
}
