import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import { challengeOf } from '../../access';

const REQUEST_ERRORS = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);
/** HTTP status for an outage without any data in the response, so that proxies and clients retry as usual. */
const OUTAGES = new Map<unknown, number>([
  ['UNAVAILABLE', 503],
  ['INSUFFICIENT_STORAGE', 507],
]);

/** HTTP status of a mutation that a quota refused, and that has done nothing. */
const QUOTA_EXCEEDED = 429;

/** HTTP status for a caller that may not do this, where nothing was done. */
const DENIED = new Map<unknown, number>([
  ['UNAUTHENTICATED', 401],
  ['FORBIDDEN', 403],
]);

const isWithoutValues = (data: Record<string, unknown> | null | undefined): boolean =>
  Object.values(data ?? {}).every((value) => value === null);

/**
 * GraphQL over HTTP: for a client that only accepts `application/json`, a document with syntax or validation errors
 * is a well-formed response with status 200; `application/graphql-response+json` has status 4xx. Apollo sends 400 for
 * both. A response that was refused temporarily also has the header Retry-After.
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
        const denied = errors.find(({ extensions }) => DENIED.has(extensions?.code));
        if (denied && isWithoutValues(body.singleResult.data)) {
          http.status = DENIED.get(denied.extensions?.code) ?? 403;
          const { code, scope } = denied.extensions ?? {};
          http.headers.set('www-authenticate', challengeOf({ code, scope }));
        }
        if (errors.some(({ extensions }) => extensions?.quota) && isWithoutValues(body.singleResult.data))
          http.status = QUOTA_EXCEEDED;
        if (http.status !== 400) return;
        const accept = request.http?.headers.get('accept') ?? '';
        const isTheirs = errors.length > 0 && errors.every((error) => REQUEST_ERRORS.has(error.extensions?.code));
        if (isTheirs && !accept.includes('application/graphql-response+json')) http.status = 200;
      },
    };
  },
};
