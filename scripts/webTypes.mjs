// `node scripts/webTypes.mjs [--check]`: for each NAME.graphql of web/, writes NAME.generated.ts beside it with the
// documents and the types of their answers and variables, and once the enums and inputs that they use, in
// data/schemaTypes.generated.ts; and the same of examples/ for clients/typescript. With --check, fails where a file is
// not as it would be written.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildSchema, Kind, parse, print, validate } from 'graphql';
import { EXAMPLES, readCookbook } from './cookbook.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const app = join(root, 'web', 'app');
const sdl = readFileSync(join(root, 'schema.graphql'), 'utf8');
const schema = buildSchema(sdl);
const SHARED = join(app, 'data', 'schemaTypes.generated.ts');
const CLIENT = join(root, 'clients', 'typescript', 'src', 'documents.generated.ts');
const check = process.argv.includes('--check');

/** The file of `GraphDocument` ends with the plain text of each operation: a browser needs no parser of GraphQL. */
const documents = {
  plugin: (_schema, files) =>
    files
      .flatMap(({ document }) => document.definitions)
      .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
      .map((operation) => {
        const { value: name } = operation.name;
        const types = `${name}${suffixOf(operation)}`;
        const text = print(withFragments(operation, files));
        return [
          `export const ${name}Document: GraphDocument<${types}, ${types}Variables> = {`,
          `  name: '${name}',`,
          `  text: ${JSON.stringify(text)},`,
          '};',
        ].join('\n');
      })
      .join('\n\n'),
};

const suffixOf = ({ operation }) => ({ query: 'Query', mutation: 'Mutation', subscription: 'Subscription' })[operation];

function withFragments(operation, files) {
  const all = files.flatMap(({ document }) => document.definitions);
  const used = new Map();
  const visit = (node) => {
    for (const name of print(node).matchAll(/\.\.\.\s*(?!on\b)(\w+)/g)) {
      const fragment = all.find((one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name[1]);
      if (!fragment || used.has(name[1])) continue;
      used.set(name[1], fragment);
      visit(fragment);
    }
  };
  visit(operation);
  return { kind: Kind.DOCUMENT, definitions: [operation, ...used.values()] };
}

const CONFIG = {
  useTypeImports: true,
  enumType: 'string-literal',
  avoidOptionals: false,
  scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown' },
  skipTypename: true,
};

function documentOf(file) {
  const document = parse(readFileSync(file, 'utf8'));
  const errors = validate(schema, document);
  if (errors.length > 0) throw new Error(`${relative(root, file)}: ${errors.map(({ message }) => message).join(' ')}`);
  return { document, location: file };
}

/** The enums and inputs that the documents use. */
async function sharedTypes(files) {
  const body = await codegen({
    documents: files.map(documentOf),
    schema: parse(sdl),
    filename: SHARED,
    config: { ...CONFIG, generateOperationTypes: false },
    plugins: [{ operations: {} }],
    pluginMap: { operations },
  });
  return `// Made of schema.graphql and of all documents below web/ by scripts/webTypes.mjs.\n\n${body.trim()}\n`;
}

async function typesOf(file) {
  const toGraph = relative(dirname(file), join(app, 'data', 'graph')).replaceAll('\\', '/');
  const body = await codegen({
    documents: [documentOf(file)],
    schema: parse(sdl),
    filename: file,
    config: { ...CONFIG, importSchemaTypesFrom: SHARED, namespacedImportName: 'Schema' },
    plugins: [{ operations: {} }, { documents: {} }],
    pluginMap: { operations, documents },
  });
  return [
    `// Made of ${basename(file)} and schema.graphql by scripts/webTypes.mjs.`,
    `import type { GraphDocument } from '${toGraph.startsWith('.') ? toGraph : `./${toGraph}`}';\n`,
    body.trim(),
    '',
  ].join('\n');
}

/** The questions of the cookbook for the TypeScript client, each under the name of its folder. */
async function clientDocuments() {
  const recipes = readCookbook().map((recipe) => ({ ...recipe, file: join(EXAMPLES, recipe.name, 'query.graphql') }));
  const body = await codegen({
    documents: recipes.map(({ file }) => documentOf(file)),
    schema: parse(sdl),
    filename: CLIENT,
    config: CONFIG,
    plugins: [{ operations: {} }],
    pluginMap: { operations },
  });
  const constants = recipes.map(({ name, question, operationName, kind, document }) => {
    const types = `${operationName}${suffixOf({ operation: kind })}`;
    const constant = name.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());
    return [
      `/** ${question} */`,
      `export const ${constant}: TypedDocument<${types}, ${types}Variables> = {`,
      `  name: '${operationName}',`,
      `  text: ${JSON.stringify(document)},`,
      '};',
    ].join('\n');
  });
  return [
    '// Made of examples/ and schema.graphql by scripts/webTypes.mjs.',
    "import type { TypedDocument } from './ask';\n",
    `${body.trim()}\n`,
    `${constants.join('\n\n')}\n`,
  ].join('\n');
}

const files = readdirSync(join(root, 'web'), { recursive: true }).map((file) => join(root, 'web', file));
const sources = files.filter((file) => file.endsWith('.graphql'));
if (sources.length === 0) throw new Error('No NAME.graphql stands below web/.');
let stale = 0;
for (const orphan of files.filter((file) => file.endsWith('.generated.ts'))) {
  if (orphan === SHARED || existsSync(orphan.replace(/\.generated\.ts$/, '.graphql'))) continue;
  stale++;
  console.error(`${relative(root, orphan)} has no NAME.graphql beside it: remove it.`);
}
const wanted = [
  [SHARED, await sharedTypes(sources)],
  [CLIENT, await clientDocuments()],
];
for (const source of sources) wanted.push([source.replace(/\.graphql$/, '.generated.ts'), await typesOf(source)]);
for (const [target, text] of wanted) {
  if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
  stale++;
  if (check) console.error(`${relative(root, target)} is not as "npm run web:types" would write it.`);
  else writeFileSync(target, text);
}
if (check && stale > 0) process.exitCode = 1;
