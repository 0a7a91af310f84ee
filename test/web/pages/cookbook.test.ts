import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cookbook } from '../../../src/graphql/documents';
import { filled, recipeOf } from '../../../web/app/pages/cookbook/recipes';

const EXAMPLES = resolve(__dirname, '../../../examples');

/** They take an upload, which a program makes first. */
const UPLOADS = new Set(['detect-in-an-own-image', 'submit-my-results']);

describe('the recipes of the cookbook', () => {
  it.each(cookbook)('$title: the page shows what the server has', ({ name, title, question, kind, ...recipe }) => {
    const query = readFileSync(join(EXAMPLES, name, 'query.graphql'), 'utf8');
    const shown = recipeOf({ name, query, find: recipe.find, variables: recipe.variables });
    if (kind === 'subscription' || UPLOADS.has(name)) expect(shown).toBeUndefined();
    else
      expect(shown).toMatchObject({
        slug: name,
        title,
        description: expect.stringContaining(question),
        document: { name: recipe.operationName, text: recipe.document },
        isMutation: kind === 'mutation',
      });
  });

  it('join a comment of several lines to one text', () => {
    const files = {
      name: 'a-b',
      query: '# One\n# sentence.\nquery Q {\n  # inside\n  a\n}\n',
      find: null,
      variables: {},
    };
    expect(recipeOf(files)).toMatchObject({
      slug: 'a-b',
      title: 'A b',
      description: 'One sentence.',
      document: { name: 'Q', text: 'query Q {\n  # inside\n  a\n}' },
    });
  });

  it('take ids from the answer to another request, and are without any where it has none', () => {
    const variables = { ids: ['find:runs.0.id', 'find:runs.1.id'], input: { first: 3 } };
    expect(filled(variables, { runs: [{ id: 'x' }, { id: 'y' }] })).toEqual({ ids: ['x', 'y'], input: { first: 3 } });
    expect(filled(variables, { runs: [{ id: 'x' }] })).toBeUndefined();
  });
});
