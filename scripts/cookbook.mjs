// Reads the cookbook: examples/NAME/query.graphql with its variables, and the documents that belong to it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getOperationAST, parse } from 'graphql';

export const EXAMPLES = fileURLToPath(new URL('../examples', import.meta.url));

/** The file of a recipe in each language; the order is that of the index. */
export const LANGUAGES = [
  { language: 'curl', file: 'run.sh' },
  { language: 'Python', file: 'run.py' },
  { language: 'R', file: 'run.R' },
  { language: 'TypeScript', file: 'run.ts' },
];

/** The recipes that agents have as tools at /mcp. */
const TOOLS = JSON.parse(readFileSync(join(EXAMPLES, 'tools.json'), 'utf8'));

/**
 * A recipe: `text` is the file as it stands, `document` the same without the comment at its beginning. A value of
 * `variables` that begins with "find:" is a path in the answer to the document `find`; null is made by the program.
 */
function recipeOf(name) {
  const read = (file) => {
    const path = join(EXAMPLES, name, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  };
  const text = read('query.graphql');
  const lines = text.split('\n');
  const first = lines.findIndex((line) => !line.startsWith('#'));
  const comment = lines.slice(0, first).map((line) => line.replace(/^#\s*/, ''));
  const document = lines.slice(first).join('\n').trim();
  const { operation, name: operationName } = getOperationAST(parse(document));
  const words = name.replaceAll('-', ' ').replace('froc', 'FROC').replace('hounsfield', 'Hounsfield');
  return {
    name,
    title: words[0].toUpperCase() + words.slice(1),
    question: comment[0],
    note: comment.slice(1).join(' '),
    kind: operation,
    isTool: TOOLS.includes(name),
    operationName: operationName.value,
    text,
    document,
    variables: JSON.parse(read('variables.json')),
    find: read('find.graphql'),
    result: read('result.graphql'),
  };
}

/** @returns all recipes, in the order of examples/order.json */
export function readCookbook() {
  const names = JSON.parse(readFileSync(join(EXAMPLES, 'order.json'), 'utf8'));
  const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const unlisted = folders.map(({ name }) => name).filter((name) => !names.includes(name));
  if (unlisted.length > 0) throw new Error(`examples/order.json does not have ${unlisted.join(', ')}.`);
  const recipes = names.map(recipeOf);
  const wrong = TOOLS.filter((name) => !recipes.some((recipe) => recipe.name === name && recipe.kind === 'query'));
  if (wrong.length > 0)
    throw new Error(`examples/tools.json has what is no query of the cookbook: ${wrong.join(', ')}.`);
  return recipes;
}
