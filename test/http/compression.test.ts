import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { standInSchema } from './standInSchema';
import { startTestServer, type TestServer } from './testServer';

const INTROSPECTION = '{ __schema { types { name description fields { name description } } } }';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(standInSchema);
});
afterAll(() => server.stop());

interface Answer {
  readonly encoding: string | undefined;
  readonly vary: string | undefined;
  readonly length: number;
  readonly text: string;
}

function get(path: string, accepted: string | undefined, method = 'GET', body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(accepted === undefined ? {} : { 'accept-encoding': accepted }),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const sent = request(server.url + path, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const encoding = response.headers['content-encoding'];
        const plain = encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes;
        if (method !== 'HEAD') expect(Number(response.headers['content-length'] ?? bytes.length)).toBe(bytes.length);
        resolve({ encoding, vary: response.headers.vary, length: bytes.length, text: plain.toString() });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const ask = (query: string, accepted?: string) => get('/graphql', accepted, 'POST', JSON.stringify({ query }));

describe('a response of text', () => {
  it.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['*', 'br'],
    ['GZIP', 'gzip'],
    ['br;q=0, *;q=0.1', 'gzip'],
    ['identity, gzip;q=0.5', undefined],
    ['deflate', undefined],
    ['br;q=0', undefined],
    ['', undefined],
    [undefined, undefined],
    ['x'.repeat(5_000), undefined],
    ['br;q=much, gzip', 'gzip'],
  ])('is compressed as the client accepts: %j gives %s', async (accepted, encoding) => {
    const [compressed, plain] = [await ask(INTROSPECTION, accepted), await ask(INTROSPECTION)];
    expect(compressed.encoding).toBe(encoding);
    expect(compressed.text).toBe(plain.text);
    expect(compressed.vary).toContain('Accept-Encoding');
    if (encoding !== undefined) expect(compressed.length).toBeLessThan(plain.length / 3);
  });

  it.each([
    '/metrics',
    '/',
    '/graphiql/graphiql.js',
    '/graphiql/graphiql.css',
    `/graphql?query=${encodeURIComponent(INTROSPECTION)}`,
  ])('is compressed at %s', async (path) => {
    const [compressed, plain] = [await get(path, 'br'), await get(path, undefined)];
    expect([compressed.encoding, plain.encoding]).toEqual(['br', undefined]);
    expect(compressed.length).toBeLessThan(plain.length / 1.5);
    if (path !== '/metrics') expect(compressed.text === plain.text).toBe(true);
  });

  it('is sent as it is where that is as short, or where there is no body', async () => {
    expect((await ask('{ __typename }', 'br')).encoding).toBeUndefined();
    expect((await get('/metrics', 'br', 'HEAD')).encoding).toBeUndefined();
  });

  it('is not compressed as a stream of events, which leave at once and past the buffers of proxies', async () => {
    const response = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'accept-encoding': 'br, gzip' },
      body: JSON.stringify({ query: INTROSPECTION }),
    });
    expect([null, 'none']).toContain(response.headers.get('content-encoding'));
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(await response.text()).toContain('event: next');
  });

  it('comes in its turn on a connection with several requests', async () => {
    const answers = await Promise.all([
      ask(INTROSPECTION, 'br'),
      ask('{ __typename }', 'br'),
      ask(INTROSPECTION, 'gzip'),
    ]);
    expect(answers.map(({ encoding }) => encoding)).toEqual(['br', undefined, 'gzip']);
  });
});
