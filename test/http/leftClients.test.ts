import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { buildSchema } from '../../src/graphql';
import { idOfNothing } from '../globalIds';
import { startTestServer, type TestServer } from './testServer';

const QUERY = '{ lesions(first: 5) { totalCount nodes { id image { id } } } }';
const MUTATION = `mutation {
  labelPseudoCluster(input: { pseudoClusterId: "${idOfNothing('PseudoCluster')}", label: "a" }) { pseudoCluster { id } } }`;

/** Of the six of a test's pool. */
const CONNECTIONS_OF_ONE_CLIENT = 4;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(buildSchema());
});
afterAll(() => server.stop());

/** @returns how many statements of the server wait for the lock */
type Waiting = () => Promise<number>;

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10);
}

/** Keeps everybody from a table while the work goes on. */
const whileLocked = (table: string, work: (waiting: Waiting) => Promise<void>): Promise<void> =>
  server.services.database.transaction(async ({ client, query }) => {
    await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await work(async () => {
      const [row] = await query<{ count: number }>({
        // What pg_stat_activity says stays the same throughout a transaction.
        text: `SELECT count(*) AS count FROM pg_locks JOIN pg_database AS own ON own.oid = database AND datname = current_database()
               WHERE NOT granted`,
      });
      return row?.count ?? 0;
    });
  });

function post(path: string, body: object, headers: Record<string, string> = {}) {
  const controller = new AbortController();
  const answer = fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: controller.signal,
  });
  answer.catch(() => undefined);
  return { answer, leave: () => controller.abort() };
}

describe('what a client has asked for and does not wait for', () => {
  it.each<[string, () => Promise<() => void>]>([
    ['a query', async () => post('/graphql', { query: QUERY }).leave],
    ['a query of the long way', async () => post('/graphql?', { query: QUERY }).leave],
    ['a query as events', async () => post('/graphql/stream', { query: QUERY }, { accept: 'text/event-stream' }).leave],
    [
      'a query over WebSocket',
      async () => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
        await once(socket, 'open');
        socket.send(JSON.stringify({ type: 'connection_init' }));
        await once(socket, 'message');
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY } }));
        return () => socket.terminate();
      },
    ],
  ])('ends with it, in PostgreSQL too: %s', async (_title, ask) => {
    // Three times, so that it is compiled.
    for (let round = 0; round < 3; round++)
      await whileLocked('lesion', async (waiting) => {
        const leave = await ask();
        await until(async () => (await waiting()) > 0);
        leave();
        await until(async () => (await waiting()) === 0);
      });
  });

  it('costs nobody their turn, however many left', async () => {
    const body = JSON.stringify({ query: QUERY });
    const head = `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const { port } = new URL(server.url);
    await whileLocked('lesion', async (waiting) => {
      const sockets = Array.from({ length: 100 }, () => connect(Number(port), '127.0.0.1'));
      for (const socket of sockets) socket.on('error', () => undefined).write(head + body);
      await until(async () => (await waiting()) > 3);
      for (const socket of sockets) socket.destroy();
      // The table is still held: only a server that let go of all of it has a connection for these.
      const { answer } = post('/graphql', { query: '{ patients(first: 1) { nodes { id } } }' });
      expect(await (await answer).json()).toEqual({ data: { patients: { nodes: [] } } });
      await until(async () => (await waiting()) === 0);
    });
  });

  it('is done to its end where it is a mutation that has begun', async () => {
    await whileLocked('pseudo_cluster', async (waiting) => {
      const { leave } = post('/graphql', { query: MUTATION });
      await until(async () => (await waiting()) > 0);
      leave();
      // Its departure is seen before that of this one, which is answered.
      await (await post('/graphql', { query: '{ patients(first: 1) { nodes { id } } }' }).answer).json();
      expect(await waiting()).toBe(1);
    });
  });
});

describe('a client whose queries all wait in PostgreSQL', () => {
  it('leaves connections to others, who are answered', async () => {
    await whileLocked('lesion', async (waiting) => {
      const stuck = Array.from({ length: 20 }, () => post('/graphql', { query: QUERY }));
      await until(async () => (await waiting()) === CONNECTIONS_OF_ONE_CLIENT);
      // Another address of the same machine.
      const other = await new Promise<string>((resolve, reject) => {
        const { port } = new URL(server.url);
        const body = JSON.stringify({ query: '{ patients(first: 1) { nodes { id } } }' });
        const headers = { 'content-type': 'application/json', 'content-length': body.length };
        const asked = request({
          port,
          host: '127.0.0.1',
          localAddress: '127.0.0.2',
          path: '/graphql',
          method: 'POST',
          headers,
        });
        asked.on('error', reject).on('response', (response) => {
          response.setEncoding('utf8').on('data', resolve);
        });
        asked.end(body);
      });
      expect(JSON.parse(other)).toEqual({ data: { patients: { nodes: [] } } });
      for (const { leave } of stuck) leave();
      await until(async () => (await waiting()) === 0);
    });
  });
});

describe('more operations of one client than it may have in progress and waiting', () => {
  it('are refused with 429 and a time to come back, and other paths answer', async () => {
    await whileLocked('lesion', async () => {
      const asked = Array.from({ length: 300 }, () => post('/graphql', { query: QUERY }));
      const first = await Promise.race(asked.map(({ answer }) => answer));
      expect(first.status).toBe(429);
      expect(first.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await first.json()).toMatchObject({
        errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } }],
      });
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      for (const { leave } of asked) leave();
    });
  });
});
