/** One error of an answer. */
export interface Problem {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    /** the argument that does not fit */
    readonly argument?: string;
    readonly retryAfterSeconds?: number;
    /** that the key lacks */
    readonly scope?: string;
  };
}

/** What is known of an answer that is an error. */
export interface ErrorDetails {
  readonly code: string;
  /** under which the server's log has the request; null if no server answered */
  readonly requestId: string | null;
  /** of HTTP; null if no server answered */
  readonly status: number | null;
  readonly retryAfterSeconds: number | null;
  /** all errors of the answer */
  readonly problems: readonly Problem[];
  /** what the answer has in spite of its errors; null: nothing */
  readonly data: unknown;
}

/** The server refused a request, or a part of it, or could not be reached. Its classes say why. */
export class DeepLesionError extends Error {
  readonly code: string;
  readonly requestId: string | null;
  readonly status: number | null;
  readonly retryAfterSeconds: number | null;
  readonly problems: readonly Problem[];
  readonly data: unknown;

  constructor(message: string, details: ErrorDetails, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = details.code;
    this.requestId = details.requestId;
    this.status = details.status;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.problems = details.problems;
    this.data = details.data;
  }

  /** the argument that does not fit, if there is one */
  get argument(): string | undefined {
    return this.problems[0]?.extensions?.argument;
  }

  /** the scope that the key lacks, if that is the reason */
  get scope(): string | undefined {
    return this.problems[0]?.extensions?.scope;
  }
}

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

/** @returns the error of the class that its code has */
export function errorOf(message: string, details: ErrorDetails, options?: ErrorOptions): DeepLesionError {
  return new (CLASSES[details.code] ?? DeepLesionError)(message, details, options);
}

/** @returns the error of a request to which no server answered */
export const offline = (cause: unknown): DeepLesionError =>
  errorOf(
    'The server does not answer. It may be restarting, or the network is gone.',
    { code: 'OFFLINE', requestId: null, status: null, retryAfterSeconds: null, problems: [], data: null },
    { cause },
  );

/** @returns the error of an answer, by what it says of itself @param body undefined if it was no JSON */
export function errorOfResponse(response: Response, body: { data?: unknown; errors?: readonly Problem[] } | undefined) {
  const problems = body?.errors ?? [];
  const [first] = problems;
  const header = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return errorOf(first?.message ?? `The server answered with status ${response.status}.`, {
    code: first?.extensions?.code ?? `HTTP_${response.status}`,
    requestId: response.headers.get('X-Request-Id'),
    status: response.status,
    retryAfterSeconds: first?.extensions?.retryAfterSeconds ?? (Number.isFinite(header) ? header : null),
    problems,
    data: body?.data ?? null,
  });
}
