import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { Registry } from 'prom-client';
import WebSocket from 'ws';
import { createRequestMetrics } from '../../src/http/requestMetrics';
import { createSocketEndpoint } from '../../src/http/socket';
import { mutations, standInSchema } from './standInSchema';
import { startTestServer, type TestServer } from './testServer';

const PROTOCOL = 'graphql-transport-ws';
const INTERNALS = /secret|node_modules|SELECT |\/etc\//i;

/** One message of the protocol. */
interface Message {
  type: string;
  id?: string;
  payload?: never;
}

/** A client that says what it likes. */
class RawClient {
  readonly received: Message[] = [];
  readonly closed: Promise<number>;
  private readonly socket: WebSocket;
  private heard: () => void = () => undefined;

  constructor(url: string, options: WebSocket.ClientOptions = {}, protocol: string | string[] = PROTOCOL) {
    this.socket = new WebSocket(url.replace('http', 'ws'), protocol, options);
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.on('close', resolve);
    });
    this.socket.on('message', (data) => {
      this.received.push(JSON.parse(String(data)));
      this.heard();
    });
  }

  async open(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }

  async init(): Promise<this> {
    await this.open();
    this.say({ type: 'connection_init' });
    await this.next(({ type }) => type === 'connection_ack');
    return this;
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: unknown): void {
    this.say({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** @returns the first message, among those that came and those that will, that fits */
  async next(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.received.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.heard = resolve;
      });
    }
  }

  close(): void {
    this.socket.close();
  }
}

const isEnd = ({ type }: Message) => type === 'complete' || type === 'error';

describe('ws://…/graphql', () => {
  let server: TestServer;
  let url: string;
  beforeAll(async () => {
    server = await startTestServer(standInSchema);
    url = `${server.url}/graphql`;
  });
  afterAll(() => server.stop());

  it('runs subscriptions, queries and mutations for a client of the protocol', async () => {
    const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
    const collect = async (query: string) => {
      const results: unknown[] = [];
      for await (const result of client.iterate({ query })) results.push(result);
      return results;
    };
    const before = mutations.count;
    expect(await collect('subscription { ticks }')).toEqual([{ data: { ticks: 1 } }, { data: { ticks: 2 } }]);
    expect(await collect('{ thing(id: 7) { name } }')).toEqual([{ data: { thing: { name: 'thing 7' } } }]);
    expect(await collect('mutation { change }')).toEqual([{ data: { change: before + 1 } }]);
    await client.dispose();
  });

  describe('closes a connection that breaks the protocol', () => {
    const cases: [title: string, code: number, break_: (client: RawClient) => Promise<unknown>][] = [
      ['says nothing', 4408, (client) => client.open()],
      [
        'subscribes before it was let in',
        4401,
        async (client) => (await client.open()).subscribe('1', '{ __typename }'),
      ],
      ['begins twice', 4429, async (client) => (await client.init()).say({ type: 'connection_init' })],
      ['sends no JSON', 4400, async (client) => (await client.open()).say('{')],
      ['sends a message of no known type', 4400, async (client) => (await client.init()).say({ type: 'start' })],
      [
        "sends a message that is the server's to send",
        4400,
        async (client) => (await client.init()).say({ id: '1', type: 'next', payload: {} }),
      ],
      [
        'uses the id of an operation under way',
        4409,
        async (client) => {
          await client.init();
          for (const _time of [1, 2]) client.subscribe('1', 'subscription { waits }');
        },
      ],
      [
        'sends a message of more than a megabyte',
        1009,
        async (client) => (await client.init()).subscribe('1', ' '.repeat(1_100_000)),
      ],
    ];
    it.each(cases)('because it %s: %i', async (_title, code, break_) => {
      const client = new RawClient(url);
      await break_(client);
      expect(await client.closed).toBe(code);
    });

    it('because it does not say that it speaks the protocol: 4406', async () => {
      expect(await new RawClient(url, {}, []).closed).toBe(4406);
    });
  });

  it.each([
    ['too deep', `{ thing(id: 1) { ${'parent { '.repeat(30)}id${' }'.repeat(31)} }`, undefined, 'QUERY_TOO_COMPLEX'],
    [
      'too much',
      'query Q($n: Int!) { things(first: $n) { nodes { things(first: $n) { nodes { things(first: $n) { nodes { id } } } } } } }',
      { n: 100 },
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a bomb of fragments',
      `{ ...f0 } ${Array.from({ length: 18 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`).join(' ')}
        fragment f18 on Query { __typename }`,
      undefined,
      'QUERY_TOO_COMPLEX',
    ],
    ['not in the schema', 'subscription { nothing }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['no GraphQL', 'subscription {', undefined, 'GRAPHQL_PARSE_FAILED'],
    ['of the wrong type', 'subscription S($n: Int) { ticks(count: $n) }', { n: 'x' }, 'BAD_USER_INPUT'],
  ])('refuses what is %s, with the code of /graphql, and goes on', async (_title, query, variables, code) => {
    const client = await new RawClient(url).init();
    client.subscribe('1', query, variables);
    expect(await client.next(isEnd)).toMatchObject({ type: 'error', id: '1', payload: [{ extensions: { code } }] });
    client.subscribe('2', '{ __typename }');
    expect(await client.next(({ id, type }) => id === '2' && type === 'next')).toMatchObject({
      payload: { data: { __typename: 'Query' } },
    });
    client.close();
  });

  it.each([
    ['a resolver', '{ thing(id: 1) { fails } }', 'complete'],
    ['the source of a subscription', 'subscription { ticks(count: 5) }', 'error'],
  ])('keeps the reason to itself when %s fails', async (_title, query, end) => {
    const client = await new RawClient(url).init();
    client.subscribe('1', query);
    expect((await client.next(isEnd)).type).toBe(end);
    const text = JSON.stringify(client.received);
    expect(text).toMatch(/"code":"INTERNAL_SERVER_ERROR","correlationId":"[0-9a-f-]{36}"/);
    expect(text).not.toMatch(INTERNALS);
    client.close();
  });

  it('lets an operation go when it is completed by the client: its id is free again', async () => {
    const client = await new RawClient(url).init();
    client.subscribe('1', 'subscription { waits }');
    await sleep(50);
    client.say({ id: '1', type: 'complete' });
    client.subscribe('1', '{ __typename }');
    expect((await client.next(({ type }) => type === 'next')).id).toBe('1');
    client.close();
  });

  it('refuses one operation too many at once', async () => {
    const client = await new RawClient(url).init();
    for (let id = 0; id < 51; id++) client.subscribe(String(id), 'subscription { waits }');
    expect(await client.next(isEnd)).toMatchObject({
      id: '50',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    client.close();
  });

  describe('looks at who asks', () => {
    const statusOf = async (address: string, options: WebSocket.ClientOptions): Promise<number> => {
      const socket = new WebSocket(address.replace('http', 'ws'), PROTOCOL, options);
      const status = await new Promise<number>((resolve) => {
        socket.on('open', () => resolve(101));
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      });
      socket.on('error', () => undefined);
      socket.terminate();
      return status;
    };

    it.each(['https://evil.example', 'http://127.0.0.1:1', 'null', 'file://', 'http://'])(
      'and refuses the page of %s',
      async (origin) => {
        expect(await statusOf(url, { origin })).toBe(403);
      },
    );

    it('and lets its own pages in, behind a proxy too', async () => {
      expect(await statusOf(url, { origin: server.url })).toBe(101);
      expect(await statusOf(url, { origin: 'https://lesions.example', headers: { host: 'lesions.example:443' } })).toBe(
        101,
      );
      expect(await statusOf(url, {})).toBe(101);
    });

    it('and at no other address', async () => {
      expect(await statusOf(`${server.url}/graphql/stream`, {})).toBe(404);
    });
  });

  describe('leaves requests alone that ask for another protocol than WebSocket', () => {
    /** As Java's client and curl do with their first request. */
    const h2c = (start: string, headers: string[], body: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(server.url);
        const socket = connect(Number(port), hostname);
        const head = [
          start,
          `Host: ${hostname}:${port}`,
          'Connection: Upgrade, HTTP2-Settings',
          'Upgrade: h2c',
          'HTTP2-Settings: AAEAAEAA',
          ...headers,
        ];
        socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 5)}`);
        // The rest of a body may come later.
        setTimeout(() => socket.write(body.slice(5)), 100);
        let received = '';
        socket.on('data', (chunk) => {
          received += chunk;
          if (/\{.*\}$/s.test(received)) socket.destroy();
        });
        socket.on('error', reject);
        socket.on('close', () => resolve(received));
      });

    it('without a body', async () => {
      expect(await h2c('GET /healthz HTTP/1.1', [], '')).toMatch(/^HTTP\/1\.1 200 OK.*\{"status":"ok"\}$/s);
    });

    it('with one', async () => {
      const body = JSON.stringify({ query: '{ thing(id: 7) { name } }' });
      const headers = ['Content-Type: application/json', `Content-Length: ${body.length}`];
      expect(await h2c('POST /graphql HTTP/1.1', headers, body)).toMatch(/^HTTP\/1\.1 200 OK.*"thing 7"/s);
    });
  });
});

