import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { networkOf } from './network';

/** Host name or address with an optional port; anything else in the header is not accepted. */
const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * @returns scheme and host under which the client reached this server, for addresses in its responses; undefined if
 *   they are invalid
 */
export function originOf({ headers, socket }: IncomingMessage): string | undefined {
  const { host } = headers;
  const scheme = socket instanceof TLSSocket ? 'https' : 'http';
  return host !== undefined && HOST.test(host) ? `${scheme}://${host}` : undefined;
}

/**
 * Whether a browser sent the request for a page of another site. Browsers open a WebSocket without asking the server,
 * and always send the origin; other clients do not.
 */
export function isOfOtherSite({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  try {
    const page = new URL(origin);
    // Parsed with the page's own scheme, so that an implied port is the same one; a proxy may have ended TLS.
    return host === undefined || !HOST.test(host) || page.host !== new URL(`${page.protocol}//${host}`).host;
  } catch {
    return true;
  }
}

/**
 * @returns who asks, for shares and limits: the network at the other end of the connection, which no header can change
 */
export function clientOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress === undefined ? 'unknown' : networkOf(socket.remoteAddress);
}
