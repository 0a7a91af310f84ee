/// <reference types="vite/client" />
import order from '../../../../examples/order.json';
import { type Recipe, recipeOf } from './recipes';

/** The files of examples/, by path; the build reads them. */
const TEXTS = import.meta.glob<string>('../../../../examples/*/{query,find}.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const VARIABLES = import.meta.glob<Record<string, unknown>>('../../../../examples/*/variables.json', {
  import: 'default',
  eager: true,
});

const pathOf = (name: string, file: string): string => `../../../../examples/${name}/${file}`;

/** The recipes that a page can ask, in the order of the cookbook: no uploads, and no streams of events. */
export const RECIPES: readonly Recipe[] = order.flatMap((name) => {
  const recipe = recipeOf({
    name,
    query: TEXTS[pathOf(name, 'query.graphql')] ?? '',
    find: TEXTS[pathOf(name, 'find.graphql')] ?? null,
    variables: VARIABLES[pathOf(name, 'variables.json')] ?? {},
  });
  return recipe ? [recipe] : [];
});
