/** Answers that end a connection, for what never becomes a request of Node's: no HTTP, a head that is too slow or too large, a refused upgrade. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpErrorCode } from './errors';
import { SECURITY_HEADERS } from './securityHeaders';

/** So long a client may take to read the last answer of its connection. One that never closes its side would keep its place permanently. */
const LINGER_MS = 1_000;

/** What such an answer says. */
export interface Farewell {
  status: number;
  code: HttpErrorCode;
  message: string;
  /** when it is worth trying again */
  retryAfterSeconds?: number;
}

/** Writes an answer in the form of all errors, ends the connection, and destroys it shortly after, whatever the client does. */
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

/** Bytes that no one reads would reset the connection, and take the answer with them. */
function readAway(connection: Duplex): void {
  connection.removeAllListeners('data');
  connection.on('data', () => undefined);
  connection.resume();
}
