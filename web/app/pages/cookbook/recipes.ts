import type { AnyDocument } from '../../data/graph';

/** A folder of examples/. */
export interface RecipeFiles {
  readonly name: string;
  readonly query: string;
  /** the request whose answer has ids for the variables */
  readonly find: string | null;
  readonly variables: Record<string, unknown>;
}

/** A question of the cookbook, as its page shows it. */
export interface Recipe {
  /** in the address */
  readonly slug: string;
  readonly title: string;
  /** the question, and what else the comment above the request says */
  readonly description: string;
  readonly document: AnyDocument;
  /** those that begin with "find:" are paths in the answer to `find` */
  readonly variables: Record<string, unknown>;
  readonly find: AnyDocument | null;
  /** it changes something on the server */
  readonly isMutation: boolean;
}

/** The comment at the start of a file is its description; what follows is the request. */
function parsed(text: string): { comment: string; document: AnyDocument; kind: string | undefined } {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => !line.startsWith('#'));
  const comment = lines.slice(0, Math.max(0, first)).map((line) => line.replace(/^#\s*/, ''));
  const document = lines.slice(first).join('\n').trim();
  const [, kind, operation] = /^\s*(query|mutation|subscription)\s+(\w+)/.exec(document) ?? [];
  return { comment: comment.join(' '), document: { name: operation ?? '', text: document }, kind };
}

const hasNull = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.values(value as object).some(hasNull));

/** @returns undefined for a recipe that a page cannot ask: a stream of events, or a variable that a program makes */
export function recipeOf({ name, query, find, variables }: RecipeFiles): Recipe | undefined {
  const { comment, document, kind } = parsed(query);
  if (kind === 'subscription' || hasNull(variables)) return undefined;
  // As scripts/cookbook.mjs names them.
  const words = name.replaceAll('-', ' ').replace('froc', 'FROC').replace('hounsfield', 'Hounsfield');
  return {
    slug: name,
    title: `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
    description: comment,
    document,
    variables,
    find: find === null ? null : parsed(find).document,
    isMutation: kind === 'mutation',
  };
}

/**
 * @param value variables, in which texts that begin with "find:" are paths
 * @param found the answer that they are paths in
 * @returns the variables, or undefined if the answer has nothing at a path
 */
export function filled(value: unknown, found: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('find:')) {
    const steps = value.slice('find:'.length).split('.');
    return steps.reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], found);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, filled(item, found)]);
  if (entries.some(([, item]) => item === undefined)) return undefined;
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}
