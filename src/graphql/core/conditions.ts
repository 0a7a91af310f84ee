/**
 * Evaluates @skip and @include without errors for an explicit null, which graphql-js raises at the selection itself.
 */
import { type DirectiveNode, type DocumentNode, Kind, type SelectionNode, type ValueNode, visit } from 'graphql';

/** Coerced; defaults of the operation are included. */
export type Variables = Readonly<Record<string, unknown>>;

/** @returns the variables that are conditions of @skip or @include in a document, without duplicates */
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

/** @returns whether a selection is included according to @skip and @include */
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
