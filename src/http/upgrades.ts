import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

type Upgrade = (request: IncomingMessage, connection: Duplex, head: Buffer) => void;

/**
 * Hands requests for a WebSocket to `onWebSocket`. Once anybody listens for upgrades, Node leaves every one to the listener, and some
 * clients ask for HTTP/2 that way with each first request (`Upgrade: h2c`; Java's, curl's): those are put back as plain requests.
 */
export function routeUpgrades(server: Server, onWebSocket: Upgrade): void {
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() === 'websocket') onWebSocket(request, connection, head);
    else putBack(server, request, connection, head);
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
  connection.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', connection);
}
