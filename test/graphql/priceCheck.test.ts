import fc from 'fast-check';
import {
  getNamedType,
  getOperationAST,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import { getVariableValues } from 'graphql/execution';
import type { GlobalType } from '../../src/globalId';
import { buildSchema, createContext, createExecutor } from '../../src/graphql';
import { createPriceBound } from '../../src/graphql/core/complexity';
import { isPlainList, LIST_BOUNDS } from '../../src/graphql/core/listBounds';
import { priceByStore } from '../../src/graphql/core/priceCheck';
import { walkOperation } from '../../src/graphql/core/priceWalk';
import { Selections } from '../../src/graphql/core/selections';
import { StoredLists } from '../../src/graphql/core/storedLists';
import { idOfNothing, idOfRow } from '../globalIds';
import { makeEvaluatedRuns } from '../results/evaluatedRuns';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { generateOperation } from './operations';
import { testServices } from './testGraph';

const schema = buildSchema();
const boundOf = createPriceBound(schema);

let test: TestDatabase;
let values: Record<string, readonly unknown[]>;
beforeAll(async () => {
  test = await createTestDatabase();
  const { runIds } = await makeEvaluatedRuns(test.database, 3, 4);
  const evaluations = await test.database.query<{ id: number }>({ text: 'SELECT id FROM evaluation' });
  const lesions = await test.database.query<{ id: number }>({ text: 'SELECT id FROM lesion LIMIT 2' });
  const idsOf = (type: GlobalType, rows: readonly number[]) =>
    Promise.all(rows.map((row) => idOfRow(test.database, type, row)));
  const runs = await idsOf('DetectionRun', runIds);
  const ids = [
    ...runs,
    ...(await idsOf(
      'Evaluation',
      evaluations.map(({ id }) => id),
    )),
    ...(await idsOf(
      'Lesion',
      lesions.map(({ id }) => id),
    )),
    idOfNothing('DetectionRun'),
  ];
  values = {
    Int: [0, 1, 2, 3, 10],
    Float: [0, 0.5, 1, 4],
    String: ['ALL', 'nope'],
    Boolean: [true, false],
    ID: [...ids, 'nonsense'],
    DateTime: ['2020-01-01T00:00:00.000Z'],
    first: [0, 1, 2, 3, 10],
    last: [0, 2],
    after: [null],
    before: [null],
    topK: [1, 5, null],
    stratum: ['ALL', 'coarse-type:LUNG', 'size:10-30mm'],
    iouThreshold: [0.5],
    falsePositivesPerImage: [0.125, 1, 8],
    id: ids,
    ids,
  };
});
afterAll(() => test.drop());

const ROOTS = ['compareEvaluations', 'detectionRun', 'detectionRuns', 'evaluation', 'evaluations', 'node', 'nodes'];

/** The fields of an answer. */
function fieldsOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + fieldsOf(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  // The protocol as JSON is a scalar: one field, whatever its members are.
  if ('formatVersion' in value) return 0;
  return Object.values(value).reduce<number>((sum, member) => sum + 1 + fieldsOf(member), 0);
}

/** Calls `check` with generated operations and their coerced variables. */
async function forGenerated(
  numRuns: number,
  roots: readonly string[] | undefined,
  check: (source: string, variables: Record<string, unknown>, requested: Record<string, unknown>) => Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const { source, variables } = generateOperation(schema, seed, { values, roots, size: 60 });
      const definitions = getOperationAST(parse(source))?.variableDefinitions ?? [];
      for (const requested of variables) {
        const { coerced } = getVariableValues(schema, definitions, requested);
        if (coerced) await check(source, coerced, requested);
      }
    }),
    { seed: 1, numRuns, endOnFailure: true },
  );
}

