/**
 * Responses that end a connection whose input never becomes a request of Node: not HTTP, a head that is too slow or too
 * large, a refused upgrade.
 */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpErrorCode } from './errors';
import { SECURITY_HEADERS } from './securityHeaders';

/**
 * Time that a client has to read the last response of its connection. Otherwise a client that never closes its side
 * would occupy it permanently.
 */
const LINGER_MS = 1_000;

/** The content of such a response. */
export interface Farewell {
  status: number;
  code: HttpErrorCode;
  message: string;
  /** when it is worth trying again */
  retryAfterSeconds?: number;
}

/**
 * Writes a response in the form of all errors, ends the connection, and destroys it shortly after, whatever the client
 * does.
 */
export function bidFarewell(connection: Duplex, farewell: Farewell): void {
  const { status, code, message, retryAfterSeconds } = farewell;
  const body = JSON.stringify({ errors: [{ message, extensions: { code, retryAfterSeconds } }] });
  const headers = [
    ...SECURITY_HEADERS,
    ['Cache-Control', 'no-store'],
    ...(retryAfterSeconds === undefined ? [] : [['Retry-After', retryAfterSeconds]]),
    ['Connection', 'close'],
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Content-Length', Buffer.byteLength(body)],
  ].map(([name, value]) => `${name}: ${value}\r\n`);
  connection.on('error', () => undefined);
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.join('')}\r\n${body}`);
  readAway(connection);
  const timer = setTimeout(() => connection.destroy(), LINGER_MS).unref();
  connection.once('close', () => clearTimeout(timer));
}

/** Unread bytes would reset the connection, and the response would be lost. */
function readAway(connection: Duplex): void {
  connection.removeAllListeners('data');
  connection.on('data', () => undefined);
  connection.resume();
}
