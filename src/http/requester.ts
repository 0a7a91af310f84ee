import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Requester } from '../graphql';
import { clientOf, originOf } from './origin';
import { requestIdOf } from './requestId';

/**
 * What the graph is told of whoever sent a request, or opened a stream or socket with it.
 *
 * @param signal fires when whoever it was has left
 */
export function requesterOf(message: IncomingMessage, signal?: AbortSignal): Requester {
  return { origin: originOf(message), requestId: requestIdOf(message), client: clientOf(message), signal };
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
