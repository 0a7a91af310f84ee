/**
 * The signs of an outage: the codes of PostgreSQL and of the system which say that a part is unreachable, or that a
 * disk is full.
 */
import { InsufficientStorage, Unavailable, UserError } from './errors';

/** A database that is started again is back within seconds. */
const RETRY_SECONDS = 5;
/** An operator has to free space. */
const FULL_DISK_RETRY_SECONDS = 60;

/** Of PostgreSQL (disk_full) and of the system. */
const FULL_DISK_CODES = new Set(['53100', 'ENOSPC', 'EDQUOT']);
/** Errors from another process have lost their code. */
const FULL_DISK_MESSAGE = /\b(?:ENOSPC|EDQUOT)\b|No space left on device/i;

const AWAY_CODES = new Set([
  // PostgreSQL: it shuts down, starts or recovers, has no connection left, or became a read-only standby
  ...['57P01', '57P02', '57P03', '53300', '53200', '25006'],
  // the connection to it
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  // Prisma's names of the same
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024'],
]);
/** PostgreSQL's class of connection exceptions. */
const CONNECTION_CLASS = /^08[0-9A-Z]{3}$/;
/** How the errors begin to which the driver and its pool give no codes. */
const AWAY_MESSAGES = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
  'Client was closed',
  'Query read timeout',
  'Cannot use a pool after calling end',
];

/** An error wraps another in several ways; Prisma and graphql-js have ways of their own. */
const WRAPPINGS = ['cause', 'originalError', 'thrownValue', 'errors', 'meta', 'driverAdapterError'] as const;
const MAX_DEPTH = 8;

/**
 * The message for an outage, wherever it was noticed: no request is wrong and nothing is broken, so that clients may
 * retry.
 *
 * @param thrown anything that was thrown
 * @returns undefined if it is not an outage
 */
export function outageOf(thrown: unknown): Unavailable | InsufficientStorage | undefined {
  const traces = [...tracesOf(thrown, MAX_DEPTH)];
  if (traces.some(({ code, message }) => FULL_DISK_CODES.has(code) || FULL_DISK_MESSAGE.test(message)))
    return new InsufficientStorage(
      'Nothing was stored: the disk of the server or of its database is full. Try again once there is room.',
      FULL_DISK_RETRY_SECONDS,
      undefined,
      { cause: thrown },
    );
  if (traces.some(({ code, message }) => isAway(code) || AWAY_MESSAGES.some((start) => message.startsWith(start))))
    return new Unavailable('The database is not reachable at the moment: try again.', RETRY_SECONDS, undefined, {
      cause: thrown,
    });
  return undefined;
}

/**
 * @returns the error that is meant for the caller: a user error as it is, an outage in its own words; undefined for a
 *   fault of ours
 */
export function userErrorFrom(thrown: unknown): UserError | undefined {
  return thrown instanceof UserError ? thrown : outageOf(thrown);
}

const isAway = (code: string): boolean => AWAY_CODES.has(code) || CONNECTION_CLASS.test(code);

/** @returns code and message of an error and of all that it wraps */
function* tracesOf(thrown: unknown, depth: number): Generator<{ code: string; message: string }> {
  if (typeof thrown !== 'object' || thrown === null || depth === 0) return;
  if (Array.isArray(thrown)) {
    for (const one of thrown) yield* tracesOf(one, depth - 1);
    return;
  }
  const textOf = (name: string): string => {
    const value: unknown = Reflect.get(thrown, name);
    return typeof value === 'string' ? value : '';
  };
  yield { code: textOf('code') || textOf('originalCode'), message: textOf('message') };
  for (const name of WRAPPINGS) yield* tracesOf(Reflect.get(thrown, name), depth - 1);
}
