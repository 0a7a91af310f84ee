/**
 * What a caller has to be allowed for an operation. All operations pass here, whatever they come over and whichever
 * executor runs them, and as a whole: one that has a field that is not allowed changes nothing.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import {
  type Caller,
  expectScope,
  isAllowed,
  isListed,
  type OperationKind,
  type Rule,
  ruleOfField,
  sentenceOfField,
} from '../../access';

/** By operation: a document that a client repeats is read once. */
const rules = new WeakMap<OperationDefinitionNode, readonly Rule[]>();

/** @throws Unauthenticated or Forbidden, naming the scope of the first field that the caller may not select */
export function refuseUnlessAllowed(caller: Caller, document: DocumentNode, operation: OperationDefinitionNode): void {
  let known = rules.get(operation);
  if (!known) {
    const fields = rootFieldsOf(document, operation.selectionSet);
    // Equal rules are one object, so that most operations have one.
    known = [...new Set([...fields].map((field) => ruleOfField(operation.operation, field)))];
    rules.set(operation, known);
  }
  for (const rule of known) expectScope(caller, rule);
}

/** @returns the first root field that a caller may not select; if it may select all of them, the first one */
export function refusedFieldOf(caller: Caller, document: DocumentNode, operation: OperationDefinitionNode): string {
  const fields = [...rootFieldsOf(document, operation.selectionSet)];
  const refused = fields.find((field) => !isAllowed(caller, ruleOfField(operation.operation, field)));
  return refused ?? fields[0] ?? operation.operation;
}

/** @returns the names of the selected root fields, whatever @skip and @include say of them */
export function rootFieldsOf(document: DocumentNode, set: SelectionSetNode): Set<string> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const names = new Set<string>();
  const spread = new Set<string>();
  const walk = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) walk(fragment.selectionSet);
      }
    }
  };
  walk(set);
  return names;
}

/**
 * Says in the public description of each root field which scope it needs.
 *
 * @returns the same schema
 * @throws Error for a mutation or subscription that has no row in the table of operations
 */
export function describeScopes(schema: GraphQLSchema): GraphQLSchema {
  const types = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  for (const kind of ['query', 'mutation', 'subscription'] satisfies OperationKind[])
    for (const field of Object.values(types[kind]?.getFields() ?? {})) {
      if (!isListed(kind, field.name))
        throw new Error(`The ${kind} ${field.name} has no row in src/access/operations.ts.`);
      field.description = `${field.description} ${sentenceOfField(kind, field.name)}`;
    }
  return schema;
}
