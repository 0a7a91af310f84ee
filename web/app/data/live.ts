import { createClient } from 'graphql-sse';
import { useEffect, useRef, useState } from 'react';
import { below } from './base';
import type { GraphDocument } from './graph';
import { authorizationOf } from './signedIn';

/** The longest pause between two attempts to take up a stream again. */
const MAX_PAUSE_MS = 15_000;

/** `PAUSED`: the stream broke; it is taken up again as soon as that is possible, and the page polls meanwhile. */
export type StreamState = 'CONNECTING' | 'LIVE' | 'ENDED' | 'PAUSED';

/**
 * Follows a subscription while the component is mounted. A browser grants six connections to a host and each
 * subscription takes one: a page follows one thing at a time.
 *
 * @param onEvent is called with each event; it need not be stable
 */
export function useSubscription<Result, Variables extends Record<string, unknown>>(
  document: GraphDocument<Result, Variables>,
  variables: Variables,
  { enabled, onEvent }: { enabled: boolean; onEvent: (event: Result) => void },
): StreamState {
  const [state, setState] = useState<StreamState>('CONNECTING');
  const newest = useRef(onEvent);
  newest.current = onEvent;
  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new objects with the same content are no new subscription
  useEffect(() => {
    if (!enabled) return undefined;
    setState('CONNECTING');
    // One client for each subscription: only then its events tell which stream broke.
    const client = createClient({
      url: below('/graphql/stream'),
      headers: () => authorizationOf(),
      retryAttempts: Number.POSITIVE_INFINITY,
      retry: (retries) =>
        new Promise((resolve) => setTimeout(resolve, Math.min(MAX_PAUSE_MS, 500 * 2 ** Math.min(retries, 10)))),
      on: {
        connecting: (isAgain) => isAgain && setState('PAUSED'),
        connected: () => setState('LIVE'),
      },
    });
    const leave = client.subscribe<Result>(
      { query: document.text, operationName: document.name, variables },
      {
        next: ({ data }) => {
          if (data) newest.current(data);
        },
        error: () => setState('PAUSED'),
        complete: () => setState('ENDED'),
      },
    );
    return () => {
      leave();
      client.dispose();
    };
  }, [document.name, key, enabled]);
  return state;
}
