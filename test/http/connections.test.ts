import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerBrokenRequests } from '../../src/http/brokenRequests';
import { type ConnectionBounds, Connections } from '../../src/http/connections';
import { serveInTurn } from '../../src/http/serveInTurn';
import { routeUpgrades } from '../../src/http/upgrades';
import { type RawClient, rawClient, statusesIn } from './rawClient';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The server's own way with connections in front of a handler of the test. */
async function startBed(handler: Handler, bounds: Partial<ConnectionBounds> = {}, options: ServerOptions = {}) {
  const server = createServer({ requireHostHeader: false, ...options });
  const connections = new Connections(server, 1, bounds);
  serveInTurn(server, connections, handler);
  answerBrokenRequests(server, connections);
  routeUpgrades(server, connections, (_request, connection) =>
    connection.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  );
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
const open = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));

describe('a connection', () => {
  let server: Server;
  let url: string;
  const clients: RawClient[] = [];
  const start = async (...parameters: Parameters<typeof startBed>) => {
    ({ server, url } = await startBed(...parameters));
  };
  const client = async (options?: Parameters<typeof rawClient>[1]) => {
    const made = await rawClient(url, options);
    clients.push(made);
    return made;
  };
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  describe('on which requests come before the last one is answered', () => {
    it('gets the next begun only when the last answer is written, and every answer in its order', async () => {
      let last: ServerResponse | undefined;
      const early: string[] = [];
      await start((request, response) => {
        if (last && !last.writableFinished) early.push(request.url ?? '');
        last = response;
        setImmediate(() => response.end(`answer to ${request.url};`));
      });
      const { send, until } = await client();
      send(Array.from({ length: 300 }, (_, index) => get(`/${index}`)).join(''));
      const received = await until((text) => text.includes('/299;'));
      expect([...received.matchAll(/answer to \/(\d+);/g)].map((match) => Number(match[1]))).toEqual(
        Array.from({ length: 300 }, (_, index) => index),
      );
      expect(early).toEqual([]);
    });

    it('reads their bodies, each when its turn has come', async () => {
      await start(async (request, response) => {
        let bytes = 0;
        for await (const chunk of request) bytes += chunk.length;
        response.end(`${bytes} bytes;`);
      });
      const { send, until } = await client();
      const post = (bytes: number) =>
        `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`;
      send([10, 500_000, 20, 500_001, 0].map(post).join(''));
      const received = await until((text) => text.includes('\r\n0 bytes;'));
      expect(received.match(/\d+ bytes;/g)).toEqual([
        '10 bytes;',
        '500000 bytes;',
        '20 bytes;',
        '500001 bytes;',
        '0 bytes;',
      ]);
    });

    it('holds one answer in memory where the client reads none, and all come once it reads', async () => {
      const answer = 'x'.repeat(200_000);
      let begun = 0;
      let unwritten: ServerResponse | undefined;
      let most = 0;
      await start((_request, response) => {
        begun++;
        most = Math.max(most, (unwritten?.writableLength ?? 0) + (response.socket?.writableLength ?? 0));
        unwritten = response;
        response.end(answer);
      });
      const asker = await client({ deaf: true });
      asker.send(get('/').repeat(200));
      // By now the connection takes no more.
      while (begun < 2) await sleep(5);
      let bytes = 0;
      asker.socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      while (bytes < 200 * answer.length) await sleep(5);
      expect(begun).toBe(200);
      expect(most).toBeLessThan(answer.length);
    });

    it('is closed where its client has too many of them waiting', async () => {
      let begun = 0;
      await start(() => begun++, { waitingPerClient: 20 });
      const asker = await client();
      asker.send(get('/').repeat(100));
      await asker.closed();
      expect(begun).toBe(1);
    });

    it('has an upgrade that nobody wants answered in its turn, however many there are', async () => {
      await start((request, response) => setImmediate(() => response.end(`${request.url};`)));
      const { send, until } = await client();
      const upgrade =
        'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n';
      send(get('/0') + Array.from({ length: 200 }, (_, index) => get(`/${index + 1}`, upgrade)).join(''));
      const received = await until((text) => text.includes('/200;'));
      expect(received.match(/\/\d+;/g)).toEqual(Array.from({ length: 201 }, (_, index) => `/${index};`));
    });

    it('is handed over for a WebSocket after the answers before it', async () => {
      await start((_request, response) => setTimeout(() => response.end('first'), 50));
      const { send, until } = await client();
      send(get('/') + get('/graphql', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
      const received = await until((text) => text.includes('101 Switching'));
      expect(received.indexOf('first')).toBeGreaterThan(0);
      expect(received.indexOf('first')).toBeLessThan(received.indexOf('101 Switching'));
    });

    it.each([
      ['that is no HTTP', 'rubbish\r\n\r\n', 400],
      ['with a head that is too large', get('/', `X: ${'x'.repeat(20_000)}\r\n`), 431],
      ['for a proxy', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
      ['whose body breaks off its form', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n', 400],
      ['whose head never ends', 'GET / HTTP/1.1\r\n', 408],
    ])('has a request %s refused after the answers before it', async (_what, bytes, status) => {
      const timeouts = { headersTimeout: 60, requestTimeout: 60, connectionsCheckingInterval: 20 };
      await start((_request, response) => setTimeout(() => response.end('good'), 200), {}, timeouts);
      const asker = await client();
      asker.send(get('/') + get('/') + bytes);
      const received = await asker.closed();
      expect(statusesIn(received)).toEqual([200, 200, status]);
      expect(received).toContain('"message":"Expected');
    });
  });

  describe('whose client takes nothing of an answer', () => {
    it('is destroyed', async () => {
      await start((_request, response) => response.end(Buffer.alloc(2 ** 26)), {
        stuckMs: 50,
        msPerByte: 0,
        lookMs: 10,
      });
      const asker = await client({ deaf: true });
      asker.send(get('/'));
      await nobodyIsLeft();
    });
  });

  describe('whose last answer is out', () => {
    const timeouts = { headersTimeout: 60, requestTimeout: 60, connectionsCheckingInterval: 20 };
    it.each([
      ['nothing', '', 408],
      ['half a head', 'GET / HTTP/1.1\r\nHo', 408],
      ['half a body', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc', 408],
      ['no HTTP', 'rubbish\r\n\r\n', 400],
      ['too large a head', get('/', `X: ${'x'.repeat(20_000)}\r\n`), 431],
      ['a wish to be a proxy', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ])('is gone soon, though its client, which sent %s, never closes it', async (_what, bytes, status) => {
      await start((request) => request.resume(), {}, timeouts);
      const asker = await client({ neverCloses: true });
      asker.send(bytes);
      expect(statusesIn(await asker.closed())).toEqual([status]);
      await nobodyIsLeft();
    });
  });

  describe('that is one too many', () => {
    const answered = async (asker: RawClient): Promise<number | undefined> => {
      asker.send(get('/'));
      return statusesIn(await asker.until((text) => text.includes('done')))[0];
    };
    const done: Handler = (_request, response) => response.end('done');

    it('takes the place of the one of its client that has been idle longest: silent, or kept alive', async () => {
      await start(done, { perLoopback: 3 });
      const silent = await client();
      const kept = await client();
      expect(await answered(kept)).toBe(200);
      const third = await client();
      expect(await answered(await client())).toBe(200);
      await silent.closed();
      expect(await answered(await client())).toBe(200);
      await kept.closed();
      expect([third.socket.readableEnded, await open(server)]).toEqual([false, 3]);
    });

    it('is refused with a sentence where all of its client have work under way, and others are served', async () => {
      const begun: ServerResponse[] = [];
      await start((request, response) => (request.url === '/' ? done(request, response) : begun.push(response)), {
        perLoopback: 3,
      });
      for (let index = 0; index < 3; index++) (await client()).send(get('/slow'));
      while (begun.length < 3) await sleep(5);
      const refused = await (await client()).closed();
      expect(statusesIn(refused)).toEqual([503]);
      expect(refused).toContain('MAX_CONNECTIONS_PER_CLIENT');
      expect(await answered(await client({ from: '127.0.0.2' }))).toBe(200);
      begun[0]?.end('done');
      await clients[0]?.until((text) => text.includes('done'));
      expect(await answered(await client())).toBe(200);
    });

    it('of all clients takes the place of an idle one of the client that has most', async () => {
      await start(done, { total: 4 });
      const few = await client({ from: '127.0.0.2' });
      const many = [await client(), await client(), await client()];
      expect(await answered(await client({ from: '127.0.0.3' }))).toBe(200);
      await many[0]?.closed();
      expect(await answered(few)).toBe(200);
    });

    it('finds places again when others have gone', async () => {
      await start(done, { perLoopback: 2 });
      for (let round = 0; round < 20; round++) {
        const asker = await client();
        expect(await answered(asker)).toBe(200);
        asker.socket.destroy();
      }
      await nobodyIsLeft();
    });
  });

  const nobodyIsLeft = async (): Promise<void> => {
    while ((await open(server)) > 0) await sleep(10);
  };
});
