import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Response } from 'express';
import { challengeOf } from '../access';
import {
  brief,
  type ExceededQuota,
  Forbidden,
  messageOf,
  QuotaExceeded,
  RefusedForNow,
  type TermsToAccept,
  Unauthenticated,
  type UserErrorCode,
} from '../errors';
import type { Logger } from '../log';
import { userErrorFrom } from '../outages';
import { endAfterBody } from './restOfBody';

/** Errors of the HTTP layer itself, in addition to the codes of the graph. */
export type HttpErrorCode =
  | UserErrorCode
  | 'METHOD_NOT_ALLOWED'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'RANGE_NOT_SATISFIABLE'
  | 'EXPECTATION_FAILED'
  | 'HTTP_VERSION_NOT_SUPPORTED'
  | 'INTERNAL_SERVER_ERROR';

const STATUS_OF_CODE: Record<HttpErrorCode, number> = {
  BAD_USER_INPUT: 400,
  QUERY_TOO_COMPLEX: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  EXPECTATION_FAILED: 417,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  UNAVAILABLE: 503,
  HTTP_VERSION_NOT_SUPPORTED: 505,
  INSUFFICIENT_STORAGE: 507,
};

/** @returns the HTTP status of a code */
export const statusOf = (code: HttpErrorCode): number => STATUS_OF_CODE[code];

/**
 * A request that HTTP itself cannot take: wrong method, body too large, no such path. Its message is written for the
 * caller.
 */
export class HttpError extends Error {
  /** @param reason for programs, if a code has several */
  constructor(
    readonly code: HttpErrorCode,
    message: string,
    readonly reason?: string,
  ) {
    super(message);
    this.name = 'HttpError';
  }
}

/** One error of a response, in the form of GraphQL, which every endpoint uses. */
export interface ErrorBody {
  message: string;
  extensions: {
    code: HttpErrorCode;
    argument?: string;
    reason?: string;
    /** that is missing */
    scope?: string;
    /** that is used up */
    quota?: ExceededQuota;
    /** that are to be accepted first */
    terms?: TermsToAccept;
    correlationId?: string;
    retryAfterSeconds?: number;
  };
}

/** The largest body that is read; data sets are imported by the command line, never by a request. */
export const MAX_BODY_BYTES = 1_000_000;

export const BODY_IS_NO_JSON = new HttpError('BAD_USER_INPUT', 'Expected the body to be valid JSON.');

/** The errors of Express' body parsers, by their `type`. */
const BODY_ERRORS: Record<string, HttpError> = {
  'entity.too.large': new HttpError('PAYLOAD_TOO_LARGE', `Expected a body of at most ${MAX_BODY_BYTES} bytes.`),
  'entity.parse.failed': BODY_IS_NO_JSON,
  'encoding.unsupported': new HttpError('UNSUPPORTED_MEDIA_TYPE', 'Expected a body that is not compressed.'),
  'charset.unsupported': new HttpError('UNSUPPORTED_MEDIA_TYPE', 'Expected the charset utf-8.'),
  'request.aborted': new HttpError('BAD_USER_INPUT', 'The request ended before its body was complete.'),
  'request.size.invalid': new HttpError('BAD_USER_INPUT', 'Expected a body of the length that Content-Length says.'),
};

/**
 * Responds with an error as JSON, `{"errors": [{"message", "extensions": {"code", "argument"}}]}`, and the HTTP status
 * of its code. A fault that is not meant for the caller is masked: the response has a correlation id, under which the
 * log has the fault.
 *
 * @param error anything that was thrown
 */
export function sendError(response: Response, error: unknown, log: Logger): void {
  answerError(response, error, log, response.locals.requestId);
}

/** The same as `sendError`, for a response outside of Express. */
export function answerError(response: ServerResponse, error: unknown, log: Logger, requestId: unknown): void {
  const body = toErrorBody(error, log, requestId);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = JSON.stringify({ errors: [body] });
  response.statusCode = statusOf(body.extensions.code);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  if (error instanceof Unauthenticated || error instanceof Forbidden)
    response.setHeader('WWW-Authenticate', challengeOf(error));
  const { retryAfterSeconds } = body.extensions;
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', retryAfterSeconds);
  endAfterBody(response, text);
}

/** Translates what was thrown into what the caller may see, and logs the rest. */
function toErrorBody(thrown: unknown, log: Logger, requestId: unknown): ErrorBody {
  const error = asHttpError(thrown);
  if (error) return { message: brief(error.message), extensions: { code: error.code, reason: error.reason } };
  const told = userErrorFrom(thrown);
  if (told) {
    if (told !== thrown) log.warn({ requestId, err: thrown }, `an outage: ${told.code}`);
    const retryAfterSeconds = told instanceof RefusedForNow ? told.retryAfterSeconds : undefined;
    const quota = told instanceof QuotaExceeded ? told.quota : undefined;
    const denied = told instanceof Unauthenticated || told instanceof Forbidden ? told : undefined;
    return {
      message: brief(told.message),
      extensions: {
        code: told.code,
        argument: told.argument,
        scope: denied?.scope,
        terms: denied?.terms,
        quota,
        retryAfterSeconds,
      },
    };
  }
  const correlationId = randomUUID();
  log.error({ correlationId, requestId, err: thrown }, `request failed: ${messageOf(thrown)}`);
  return {
    message: `Internal server error. The server's log has the details under ${correlationId}.`,
    extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId },
  };
}

/** @returns the HTTP error that it is or stands for; undefined for the server's own fault */
function asHttpError(thrown: unknown): HttpError | undefined {
  if (thrown instanceof HttpError) return thrown;
  if (!(thrown instanceof Error)) return undefined;
  const { type, status } = thrown as Error & { type?: unknown; status?: unknown };
  if (typeof type === 'string' && BODY_ERRORS[type]) return BODY_ERRORS[type];
  // Express and Node throw further errors with their own status: for a path that is not valid percent-encoding, a
  // header that is too large.
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new HttpError('BAD_USER_INPUT', 'Expected a well-formed HTTP request.');
  return undefined;
}
