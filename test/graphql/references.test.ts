import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { GlobalType } from '../../src/globalId';
import { idOfNothing, idOfRow } from '../globalIds';
import { makeRun } from '../results/evaluatedRun';
import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { graphOf, type RunQuery, testSchema as schema, testServices } from './testGraph';

/** A name or id that is not there, for a field or argument that takes one; undefined for all others. */
function unknownFor(name: string, type: string): unknown[] | undefined {
  if (name === 'dataset') return ['nope', 'seed@9', ''];
  if (name === 'detector') return ['nope'];
  if (type !== 'ID') return undefined;
  const types: Record<string, GlobalType> = {
    categorization: 'Categorization',
    cohort: 'Cohort',
    candidate: 'Evaluation',
    evaluation: 'Evaluation',
    evaluations: 'Evaluation',
    imageId: 'BookmarkedImage',
    imageIds: 'BookmarkedImage',
    pseudoCluster: 'PseudoCluster',
    reference: 'Evaluation',
    run: 'DetectionRun',
  };
  const wanted = types[name];
  // A new kind of id has to be thought of here.
  if (!wanted) throw new Error(`Of which type is the id ${name}?`);
  return [idOfNothing(wanted)];
}

/** Every place of a filter at which something unknown can be named. */
function filtersOf(filter: GraphQLInputObjectType): object[] {
  const found: object[] = [];
  for (const [name, field] of Object.entries(filter.getFields())) {
    const inner = getNamedType(field.type);
    if (isInputObjectType(inner) || isEnumType(inner)) continue;
    for (const value of unknownFor(name, inner.name) ?? []) {
      const one = { [name]: isListType(field.type) ? [value] : value };
      found.push(one);
      if ('not' in filter.getFields())
        found.push({ not: one }, { and: [{}, one] }, { or: [{}, one] }, { and: [{ not: { or: [one] } }] });
    }
  }
  return found;
}

interface Case {
  title: string;
  source: string;
  value: unknown;
}

const filterTypeOf = ({ type }: { type: GraphQLArgument['type'] }): GraphQLInputObjectType | undefined => {
  const inner = getNamedType(type);
  return isInputObjectType(inner) && inner.name.endsWith('Filter') ? inner : undefined;
};

/** What else a field needs. */
function othersOf(field: GraphQLField<unknown, unknown>, argument: GraphQLArgument): string {
  if (field.name === 'citationOf' && argument.name === 'filter') return ', dataset: "seed"';
  return field.args
    .filter((other) => other !== argument && isNonNullType(other.type))
    .map((other) => `, ${other.name}: ${getNamedType(other.type).name === 'Int' ? 1 : '"x"'}`)
    .join('');
}

/** What a field itself looks up; the baseline of a comparison is one of its ids. */
const LOOK_UPS = new Set(['baseline', 'id', 'ids']);

function casesOfField(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Case[] {
  return field.args.flatMap((argument) => {
    const filter = filterTypeOf(argument);
    const inner = getNamedType(argument.type).name;
    const isLookUp = LOOK_UPS.has(argument.name);
    const values = filter ? filtersOf(filter) : isLookUp ? [] : (unknownArgument(argument.name, inner) ?? []);
    const below = isObjectType(getNamedType(field.type)) ? '{ __typename }' : '';
    const asked = `${field.name}(${argument.name}: $value${othersOf(field, argument)}) ${below}`;
    const body = type === schema.getQueryType() ? asked : `node(id: $host) { ... on ${type.name} { ${asked} } }`;
    const host = type === schema.getQueryType() ? '' : ', $host: ID!';
    return values.map((value) => ({
      title: `${type.name}.${field.name}(${argument.name}: ${JSON.stringify(value)})`,
      source: `query Q($value: ${argument.type}${host}) { ${body} }`,
      value,
    }));
  });
}

/** Arguments besides filters: of strings only a data set is a name to look up. */
const unknownArgument = (name: string, type: string): unknown[] | undefined =>
  type === 'ID' || name === 'dataset' ? unknownFor(name, type) : undefined;

const CASES: [title: string, one: Case & { host: string }][] = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter((type) => !type.name.startsWith('__'))
  .filter((type) => type !== schema.getMutationType() && type !== schema.getSubscriptionType())
  .flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) =>
      casesOfField(type, field).map((one): [string, Case & { host: string }] => [
        one.title,
        { ...one, host: type.name },
      ]),
    ),
  );

