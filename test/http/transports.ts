import { createClient as createStreamClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import WebSocket from 'ws';

/** A client of either transport of subscriptions. */
export interface FollowingClient {
  iterate(payload: { query: string; variables: Record<string, unknown> }): AsyncIterableIterator<unknown>;
  dispose(): void | Promise<void>;
}

/** The transports of subscriptions, for tests that hold for both. Nothing is repeated: a test sees what breaks. */
export const TRANSPORTS: [name: string, connect: (url: string) => FollowingClient][] = [
  [
    'server-sent events',
    (url) => createStreamClient({ url: `${url}/graphql/stream`, retryAttempts: 0 }) as FollowingClient,
  ],
  [
    'WebSocket',
    (url) =>
      createSocketClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      }) as FollowingClient,
  ],
];
