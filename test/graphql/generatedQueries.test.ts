import './withoutSecondCopyCheck';
import fc from 'fast-check';
import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { type Caller, DEFAULT_TRIES, hideSplit, LOCAL_CALLER, SignedUrls, setVisibility } from '../../src/access';
import { parseGlobalId } from '../../src/globalId';
import {
  buildSchema,
  createContext,
  createExecutor,
  createJsonAnswers,
  createOperationGates,
  type Executor,
} from '../../src/graphql';
import { JSON_ROOTS } from '../../src/graphql/core/jsonRoots';
import { JSON_TYPES, jsonFieldsOf } from '../../src/graphql/core/jsonSelection';
import type { Services } from '../../src/services';
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

describe('generated queries of fields that PostgreSQL writes as JSON', () => {
  /** What an answer has to be, with the fields that it costs, and whether it came as text. */
  interface Compared {
    right: ExecutionResult & { cost?: number };
    text: string | undefined;
    cost: number | undefined;
  }

  const isAsked = (type: string, field: string): boolean =>
    type === 'Query' ? JSON_ROOTS.includes(field) : (jsonFieldsOf(type)?.has(field) ?? true);

  /** Fields that have arguments, are looked up elsewhere, or are dates or lists of values. */
  const LEFT_TO_RESOLVERS = {
    BookmarkedImage: 'windows dataset hasPixels url huUrl slices runs outcomes',
    Lesion: 'similar dataset url',
    Patient: 'lesions dataset',
    PseudoCluster:
      'labelledAt categorization size lesions longDiameterMm shortDiameterMm location coarseTypes splits typicalLesions ' +
      'borderLesions montageUrl',
    Series: '',
    Study: '',
  };

  /** Arguments that have no error most of the time. */
  const MOSTLY_ANSWERED = {
    last: [null, null, null, 2],
    categorization: [null],
    ID: [null],
    dataset: ['seed', 'old@1'],
  };

  /** @param caller who asks; answers are compared under what it sees */
  async function compareTexts(seed: number, operations: number, caller: Caller): Promise<number> {
    const spent: number[] = [];
    const quotas = {
      limitOf: () => 1,
      admit: () => undefined,
      spend: (_: unknown, _name: string, cost: number) => spent.push(cost),
    };
    const services = testServices(test.database, { quotas: quotas as unknown as Services['quotas'] });
    const gates = createOperationGates();
    const plain = createExecutor(schema, { compile: false, gates });
    const asText = createJsonAnswers(schema, gates);
    const objects = (values.id ?? []).filter((id) => jsonFieldsOf(parseGlobalId(String(id))?.type ?? '') !== undefined);
    let answered = 0;
    const compareOne = async (document: DocumentNode, variables: Record<string, unknown>): Promise<Compared> => {
      const outcome = await asText({ document, variables }, () => createContext(services, { caller }));
      const text = typeof outcome === 'object' && 'data' in outcome ? outcome.data : undefined;
      const cost = text === undefined ? undefined : spent.pop();
      const right = await plain({ document, variables, context: createContext(services, { caller }) });
      return { right: { ...right, cost: spent.pop() }, text, cost };
    };
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (operationSeed) => {
        const { source, variables } = generateOperation(schema, operationSeed, {
          values: { ...values, ...MOSTLY_ANSWERED, id: objects },
          roots: JSON_ROOTS,
          isAsked,
          size: 25,
        });
        const document = parse(source);
        for (const requested of variables) {
          const { right, text, cost } = await compareOne(document, requested);
          if (text === undefined) continue;
          answered++;
          expect({ source, requested, text, cost, errors: undefined }).toEqual({
            ...{ source, requested, text: JSON.stringify(right.data), cost: right.cost, errors: right.errors },
          });
        }
      }),
      { seed, numRuns: operations, endOnFailure: true },
    );
    return answered;
  }

  it('are of these types, all fields of which are read but these', () => {
    const left = Object.keys(JSON_TYPES).map((name) => {
      const type = schema.getType(name);
      const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
      return [name, fields.filter((field) => !jsonFieldsOf(name)?.has(field)).join(' ')];
    });
    expect(Object.fromEntries(left)).toEqual(LEFT_TO_RESOLVERS);
    expect(JSON_ROOTS).toEqual(['patients', 'studies', 'bookmarkedImages', 'lesions', 'node', 'lesion']);
  });

  it('are answered with the same bytes and at the same price as by their resolvers', async () => {
    expect(await compareTexts(3, 1_050, LOCAL_CALLER)).toBeGreaterThanOrEqual(2_000);
  }, 300_000);

  it('are answered with the same bytes for one who does not see everything', async () => {
    await hideSplit(test.database, { slug: 'seed', split: 'TEST', ...DEFAULT_TRIES });
    await setVisibility(test.database, 'old', 'PRIVATE', null);
    const stranger: Caller = { ...LOCAL_CALLER, scopes: new Set(['read']) };
    expect(await compareTexts(4, 150, stranger)).toBeGreaterThanOrEqual(250);
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