describe('the price of a query', () => {
  it('is never below the fields of its answer, by bounds and by what is stored', async () => {
    const execute = createExecutor(schema, { compile: false });
    const services = testServices(test.database);
    const lists = new StoredLists();
    let answered = 0;
    let lowered = 0;
    await forGenerated(600, ROOTS, async (source, variables, requested) => {
      const document = parse(source);
      const walk = walkOperation(new Selections(schema, document), undefined, variables);
      const bound = boundOf(document, undefined, variables);
      const stored = await priceByStore(walk, lists, test.database, new AbortController().signal).catch(
        () => undefined,
      );
      if (!stored) return;
      const { data } = await execute({ document, variables: requested, context: createContext(services) });
      const fields = fieldsOf(JSON.parse(JSON.stringify(data ?? null)));
      const holds = fields <= stored.total && stored.total <= bound;
      expect({ source, requested, fields, stored: stored.total, bound, holds }).toMatchObject({ holds: true });
      if (fields > 20) answered++;
      if (stored.total < bound / 2) lowered++;
    });
    // Prices of nothing would prove little.
    expect(answered).toBeGreaterThan(50);
    expect(lowered).toBeGreaterThan(50);
  }, 300_000);

  it.each([
    [
      'runs by their ids',
      `query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on DetectionRun { status detector { name } evaluations(first: 10) { ...E } }
        ... on Evaluation { ...E } } }`,
    ],
    [
      'one run',
      'query Q($id: ID!) { detectionRun(id: $id) { evaluations { ...E one: accuracyCurve(topK: 1) { correct } } } }',
    ],
    ['any one thing', 'query Q($id: ID!) { node(id: $id) { id ... on DetectionRun { evaluations { ...E } } } }'],
  ])('is the number of its fields where all is known: %s', async (_title, query) => {
    const source = `${query}
      fragment E on Evaluation { id strata { name accuracyCurve(topK: 5) { iouThreshold ...P } } froc { sensitivity } precisionRecall { recall } }
      fragment P on AccuracyPoint { correct total }`;
    const document = parse(source);
    const [id] = values.id as string[];
    const variables = { id, ids: (values.ids as string[]).slice(0, 5) };
    const walk = walkOperation(new Selections(schema, document), undefined, variables);
    const price = await priceByStore(walk, new StoredLists(), test.database, new AbortController().signal);
    const execute = createExecutor(schema, { compile: false });
    const { data, errors } = await execute({
      document,
      variables,
      context: createContext(testServices(test.database)),
    });
    expect(errors).toBeUndefined();
    expect(price?.total).toBe(fieldsOf(JSON.parse(JSON.stringify(data))));
  });

  it('is that of the bounds where nothing is known of what is stored', async () => {
    await forGenerated(250, undefined, async (source, variables) => {
      const document = parse(source);
      const walk = walkOperation(new Selections(schema, document), undefined, variables);
      let step = walk.next();
      while (!step.done) step = walk.next(undefined);
      expect({ source, variables, price: step.value.total }).toEqual({
        source,
        variables,
        price: boundOf(document, undefined, variables),
      });
    });
  }, 300_000);
});

describe('each list of the graph', () => {
  const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__')
      ? Object.values(type.getFields()).map((field) => ({ type, field }))
      : [],
  );

  it('of objects has a declared length, or an argument that says it', () => {
    const undeclared = fields.filter(({ type, field }) => {
      if (!isPlainList(field) || !isCompositeType(getNamedType(field.type)) || type.name.endsWith('Connection'))
        return false;
      const isSized = field.args.some(({ name }) => ['first', 'last', 'ids'].includes(name));
      return !isSized && LIST_BOUNDS.get(`${type.name}.${field.name}`)?.usual === undefined;
    });
    expect(undeclared.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual([]);
  });

  it('that is a connection has a page size', () => {
    const unsized = fields.filter(
      ({ field }) =>
        getNamedType(field.type).name.endsWith('Connection') &&
        !['first', 'last'].every((name) => field.args.some((arg) => arg.name === name)),
    );
    expect(unsized.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual([]);
  });

  it('is one list deep: a list of lists would be priced as one', () => {
    const deep = fields.filter(({ field }) => {
      const list = isNonNullType(field.type) ? field.type.ofType : field.type;
      if (!isListType(list)) return false;
      return isListType(isNonNullType(list.ofType) ? list.ofType.ofType : list.ofType);
    });
    expect(deep.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual([]);
  });

  it('that is as long as an argument has items names one that is there', () => {
    for (const [key, { oneForEach, ofParent }] of LIST_BOUNDS) {
      if (oneForEach === undefined) continue;
      const [parent] = key.split('.');
      const naming = fields.filter(({ type, field }) =>
        ofParent ? getNamedType(field.type).name === parent : key === `${type.name}.${field.name}`,
      );
      expect(naming.length).toBeGreaterThan(0);
      for (const { field } of naming) expect(field.args.map(({ name }) => name)).toContain(oneForEach);
    }
  });
});
