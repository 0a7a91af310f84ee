/** Requests of the graph, by the TypeScript client's `post`, over a `fetch` that has the key of the page. */
import { type Answer, answerOf, post, type TypedDocument } from '../../../clients/typescript/src/ask';
import { below } from './base';
import { authorizationOf, fetchSignedIn } from './signedIn';

export {
  type Answer,
  DeepLesionError as GraphError,
  errorOfResponse,
  offline,
  type Problem as GraphProblem,
} from '../../../clients/typescript/src/ask';
/** A request of the graph, with the types of its answer and variables. The `.generated.ts` files hold them. */
export type GraphDocument<Result, Variables> = TypedDocument<Result, Variables>;

/** A document whatever its types. */
export type AnyDocument = Pick<GraphDocument<unknown, unknown>, 'name' | 'text'>;

/**
 * Sends a document to `/graphql`.
 *
 * @param key another one than that of the page, to try it
 * @throws GraphError if there is no answer, or one without data
 */
export const ask = async <Result, Variables>(
  document: GraphDocument<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
  key?: string,
): Promise<Answer<Result>> =>
  answerOf(
    await post(fetchSignedIn, below('/graphql'), document, variables, {
      signal,
      headers: key === undefined ? undefined : authorizationOf(key),
    }),
  );
