/**
 * The errors that are meant for people. A room throws one of these if the caller can correct the cause; everything else
 * is the server's own fault and is masked by the two translators, `graphql/core/formatError.ts` and `http/errors.ts`.
 */
export type UserErrorCode =
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'CONFLICT'
  | 'QUERY_TOO_COMPLEX'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'INSUFFICIENT_STORAGE';

/**
 * An error whose message is written for the caller: what was expected, what came, what to do. Never holds paths, SQL or
 * stacks.
 */
export abstract class UserError extends Error {
  abstract readonly code: UserErrorCode;

  /** @param argument the invalid argument, field or column, if there is one */
  constructor(
    message: string,
    readonly argument?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** An argument, file, row or flag that does not fit; `argument` names it. */
export class BadUserInput extends UserError {
  readonly code = 'BAD_USER_INPUT';
}

/** An object that was requested by name or id and does not exist. */
export class NotFound extends UserError {
  readonly code = 'NOT_FOUND';
}

/** Terms of use that a caller has to accept before it may read the content of a data set. */
export interface TermsToAccept {
  /** of this version of the terms */
  id: string;
  /** slug of the data set */
  dataset: string;
  version: string;
  url: string | null;
  /** the mutation */
  acceptBy: 'acceptTerms';
}

/** The caller is not known: no key where one is needed, or one that is none. */
export class Unauthenticated extends UserError {
  readonly code = 'UNAUTHENTICATED';

  /**
   * @param scope that is needed
   * @param isWrongKey a key came, and it is none of this server, or not any more
   * @param terms that are to be accepted with a key
   */
  constructor(
    message: string,
    readonly scope: string,
    readonly isWrongKey = false,
    readonly terms?: TermsToAccept,
  ) {
    super(message);
  }
}

/** The caller is known and may not do this. */
export class Forbidden extends UserError {
  readonly code = 'FORBIDDEN';

  /** @param scope that is missing; omitted if no scope would be enough @param terms that are to be accepted first */
  constructor(
    message: string,
    readonly scope?: string,
    argument?: string,
    readonly terms?: TermsToAccept,
  ) {
    super(message, argument);
  }
}

/** The request does not fit the present state (a run already ended, an idempotency key used for another request). */
export class Conflict extends UserError {
  readonly code = 'CONFLICT';
}

/** A query over one of the server's limits; the message names the limit and its value. */
export class QueryTooComplex extends UserError {
  readonly code = 'QUERY_TOO_COMPLEX';
}

/** A refusal for now: the same request is worth trying again later. */
export abstract class RefusedForNow extends UserError {
  /** @param retryAfterSeconds when it is worth trying again; an estimate, whole and at least 1 */
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
    argument?: string,
    options?: ErrorOptions,
  ) {
    super(message, argument, options);
  }
}

/** More than the server takes at a time; it takes it later. */
export class RateLimited extends RefusedForNow {
  readonly code = 'RATE_LIMITED';
}

/** How a quota of a caller stands that refused something. */
export interface ExceededQuota {
  readonly name: string;
  readonly limit: number;
  /** when something is given back, ISO 8601 */
  readonly resetAt: string;
}

/** The caller has used up one of its quotas. */
export class QuotaExceeded extends RateLimited {
  constructor(
    message: string,
    retryAfterSeconds: number,
    readonly quota: ExceededQuota,
  ) {
    super(message, retryAfterSeconds);
  }
}

/** Something that the server works with, such as its database, is away for the moment. */
export class Unavailable extends RefusedForNow {
  readonly code = 'UNAVAILABLE';
}

/** A disk of the server is full. */
export class InsufficientStorage extends RefusedForNow {
  readonly code = 'INSUFFICIENT_STORAGE';
}

/** The error of a code, for one that crossed the border of a thread or process. */
export function userErrorOf(
  code: 'BAD_USER_INPUT' | 'NOT_FOUND' | 'CONFLICT',
  message: string,
  argument?: string,
): UserError {
  const kinds = { BAD_USER_INPUT: BadUserInput, NOT_FOUND: NotFound, CONFLICT: Conflict };
  return new kinds[code](message, argument);
}

const QUOTED_LENGTH = 100;
const MESSAGE_LENGTH = 1_000;

/** @returns a caller's input in a form for messages: on one line, and shortened */
export function quoted(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(shortened(value))
    : shortened(JSON.stringify(value) ?? String(value));
}

/** @returns the text, or its beginning and its length */
export function shortened(text: string, length = QUOTED_LENGTH): string {
  return text.length <= length ? text : `${beginningOf(text, length)}… (${text.length} characters)`;
}

/**
 * A message in the form in which it is sent: quotes of a caller's input are shortened, so that no response grows with
 * the invalid request. Beginning and end of the message say what was expected.
 */
export function brief(message: string): string {
  if (message.length <= QUOTED_LENGTH) return message;
  const cut = withoutMiddle(message, 4 * MESSAGE_LENGTH).replace(
    LONG_QUOTE,
    (quote) => `"${beginningOf(quote.slice(1), QUOTED_LENGTH)}…"`,
  );
  return withoutMiddle(cut, MESSAGE_LENGTH);
}

const LONG_QUOTE = /"(?:[^"\\]|\\.){121,}"/gs;

function withoutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.slice(-length / 4).replace(/^[\udc00-\udfff]/, '');
  return `${beginningOf(text, (length * 3) / 4)} … ${end}`;
}

/** Half a surrogate pair is not text. */
const beginningOf = (text: string, length: number): string => text.slice(0, length).replace(/[\ud800-\udbff]$/, '');

/** @returns the message of anything that was thrown */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
