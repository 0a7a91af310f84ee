/** Errors as classes by their code, for those who catch them. */
import { DeepLesionError } from './ask';

/** Something about the request does not fit; the message says what was expected. */
export class BadUserInputError extends DeepLesionError {}
/** What was asked for by id or name does not exist, or is not for this caller. */
export class NotFoundError extends DeepLesionError {}
/** A key is needed, or the key is not valid. */
export class UnauthenticatedError extends DeepLesionError {}
/** The key may not do this. */
export class ForbiddenError extends DeepLesionError {}
/** The request does not fit the present state. */
export class ConflictError extends DeepLesionError {}
/** The request is over a limit of the server. */
export class QueryTooComplexError extends DeepLesionError {}
/** More than the server takes at a time; `retryAfterSeconds` says when it does. */
export class RateLimitedError extends DeepLesionError {}
/** The server, or what it works with, is away for the moment, or no server answered (code OFFLINE). */
export class UnavailableError extends DeepLesionError {}
/** A download ended early too often, or its bytes are not those that the server announced. */
export class DownloadError extends DeepLesionError {}

const CLASSES: Readonly<Record<string, typeof DeepLesionError>> = {
  BAD_USER_INPUT: BadUserInputError,
  GRAPHQL_PARSE_FAILED: BadUserInputError,
  GRAPHQL_VALIDATION_FAILED: BadUserInputError,
  NOT_FOUND: NotFoundError,
  UNAUTHENTICATED: UnauthenticatedError,
  FORBIDDEN: ForbiddenError,
  CONFLICT: ConflictError,
  QUERY_TOO_COMPLEX: QueryTooComplexError,
  RATE_LIMITED: RateLimitedError,
  UNAVAILABLE: UnavailableError,
  INSUFFICIENT_STORAGE: UnavailableError,
  OFFLINE: UnavailableError,
  HTTP_502: UnavailableError,
  HTTP_503: UnavailableError,
  HTTP_504: UnavailableError,
};

/** @returns an error as one of the class that its code has */
export const classified = (error: DeepLesionError): DeepLesionError =>
  new (CLASSES[error.code] ?? DeepLesionError)(error.message, error, { cause: error.cause });
