import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Connections } from './connections';
import { bidFarewell } from './farewell';

type Upgrade = (request: IncomingMessage, connection: Duplex, head: Buffer) => void;

/**
 * Hands requests for a WebSocket to `onWebSocket`. Once anybody listens for upgrades, Node leaves every one to the
 * listener, and some clients request HTTP/2 that way with each first request (`Upgrade: h2c`; Java's, curl's): those
 * are handed back as plain requests. Either waits until the requests before it on its connection are answered.
 */
export function routeUpgrades(server: Server, connections: Connections, onWebSocket: Upgrade): void {
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const turns = connections.turnsOf(connection);
    turns?.takeOver(() => {
      if (request.headers.upgrade?.toLowerCase() === 'websocket') {
        onWebSocket(request, connection, head);
        connection.resume();
        return;
      }
      turns.startAgain();
      putBack(server, request, connection, head);
    });
  });
  server.on('connect', (_request: IncomingMessage, connection: Duplex) => {
    const message = 'Expected a request of this server: it is not a proxy, and does not support CONNECT.';
    connections
      .turnsOf(connection)
      ?.takeOver(() => bidFarewell(connection, { status: 405, code: 'METHOD_NOT_ALLOWED', message }));
  });
}

/** Headers that speak of the upgrade; without them the same request is an ordinary one. */
const OF_UPGRADE = new Set(['upgrade', 'connection', 'http2-settings']);

function putBack(server: Server, request: IncomingMessage, connection: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!OF_UPGRADE.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[index + 1]}`);
  }
  // The rest of the time that the connection had, which continued while the upgrade waited.
  if (connection instanceof Socket) connection.setTimeout(0);
  connection.pause();
  connection.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', connection);
  connection.resume();
}
