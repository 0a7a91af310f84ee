/** @skip and @include, read without the errors of an explicit null: those are graphql-js's to raise, at the selection itself. */
import { type DirectiveNode, type DocumentNode, Kind, type SelectionNode, type ValueNode, visit } from 'graphql';

/** Coerced: defaults of the operation are in. */
export type Variables = Readonly<Record<string, unknown>>;

/** @returns the variables on which @skip and @include of a document depend, each once */
export function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      const condition = conditionOf(node);
      if (condition?.kind === Kind.VARIABLE) names.add(condition.name.value);
    },
  });
  return [...names];
}

/** @returns whether @skip and @include leave a selection in */
export function isIncluded({ directives = [] }: SelectionNode, variables: Variables): boolean {
  return directives.every((directive) => {
    const condition = conditionOf(directive);
    if (!condition) return true;
    return truthOf(condition, variables) !== (directive.name.value === 'skip');
  });
}

function conditionOf({ name, arguments: args = [] }: DirectiveNode): ValueNode | undefined {
  if (name.value !== 'skip' && name.value !== 'include') return undefined;
  return args.find((argument) => argument.name.value === 'if')?.value;
}

function truthOf(condition: ValueNode, variables: Variables): unknown {
  if (condition.kind === Kind.VARIABLE) return variables[condition.name.value];
  return condition.kind === Kind.BOOLEAN ? condition.value : undefined;
}
