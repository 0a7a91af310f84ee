import { request as sendRequest } from 'node:http';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { createKey, type NewApiKey, revokeKey } from '../../src/access';
import { createLogger } from '../../src/log';
import type { Services } from '../../src/services';
import { createRunBed, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';
import { rawClient } from './rawClient';

const RUNS_CHANGED = 'subscription { detectionRunsChanged { id } }';
const CANCEL = 'mutation { cancelJob(input: { id: "x" }) { job { id } } }';

let bed: RunBed;
let servers: Awaited<ReturnType<typeof startBedServer>>[];
let url: string;
const lines: string[] = [];
let made = 0;

beforeAll(async () => {
  bed = await createRunBed(1);
  const log = createLogger('debug', { write: (line) => lines.push(line) });
  const config = { host: '127.0.0.1', port: 0, anonymousScopes: ['read'] } as unknown as Services['config'];
  servers = [await startBedServer(bed, { config, log }), await startBedServer(bed, { config, log })];
  url = servers[0]?.url ?? '';
});
afterAll(async () => {
  for (const { http } of servers) await http.stop();
  await bed.drop();
});

const keyOf = async (wanted: Partial<NewApiKey> = {}) => {
  const name = `key ${++made}`;
  const { row, text } = await createKey(bed.database, { name, scopes: ['read'], ...wanted }, null);
  return { row, text, headers: { authorization: `Bearer ${text}` } };
};
const ask = (query: string, headers: Record<string, string> = {}, at = url) =>
  fetch(`${at}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
/** Status, code and scope of an answer. */
const outcome = async (answer: Response) => {
  const { errors } = (await answer.json()) as { errors?: { message: string; extensions: Record<string, unknown> }[] };
  const { code, scope } = errors?.[0]?.extensions ?? {};
  return { status: answer.status, code, scope, challenge: answer.headers.get('www-authenticate') };
};
const wrongKeyFrom = (address: string, authorization: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    sendRequest({
      hostname,
      port,
      path: '/graphql?query={__typename}',
      localAddress: address,
      headers: { authorization },
    })
      .once('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
      .once('error', reject)
      .end();
  });

describe('a caller without a key', () => {
  it('has the anonymous scopes, and for more is told how to get a key', async () => {
    expect((await ask('{ datasets { totalCount } }')).status).toBe(200);
    const refused = await ask(CANCEL);
    expect(await outcome(refused.clone())).toEqual({
      status: 401,
      code: 'UNAUTHENTICATED',
      scope: 'detect',
      challenge: 'Bearer realm="deeplesion", scope="detect"',
    });
    expect(await refused.text()).toMatch(/Authorization: Bearer dl_.*key create --name NAME --role client/);
  });

  it('is refused a whole operation for one field, in whatever fragment it stands', async () => {
    const hidden = `mutation { ...on Mutation { ...Hidden } } fragment Hidden on Mutation { cancelJob(input: { id: "x" }) { __typename } }`;
    expect(await outcome(await ask(hidden))).toMatchObject({ status: 401, scope: 'detect' });
    expect(await outcome(await ask('{ __typename apiKeys { totalCount } }'))).toMatchObject({
      status: 401,
      scope: 'keys',
    });
  });

  it('is refused over server-sent events and WebSockets alike', async () => {
    const stream = await fetch(`${url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: CANCEL }),
    });
    expect(await outcome(stream)).toMatchObject({
      status: 401,
      challenge: 'Bearer realm="deeplesion", scope="detect"',
    });
    const client = socketClient();
    const errors = await client
      .iterate({ query: CANCEL })
      .next()
      .catch((thrown: unknown) => thrown);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', scope: 'detect' } }]);
    await client.dispose();
  });
});

