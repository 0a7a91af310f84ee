import { brief, quoted } from '../../src/errors';
import { buildSchema } from '../../src/graphql';
import { startTestServer, type TestServer } from './testServer';

const LONG = 'x'.repeat(900_000);
/** A wrong request of any size is answered in a few kilobytes. */
const MAX_ANSWER_BYTES = 8_000;

const repeat = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');
const objectOf = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]));

const LESIONS = 'query Q($x: LesionFilter) { lesions(filter: $x) { totalCount } }';
const PAGE = 'query Q($x: Int) { lesions(first: $x) { totalCount } }';
const GROUPS = 'query Q($x: [LesionGrouping!]) { lesionStatistics(groupBy: $x) { lesionCount } }';

type Request = { query: string; variables?: unknown; operationName?: string };

const REQUESTS: [title: string, request: Request][] = [
  ['60,000 unknown keys', { query: LESIONS, variables: { x: objectOf(60_000, 1) } }],
  ['unknown keys below', { query: LESIONS, variables: { x: { not: { and: [objectOf(60_000, 1)] } } } }],
  ['long values of unknown keys', { query: LESIONS, variables: { x: objectOf(150, 'y'.repeat(5_000)) } }],
  ['a long unknown key', { query: LESIONS, variables: { x: { [LONG]: 1 } } }],
  ['many variables that nobody defined', { query: LESIONS, variables: objectOf(60_000, 1) }],
  ['a long text for a number', { query: PAGE, variables: { x: LONG } }],
  ['a long list for a number', { query: PAGE, variables: { x: Array(9_000).fill('a text that is no number') } }],
  ['long texts for enum values', { query: GROUPS, variables: { x: Array(10).fill('y'.repeat(90_000)) } }],
  ['a long text for an object', { query: LESIONS, variables: { x: LONG } }],
  ['a long literal for a number', { query: `{ lesions(first: "${LONG}") { totalCount } }` }],
  ['a long literal for a filter', { query: `{ lesions(filter: { split: "${LONG}" }) { totalCount } }` }],
  ['a long field', { query: `{ ${LONG} }` }],
  ['a long alias', { query: `{ ${LONG}: nothing }` }],
  ['a long argument', { query: `{ lesions(${LONG}: 1) { totalCount } }` }],
  ['a long type', { query: `{ ... on ${LONG} { id } }` }],
  ['a long fragment', { query: `{ ...${LONG} }` }],
  ['a long directive', { query: `{ lesions @${LONG} { totalCount } }` }],
  ['a long variable', { query: `query Q($${LONG}: Int) { lesions(first: 1) { totalCount } }` }],
  ['a long enum value', { query: `{ lesionStatistics(groupBy: ${LONG}) { lesionCount } }` }],
  ['a long name of an operation', { query: `query ${LONG} { datasets { totalCount } nope }` }],
  ['a long operationName', { query: 'query A { datasets { totalCount } }', operationName: LONG }],
  ['a syntax error at a long name', { query: `{ datasets } ${LONG}` }],
  ['a syntax error at a long text', { query: `{ datasets } "${LONG}"` }],
  ['a syntax error at a long number', { query: `{ datasets(first: ${'1'.repeat(900_000)}x) }` }],
  ['many unknown fields', { query: `{ ${repeat(190, (i) => `nope${i}`)} }` }],
  ['a long number', { query: `{ lesions(first: ${'1'.repeat(300)}) { totalCount } }` }],
  ['a conflict of many fields', { query: `{ ${repeat(95, (i) => `a: lesions(first: ${i}) { totalCount }`)} }` }],
  ['a long data set', { query: LESIONS, variables: { x: { dataset: LONG } } }],
  ['a long id', { query: 'query Q($x: ID!) { node(id: $x) { id } }', variables: { x: LONG } }],
  ['a long cursor', { query: 'query Q($x: String) { lesions(after: $x) { totalCount } }', variables: { x: LONG } }],
  ['a long detector', { query: 'query Q($x: String!) { detector(name: $x) { id } }', variables: { x: LONG } }],
  [
    'many fields that fail',
    { query: `{ ${repeat(95, (i) => `a${i}: lesions(first: ${501 + i}) { nodes { __typename } }`)} }` },
  ],
  [
    'a field that is written often and fails',
    { query: `{ ${repeat(150, () => 'lesions(filter: { dataset: "nope" }) { totalCount }')} }` },
  ],
];

describe('an answer to a wrong request', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(buildSchema());
  });
  afterAll(() => server.stop());

  const post = async (path: string, request: Request, headers: Record<string, string> = {}): Promise<string> => {
    const answer = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(request),
    });
    return answer.text();
  };

  it.each(REQUESTS)('is short for %s', async (title, request) => {
    const answers = [
      await post('/graphql', request),
      await post('/graphql/stream', request, { accept: 'text/event-stream' }),
    ];
    for (const answer of answers) {
      expect(answer.length).toBeLessThan(MAX_ANSWER_BYTES);
      expect(answer).not.toContain('INTERNAL_SERVER_ERROR');
      if (title !== 'a long id' && title !== 'a long detector') expect(answer).toContain('"errors"');
    }
  });

  it('says what was expected after what it has cut', async () => {
    const { errors } = JSON.parse(await post('/graphql', { query: PAGE, variables: { x: LONG } }));
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(
          /^Variable "\$x" got invalid value "x{100}….*; Int cannot represent non-integer value: "x{100}…[^x]*"$/,
        ),
        extensions: { code: 'BAD_USER_INPUT' },
      }),
    ]);
  });

  it('counts the errors that it leaves out', async () => {
    const fields = repeat(95, (index) => `a${index}: lesions(first: 501) { nodes { __typename } }`);
    const { errors } = JSON.parse(await post('/graphql', { query: `{ ${fields} }` }));
    expect(errors.length).toBeLessThanOrEqual(21);
  });

  it.each([
    ['a path', `/${'p'.repeat(10_000)}`],
    ['an id of an image', `/images/${'p'.repeat(10_000)}.png`],
    ['a window', `/images/QmVkOjE.png?window=${'9'.repeat(10_000)}`],
    ['a query', `/graphql?query=${'p'.repeat(10_000)}`],
  ])('is short for %s', async (_title, path) => {
    const answer = await fetch(server.url + path);
    const text = await answer.text();
    expect(text).toContain('"errors"');
    expect(text.length).toBeLessThan(1_000);
  });
});

describe('brief', () => {
  it('leaves what is short as it is', () => {
    expect(brief('Expected "a" to be "b".')).toBe('Expected "a" to be "b".');
  });

  it('cuts quotes to their beginning and keeps the sentence', () => {
    expect(brief(`Expected a slug, got "${'y'.repeat(5_000)}": list them with datasets.`)).toBe(
      `Expected a slug, got "${'y'.repeat(100)}…": list them with datasets.`,
    );
  });

  it('cuts what has no quotes in its middle, and no letter in two', () => {
    const text = brief(`Begin ${'😀'.repeat(5_001)} end`);
    expect(text.length).toBeLessThan(1_010);
    expect(text).toMatch(/^Begin .*😀 … 😀.* end$/su);
    expect(text).not.toMatch(/\p{Surrogate}/u);
  });
});

describe('quoted', () => {
  it('is on one line and short', () => {
    expect(quoted('a\nb')).toBe('"a\\nb"');
    expect(quoted('z'.repeat(200))).toBe(`"${'z'.repeat(100)}… (200 characters)"`);
  });
});