let test: TestDatabase;
let run: RunQuery;
const hosts = new Map<string, string>();
beforeAll(async () => {
  test = await createTestDatabase();
  run = graphOf(testServices(test.database));
  const datasetId = await seedDataset(test.database, { patients: 3 });
  const categorizationId = await seedCategorization(test.database, datasetId);
  const { runId } = await makeRun(test.database, [{ patient: 1 }]);
  for (const [type, table] of [
    ['Patient', 'patient'],
    ['PseudoCluster', 'pseudo_cluster'],
    ['Lesion', 'lesion'],
  ] as const) {
    const [row] = await test.database.query<{ id: number }>({ text: `SELECT id FROM ${table} ORDER BY id LIMIT 1` });
    hosts.set(type, await idOfRow(test.database, type, row?.id ?? 0));
  }
  hosts.set('Dataset', await idOfRow(test.database, 'Dataset', datasetId));
  hosts.set('Categorization', await idOfRow(test.database, 'Categorization', categorizationId));
  hosts.set('DetectionRun', await idOfRow(test.database, 'DetectionRun', runId));
});
afterAll(() => test.drop());

const codesOf = (errors: readonly { originalError?: Error }[]): unknown[] =>
  errors.map(({ originalError }) => (originalError as { code?: string } | undefined)?.code);

describe('what is named in a filter or an argument and is not there', () => {
  it('is met at many places', () => {
    const places = new Set(CASES.map(([title]) => title.replace(/:.*/s, '')));
    expect(places.size).toBeGreaterThan(20);
  });

  it.each(CASES)('is NOT_FOUND in %s', async (_title, { source, value, host }) => {
    const variables = host === 'Query' ? { value } : { value, host: hosts.get(host) };
    const { errors } = await run(source, variables);
    expect({ codes: codesOf(errors), messages: errors.map(({ message }) => message) }).toEqual({
      codes: ['NOT_FOUND'],
      messages: [expect.stringMatching(/ (no|No) |^No /)],
    });
  });

  it('is NOT_FOUND in the filter of a mutation, before anything is stored', async () => {
    const source = 'mutation M($input: RunDetectionInput!) { runDetection(input: $input) { run { id } } }';
    const input = { detector: 'any', dataset: 'seed', filter: { not: { dataset: 'nope' } } };
    const { errors } = await run(source, { input });
    expect(codesOf(errors)).toEqual(['NOT_FOUND']);
    expect(errors[0]?.message).toMatch(/^There is no data set "nope"\. Known: .*seed@1/);
  });

  it('is answered with the known ones, those of the same name first', async () => {
    await seedDataset(test.database, { slug: 'old', version: 1, isLatest: false, patients: 1 });
    await seedDataset(test.database, { slug: 'old', version: 2, patients: 1 });
    const { errors } = await run('{ lesions(filter: { dataset: "old@7" }) { totalCount } }');
    expect(errors[0]?.message).toMatch(/^There is no data set "old@7"\. Known: old@1, old@2, .*seed@1/);
    expect((errors[0]?.originalError as { argument?: string } | undefined)?.argument).toBe('dataset');
    const detector = await run('{ detectionRuns(filter: { detector: "nope" }) { totalCount } }');
    expect(detector.errors[0]?.message).toMatch(/^No detector "nope"\. Known: .+@.+\.$/);
  });

  it('is quoted by its beginning where it is long', async () => {
    const { errors } = await run('query Q($d: String) { lesions(filter: { dataset: $d }) { totalCount } }', {
      d: 'x'.repeat(100_000),
    });
    expect(errors[0]?.message.length).toBeLessThan(500);
  });

  it('is an empty list where it is an attribute, and null where it is the thing that is looked up', async () => {
    const { data, errors } = await run(`{
      a: lesions(filter: { dataset: "seed", patientIndex: 4711 }) { totalCount }
      b: bookmarkedImages(filter: { fileName: "nope.png" }) { totalCount }
      c: datasets(filter: { slug: "nope" }) { totalCount }
      d: categorizations(filter: { name: "nope" }) { totalCount }
      e: detectors(filter: { name: "nope" }) { totalCount }
      f: dataset(slug: "nope") { id }
      g: patient(dataset: "seed", patientIndex: 4711) { id }
    }`);
    expect(errors).toEqual([]);
    const none = { totalCount: 0 };
    expect(data).toEqual({ a: none, b: none, c: none, d: none, e: none, f: null, g: null });
  });
});
