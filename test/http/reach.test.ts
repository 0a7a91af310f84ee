import { request } from 'node:http';
import { connect } from 'node:net';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { readConfig } from '../../src/config';
import type { HttpServer } from '../../src/http';
import { createRunBed, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';

const PAGE = 'https://notes.example';
const PICTURES = '{ bookmarkedImages(first: 1) { nodes { url huUrl } } }';

type Headers = Record<string, string>;
interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** One server for each combination of settings, all on one database. */
const servers = new Map<string, { url: string; http: HttpServer }>();
let bed: RunBed;
beforeAll(async () => {
  bed = await createRunBed(2);
});
afterAll(async () => {
  for (const { http } of servers.values()) await http.stop();
  await bed.drop();
});

async function serverOf(settings: Headers): Promise<string> {
  const name = JSON.stringify(settings);
  const made =
    servers.get(name) ??
    (await startBedServer(bed, {
      config: readConfig({ ANONYMOUS_SCOPES: 'read,detect,upload', ...settings, PORT: '0' }),
    }));
  servers.set(name, made);
  return made.url;
}

/** A client that may send any header, which fetch does not. */
function send(url: string, method = 'GET', headers: Headers = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(url, { method, headers: { ...headers, ...length }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('latin1'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const ask = (url: string, query: string, headers: Headers = {}) =>
  send(`${url}/graphql`, 'POST', { 'content-type': 'application/json', ...headers }, JSON.stringify({ query }));

async function pictureUrl(url: string, headers: Headers = {}): Promise<string> {
  const { body } = await ask(url, PICTURES, headers);
  return JSON.parse(body).data.bookmarkedImages.nodes[0].url;
}

describe('pages of other sites', () => {
  const preflight = (url: string, origin: string, path = '/graphql', method = 'POST') =>
    send(url + path, 'OPTIONS', {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'content-type,authorization',
    });

  it('get no header unless their site is listed, and responses differ by origin', async () => {
    for (const settings of [{}, { CORS_ORIGINS: PAGE }] as Headers[])
      for (const origin of ['https://evil.example', 'null', 'http://notes.example', `${PAGE}.evil.example`]) {
        const url = await serverOf(settings);
        for (const answer of [await ask(url, '{ __typename }', { origin }), await preflight(url, origin)]) {
          expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
          expect(answer.headers.vary).toContain('Origin');
        }
      }
  });

  it.each(['/graphql', '/graphql/stream', '/images/x.png', '/uploads', '/uploads/x', '/metrics'])(
    'may ask for %s, if their site is listed, with the headers that requests need',
    async (path) => {
      const { status, headers } = await preflight(await serverOf({ CORS_ORIGINS: PAGE }), PAGE, path, 'PUT');
      expect(status).toBe(204);
      expect(headers['access-control-allow-origin']).toBe(PAGE);
      expect(headers['access-control-allow-credentials']).toBe('true');
      expect(headers['access-control-allow-methods']).toContain('PUT');
      for (const name of ['Authorization', 'Content-Type', 'Apollo-Require-Preflight', 'X-Request-Id'])
        expect(headers['access-control-allow-headers']).toContain(name);
      expect(Number(headers['access-control-max-age'])).toBeGreaterThan(600);
    },
  );

  it('may read answers, errors too, with the id of the request', async () => {
    const url = await serverOf({ CORS_ORIGINS: PAGE });
    const answers = [
      await ask(url, '{ __typename }', { origin: PAGE }),
      await ask(url, '{ nothing }', { origin: PAGE }),
      await send(`${url}/graphql?query={__typename}`, 'GET', { origin: PAGE, 'sec-fetch-site': 'cross-site' }),
      await send(`${url}/images/nothing.png`, 'GET', { origin: PAGE }),
      await send(`${url}/nothing`, 'GET', { origin: PAGE }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 404]);
    for (const { headers } of answers) {
      expect(headers['access-control-allow-origin']).toBe(PAGE);
      for (const name of ['X-Request-Id', 'RateLimit', 'Retry-After', 'ETag', 'Repr-Digest'])
        expect(headers['access-control-expose-headers']).toContain(name);
    }
  });

  it('may read and nothing else, without credentials, if every site may', async () => {
    const url = await serverOf({ CORS_ORIGINS: '*' });
    const answer = await ask(url, '{ __typename }', { origin: 'https://any.example' });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, '*']);
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    expect((await preflight(url, 'https://any.example')).headers['access-control-allow-methods']).toBe(
      'GET, HEAD, POST',
    );
    expect(
      (await ask(url, '{ __typename }', { origin: 'null' })).headers['access-control-allow-origin'],
    ).toBeUndefined();
    const runs = await bed.database.query({ text: 'SELECT id FROM detection_run' });
    const mutation = 'mutation { runDetection(input: { detector: "tiny", dataset: "small" }) { run { id } } }';
    const refused = await ask(url, mutation, { origin: 'https://any.example' });
    expect([refused.status, JSON.parse(refused.body).errors[0].extensions.code]).toEqual([403, 'FORBIDDEN']);
    expect(await bed.database.query({ text: 'SELECT id FROM detection_run' })).toEqual(runs);
  });

  it('open WebSockets by the same list', async () => {
    const opened = async (settings: Headers, origin: string, query: string): Promise<string> => {
      const url = await serverOf(settings);
      class PageSocket extends WebSocket {
        constructor(address: string, protocol: string) {
          super(address, protocol, { origin });
        }
      }
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: PageSocket,
        retryAttempts: 0,
      });
      try {
        for await (const { data, errors } of client.iterate({ query }))
          return data ? 'answered' : String(errors?.[0]?.extensions?.code);
        return 'nothing';
      } catch {
        return 'refused';
      } finally {
        await client.dispose();
      }
    };
    const query = '{ __typename }';
    expect(await opened({}, PAGE, query)).toBe('refused');
    expect(await opened({ CORS_ORIGINS: PAGE }, PAGE, query)).toBe('answered');
    expect(await opened({ CORS_ORIGINS: PAGE }, 'https://evil.example', query)).toBe('refused');
    expect(await opened({ CORS_ORIGINS: '*' }, 'https://any.example', query)).toBe('answered');
    expect(await opened({ CORS_ORIGINS: '*' }, 'null', query)).toBe('refused');
    const change = 'mutation { cancelDetectionRun(input: { id: "x" }) { run { id } } }';
    expect(await opened({ CORS_ORIGINS: '*' }, 'https://any.example', change)).toBe('FORBIDDEN');
  });

  it('may show pictures as soon as a site is named', async () => {
    const policyOf = async (settings: Headers) => {
      const url = await serverOf(settings);
      return (await send(await pictureUrl(url))).headers['cross-origin-resource-policy'];
    };
    expect(await policyOf({})).toBe('same-origin');
    expect(await policyOf({ CORS_ORIGINS: PAGE })).toBe('cross-origin');
  });
});

describe('the public address', () => {
  const PUBLIC_URL = 'https://data.example.org/deeplesion';

  it('begins every address in answers, whatever the request says of host and scheme', async () => {
    const url = await serverOf({ PUBLIC_URL });
    for (const headers of [{}, { host: 'evil.example' }, { 'x-forwarded-host': 'evil.example' }] as Headers[]) {
      const { body } = await ask(url, PICTURES, headers);
      const [{ url: picture, huUrl }] = JSON.parse(body).data.bookmarkedImages.nodes;
      expect(picture).toMatch(/^https:\/\/data\.example\.org\/deeplesion\/images\//);
      expect(huUrl).toMatch(/^https:\/\/data\.example\.org\/deeplesion\/images\//);
    }
  });

  it('has its prefix removed from requests, if the proxy in front has not done so', async () => {
    const url = await serverOf({ PUBLIC_URL });
    const { pathname } = new URL(await pictureUrl(url));
    for (const path of [pathname, pathname.replace('/deeplesion', '')])
      expect((await send(url + path)).headers['content-type']).toBe('image/png');
    expect(JSON.parse((await ask(`${url}/deeplesion`, '{ __typename }')).body)).toEqual({
      data: { __typename: 'Query' },
    });
    expect((await send(`${url}/deeplesions/healthz`)).status).toBe(404);
  });

  it.each([
    '/deeplesion',
    '/deeplesion/',
    '/deeplesion/runs',
    '/',
    '/deeplesion/embed/accuracy',
    '/deeplesion/graphql',
  ])('is that of all that the page at %s loads, under a policy without inline scripts', async (path) => {
    const url = await serverOf({ PUBLIC_URL });
    const { body, headers } = await send(url + path, 'GET', { accept: 'text/html' });
    const files = [...body.matchAll(/ (?:src|href)="([^"#]+)"/g)].map(([, file]) => file ?? '');
    const own = files.filter((file) => file !== 'data:,');
    expect(own.length).toBeGreaterThan(1);
    for (const file of own)
      expect([file, (await send(url + file)).status]).toEqual([expect.stringMatching(/^\/deeplesion\//), 200]);
    expect(body).toContain('data-base="/deeplesion"');
    expect(headers['content-security-policy']).toMatch(/script-src 'self';/);
  });

  it('is kept by redirects', async () => {
    const url = await serverOf({ PUBLIC_URL });
    expect((await send(`${url}/deeplesion/graphiql`)).headers.location).toBe('/deeplesion/graphql');
  });

  it('is an origin of its own pages', async () => {
    const url = await serverOf({ PUBLIC_URL });
    const address = `${url}/graphql?query={__typename}`;
    expect((await send(address, 'GET', { origin: 'https://data.example.org' })).status).toBe(200);
    for (const origin of ['https://evil.example', 'http://data.example.org'])
      expect((await send(address, 'GET', { origin, host: 'data.example.org' })).status).toBe(403);
  });
});

describe('trusted proxies', () => {
  const forwarded = {
    'x-forwarded-for': '192.0.2.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'ct.example:8443',
  };

  it('say under which address the server is reached', async () => {
    const url = await serverOf({ TRUSTED_PROXIES: '127.0.0.1' });
    expect(await pictureUrl(url, forwarded)).toMatch(/^https:\/\/ct\.example:8443\/images\//);
    expect(await pictureUrl(url, { forwarded: 'for=192.0.2.7;proto=https;host=ct.example' })).toMatch(
      /^https:\/\/ct\.example\/images\//,
    );
  });

  it('say who the client is, of IPv6 by its /64, for turns and limits', async () => {
    const start = 'mutation { runDetection(input: { detector: "tiny-constant", dataset: "small" }) { run { id } } }';
    const clientOfRun = async (url: string, address: string): Promise<string | undefined> => {
      const { body } = await ask(url, start, { ...forwarded, 'x-forwarded-for': address });
      expect(JSON.parse(body).errors).toBeUndefined();
      const text = 'SELECT client_key AS client FROM detection_run ORDER BY id DESC LIMIT 1';
      return (await bed.database.query<{ client: string }>({ text }))[0]?.client;
    };
    const url = await serverOf({ TRUSTED_PROXIES: '127.0.0.1' });
    expect(await clientOfRun(url, '198.51.100.1, 192.0.2.7')).toBe('192.0.2.7');
    expect(await clientOfRun(url, '2001:db8:1:2:3::9')).toBe('2001:db8:1:2::/64');
    expect(await clientOfRun(url, 'nobody')).toBe('127.0.0.1');
    expect(await clientOfRun(await serverOf({}), '192.0.2.7')).toBe('127.0.0.1');
  });

  it('are the only ones who do', async () => {
    for (const settings of [{}, { TRUSTED_PROXIES: '10.0.0.0/8' }] as Headers[]) {
      const url = await serverOf(settings);
      expect((await pictureUrl(url, forwarded)).startsWith(url)).toBe(true);
    }
  });

  it.each([
    'evil.example/path',
    'user@evil.example',
    'evil.example evil.example',
    'evil.example"><script>',
    'evil.example\tX-Other: 1',
    'evil.example%0d%0aX-Other: 1',
    'javascript:alert(1)',
  ])('cannot bring a host that is none into an answer: %j', async (host) => {
    const url = await serverOf({ TRUSTED_PROXIES: '127.0.0.1' });
    const { status, body, headers } = await ask(url, PICTURES, { ...forwarded, 'x-forwarded-host': host });
    expect(status).toBe(200);
    expect(body).not.toMatch(/evil|script/);
    expect(JSON.parse(body).data.bookmarkedImages.nodes[0].url).toMatch(/^\/images\//);
    expect(headers['x-other']).toBeUndefined();
  });
});

describe('the host of a request', () => {
  const raw = async (head: string): Promise<string> => {
    const { port, hostname } = new URL(await serverOf({}));
    return new Promise((resolve, reject) => {
      const socket = connect({ port: Number(port), host: hostname });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.once('close', () => resolve(text));
      socket.once('error', reject);
      socket.write(`${head}\r\nConnection: close\r\n\r\n`);
    });
  };

  it.each([
    'GET /healthz HTTP/1.1\r\nHost: user@evil.example',
    'GET /healthz HTTP/1.1\r\nHost: evil.example/path',
    'GET /healthz HTTP/1.1\r\nHost: evil.example evil.example',
    'GET /healthz HTTP/1.1\r\nHost: evil.example:http',
    'GET /healthz HTTP/1.1\r\nHost: one.example\r\nHost: two.example',
    'GET http://evil.example/healthz HTTP/1.1\r\nHost: one.example',
    'GET http://user@one.example/healthz HTTP/1.1\r\nHost: one.example',
  ])('is refused if it is none, or two: %j', async (head) => {
    expect(await raw(head)).toMatch(/^HTTP\/1\.1 400 [\s\S]*BAD_USER_INPUT/);
  });

  it.each([
    'GET /healthz HTTP/1.1\r\nHost: one.example:8080',
    'GET /healthz HTTP/1.1\r\nHost: my_service:4000',
    'GET /healthz HTTP/1.1\r\nHost: [2001:db8::1]:4000',
    'GET http://One.example/healthz HTTP/1.1\r\nHost: one.example',
    'GET http://one.example?a=b HTTP/1.1\r\nHost: one.example',
  ])('may be any name or address, also in the address of the request: %j', async (head) => {
    expect(await raw(head)).toMatch(/^HTTP\/1\.1 200 /);
  });
});
