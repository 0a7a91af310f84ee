import './withoutSecondCopyCheck';
import fc from 'fast-check';
import {
  type ExecutionResult,
  type FieldNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { SignedUrls } from '../../src/access';
import { buildSchema, createContext, createExecutor, type Executor } from '../../src/graphql';
import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { generateOperation } from './operations';
import { testSchema as schema, testServices } from './testGraph';

const ROOTS = [
  'bookmarkedImage',
  'bookmarkedImages',
  'categorization',
  'categorizations',
  'dataset',
  'datasets',
  'lesions',
  'lesionStatistics',
  'node',
  'nodes',
  'patient',
  'patients',
  'pseudoClusters',
  'studies',
];

let test: TestDatabase;
let values: Record<string, readonly unknown[]>;
beforeAll(async () => {
  test = await createTestDatabase();
  const datasetId = await seedDataset(test.database, { patients: 5 });
  await seedCategorization(test.database, datasetId);
  await seedDataset(test.database, { slug: 'old', version: 1, isLatest: false, patients: 2 });
  await seedDataset(test.database, { slug: 'old', version: 2, patients: 3 });
  values = await valuesOf();
});
afterAll(() => test.drop());

/** What arguments are filled with: names and ids that are there, and a few that are not. */
async function valuesOf(): Promise<Record<string, readonly unknown[]>> {
  const execute = createExecutor(schema, { compile: false });
  const source = `{ datasets { nodes { id } } patients(first: 2) { nodes { id studies { id series { id } } } }
    lesions(first: 3) { nodes { id image { id } } } categorizations { nodes { id pseudoClusters { id } } } }`;
  const answer = await execute({ document: parse(source), context: createContext(testServices(test.database)) });
  const ids = [...JSON.stringify(answer.data).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id);
  const numbers = [0, 1, 2, 3, 10, 40];
  return {
    Int: numbers,
    Float: [0, 0.5, ...numbers],
    String: ['seed', 'nope', '', 'first'],
    Boolean: [true, false],
    ID: [...ids, 'nonsense'],
    DateTime: ['2020-01-01T00:00:00.000Z'],
    first: [0, 1, 3],
    last: [0, 2],
    after: [null],
    before: [null],
    dataset: ['seed', 'old', 'old@1'],
    slug: ['seed', 'old@1', 'nope'],
    fileName: ['000001_01_01_010.png', '000001_01_01_020.png', 'nope.png'],
    id: ids,
    ids: ids,
  };
}

/** Many operations end in errors, whose stack traces nobody reads and jest takes long to format. */
Error.stackTraceLimit = 0;

/**
 * Which of several failing fields is the first is a matter of the database's speed; that there was one, and what it
 * leaves of the data, is not.
 */
const answerOf = ({ data, errors }: ExecutionResult): string => JSON.stringify({ data, errors: errors !== undefined });

/** Holds what `execute` answers to generated queries against what `expected` does. @param turns of each request */
async function compare(execute: Executor, expected: Executor, seed: number, operations: number, turns: number) {
  // Signed addresses hold the second in which they expire.
  const urls = new SignedUrls('a secret of thirty-two characters', () => 0);
  const services = testServices(test.database, { urls });
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (operationSeed) => {
      const { source, variables } = generateOperation(schema, operationSeed, { values, roots: ROOTS, size: 40 });
      const document = parse(source);
      for (const requested of variables) {
        const run = async (executor: Executor) =>
          answerOf(await executor({ document, variables: requested, context: createContext(services) }));
        const right = await run(expected);
        if (!right.includes('"errors":true')) answered++;
        for (let turn = 1; turn <= turns; turn++)
          expect({ turn, source, requested, answer: await run(execute) }).toEqual({
            turn,
            source,
            requested,
            answer: right,
          });
      }
    }),
    { seed, numRuns: operations, endOnFailure: true },
  );
  // Errors alone would prove little.
  expect(answered).toBeGreaterThan(operations);
}

describe('generated queries over the graph', () => {
  it('are answered by their compiled form as by graphql-js: data, whether there are errors, order of keys', async () => {
    await compare(createExecutor(schema), createExecutor(schema, { compile: false }), 1, 400, 3);
  }, 300_000);

  it('are answered with what was looked ahead for as by loaders', async () => {
    const short = createExecutor(withShortSight(buildSchema()), { compile: false });
    await compare(createExecutor(schema, { compile: false }), short, 2, 300, 1);
  }, 300_000);
});

/**
 * A selection that lets a page be read and says nothing of what is selected of its items, but that rows are read with
 * the columns that few fields show (`windows` is one of these).
 */
const PAGE = selectionOf('{ nodes { windows } edges { node { windows } } pageInfo { hasNextPage } }');
const NOTHING = selectionOf('{ windows }');

function selectionOf(source: string): SelectionSetNode {
  const [definition] = parse(source).definitions;
  if (!definition || !('selectionSet' in definition) || !definition.selectionSet)
    throw new Error(`No selection in ${source}.`);
  return definition.selectionSet;
}

/** The schema with resolvers that see no further than their own field, so that everything below comes from loaders. */
function withShortSight(graph: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(graph.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      const inner = getNamedType(field.type).name;
      // Which histograms are computed depends on their arguments: there is no other way to them.
      if (!resolve || inner === 'LesionStatistics') continue;
      const selectionSet = inner.endsWith('Connection') ? PAGE : NOTHING;
      const blind = (node: FieldNode): FieldNode => (node.selectionSet ? { ...node, selectionSet } : node);
      field.resolve = (source, args, context, info: GraphQLResolveInfo) =>
        resolve(source, args, context, { ...info, fieldNodes: info.fieldNodes.map(blind) });
    }
  }
  return graph;
}