describe('a key', () => {
  it('lets its holder do what its scopes say, and names the scope that it lacks', async () => {
    const { headers } = await keyOf({ scopes: ['read', 'review'] });
    expect((await ask('{ datasets { totalCount } }', headers)).status).toBe(200);
    expect(await outcome(await ask(CANCEL, headers))).toEqual({
      status: 403,
      code: 'FORBIDDEN',
      scope: 'detect',
      challenge: 'Bearer realm="deeplesion", scope="detect", error="insufficient_scope"',
    });
  });

  it('has its own scopes and not those of callers without one', async () => {
    const { headers } = await keyOf({ scopes: ['export'] });
    expect(await outcome(await ask('{ datasets { totalCount } }', headers))).toMatchObject({
      status: 403,
      scope: 'read',
    });
    expect((await fetch(`${url}/images/x.png`, { headers })).status).toBe(403);
    expect((await fetch(`${url}/uploads/x`, { headers })).status).toBe(403);
    expect((await fetch(`${url}/healthz`, { headers })).status).toBe(200);
  });

  it('is asked for by the routes of HTTP, whatever the case of their paths', async () => {
    const { headers } = await keyOf({ scopes: ['read'] });
    for (const path of ['/uploads', '/UPLOADS/'])
      expect(await outcome(await fetch(url + path, { method: 'PUT', headers, body: 'x' }))).toMatchObject({
        status: 403,
        scope: 'upload',
      });
    expect((await fetch(`${url}/uploads`, { method: 'PUT', body: 'x' })).status).toBe(401);
  });

  it.each([
    ['unknown', async () => `Bearer dl_AAAAAAAA_${'a'.repeat(43)}`],
    ['with a wrong secret', async () => `Bearer ${(await keyOf()).text.slice(0, -2)}AA`],
    ['lower-cased', async () => `Bearer ${(await keyOf()).text.toLowerCase()}`],
    ['cut', async () => `Bearer ${(await keyOf()).text.slice(0, 40)}`],
    ['without a scheme', async () => (await keyOf()).text],
    ['of another scheme', async () => `Basic ${Buffer.from((await keyOf()).text).toString('base64')}`],
    ['twice in one header', async () => [await keyOf(), await keyOf()].map(({ text }) => `Bearer ${text}`).join(', ')],
    ['empty', async () => 'Bearer '],
    [
      'revoked',
      async () => {
        const { row, text } = await keyOf();
        await revokeKey(bed.database, row.id);
        return `Bearer ${text}`;
      },
    ],
    [
      'expired',
      async () => {
        const { row, text } = await keyOf();
        await bed.database.query({
          text: `UPDATE api_key SET created_at = now() - interval '2 days', expires_at = now() - interval '1 day' WHERE id = $1`,
          values: [row.id],
        });
        return `Bearer ${text}`;
      },
    ],
  ])('is refused %s, on every way in', async (_, make) => {
    const authorization = await make();
    const refused = {
      status: 401,
      code: 'UNAUTHENTICATED',
      challenge: 'Bearer realm="deeplesion", scope="read", error="invalid_token"',
    };
    expect(await outcome(await ask('{ __typename }', { authorization }))).toMatchObject(refused);
    expect(await outcome(await fetch(`${url}/images/x.png`, { headers: { authorization } }))).toMatchObject(refused);
  });

  it('is refused in two headers, of which Node would drop one', async () => {
    const [one, other] = [await keyOf(), await keyOf()];
    const client = await rawClient(url);
    client.send(
      `GET /schema.graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${one.text}\r\nAuthorization: Bearer ${other.text}\r\n` +
        'Connection: close\r\n\r\n',
    );
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 401 .*Expected one key, got several/s);
  });

  it('has its last use noted, to the minute', async () => {
    const { row, headers } = await keyOf();
    await ask('{ __typename }', headers);
    const used = async () =>
      (await bed.database.prisma.apiKey.findFirst({ where: { id: row.id } }))?.lastUsedAt ?? null;
    let at = await used();
    while (at === null) at = await used();
    expect(at.getSeconds()).toBe(0);
  });
});

