import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Requester } from '../graphql';
import { clientOf, originOf, siteOf } from './origin';
import { requestIdOf } from './requestId';

/**
 * The facts about the sender of a request, or of the request that opened a stream or socket, for the graph.
 *
 * @param signal fires when the client has disconnected
 */
export function requesterOf(message: IncomingMessage, signal?: AbortSignal): Requester {
  return {
    origin: originOf(message),
    requestId: requestIdOf(message),
    client: clientOf(message),
    readsOnly: siteOf(message) === 'READER',
    signal,
  };
}

/** @returns a signal that fires when the connection of a response is gone before the response was written */
export function departureOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  if (response.destroyed) controller.abort();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
