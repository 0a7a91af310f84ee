import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A connection over which a test sends bytes as they are, and sees what no client library shows. */
export interface RawClient {
  readonly socket: Socket;
  /** all that has come */
  received(): string;
  send(bytes: string): void;
  /** Waits until what has come fits. */
  until(isThere: (received: string) => boolean): Promise<string>;
  /** Waits for the end of the connection. @returns all that came */
  closed(): Promise<string>;
}

/**
 * @param options `deaf`: reads nothing; `from`: the address it connects from; `neverCloses`: keeps its side open
 * whatever the server does
 */
export async function rawClient(
  url: string,
  options: { deaf?: boolean; from?: string; neverCloses?: boolean } = {},
): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const { from: localAddress, neverCloses: allowHalfOpen } = options;
  const socket = connect({ host: hostname, port: Number(port), localAddress, allowHalfOpen });
  let received = '';
  socket.on('error', () => undefined);
  if (!options.deaf)
    socket.on('data', (chunk) => {
      received += chunk;
    });
  await once(socket, 'connect');
  return {
    socket,
    received: () => received,
    send: (bytes) => void socket.write(bytes),
    async until(isThere) {
      while (!isThere(received)) await sleep(5);
      return received;
    },
    async closed() {
      if (!socket.closed && !socket.readableEnded)
        await Promise.race([once(socket, 'close'), once(socket, 'end')]).catch(() => undefined);
      return received;
    },
  };
}

/** @returns the status of each answer, in the order in which they came */
export function statusesIn(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}
