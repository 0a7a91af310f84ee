import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnreadAnswers, watchReader } from '../../src/http/unread';

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

  it('is waited for while some of it is read', async () => {
    await serve(1_000 * MIB, 400);
    const socket = await ask();
    let read = 0;
    for await (const chunk of socket) {
      read += (chunk as Buffer).length;
      if (read >= ANSWER.length) break;
      await sleep(1);
    }
    expect(read).toBeGreaterThanOrEqual(ANSWER.length);
  });

  it('is given up at once where all of them are too much: the oldest of the client that has most', async () => {
    await serve(4.5 * ANSWER.length, 60_000);
    await ask('127.0.0.3');
    for (let n = 0; n < 5; n++) await ask('127.0.0.2');
    expect(responses.map(({ destroyed }) => destroyed)).toEqual([false, true, true, false, false, false]);
    expect(unread.bytes).toBeLessThanOrEqual(4.5 * ANSWER.length);
  });
});
