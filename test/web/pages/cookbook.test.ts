import { parse, validate } from 'graphql';
import { exampleQueries } from '../../../src/graphql/examples';
import { RECIPES, recipeOf } from '../../../web/app/pages/cookbook/recipes';
import { testSchema } from '../../graphql/testGraph';

describe('the recipes of the cookbook', () => {
  it('are the examples of the server, each with a sentence and a name for the address', () => {
    expect(RECIPES.map(({ title }) => title)).toEqual(exampleQueries.map(({ name }) => name));
    expect(new Set(RECIPES.map(({ slug }) => slug)).size).toBe(RECIPES.length);
    for (const { slug, description, document } of RECIPES) {
      expect(slug).toMatch(/^[a-z0-9-]+$/);
      expect(description).toMatch(/^[A-Z].*\.$/);
      expect(document.text).not.toMatch(/^\s*#/);
    }
  });

  it.each(RECIPES)('$title: its operation has the name that is sent with it', ({ document, isMutation }) => {
    const parsed = parse(document.text);
    expect(validate(testSchema, parsed)).toEqual([]);
    expect(parsed.definitions).toMatchObject([
      { kind: 'OperationDefinition', name: { value: document.name }, operation: isMutation ? 'mutation' : 'query' },
    ]);
  });

  it('join a comment of several lines to one text', () => {
    const recipe = recipeOf({ name: 'A & B', query: '# One\n# sentence.\nquery Q {\n  # inside\n  a\n}' });
    expect(recipe).toMatchObject({
      slug: 'a-b',
      description: 'One sentence.',
      document: { name: 'Q', text: 'query Q {\n  # inside\n  a\n}' },
      variables: {},
    });
  });
});
