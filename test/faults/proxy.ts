import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between a worker and its database that can be cut. */
export interface Proxy {
  /** the database's address by way of the proxy */
  url: string;
  /** Swallows everything from now on, also new connections, and tells nobody. */
  cut(): void;
  /** Lets everything through again, also what was sent meanwhile. */
  heal(): void;
  /** Lets new connections through and drops the old ones. */
  drop(): void;
  close(): Promise<void>;
}

/** @param databaseUrl the database behind the proxy */
export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<[Socket, Socket]>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (bytes) => to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
    if (isCut) for (const socket of pair) socket.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const each = (action: (socket: Socket) => void): void => {
    for (const pair of [...pairs]) pair.forEach(action);
  };
  const heal = (): void => {
    isCut = false;
    each((socket) => socket.resume());
  };
  return {
    url: url.href,
    cut() {
      isCut = true;
      each((socket) => socket.pause());
    },
    heal,
    drop() {
      isCut = false;
      each((socket) => socket.destroy());
    },
    async close() {
      each((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}
