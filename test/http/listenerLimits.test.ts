import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { Registry } from 'prom-client';
import WebSocket from 'ws';
import { ListenerPlaces } from '../../src/http/listenerPlaces';
import { createRequestMetrics } from '../../src/http/requestMetrics';
import { createSocketEndpoint } from '../../src/http/socket';
import { createStreamHandler } from '../../src/http/stream';
import { standInSchema } from './standInSchema';
import { startTestServer, type TestServer } from './testServer';

/** In place of the 500 of a server: what counts is the one beyond. */
const LIMIT = 3;

/** A listener that was let in, or the answer that it got instead. */
type Outcome = { leave: () => void; cut: () => void } | { status: number | undefined; body: unknown };

interface Endpoint {
  what: string;
  /** in a message */
  places: string;
  start(services: TestServer['services']): { server: Server; count: () => number };
  listen(port: number): Promise<Outcome>;
}

const metrics = () => createRequestMetrics(new Registry(), standInSchema);

async function answerOf(response: IncomingMessage): Promise<Outcome> {
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, body: JSON.parse(text) };
}

const WEB_SOCKETS: Endpoint = {
  what: 'a WebSocket',
  places: 'open WebSockets',
  start(services) {
    const { upgrade, count } = createSocketEndpoint(services, standInSchema, metrics(), { places: { total: LIMIT } });
    return { server: createServer().on('upgrade', upgrade), count };
  },
  listen: (port) =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
      socket.on('error', () => undefined);
      socket.on('open', () => resolve({ leave: () => socket.close(), cut: () => socket.terminate() }));
      socket.on('unexpected-response', (_request, response) => resolve(answerOf(response)));
    }),
};

const STREAMS: Endpoint = {
  what: 'an event stream',
  places: 'open streams',
  start(services) {
    const { handle, count } = createStreamHandler(services, standInSchema, metrics(), { places: { total: LIMIT } });
    return { server: createServer(express().use(handle)), count };
  },
  listen: (port) =>
    new Promise((resolve) => {
      const path = `/?query=${encodeURIComponent('subscription { waits }')}`;
      const options = { port, path, host: '127.0.0.1', agent: false, headers: { accept: 'text/event-stream' } };
      const request = get(options, (response) => {
        const leave = () => request.destroy();
        response.on('error', () => undefined);
        if (response.statusCode === 200) resolve({ leave, cut: () => response.socket.resetAndDestroy() });
        else resolve(answerOf(response));
      });
      request.on('error', () => undefined);
    }),
};

describe('the places for listeners', () => {
  const REFUSED = 'Expected at most 2 open streams of one client: close some, or try again later.';

  it('are never all taken by one client, and each is given back once', () => {
    const places = new ListenerPlaces('open streams', { total: 5, perClient: 2, perLoopback: 4 });
    const leave = places.take('10.0.0.1');
    places.take('10.0.0.1');
    expect(places.refusalOf('10.0.0.1')).toMatchObject({ message: REFUSED, code: 'RATE_LIMITED' });
    expect(places.refusalOf('10.0.0.2')).toBeUndefined();
    leave();
    leave();
    expect([places.count, places.refusalOf('10.0.0.1')]).toEqual([1, undefined]);
    for (let n = 0; n < 4; n++) {
      expect(places.refusalOf('127.0.0.1')).toBeUndefined();
      places.take('127.0.0.1');
    }
    expect(places.refusalOf('10.0.0.2')).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('leave room to others where one address of this machine has taken all it may', () => {
    const places = new ListenerPlaces('open streams');
    while (!places.refusalOf('127.0.0.1')) places.take('127.0.0.1');
    let others = 0;
    for (; !places.refusalOf('10.0.0.1'); others++) places.take('10.0.0.1');
    expect(others).toBeGreaterThanOrEqual(100);
  });
});

describe.each([WEB_SOCKETS, STREAMS])('the places for listeners, of which each takes $what', (endpoint) => {
  let test: TestServer;
  let server: Server;
  let count: () => number;
  let port: number;
  beforeAll(async () => {
    test = await startTestServer(standInSchema);
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    ({ server, count } = endpoint.start(test.services));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const listen = () => endpoint.listen(port);
  const listeners = async (many: number) => {
    const outcomes = await Promise.all(Array.from({ length: many }, listen));
    return {
      inside: outcomes.flatMap((outcome) => ('leave' in outcome ? [outcome] : [])),
      refused: outcomes.flatMap((outcome) => ('status' in outcome ? [outcome] : [])),
    };
  };
  const REFUSAL = {
    status: 503,
    body: {
      errors: [
        {
          message: `Expected at most ${LIMIT} ${endpoint.places}: try again later.`,
          extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 10 },
        },
      ],
    },
  };

  it('are all taken before the next is refused, with a sentence that says why', async () => {
    const { inside, refused } = await listeners(LIMIT);
    expect([inside.length, refused.length, count()]).toEqual([LIMIT, 0, LIMIT]);
    expect(await listen()).toEqual(REFUSAL);
    for (const { leave } of inside) leave();
  });

  it('are never more, even if many come at once, and those who are refused take none', async () => {
    const { inside, refused } = await listeners(4 * LIMIT);
    expect(inside).toHaveLength(LIMIT);
    expect(refused).toEqual(Array.from({ length: 3 * LIMIT }, () => REFUSAL));
    expect(count()).toBe(LIMIT);
    for (const { leave } of inside) leave();
  });

  it.each(['leave', 'cut'] as const)('are free again after a listener has gone by %s', async (how) => {
    const { inside } = await listeners(LIMIT);
    expect(await listen()).toEqual(REFUSAL);
    inside[0]?.[how]();
    while (count() === LIMIT) await sleep(5);
    const next = await listen();
    expect('leave' in next).toBe(true);
    expect(await listen()).toEqual(REFUSAL);
    for (const { leave } of inside) leave();
    if ('leave' in next) next.leave();
  });
});