describe('a key in an address', () => {
  it.each([
    ['as a parameter', (key: string) => `/graphql?query={__typename}&access_token=${key}`],
    ['in a query', (key: string) => `/graphql?query={node(id:"${key}"){id}}`],
    ['in a path', (key: string) => `/images/${key}.png`],
    ['percent-encoded', (key: string) => `/?key=%64%6c_${key.slice(3)}`],
  ])('is refused %s, and never logged', async (_, address) => {
    const { text, row } = await keyOf();
    const answer = await fetch(url + address(text));
    expect(await outcome(answer)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(lines.join('')).not.toContain(row.keyId);
  });

  it('is refused on a WebSocket too', async () => {
    const { text, row } = await keyOf();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql?key=${text}`, 'graphql-transport-ws');
    const status = await new Promise((resolve) => {
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    socket.once('error', () => undefined).terminate();
    expect(status).toBe(400);
    expect(lines.join('')).not.toContain(row.keyId);
  });

  it('is not logged where it came in an id, in variables or as the id of a request', async () => {
    const { text } = await keyOf();
    await ask(`mutation { cancelJob(input: { id: "${text}" }) { job { id } } }`, {
      ...(await keyOf({ scopes: ['detect'] })).headers,
      'x-request-id': text,
    });
    expect(lines.join('')).not.toContain(text.slice(12));
  });
});

describe('guesses', () => {
  it('are refused with Retry-After once too many came from an address, and the valid keys of it are not', async () => {
    const { text } = await keyOf();
    const address = '127.0.0.9';
    expect(await wrongKeyFrom(address, `Bearer ${text}`)).toBe(200);
    const statuses = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) =>
        wrongKeyFrom(address, `Bearer dl_${text.slice(3, 11)}_${String(n).padStart(43, 'x')}`),
      ),
    );
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(statuses.filter((status) => status === 401).length).toBeLessThan(500);
    expect(await wrongKeyFrom(address, `Bearer ${text}`)).toBe(200);
    expect(await wrongKeyFrom('127.0.0.10', 'Bearer x')).toBe(401);
  });
});

const socketClient = (
  connectionParams?: Record<string, unknown>,
  at = url,
  onClosed: (event: unknown) => void = () => undefined,
) =>
  createClient({
    url: `${at.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams,
    on: { closed: onClosed },
  });

describe('a WebSocket', () => {
  it.each([
    ['with the scheme', (text: string) => `Bearer ${text}`],
    ['without it', (text: string) => text],
  ])('takes a key from connection_init, %s', async (_, authorization) => {
    const { text } = await keyOf({ scopes: ['read', 'detect'] });
    const client = socketClient({ authorization: authorization(text) });
    expect(await client.iterate({ query: CANCEL }).next()).toMatchObject({
      value: { errors: [{ extensions: { code: expect.stringMatching(/NOT_FOUND|BAD_USER_INPUT/) } }] },
    });
    await client.dispose();
  });

  it.each([
    ['a wrong one', { authorization: 'Bearer dl_x' }],
    ['one that is no text', { authorization: { key: 1 } }],
    ['two', { authorization: 'Bearer a', Authorization: 'Bearer b' }],
  ])('is closed with 4401 for %s', async (_, parameters) => {
    const closed = await new Promise((resolve) => {
      const client = socketClient(parameters, url, resolve);
      client.subscribe(
        { query: '{ __typename }' },
        { next: () => undefined, error: () => undefined, complete: () => undefined },
      );
    });
    expect(closed).toMatchObject({ code: 4401 });
  });
});

describe('a key that is revoked', () => {
  it('is dead on every server within a second, for requests and for what is open', async () => {
    const { row, headers, text } = await keyOf({ scopes: ['read'] });
    const ends: Promise<unknown>[] = [];
    for (const server of servers) {
      expect((await ask('{ __typename }', headers, server.url)).status).toBe(200);
      const stream = await fetch(`${server.url}/graphql/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
        body: JSON.stringify({ query: RUNS_CHANGED }),
      });
      ends.push(stream.text());
      const opened = new Promise<void>((resolve) => {
        ends.push(
          new Promise((closed) => {
            const client = socketClient({ authorization: `Bearer ${text}` }, server.url, closed);
            client.on('connected', () => resolve());
            const sink = { next: () => undefined, error: () => undefined, complete: () => undefined };
            client.subscribe({ query: RUNS_CHANGED }, sink);
          }),
        );
      });
      await opened;
    }
    await revokeKey(bed.database, row.id);
    const revokedAt = performance.now();
    for (const server of servers)
      while ((await ask('{ __typename }', headers, server.url)).status === 200)
        // A bound, not a measurement: the loop ends with the first refusal.
        if (performance.now() - revokedAt > 10_000) throw new Error('The key was never dead.');
    const [firstStream, firstSocket, secondStream, secondSocket] = await Promise.all(ends);
    for (const stream of [firstStream, secondStream])
      expect(stream).toMatch(/"code":"UNAUTHENTICATED".*event: complete/s);
    for (const socket of [firstSocket, secondSocket]) expect(socket).toMatchObject({ code: 4401 });
  });
});

describe('a page that reaches the own machine under another name', () => {
  it('may read without a key, and change nothing; other programs are not hindered', async () => {
    const own = await startBedServer(bed, { config: { host: '127.0.0.1', port: 0 } as unknown as Services['config'] });
    const statusOf = (host: string, query: string, more: object = { origin: `http://${host}` }) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { host, 'content-type': 'application/json', ...more };
        sendRequest(`${own.url}/graphql`, { method: 'POST', headers }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode));
        })
          .once('error', reject)
          .end(JSON.stringify({ query }));
      });
    const { host } = new URL(own.url);
    expect(await statusOf(host, CANCEL)).toBe(200);
    expect(await statusOf('rebound.example', '{ viewer { scopes } datasets { totalCount } }')).toBe(200);
    expect(await statusOf('rebound.example', CANCEL)).toBe(401);
    expect(await statusOf('rebound.example', CANCEL, { 'sec-fetch-site': 'same-origin' })).toBe(401);
    expect(await statusOf('rebound.example', CANCEL, {})).toBe(200);
    await own.http.stop();
  });
});
