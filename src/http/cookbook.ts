import { Router } from 'express';
import { NotFound, quoted } from '../errors';
import { checksumOf, cookbook } from '../graphql';

const CACHING = 'public, max-age=300';

/**
 * Serves the documents of the cookbook at `/cookbook/NAME.graphql`, and their list at `/cookbook.json`.
 *
 * @param base the path below which the server is, such as `/deeplesion`, or empty
 */
export function createCookbookRouter(base: string): Router {
  const list = cookbook.map(({ name, title, question, note, kind, operationName, text, variables, find, result }) => ({
    ...{ name, title, question, note, kind, operationName, variables, find, result },
    document: `${base}/cookbook/${name}.graphql`,
    documentId: `cookbook:${name}`,
    sha256: checksumOf(text),
  }));
  const texts = new Map(cookbook.map(({ name, text }) => [name, text]));
  return Router()
    .get('/cookbook.json', (_request, response) => {
      response.set('Cache-Control', CACHING).json({ recipes: list });
    })
    .get('/cookbook/:file', (request, response) => {
      const { file } = request.params;
      const text = texts.get(file.replace(/\.graphql$/, ''));
      if (text === undefined || !file.endsWith('.graphql'))
        throw new NotFound(`The cookbook has no ${quoted(file)}: /cookbook.json lists its documents.`);
      response.type('text/plain').set('Cache-Control', CACHING).send(text);
    });
}
