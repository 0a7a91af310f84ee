import { createClient } from 'graphql-sse';
import { useEffect, useState } from 'react';
import type { GraphDocument } from './graph';

const streams = createClient({ url: '/graphql/stream', retryAttempts: 5 });

/** `PAUSED`: the stream broke and could not be taken up again; the page polls meanwhile. */
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
  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new function of the parent is no new subscription
  useEffect(() => {
    if (!enabled) return undefined;
    setState('CONNECTING');
    return streams.subscribe<Result>(
      { query: document.text, operationName: document.name, variables },
      {
        next: ({ data }) => {
          setState('LIVE');
          if (data) onEvent(data);
        },
        error: () => setState('PAUSED'),
        complete: () => setState('ENDED'),
      },
    );
  }, [document.name, key, enabled]);
  return state;
}
