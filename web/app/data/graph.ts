import { below } from './base';

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
  };
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
  ) {
    super(message);
  }
}

const OFFLINE = 'The server does not answer. It may be restarting, or the network is gone.';

/**
 * Sends a document to `/graphql`.
 *
 * @throws GraphError if there is no answer, or one without data
 */
export async function ask<Result, Variables>(
  document: GraphDocument<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Answer<Result>> {
  const response = await send({ query: document.text, operationName: document.name, variables }, signal);
  const requestId = response.headers.get('X-Request-Id');
  const body = await readBody(response);
  const [first] = body.errors ?? [];
  if (body.data === undefined || body.data === null) {
    throw new GraphError(
      first?.message ?? `The server answered with status ${response.status}.`,
      first?.extensions?.code ?? `HTTP_${response.status}`,
      requestId,
      first?.extensions?.retryAfterSeconds ?? numberOf(response.headers.get('Retry-After')),
    );
  }
  // The types of the answer are generated from the schema that this server was built with.
  return { data: body.data as Result, problems: body.errors ?? [] };
}

async function send(body: unknown, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(below('/graphql'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json, application/json' },
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
