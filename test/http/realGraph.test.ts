import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
} from 'graphql';
import { auditServer } from 'graphql-http';
import { createKey, SCOPES } from '../../src/access';
import { buildSchema, exampleQueries } from '../../src/graphql';
import { cpuMilliseconds } from '../cpuTime';
import { seedCategorization, seedDataset } from '../seed';
import { startTestServer, type TestServer } from './testServer';

const schema = buildSchema();
/** How long a statement that came in by a text would keep its query. */
const SLEEP_SECONDS = 5;

/**
 * Texts that have broken servers: quotes, comments, patterns, escapes, long and strange scripts; none is an error by
 * itself.
 */
const STRANGE_TEXTS = [
  `'; SELECT pg_sleep(${SLEEP_SECONDS}); --`,
  "' OR '1'='1",
  '%_\\',
  '$1',
  '{{7*7}}',
  '../../etc/passwd',
  'TGVzaW9uOjE7RFJPUA',
  Buffer.from('Lesion:99999999999999999999').toString('base64url'),
  Buffer.from('Nothing:1').toString('base64url'),
  '\u202ecba',
  `a${'\u0301'.repeat(5_000)}`,
  '🫁'.repeat(500),
  '',
];
const IMPOSSIBLE_TEXTS = ['a\0b', '\ud800'];

/** One place of the graph where a text goes in. */
interface TextPlace {
  name: string;
  query: string;
  variables(text: string): Record<string, unknown>;
}

const isText = (type: GraphQLInputType) => ['String', 'ID'].includes(getNamedType(type).name);

/** Every argument and every field of a filter of the root fields that takes a text, to a depth of two. */
function textPlaces(): TextPlace[] {
  const places: TextPlace[] = [];
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    for (const argument of field.args) {
      for (const path of textPaths(argument, 0)) {
        const others = field.args.filter((other) => other !== argument && isRequiredArgument(other));
        const used = [argument, ...others];
        const head = used.map(({ name, type }) => `$${name}: ${type}`).join(', ');
        const args = used.map(({ name }) => `${name}: $${name}`).join(', ');
        const body = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
        places.push({
          name: `${field.name}(${path.join('.')})`,
          query: `query Q(${head}) { ${field.name}(${args})${body} }`,
          variables: (text) => ({
            ...Object.fromEntries(others.map((other) => [other.name, isText(other.type) ? 'x' : 1])),
            [argument.name]: nest(argument.type, path.slice(1), text),
          }),
        });
      }
    }
  }
  return places;
}

function textPaths({ name, type }: GraphQLArgument | GraphQLInputField, depth: number): string[][] {
  const named = getNamedType(type);
  if (isText(type)) return [[name]];
  if (!isInputObjectType(named) || depth > 1) return [];
  return Object.values(named.getFields()).flatMap((field) =>
    textPaths(field, depth + 1).map((path) => [name, ...path]),
  );
}

function nest(type: GraphQLInputType, path: string[], text: string): unknown {
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isListType(bare)) return [nest(bare.ofType, path, text)];
  const [name, ...rest] = path;
  if (name === undefined || !isInputObjectType(bare)) return text;
  const field = bare.getFields()[name];
  return field ? { [name]: nest(field.type, rest, text) } : text;
}

