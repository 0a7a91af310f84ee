import type { ServerResponse } from 'node:http';
import type { ApolloServerPlugin } from '@apollo/server';
import { QUOTAS, type QuotaStanding } from '../access';
import type { GraphContext } from '../graphql';

/**
 * How a caller stands, as header fields: `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-11
 * (structured fields), and the older `X-RateLimit-…` that many clients know. Bytes are `content-bytes` as the draft names
 * them; it has no unit for the other quotas, which are named by what they count.
 */
function quotaHeaders({ name, limit, left, resetAt, resetSeconds }: QuotaStanding): [name: string, value: string][] {
  const { unit, windowMs } = QUOTAS[name];
  return [
    ['RateLimit-Policy', `"${name}";q=${limit};qu="${unit}";w=${windowMs / 1000}`],
    ['RateLimit', `"${name}";r=${left};t=${resetSeconds}`],
    ['X-RateLimit-Limit', String(limit)],
    ['X-RateLimit-Remaining', String(left)],
    ['X-RateLimit-Reset', String(Math.ceil(resetAt.getTime() / 1000))],
    ['X-RateLimit-Resource', name],
  ];
}

/** @returns the same with names in lower case; none for a caller without a limit */
export const standingHeaders = (standing: QuotaStanding | null | undefined): [name: string, value: string][] =>
  standing ? quotaHeaders(standing).map(([name, value]) => [name.toLowerCase(), value]) : [];

/** Tells each caller that has a limit how it stands, with every response of the graph. */
export const quotaHeadersPlugin: ApolloServerPlugin<GraphContext> = {
  async requestDidStart({ contextValue: { services, caller } }) {
    if ((services.quotas?.limitOf(caller, 'fields') ?? null) === null) return undefined;
    return {
      async willSendResponse({ response: { http } }) {
        for (const [name, value] of standingHeaders(services.quotas?.standingOf(caller, 'fields')))
          http.headers.set(name, value);
      },
    };
  },
};

/** Tells the caller of a response outside the graph how it stands, if it has a limit. */
export function tellQuota(response: ServerResponse, standing: QuotaStanding | null | undefined): void {
  if (standing && !response.headersSent)
    for (const [name, value] of quotaHeaders(standing)) response.setHeader(name, value);
}
