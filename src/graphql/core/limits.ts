import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { BadUserInput, QueryTooComplex } from '../../errors';
import { isStorable } from '../../storableText';

/**
 * Limits on the size of a request, which are checked before execution. Each is far above the needs of a page and far
 * below a harmful size; the error names the limit and its value.
 */
export const LIMITS = {
  /** lexical tokens of a document; GraphiQL's introspection query has about 400 */
  tokens: 2_000,
  /** selections after the expansion of all fragments */
  selections: 5_000,
  /** depth of nested fields; the introspection query has 15 */
  depth: 16,
  aliases: 100,
  directives: 50,
  directivesOnOneNode: 4,
  /** characters of a name or alias, which is repeated in the response and in the path of every error below it */
  nameLength: 200,
  /** selections in one selection set */
  selectionsInOneSet: 200,
  /** fields of a response by the bounds of its lists (complexity.ts): most responses have far fewer */
  complexity: 100_000,
  /** fields of a response by the stored rows (priceCheck.ts): the response has that many */
  storedComplexity: 200_000,
  /** by the bounds: the stored rows are not read for an operation above this limit */
  hopelessComplexity: 10_000_000,
  /** depth of nested lists and objects in the variables */
  variableDepth: 32,
  /** items of one list in the variables */
  listItems: 10_000,
  /** fields of one object in the variables; the largest input has about 20 */
  objectFields: 200,
} as const;

/**
 * Parses a document and checks it against the limits that do not need the schema. Syntax errors are those of
 * graphql-js.
 *
 * @throws QueryTooComplex with the limit, its value and the actual value
 * @throws BadUserInput for a literal that no column can store
 * @throws GraphQLError for a syntax error
 */
export function parseWithinLimits(source: string): DocumentNode {
  const document = parseTokens(source);
  checkNodes(document);
  checkExpanded(document);
  return document;
}

function parseTokens(source: string): DocumentNode {
  try {
    return parse(source, { maxTokens: LIMITS.tokens });
  } catch (thrown) {
    if (thrown instanceof GraphQLError && /more that|more than/.test(thrown.message))
      throw exceeded('tokens', LIMITS.tokens);
    throw thrown;
  }
}

function checkNodes(document: DocumentNode): void {
  let aliases = 0;
  let directives = 0;
  const countDirectives = (found: number): void => {
    atMost('directives on one field or fragment', LIMITS.directivesOnOneNode, found);
    directives += found;
    atMost('directives', LIMITS.directives, directives);
  };
  visit(document, {
    enter(node) {
      if ('directives' in node) countDirectives(node.directives?.length ?? 0);
      switch (node.kind) {
        case Kind.NAME:
          atMost('characters in a name', LIMITS.nameLength, node.value.length);
          break;
        case Kind.FIELD:
          if (node.alias) atMost('aliases', LIMITS.aliases, ++aliases);
          break;
        case Kind.SELECTION_SET:
          atMost('selections in one selection set', LIMITS.selectionsInOneSet, node.selections.length);
          break;
        case Kind.INT:
        case Kind.FLOAT:
          checkNumber(Number(node.value));
          break;
        case Kind.STRING:
          checkText(node.value);
          break;
      }
    },
  });
}

/** The size of a selection set after the expansion of its fragments. */
interface Extent {
  selections: number;
  depth: number;
}

/** @returns the number of selections of the largest operation of a document after the expansion of all fragments */
export function expandedSelections(document: DocumentNode): number {
  return Math.max(0, ...extentsOf(document).map(({ selections }) => selections));
}

function checkExpanded(document: DocumentNode): void {
  for (const { selections, depth } of extentsOf(document)) {
    atMost('selections with fragments expanded', LIMITS.selections, selections);
    atMost('levels of nested fields', LIMITS.depth, depth);
  }
}

/**
 * Measures each operation. A fragment is measured once, so that deeply nested fragments take no longer than their own
 * text.
 */
function extentsOf(document: DocumentNode): Extent[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const measured = new Map<string, Extent>();

  const measureFragment = (name: string): Extent => {
    const known = measured.get(name);
    if (known) return known;
    // Validation refuses a fragment that spreads itself; here the recursion only has to end.
    measured.set(name, { selections: 0, depth: 0 });
    const extent = measure(fragments.get(name)?.selectionSet);
    measured.set(name, extent);
    return extent;
  };
  const measure = (set: SelectionSetNode | undefined): Extent => {
    const extent = { selections: 0, depth: 0 };
    for (const selection of set?.selections ?? []) {
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      const inner = isSpread ? measureFragment(selection.name.value) : measure(selection.selectionSet);
      extent.selections += 1 + inner.selections;
      extent.depth = Math.max(extent.depth, inner.depth + (selection.kind === Kind.FIELD ? 1 : 0));
    }
    return extent;
  };
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? [measure(definition.selectionSet)] : [],
  );
}

/**
 * Checks the variables of a request against the limits: otherwise recursive input types could overflow the stack, and
 * PostgreSQL cannot store NUL characters or unpaired surrogates.
 *
 * @throws QueryTooComplex or BadUserInput naming the variable
 */
export function checkVariables(variables: unknown): void {
  const open: { value: unknown; depth: number; name: string }[] = [{ value: variables, depth: 0, name: '' }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth, name } = next;
    if (typeof value === 'string') checkText(value, name);
    else if (typeof value === 'number') checkNumber(value, name);
    if (typeof value !== 'object' || value === null) continue;
    if (depth > LIMITS.variableDepth) throw exceeded(`levels of nesting in variable $${name}`, LIMITS.variableDepth);
    if (Array.isArray(value)) atMost(`items in a list of variable $${name}`, LIMITS.listItems, value.length);
    const entries = Object.entries(value);
    // Coercion quotes an object once per unknown field.
    if (!Array.isArray(value))
      atMost(`fields in an object of ${name ? `variable $${name}` : 'variables'}`, LIMITS.objectFields, entries.length);
    for (const [key, item] of entries) {
      if (!Array.isArray(value)) {
        atMost('characters in a name', LIMITS.nameLength, key.length);
        checkText(key, name);
      }
      open.push({ value: item, depth: depth + 1, name: name || key.slice(0, 50) });
    }
  }
}

function checkNumber(value: number, argument?: string): void {
  if (!Number.isFinite(value))
    throw new BadUserInput('Expected a finite number, got one beyond 1.8e308.', argument || undefined);
}

function checkText(value: string, argument?: string): void {
  if (!isStorable(value))
    throw new BadUserInput(
      'Expected text without NUL characters and without unpaired surrogates.',
      argument || undefined,
    );
}

/** @throws QueryTooComplex if `found` is greater than `limit` */
function atMost(what: string, limit: number, found: number): void {
  if (found > limit) throw exceeded(what, limit, found);
}

function exceeded(what: string, limit: number, found?: number): QueryTooComplex {
  const got = found === undefined ? 'more' : String(found);
  return new QueryTooComplex(`Expected at most ${limit} ${what}, got ${got}: request less, or use several requests.`);
}