describe('the real graph over HTTP', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(schema);
    const dataset = await seedDataset(server.services.database);
    await seedCategorization(server.services.database, dataset);
    authorization = `Bearer ${(await createKey(server.services.database, { name: 'all', scopes: SCOPES }, null)).text}`;
  });
  afterAll(() => server.stop());

  /** Of a key that may do everything. */
  let authorization = '';
  const ask = async (query: string, variables?: unknown) => {
    const started = performance.now();
    const workBefore = cpuMilliseconds();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', authorization },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const { data, errors } = JSON.parse(text);
    const milliseconds = performance.now() - started;
    const workMs = cpuMilliseconds() - workBefore;
    return { status: response.status, data, errors, text, milliseconds, workMs, code: errors?.[0]?.extensions.code };
  };

  it('passes the audits of graphql-http: no error, no warning', async () => {
    const results = await auditServer({ url: `${server.url}/graphql` });
    expect(results.filter(({ status }) => status === 'error' || status === 'warn')).toEqual([]);
    expect(results.filter(({ status }) => status === 'ok')).toHaveLength(61);
  });

  describe('takes any text wherever one goes in', () => {
    const places = textPlaces();
    it('knows where that is', () => {
      expect(places.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['node(id)', 'dataset(slug)', 'lesions(filter.dataset)', 'lesions(after)']),
      );
      expect(places.length).toBeGreaterThan(40);
    });

    it.each(places)('$name', async ({ query, variables }) => {
      for (const text of STRANGE_TEXTS) {
        const { code, text: body, milliseconds } = await ask(query, variables(text));
        expect({ text, code }).not.toEqual({ text, code: 'INTERNAL_SERVER_ERROR' });
        expect(body).not.toMatch(/node_modules|prisma|SELECT "|relation "/i);
        expect(milliseconds).toBeLessThan(SLEEP_SECONDS * 1_000);
      }
      for (const text of IMPOSSIBLE_TEXTS) {
        const { status, code } = await ask(query, variables(text));
        expect({ text, status, code }).toEqual({ text, status: 400, code: 'BAD_USER_INPUT' });
      }
    });
  });

  it.each([
    [
      'trees of trees',
      '{ patients(first: 500) { nodes { studies { images { lesions { image { lesions { id longDiameterMm } } } } } } } }',
    ],
    ['pages in pages', '{ patients(first: 500) { nodes { lesions(first: 500) { nodes { id } } } } }'],
    ['pages in pages by default', '{ datasets { nodes { patients { nodes { lesions { nodes { id } } } } } } }'],
    ['pages from the end', '{ patients(last: 500) { nodes { lesions(last: 400) { nodes { id } } } } }'],
    [
      'a hundred aliases and one',
      `{ ${Array.from({ length: 101 }, (_, index) => `a${index}: lesionStatistics { lesionCount }`).join(' ')} }`,
    ],
  ])('refuses %s with less than half a second of work', async (_title, query) => {
    const { status, code, workMs } = await ask(query);
    expect({ status, code }).toEqual({ status: 400, code: 'QUERY_TOO_COMPLEX' });
    expect(workMs).toBeLessThan(500);
  });

  it.each([
    ['a page below nothing', '{ lesions(first: -1) { totalCount nodes { id } } }', 'first'],
    ['a page above the limit', '{ lesions(first: 501) { nodes { id } } }', 'first'],
    ['both ends at once', '{ lesions(first: 1, last: 1) { nodes { id } } }', 'last'],
    ['a cursor of nowhere', '{ lesions(after: "nowhere") { nodes { id } } }', 'after'],
  ])('names the argument of %s', async (_title, query, argument) => {
    const { status, errors } = await ask(query);
    expect(status).toBe(200);
    expect(errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT', argument });
  });

  it('refuses a filter of filters without end, in the document and in a variable, even when asked twice', async () => {
    const levels = 400;
    const literal = `{ lesions(filter: ${'{ not: '.repeat(levels)}{ possiblyNoisy: true }${' }'.repeat(levels)}) { totalCount } }`;
    const variable = JSON.parse(`${'{"not":'.repeat(levels)}{"possiblyNoisy":true}${'}'.repeat(levels)}`);
    for (const _time of [1, 2, 3]) {
      const answers = [
        await ask(literal),
        await ask('query Q($f: LesionFilter) { lesions(filter: $f) { totalCount } }', { f: variable }),
      ];
      for (const { errors, workMs } of answers) {
        expect(errors[0].extensions.code).toMatch(/^(?:BAD_USER_INPUT|QUERY_TOO_COMPLEX)$/);
        expect(workMs).toBeLessThan(500);
      }
    }
  });

  it('never compares with a number beyond all numbers', async () => {
    const literal = await ask('{ lesions(filter: { longDiameterMm: { gte: 1e400 } }) { totalCount } }');
    expect({ status: literal.status, code: literal.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
  });

  it('finds each of the example queries small enough', async () => {
    for (const { query, variables } of exampleQueries.filter(
      ({ query: text }) => !/^\s*(?:mutation|subscription)/m.test(text),
    )) {
      const { code } = await ask(query, variables);
      expect({ query, code }).not.toEqual({ query, code: 'QUERY_TOO_COMPLEX' });
    }
  });
});
