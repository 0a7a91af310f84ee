import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { cpuMilliseconds } from '../cpuTime';
import { mutations, standInSchema } from './standInSchema';
import { startTestServer, type TestServer } from './testServer';

interface Answer {
  status: number;
  text: string;
}

/** What must never be in an answer: stacks, paths, SQL, names of our libraries. */
const INTERNALS = /node_modules|prisma|SELECT |stacktrace|secret|\/home\/|\/src\/|\bat [A-Za-z.]+ \(/i;

const repeat = (count: number, make: (index: number) => string, separator = ' ') =>
  Array.from({ length: count }, (_, index) => make(index)).join(separator);

describe('a hostile request', () => {
  let server: TestServer;
  let endpoint: string;
  beforeAll(async () => {
    server = await startTestServer(standInSchema);
    endpoint = `${server.url}/graphql`;
    await query('{ __typename }');
  });
  afterAll(() => server.stop());

  const send = async (init: RequestInit, url = endpoint): Promise<Answer> => {
    const response = await fetch(url, init);
    return { status: response.status, text: await response.text() };
  };
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    send({
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const query = (text: string, variables?: unknown) => post({ query: text, variables });
  /**
   * To a client that knows the media type of GraphQL, a request that does not fit is a 400; to the others it is an
   * answer like any.
   */
  const graphqlResponse = { accept: 'application/graphql-response+json' };

  /** Bytes as they are, for what no client library would send. */
  const raw = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(received));
      setTimeout(() => socket.destroy(), 1_500).unref();
    });

  /** After each case: the server lives, and answers after half a second of work at most, also while the case runs. */
  const survive = async (attack: () => Promise<Answer>): Promise<Answer & { code: unknown; message: string }> => {
    const before = process.memoryUsage().rss;
    const started = cpuMilliseconds();
    const attacked = attack();
    const probe = await query('{ __typename }');
    expect(cpuMilliseconds() - started).toBeLessThan(500);
    expect(JSON.parse(probe.text)).toEqual({ data: { __typename: 'Query' } });
    const answer = await attacked;
    expect(cpuMilliseconds() - started).toBeLessThan(2_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
    expect(answer.text).not.toMatch(INTERNALS);
    const error = JSON.parse(answer.text).errors[0];
    return { ...answer, code: error.extensions.code, message: error.message };
  };

  describe('that is too large is refused with the limit and its value', () => {
    const nested = (levels: number, open: string, inside = 'id') => open.repeat(levels) + inside + '}'.repeat(levels);
    const three = (argument: string) =>
      `{ things(${argument}) { nodes { things(${argument}) { nodes { things(${argument}) { nodes { id } } } } } } }`;
    const fragments = (levels: number) =>
      `{ thing(id: 1) { ...F0 } }
        ${repeat(levels, (n) => `fragment F${n} on Thing { parent { ...F${n + 1} } other: parent { ...F${n + 1} } }`)}
        fragment F${levels} on Thing { id }`;
    const cases: [title: string, attack: () => Promise<Answer>, message: RegExp][] = [
      ['a bomb of fragments', () => query(fragments(11)), /at most 5000 selections with fragments expanded/],
      ['a bomb of fragments 40 levels deep', () => query(fragments(40)), /at most 5000 selections/],
      ['a list bomb in literals', () => query(three('first: 100')), /at most 100000 fields in a response/],
      [
        'a list bomb in variables',
        () => query(three('first: $n').replace('{', 'query Q($n: Int!) {'), { n: 100 }),
        /at most 100000 fields in a response, got \d+/,
      ],
      [
        'a list bomb in the default of a variable',
        () => query(three('first: $n').replace('{', 'query Q($n: Int! = 100) {')),
        /100000/,
      ],
      ['a list bomb in the defaults of arguments', () => query(three('filter: {}')), /100000 fields in a response/],
      ['a list bomb in last', () => query(three('first: 1, last: 100')), /100000 fields in a response/],
      [
        'a list bomb in ids',
        () => query('query Q($ids: [ID!]!) { nodes(ids: $ids) { name } }', { ids: Array(200_000).fill('1') }),
        /10000 items in a list of variable \$ids/,
      ],
      [
        'ids times pages',
        () =>
          query('query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on Thing { things { nodes { id name } } } } }', {
            ids: Array(2_000).fill('2'),
          }),
        /100000/,
      ],
      [
        'a bomb of aliases',
        () => query(`{ ${repeat(101, (index) => `a${index}: __typename`)} }`),
        /at most 100 aliases, got 101/,
      ],
      [
        'a field again and again',
        () => query(`{ ${repeat(500, () => '__typename')} }`),
        /at most 200 selections in one selection set/,
      ],
      ['a bomb of directives', () => query(`{ __typename ${'@aa'.repeat(10)} }`), /at most 4 directives on one field/],
      [
        'many directives that exist',
        () => query(`{ ${repeat(60, (index) => `a${index}: __typename @include(if: true)`)} }`),
        /at most 50 directives/,
      ],
      ['a bomb of tokens', () => query(`{ ${repeat(2_100, () => 'a')} }`), /at most 2000 tokens/],
      [
        'levels upon levels',
        () => query(`{ thing(id: 1) { ${nested(200, 'parent { ')} } }`),
        /at most 16 levels of nested fields/,
      ],
      [
        'levels in fragments',
        () =>
          query(
            `{ thing(id: 1) { ...F0 } } ${repeat(20, (level) => `fragment F${level} on Thing { parent { ...F${level + 1} } }`)}
              fragment F20 on Thing { id }`,
          ),
        /at most 16 levels/,
      ],
      [
        'introspection in circles',
        () =>
          query(
            '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
          ),
        /introspection depth/,
      ],
      [
        'introspection many times',
        () => query(`{ ${repeat(50, (index) => `a${index}: __schema { types { name } }`)} }`),
        /100000 fields/,
      ],
      [
        'a filter within filters in variables',
        () =>
          post(
            `{"query":"query Q($f: Filter) { echo(filter: $f) }","variables":{"f":${'{"not":'.repeat(20_000)}{}${'}'.repeat(20_001)}}`,
          ),
        /at most 32 levels of nesting in variable \$f/,
      ],
      [
        'a list within lists',
        () => post(`{"query":"{ __typename }","variables":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`),
        /at most 32 levels of nesting in variable \$a/,
      ],
    ];
    it.each(cases)('%s', async (_title, attack, expected) => {
      const { status, code, message } = await survive(attack);
      expect({ status, code }).toEqual({ status: 400, code: 'QUERY_TOO_COMPLEX' });
      expect(message).toMatch(expected);
    });

    it.each(['application/json', 'application/graphql-response+json', '*/*'])(
      'with 400 to a client that accepts %s',
      async (accept) => {
        const { status } = await post({ query: fragments(15) }, { accept });
        expect(status).toBe(400);
      },
    );
  });

  it('of the size of a good page is answered', async () => {
    const { status, text } = await query(
      '{ things(first: 20) { nodes { id things(first: 20) { nodes { id name things(first: 10) { nodes { id } } } } } } }',
    );
    expect(status).toBe(200);
    expect(JSON.parse(text).data.things.nodes).toHaveLength(20);
  });

  describe('with values that nothing can hold', () => {
    const ask = (text: string, variables: unknown) => post({ query: text, variables }, graphqlResponse);
    const cases: [title: string, attack: () => Promise<Answer>][] = [
      ['a number beyond all in a literal', () => query('{ echo(number: 1e400) }')],
      ['an integer beyond all in a literal', () => query(`{ echo(number: ${'9'.repeat(400)}) }`)],
      [
        'a number beyond all in a variable',
        () => post('{"query":"query Q($n: Float) { echo(number: $n) }","variables":{"n":1e400}}', graphqlResponse),
      ],
      ['a NUL in a literal', () => query('{ echo(text: "a\\u0000b") }')],
      ['a NUL in a variable', () => ask('query Q($t: String) { echo(text: $t) }', { t: 'a\0b' })],
      [
        'half a surrogate pair',
        () => post('{"query":"query Q($t: String) { echo(text: $t) }","variables":{"t":"\\ud800"}}', graphqlResponse),
      ],
      ['a NUL in a key', () => ask('query Q($f: Filter) { echo(filter: $f) }', { f: { 'a\0': 1 } })],
      [
        'a page size that is no number',
        () => ask('query Q($n: Int!) { things(first: $n) { totalCount } }', { n: 'many' }),
      ],
    ];
    it.each(cases)('%s is a bad input', async (_title, attack) => {
      const { status, code } = await survive(attack);
      expect(status).toBe(400);
      expect(code).toBe('BAD_USER_INPUT');
    });

    it('an explicit null for what must be is a bad input of its field', async () => {
      const attack = () => query('query Q($n: Int = 5) { things(first: $n) { totalCount } }', { n: null });
      for (const time of ['interpreted', 'compiled']) {
        const { status, text } = await survive(attack);
        expect({ time, status }).toEqual({ time, status: 200 });
        expect(JSON.parse(text)).toMatchObject({
          data: { things: null },
          errors: [{ path: ['things'], extensions: { code: 'BAD_USER_INPUT', argument: 'first' } }],
        });
      }
    });

    it('text of any script comes back as it was', async () => {
      const text = `\u202e right to left, ${'e\u0301'.repeat(1_000)}, 🫁`;
      const answer = await query('query Q($t: String) { echo(text: $t) }', { t: text });
      expect(JSON.parse(JSON.parse(answer.text).data.echo)).toEqual({ text });
    });
  });

  describe('that is no proper HTTP request of GraphQL', () => {
    const compressedBomb = gzipSync(Buffer.alloc(20_000_000, ' ')) as RequestInit['body'];
    const body = JSON.stringify({ query: 'mutation { change }' });
    const form =
      (type: string | undefined, content: RequestInit['body'] = body): (() => Promise<Answer>) =>
      () =>
        send({
          method: 'POST',
          headers: { origin: 'https://evil.example', ...(type ? { 'content-type': type } : {}) },
          body: content,
        });
    const cases: [title: string, attack: () => Promise<Answer>, status: number, code: string][] = [
      ['a body of 2 MB', () => post({ query: `{ echo(text: "${'x'.repeat(2_000_000)}") }` }), 413, 'PAYLOAD_TOO_LARGE'],
      ['JSON that is none', () => post('{"query": "{ __typename }"'), 400, 'BAD_USER_INPUT'],
      ['an empty body', () => post(''), 400, 'BAD_REQUEST'],
      ['a body that is a string', () => post('"query"'), 400, 'BAD_USER_INPUT'],
      ['a batch', () => post(Array(100).fill({ query: 'mutation { change }' })), 400, 'BAD_REQUEST'],
      [
        'a charset nobody knows',
        () => post(body, { 'content-type': 'application/json; charset=x-bogus' }),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      [
        'a charset of old',
        () => post(body, { 'content-type': 'application/json; charset=utf-7' }),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      [
        'a compressed bomb',
        () =>
          send({
            method: 'POST',
            headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
            body: compressedBomb,
          }),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      ['a mutation by GET', () => send({}, `${endpoint}?query=mutation{change}`), 405, 'BAD_REQUEST'],
      [
        'a simple GET from another site',
        () => send({ headers: { origin: 'https://evil.example' } }, `${endpoint}?query={__typename}`),
        403,
        'FORBIDDEN',
      ],
      [
        'an image on a page of another site',
        () => send({ headers: { 'sec-fetch-site': 'cross-site' } }, `${endpoint}?query={__typename}`),
        403,
        'FORBIDDEN',
      ],
      [
        'a body in Latin-1',
        () =>
          send({
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: Buffer.from('{"query":"{ echo(text: \\"L\u00e4sion\\") }"}', 'latin1'),
          }),
        400,
        'BAD_USER_INPUT',
      ],
      [
        'a body in Latin-1 of unusual form',
        () =>
          send({
            method: 'POST',
            headers: { 'content-type': 'application/json; charset="utf-8"' },
            body: Buffer.from('{"query":"{ echo(text: \\"L\u00e4sion\\") }"}', 'latin1'),
          }),
        400,
        'BAD_USER_INPUT',
      ],
      ['a form', form('application/x-www-form-urlencoded', 'query=mutation{change}'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
      [
        'a multipart form',
        form(
          'multipart/form-data; boundary=x',
          `--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${body}\r\n--x--`,
        ),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      ['plain text', form('text/plain'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
      [
        'a method that is not there',
        () => send({ method: 'DELETE', headers: { 'content-type': 'application/json' } }),
        405,
        'BAD_REQUEST',
      ],
      ['a path that is not there', () => send({}, `${server.url}/etc/passwd`), 404, 'NOT_FOUND'],
      ['a path that is no path', () => send({}, `${server.url}/%E0%A4%A`), 404, 'NOT_FOUND'],
      ['a query that is no text', () => post({ query: { kind: 'Document' } }), 400, 'BAD_REQUEST'],
      ['variables that are none', () => post({ query: '{ __typename }', variables: 'x' }), 400, 'BAD_REQUEST'],
    ];
    it.each(cases)('%s', async (_title, attack, status, code) => {
      const before = mutations.count;
      const answer = await survive(attack);
      expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
      expect(mutations.count).toBe(before);
    });

    it('has a form of no type refused too', async () => {
      const before = mutations.count;
      const { status } = await survive(form(undefined, new Blob([body])));
      expect(status).toBe(415);
      expect(mutations.count).toBe(before);
    });

    it.each([
      [
        'a length that promises 4 GB',
        'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4294967296\r\n\r\n{}',
        413,
      ],
      [
        'a length that is no number',
        'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: many\r\n\r\n{}',
        400,
      ],
      ['two lengths', 'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400],
      [
        'chunks and a length',
        'POST /graphql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n',
        400,
      ],
      ['no HTTP at all', 'HELLO WORLD\r\n\r\n', 400],
      ['20 KB of headers', `GET /graphql HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
      ['an expectation', 'POST /graphql HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nConnection: close\r\n\r\n', 417],
    ])('%s is answered with JSON', async (_title, bytes, status) => {
      const received = await raw(bytes);
      expect(received).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      const [, ...rest] = received.split('\r\n\r\n');
      expect(JSON.parse(rest.join('')).errors[0].extensions.code).toMatch(/^[A-Z_]+$/);
      expect(received).not.toMatch(INTERNALS);
    });
  });

  describe('that makes a resolver fail', () => {
    it('is masked, with a correlation id', async () => {
      for (const time of ['interpreted', 'compiled']) {
        const { status, code, message } = await survive(() => query('{ thing(id: 1) { fails } }'));
        expect({ time, status, code }).toEqual({ time, status: 200, code: 'INTERNAL_SERVER_ERROR' });
        expect(message).toMatch(/^Internal server error\. The server's log has the details under [0-9a-f-]{36}\.$/);
      }
    });

    it('is told what it did wrong, where it is its own fault', async () => {
      const { text } = await query('{ thing(id: 1) { missing } }');
      expect(JSON.parse(text).errors).toEqual([
        {
          message: 'There is no such thing.',
          locations: [{ line: 1, column: 18 }],
          path: ['thing', 'missing'],
          extensions: { code: 'NOT_FOUND', argument: 'id' },
        },
      ]);
    });
  });
});
