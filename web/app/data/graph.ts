import { below } from './base';
import { authorizationOf, fetchSignedIn } from './signedIn';

/** A request of the graph, with the types of its answer and variables. The `.generated.ts` files hold them. */
export interface GraphDocument<Result, Variables> {
  readonly name: string;
  readonly text: string;
  /** Never set: it carries the types. */
  readonly types?: (variables: Variables) => Result;
}

/** A document whatever its types. */
export type AnyDocument = Pick<GraphDocument<unknown, unknown>, 'name' | 'text'>;

/** One error of an answer, as DESIGN and `schema.graphql` promise it. */
export interface GraphProblem {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly argument?: string;
    readonly retryAfterSeconds?: number;
    /** that the caller lacks */
    readonly scope?: string;
    /** that the caller has to accept first */
    readonly terms?: TermsToAccept;
  };
}

/** Terms of use of a data set, of which a refusal says that they have to be accepted. */
export interface TermsToAccept {
  /** slug of the data set */
  readonly dataset: string;
  readonly version: string;
}

/** What the server answered: the data, and the errors of single fields, which leave the rest of the answer whole. */
export interface Answer<Result> {
  readonly data: Result;
  readonly problems: readonly GraphProblem[];
}

/** The server refused a request, or could not be reached (`code` OFFLINE). */
export class GraphError extends Error {
  override readonly name = 'GraphError';

  constructor(
    message: string,
    readonly code: string,
    readonly requestId: string | null = null,
    readonly retryAfterSeconds: number | null = null,
    /** that the caller lacks; null where no scope would be enough */
    readonly scope: string | null = null,
    /** that the caller has to accept first */
    readonly terms: TermsToAccept | null = null,
  ) {
    super(message);
  }
}

const OFFLINE = 'The server does not answer. It may be restarting, or the network is gone.';

/**
 * Sends a document to `/graphql`.
 *
 * @param key another one than that of the page, to try it @throws GraphError if there is no answer, or one without data
 */
export async function ask<Result, Variables>(
  document: GraphDocument<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
  key?: string,
): Promise<Answer<Result>> {
  const body = { query: document.text, operationName: document.name, variables };
  const response = await send(body, signal, key);
  const requestId = response.headers.get('X-Request-Id');
  const { data, errors = [] } = await readBody(response);
  const [first] = errors;
  if (data === undefined || data === null) {
    throw new GraphError(
      first?.message ?? `The server answered with status ${response.status}.`,
      first?.extensions?.code ?? `HTTP_${response.status}`,
      requestId,
      first?.extensions?.retryAfterSeconds ?? numberOf(response.headers.get('Retry-After')),
      first?.extensions?.scope ?? null,
      first?.extensions?.terms ?? null,
    );
  }
  // The types of the answer are generated from the schema that this server was built with.
  return { data: data as Result, problems: errors };
}

async function send(body: unknown, signal?: AbortSignal, key?: string): Promise<Response> {
  try {
    return await fetchSignedIn(below('/graphql'), {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/graphql-response+json, application/json',
        ...(key !== undefined && authorizationOf(key)),
      },
      body: JSON.stringify(body),
      signal,
    });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new GraphError(OFFLINE, 'OFFLINE');
  }
}

async function readBody(response: Response): Promise<{ data?: unknown; errors?: readonly GraphProblem[] }> {
  try {
    return await response.json();
  } catch {
    throw new GraphError(`The server answered with status ${response.status} and no JSON.`, `HTTP_${response.status}`);
  }
}

function numberOf(text: string | null): number | null {
  const value = text === null ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
