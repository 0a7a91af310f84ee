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

/**
 * How large a request may be, before anything is executed. Each is far above what a page needs and far below what
 * hurts; a client that meets one is told its name and value.
 */
export const LIMITS = {
  /** lexical tokens of a document; GraphiQL's introspection query has some 400 */
  tokens: 2_000,
  /** selections once every fragment is written out where it is spread */
  selections: 5_000,
  /** fields inside one another; the introspection query has 15 */
  depth: 16,
  aliases: 100,
  directives: 50,
  directivesOnOneNode: 4,
  /** letters of a name or alias; they come back in the answer, and in the path of every error below */
  nameLength: 200,
  /** selections between one pair of braces */
  selectionsInOneSet: 200,
  /** fields that an answer may hold by the bounds of its lists (complexity.ts): mostly, far fewer come */
  complexity: 100_000,
  /** fields that it may hold by the rows that there are (priceCheck.ts): as many come */
  storedComplexity: 200_000,
  /** by the bounds: nobody looks what is stored for an operation beyond */
  hopelessComplexity: 10_000_000,
  /** lists and objects inside one another in the variables */
  variableDepth: 32,
  /** items of one list in the variables */
  listItems: 10_000,
  /** fields of one object in the variables; the largest input has some 20 */
  objectFields: 200,
} as const;

/**
 * Parses a document and holds it against the limits that need no schema. Errors of syntax come as graphql-js makes them.
 *
 * @throws QueryTooComplex naming the limit, its value and what came
 * @throws BadUserInput for a literal that no column can hold
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

/** What a selection set comes to when its fragments are written out. */
interface Extent {
  selections: number;
  depth: number;
}

/** @returns how many selections the largest operation of a document has once every fragment is written out */
export function expandedSelections(document: DocumentNode): number {
  return Math.max(0, ...extentsOf(document).map(({ selections }) => selections));
}

function checkExpanded(document: DocumentNode): void {
  for (const { selections, depth } of extentsOf(document)) {
    atMost('selections with fragments expanded', LIMITS.selections, selections);
    atMost('levels of nested fields', LIMITS.depth, depth);
  }
}

/** Measures each operation; a fragment is measured once, so that a bomb of fragments in fragments costs no more than its own text. */
function extentsOf(document: DocumentNode): Extent[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const measured = new Map<string, Extent>();

  const measureFragment = (name: string): Extent => {
    const known = measured.get(name);
    if (known) return known;
    // A fragment that spreads itself is refused by validation; here it only has to end.
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
 * Holds the variables of a request against the limits: recursive input types would otherwise be walked to the end of the stack,
 * and PostgreSQL has no text with a NUL and no use for half a surrogate pair.
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
    // The coercion quotes an object once for each field that it does not know.
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

/** In unicode mode a whole pair is one code point, so that only halves are in the category of surrogates. */
const NUL_OR_HALF_PAIR = /\0|\p{Surrogate}/u;

function checkText(value: string, argument?: string): void {
  if (NUL_OR_HALF_PAIR.test(value))
    throw new BadUserInput(
      'Expected text without NUL characters and without unpaired surrogates.',
      argument || undefined,
    );
}

/** @throws QueryTooComplex when `found` is above `limit` */
function atMost(what: string, limit: number, found: number): void {
  if (found > limit) throw exceeded(what, limit, found);
}

function exceeded(what: string, limit: number, found?: number): QueryTooComplex {
  const got = found === undefined ? 'more' : String(found);
  return new QueryTooComplex(`Expected at most ${limit} ${what}, got ${got}: request less, or use several requests.`);
}
