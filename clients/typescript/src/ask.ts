/**
 * One request of the graph and its answer, without a client: the interface sends its requests with it, over a `fetch` of
 * its own. Nothing here may import more than this file, so that it stays small enough for a first load.
 */

/** A request of the graph with the types of its answer and variables, as in `documents`. */
export interface TypedDocument<Result, Variables> {
  readonly name: string;
  readonly text: string;
  /** Never set: it carries the types. */
  readonly types?: (variables: Variables) => Result;
}

/** Terms of use of a data set, of which a refusal says that they have to be accepted. */
export interface TermsToAccept {
  /** slug of the data set */
  readonly dataset: string;
  readonly version: string;
}

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
    /** that the caller has to accept first */
    readonly terms?: TermsToAccept;
  };
}

/** An answer: its data, and the errors of single fields, which leave the rest of it whole. */
export interface Answer<Result> {
  readonly data: Result;
  readonly problems: readonly Problem[];
}

/** The body of an answer of the graph. */
interface Body {
  readonly data?: unknown;
  readonly errors?: readonly Problem[];
}

/** A request of the graph: a document of the types of its answer and variables, or a text alone. */
interface Asked<Result, Variables> extends Partial<TypedDocument<Result, Variables>> {
  readonly text: string;
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

/** The server refused a request, or a part of it, or could not be reached; `code` says why, and so do the classes of errors.ts. */
export class DeepLesionError extends Error {
  declare readonly code: string;
  declare readonly requestId: string | null;
  declare readonly status: number | null;
  declare readonly retryAfterSeconds: number | null;
  declare readonly problems: readonly Problem[];
  declare readonly data: unknown;

  /** the argument that does not fit, if there is one */
  declare readonly argument?: string;
  /** the scope that the key lacks, if that is the reason */
  declare readonly scope?: string;
  /** the terms of use that have to be accepted first, if that is the reason */
  declare readonly terms?: TermsToAccept;

  constructor(message: string, details: ErrorDetails, options?: ErrorOptions) {
    super(message, options);
    Object.assign(this, details.problems[0]?.extensions, details);
    this.name = new.target.name;
  }
}

/** `fetch`, or what a page puts in its place. */
export type Send = (path: string, init: Sent) => Promise<Response>;

type Sent = Pick<RequestInit, 'method' | 'body' | 'signal'> & { readonly headers: Record<string, string> };

/** @returns the body of an answer of the graph, or undefined if it is no JSON, as of a proxy */
export async function jsonOf(response: Response): Promise<Body | undefined> {
  try {
    return (await response.json()) as Body;
  } catch {
    return undefined;
  }
}

/** @returns the error of a request to which no server answered */
export const offline = (cause?: unknown): DeepLesionError =>
  new DeepLesionError(
    'The server does not answer. It may be restarting, or the network is gone.',
    { code: 'OFFLINE', requestId: null, status: null, retryAfterSeconds: null, problems: [], data: null },
    { cause },
  );

/** @returns the error of an answer, by what it says of itself @param body undefined if it was no JSON */
export function errorOfResponse(
  { status, headers }: { status: number; headers: Pick<Headers, 'get'> },
  body: Body | undefined,
): DeepLesionError {
  const problems = body?.errors ?? [];
  const [first] = problems;
  return new DeepLesionError(first?.message ?? `The server answered with status ${status}.`, {
    code: first?.extensions?.code ?? `HTTP_${status}`,
    requestId: headers.get('X-Request-Id'),
    status,
    retryAfterSeconds: (first?.extensions?.retryAfterSeconds ?? Number(headers.get('Retry-After'))) || null,
    problems,
    data: body?.data ?? null,
  });
}

/**
 * Sends a document once.
 *
 * @param path of the graph
 * @returns the answer, whatever it says
 * @throws DeepLesionError if no server answers
 */
export async function post<Result, Variables>(
  send: Send,
  path: string,
  { name, text }: Asked<Result, Variables>,
  variables: Variables | undefined,
  { signal, headers }: { signal?: AbortSignal; headers?: Record<string, string> } = {},
): Promise<{ response: Response; body: Body | undefined }> {
  let response: Response;
  try {
    response = await send(path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/graphql-response+json, application/json',
        ...headers,
      },
      body: JSON.stringify({ query: text, operationName: name, variables }),
      signal,
    });
  } catch (failure) {
    throw signal?.aborted ? failure : offline(failure);
  }
  return { response, body: await jsonOf(response) };
}

/** @returns what an answer has @throws DeepLesionError if it has no data */
export function answerOf<Result>({ response, body }: { response: Response; body: Body | undefined }): Answer<Result> {
  if (body?.data == null) throw errorOfResponse(response, body);
  // The types of the answer are generated from the schema that the server was built with.
  return { data: body.data as Result, problems: body.errors ?? [] };
}
