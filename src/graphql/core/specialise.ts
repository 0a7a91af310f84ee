/**
 * What graphql-jit does wrongly with conditions and with variables inside literals is never shown to it: a document is specialised for the
 * truth values of its conditions first, and every argument that is built of variables becomes one variable.
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

/** An argument whose value is put together from variables when a request comes. */
export interface ComposedArgument {
  /** of the variable that stands in its place */
  name: string;
  type: GraphQLInputType;
  value: ValueNode;
}

/** One operation for one outcome of its conditions. */
export interface SpecialisedDocument {
  /** with one operation and no directives */
  document: DocumentNode;
  composed: ComposedArgument[];
}

/**
 * Leaves out what @skip and @include leave out under `variables`, and the directives themselves. Named fragments stay as they are: their
 * conditions are those of the whole operation, so that each fragment has one form.
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

/** @returns null, which takes it out, where its conditions say so; undefined, which leaves it, where it has no directives */
function withoutConditions<Node extends SelectionNode>(node: Node, variables: Variables): Node | null | undefined {
  if (!node.directives?.length) return undefined;
  return isIncluded(node, variables) ? { ...node, directives: [] } : null;
}

/** Puts a variable in the place of each list or object that holds variables. */
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

/** @returns what no variable of the operation begins with */
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
 * @returns the variables with those of the composed arguments; undefined where an argument does not fit its type with these variables,
 * which graphql-js has the words for
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

/** @returns definitions of all variables that a specialised operation reads, of one type that takes values as they come */
export function definitionsOf(names: Iterable<string>, type: string): VariableDefinitionNode[] {
  return Array.from(names, (name) => ({
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
  }));
}