describe('an idle WebSocket', () => {
  it('is kept alive by pings, and ended when nobody answers them', async () => {
    const test = await startTestServer(standInSchema);
    const metrics = createRequestMetrics(new Registry(), standInSchema);
    const sockets = createSocketEndpoint(test.services, standInSchema, metrics, { pingMs: 150 });
    const server = createServer().on('upgrade', sockets.upgrade).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    try {
      const polite = new WebSocket(address, PROTOCOL);
      await once(polite, 'open');
      for (let ping = 0; ping < 4; ping++) await once(polite, 'ping');
      expect(polite.readyState).toBe(WebSocket.OPEN);
      const silent = new WebSocket(address, PROTOCOL, { autoPong: false });
      const [code] = await once(silent, 'close');
      expect(code).toBe(1006);
      while (sockets.count() > 1) await sleep(10);
      expect(polite.readyState).toBe(WebSocket.OPEN);
      polite.close();
    } finally {
      server.close();
      await test.stop();
    }
  });
});

describe('a server that stops', () => {
  it('answers the queries of its WebSockets, then ends them, and takes no new ones', async () => {
    const server = await startTestServer(standInSchema);
    const url = `${server.url}/graphql`;
    const idle = await new RawClient(url).init();
    idle.subscribe('1', 'subscription { waits }');
    const busy = await new RawClient(url).init();
    busy.subscribe('1', '{ slow }');
    // The socket that is let in has said its query to the server before this one.
    busy.subscribe('2', '{ __typename }');
    await busy.next(({ id }) => id === '2');
    const stopped = server.stop();
    expect(await busy.closed).toBe(1001);
    expect(busy.received).toContainEqual({ id: '1', type: 'next', payload: { data: { slow: 'done' } } });
    expect(await idle.closed).toBe(1001);
    await stopped;
    await expect(new RawClient(url).closed).resolves.toBe(1006);
  });
});
