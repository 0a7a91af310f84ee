import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** Host name or address with an optional port; anything else in the header is somebody's attempt at something. */
const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** @returns scheme and host under which the client reached this server, for addresses in its answers; undefined where they are not sane */
export function originOf({ headers, socket }: IncomingMessage): string | undefined {
  const { host } = headers;
  const scheme = socket instanceof TLSSocket ? 'https' : 'http';
  return host !== undefined && HOST.test(host) ? `${scheme}://${host}` : undefined;
}

/** @returns who asks, for shares and limits: the address at the other end of the connection, which no header can change */
export function clientOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? 'unknown';
}
