/**
 * Avoids the errors of graphql-jit with conditions and with variables in literals: a document is first specialised
 * for the values of its conditions, and every argument composed of variables is replaced by one variable.
 */
import {
  type ArgumentNode,
  BREAK,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  valueFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { isIncluded, type Variables } from './conditions';

/** An argument whose value is composed of variables for each request. */
export interface ComposedArgument {
  /** of the variable that replaces it */
  name: string;
  type: GraphQLInputType;
  value: ValueNode;
}

/** One operation for one outcome of its conditions. */
export interface SpecialisedDocument {
  /** with one operation and without directives */
  document: DocumentNode;
  composed: ComposedArgument[];
}

/**
 * Removes the selections excluded by @skip and @include under `variables`, and the directives themselves. Named
 * fragments are kept: their conditions are those of the whole operation, so that each fragment has one form.
 *
 * @param operation of `document`, which was validated
 */
export function specialise(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): SpecialisedDocument {
  const alone: DocumentNode = {
    ...document,
    definitions: document.definitions.filter(
      (definition) => definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION,
    ),
  };
  const unconditional: DocumentNode = visit(alone, {
    Field: (node) => withoutConditions(node, variables),
    FragmentSpread: (node) => withoutConditions(node, variables),
    InlineFragment: (node) => withoutConditions(node, variables),
  });
  return composeArguments(schema, unconditional, operation);
}

/**
 * @returns null, which removes the node, if its conditions exclude it; undefined, which keeps it, if it has no
 *   directives
 */
function withoutConditions<Node extends SelectionNode>(node: Node, variables: Variables): Node | null | undefined {
  if (!node.directives?.length) return undefined;
  return isIncluded(node, variables) ? { ...node, directives: [] } : null;
}

/** Replaces each list or object that contains variables by one variable. */
function composeArguments(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): SpecialisedDocument {
  const composed: ComposedArgument[] = [];
  const prefix = unusedPrefix(operation);
  const typeInfo = new TypeInfo(schema);
  const replaced: DocumentNode = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Argument(node): ArgumentNode | undefined {
        const type = typeInfo.getArgument()?.type;
        if (!type || node.value.kind === Kind.VARIABLE || !holdsVariables(node.value)) return undefined;
        const name = `${prefix}${composed.length}`;
        composed.push({ name, type, value: node.value });
        return { ...node, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } };
      },
    }),
  );
  return { document: replaced, composed };
}

/** @returns a prefix that no variable of the operation has */
function unusedPrefix({ variableDefinitions = [] }: OperationDefinitionNode): string {
  let prefix = 'composed';
  while (variableDefinitions.some(({ variable }) => variable.name.value.startsWith(prefix))) prefix += '_';
  return prefix;
}

function holdsVariables(value: ValueNode): boolean {
  let found = false;
  visit(value, {
    Variable() {
      found = true;
      return BREAK;
    },
  });
  return found;
}

/**
 * @returns the variables with those of the composed arguments; undefined if an argument is invalid with these
 *   variables, for which graphql-js has the message
 */
export function withComposed(composed: readonly ComposedArgument[], variables: Variables): Variables | undefined {
  if (composed.length === 0) return variables;
  const all: Record<string, unknown> = { ...variables };
  for (const { name, type, value } of composed) {
    const made = valueFromAST(value, type, variables);
    if (made === undefined) return undefined;
    all[name] = made;
  }
  return all;
}

/**
 * @returns definitions of all variables that a specialised operation reads, with one type that passes values
 *   unchanged
 */
export function definitionsOf(names: Iterable<string>, type: string): VariableDefinitionNode[] {
  return Array.from(names, (name) => ({
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
  }));
}
