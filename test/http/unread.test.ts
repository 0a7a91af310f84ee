import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { Registry } from 'prom-client';
import WebSocket from 'ws';
import { createRequestMetrics } from '../../src/http/requestMetrics';
import { createSocketEndpoint } from '../../src/http/socket';
import { createStreamHandler } from '../../src/http/stream';
import { UnreadAnswers, watchReader } from '../../src/http/unread';
import { startTestServer, type TestServer } from './testServer';

const MIB = 2 ** 20;
/** More than the buffers of both ends take. */
const ANSWER = Buffer.alloc(24 * MIB, 'x');

let server: Server;
let unread: UnreadAnswers;
let responses: ServerResponse[];
let sockets: Socket[];

async function serve(maxBytes: number, stallMs: number): Promise<void> {
  unread = new UnreadAnswers(maxBytes);
  responses = [];
  sockets = [];
  server = createServer((_request, response) => {
    watchReader(response, unread, stallMs);
    responses.push(response);
    response.end(ANSWER);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.closeAllConnections();
  server.close();
});

/** @returns a client that asks and reads nothing until it is resumed */
async function ask(address = '127.0.0.1'): Promise<Socket> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', localAddress: address });
  sockets.push(socket);
  socket.on('error', () => undefined).pause();
  const before = responses.length;
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  while (responses.length === before) await sleep(5);
  return socket;
}

describe('an answer that its client does not read', () => {
  it('is given up after a while, and its bytes are no longer counted', async () => {
    await serve(1_000 * MIB, 200);
    await ask();
    while (unread.bytes > 0 || !responses[0]!.destroyed) await sleep(5);
  });

  it('is waited for while some of it is read, for longer than it may stand still', async () => {
    const stallMs = 2_000;
    await serve(1_000 * MIB, stallMs);
    const socket = await ask();
    const startedAt = performance.now();
    let read = 0;
    for await (const chunk of socket) {
      read += (chunk as Buffer).length;
      if (read >= ANSWER.length) break;
      // Each pause is a twentieth of the time that is allowed without progress; together they are longer.
      if (performance.now() - startedAt < 1.5 * stallMs) await sleep(stallMs / 20);
    }
    expect(read).toBeGreaterThanOrEqual(ANSWER.length);
    expect(performance.now() - startedAt).toBeGreaterThan(stallMs);
  });

  it('is given up at once where all of them are too much: the oldest of the client that has most', async () => {
    await serve(4.5 * ANSWER.length, 60_000);
    await ask('127.0.0.3');
    for (let n = 0; n < 5; n++) await ask('127.0.0.2');
    expect(responses.map(({ destroyed }) => destroyed)).toEqual([false, true, true, false, false, false]);
    expect(unread.bytes).toBeLessThanOrEqual(4.5 * ANSWER.length);
  });

  it('counts what event streams and WebSockets were sent in the same way, and only until it is taken', () => {
    const counted = new UnreadAnswers(100);
    const lost: string[] = [];
    const hold = (client: string, name: string, bytes: number) =>
      counted.hold({ client, bytes, giveUp: () => lost.push(name) });
    const taken = hold('a', 'a1', 40);
    hold('b', 'b1', 50);
    taken();
    taken();
    hold('b', 'b2', 30);
    hold('a', 'a2', 20);
    expect([counted.bytes, lost]).toEqual([100, []]);
    hold('a', 'a3', 1);
    expect([counted.bytes, lost]).toEqual([51, ['b1']]);
    hold('c', 'c1', 101);
    expect([counted.bytes, lost]).toEqual([51, ['b1', 'c1']]);
  });
});

describe('the messages of a listener that reads nothing', () => {
  const text = 'x'.repeat(12 * MIB);
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: { long: { type: new GraphQLNonNull(GraphQLString), resolve: () => text } },
    }),
  });
  let test: TestServer;
  let closed: number;
  beforeAll(async () => {
    test = await startTestServer(schema);
  });
  afterAll(() => test.stop());
  const metrics = () => createRequestMetrics(new Registry(), schema);
  const listen = async (made: Server): Promise<number> => {
    closed = 0;
    sockets = [];
    unread = new UnreadAnswers(2.5 * text.length);
    server = made.listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.on('connection', (socket) => socket.once('close', () => closed++));
    return (server.address() as AddressInfo).port;
  };

  it('are bounded together on WebSockets: the oldest loses its connection', async () => {
    const port = await listen(createServer());
    const endpoint = createSocketEndpoint(test.services, schema, metrics(), { unread });
    server.on('upgrade', endpoint.upgrade);
    for (let n = 0; n < 4; n++) {
      const client = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
      client.on('error', () => undefined);
      client.on('open', () => client.send('{"type":"connection_init"}'));
      await once(client, 'message');
      client.pause();
      const [before, lost] = [unread.bytes, closed];
      client.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ long }' } }));
      while (unread.bytes === before && closed === lost) await sleep(5);
    }
    while (closed < 2) await sleep(5);
    expect(unread.bytes).toBeLessThanOrEqual(2.5 * text.length);
    expect(endpoint.count()).toBe(2);
    await endpoint.close();
  });

  it('are bounded together on event streams, and a client that leaves is no fault', async () => {
    const port = await listen(createServer());
    const errors = jest.spyOn(test.services.log, 'error');
    const endpoint = createStreamHandler(test.services, schema, metrics(), { unread });
    server.on('request', express().use(endpoint.handle));
    for (let n = 0; n < 4; n++) {
      const socket = connect({ port, host: '127.0.0.1' }).pause();
      sockets.push(socket.on('error', () => undefined));
      const [before, lost] = [unread.bytes, closed];
      socket.write('GET /?query={long} HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n');
      while (unread.bytes <= before && closed === lost) await sleep(5);
    }
    while (closed < 2) await sleep(5);
    expect(unread.bytes).toBeLessThanOrEqual(2.5 * text.length);
    for (const socket of sockets) socket.destroy();
    while (unread.bytes > 0 || endpoint.count() > 0) await sleep(5);
    expect(errors).not.toHaveBeenCalled();
  });
});
