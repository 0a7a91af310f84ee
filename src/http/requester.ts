import type { IncomingMessage } from 'node:http';
import type { Requester } from '../graphql';
import { clientOf, originOf } from './origin';
import { requestIdOf } from './requestId';

/** What the graph is told of whoever sent a request, or opened a stream or socket with it. */
export function requesterOf(message: IncomingMessage): Requester {
  return { origin: originOf(message), requestId: requestIdOf(message), client: clientOf(message) };
}
