import type { ApolloServerPlugin, BaseContext } from '@apollo/server';

const REQUEST_ERRORS = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);
/** HTTP's status of an outage where it left nothing of the answer, so that proxies and clients try again as they are used to. */
const OUTAGES = new Map<unknown, number>([
  ['UNAVAILABLE', 503],
  ['INSUFFICIENT_STORAGE', 507],
]);

const isWithoutValues = (data: Record<string, unknown> | null | undefined): boolean =>
  Object.values(data ?? {}).every((value) => value === null);

/**
 * GraphQL over HTTP: to a client that reads `application/json` only, a document that does not parse or fit the schema is a
 * well-formed answer and goes with 200; `application/graphql-response+json` has the 4xx. Apollo sends 400 to both. An answer that was
 * refused for now also says in HTTP's own way when to come back.
 */
export const responseStatusPlugin: ApolloServerPlugin<BaseContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response }) {
        const { body, http } = response;
        if (body.kind !== 'single') return;
        const errors = body.singleResult.errors ?? [];
        const retryAfter = errors.map((error) => Number(error.extensions?.retryAfterSeconds ?? 0));
        if (retryAfter.some((seconds) => seconds > 0)) http.headers.set('retry-after', String(Math.max(...retryAfter)));
        const outage = errors.map(({ extensions }) => OUTAGES.get(extensions?.code)).find((status) => status);
        if (outage !== undefined && isWithoutValues(body.singleResult.data)) http.status = outage;
        if (http.status !== 400) return;
        const accept = request.http?.headers.get('accept') ?? '';
        const isTheirs = errors.length > 0 && errors.every((error) => REQUEST_ERRORS.has(error.extensions?.code));
        if (isTheirs && !accept.includes('application/graphql-response+json')) http.status = 200;
      },
    };
  },
};
