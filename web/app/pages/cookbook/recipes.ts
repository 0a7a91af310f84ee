import { type ExampleQuery, exampleQueries } from '../../../../src/graphql/examples';
import type { AnyDocument } from '../../data/graph';

/** An example query of the server, as the cookbook shows it. */
export interface Recipe {
  /** in the address */
  readonly slug: string;
  readonly title: string;
  /** the comment above the query, as sentences */
  readonly description: string;
  readonly document: AnyDocument;
  readonly variables: Record<string, unknown>;
  /** it changes something on the server */
  readonly isMutation: boolean;
}

/** The comment at the start of a query is its description; what follows is the request. */
export function recipeOf({ name, query, variables = {} }: ExampleQuery): Recipe {
  const lines = query.split('\n');
  const first = lines.findIndex((line) => !line.startsWith('#'));
  const comment = lines.slice(0, Math.max(0, first)).map((line) => line.replace(/^#\s*/, ''));
  const text = lines.slice(first).join('\n');
  const [, kind, operation] = /^\s*(query|mutation|subscription)\s+(\w+)/.exec(text) ?? [];
  return {
    slug: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    title: name,
    description: comment.join(' '),
    document: { name: operation ?? '', text },
    variables,
    isMutation: kind === 'mutation',
  };
}

/** All of them, in the order of the server's query page. */
export const RECIPES: readonly Recipe[] = exampleQueries.map(recipeOf);
