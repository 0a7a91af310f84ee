// `node scripts/makeCookbook.mjs [--check]`: writes the programs of examples/ that only send a document, and the index
// in its README. A program without MARK in it was written by hand and is left as it is. With --check, fails where a file
// is not as it would be written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { EXAMPLES, LANGUAGES, readCookbook } from './cookbook.mjs';
import { snippetIn } from './cookbookSnippets.mjs';

const MARK = 'Made of query.graphql by scripts/makeCookbook.mjs.';
const check = process.argv.includes('--check');

const HEAD = `# The cookbook

One folder per question. \`query.graphql\` is the request of the graph with the question in its first line, \`variables.json\` has its variables, and
\`run.sh\`, \`run.py\`, \`run.R\` and \`run.ts\` are programs that ask it. The tests run all of them against the demo.

| program | needs | command |
|---|---|---|
| curl | curl | \`sh examples/froc/run.sh\` |
| Python | Python 3.9 and its standard library | \`python3 examples/froc/run.py\` |
| R | R 4.1 with \`httr2\` and \`jsonlite\` | \`Rscript examples/froc/run.R\` |
| TypeScript | Node 22.18 or newer, which runs TypeScript, or \`npx tsx\` | \`node examples/froc/run.ts\` |

They ask the server at \`http://127.0.0.1:4000\`, or at \`DEEPLESION_SERVER\`, with the key in \`DEEPLESION_KEY\` if that is set. A server has the
documents too: \`/cookbook.json\` lists them, \`/cookbook/froc.graphql\` is one, and a request can name one in place of sending it
(\`/graphql?documentId=cookbook:froc&variables={…}\`). A variable that begins with \`find:\` is a path in the answer to \`find.graphql\`; \`null\`
stands for what the program makes itself, such as the id of an upload.

| question | document | curl | Python | R | TypeScript |
|---|---|---|---|---|---|
`;

const rowOf = ({ name, question }) =>
  `| ${[question, `[${name}](${name}/query.graphql)`, ...LANGUAGES.map(({ file }) => `[${file}](${name}/${file})`)].join(' | ')} |`;

/** @returns the files that this script writes: path and text */
function wantedFiles() {
  const recipes = readCookbook();
  const programs = recipes.flatMap((recipe) =>
    LANGUAGES.map(({ language, file }) => ({
      path: join(EXAMPLES, recipe.name, file),
      make: () => snippetIn(language, recipe, MARK),
    })),
  );
  const isByHand = ({ path }) => existsSync(path) && !readFileSync(path, 'utf8').includes(MARK);
  return [
    ...programs.filter((program) => !isByHand(program)).map(({ path, make }) => ({ path, text: make() })),
    { path: join(EXAMPLES, 'README.md'), text: `${HEAD}${recipes.map(rowOf).join('\n')}\n` },
  ];
}

let stale = 0;
for (const { path, text } of wantedFiles()) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale++;
  if (check) console.error(`examples/${relative(EXAMPLES, path)} is not as "npm run cookbook" would write it.`);
  else writeFileSync(path, text);
}
if (check && stale > 0) process.exitCode = 1;
