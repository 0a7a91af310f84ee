import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../access';
import type { Requester } from '../graphql';
import { HttpError } from './errors';
import { originOf, siteOf } from './origin';
import { requestIdOf } from './requestId';

/**
 * The facts about the sender of a request, or of the request that opened a stream or socket, for the graph.
 *
 * @param caller who sent it
 * @param signal fires when the client has disconnected
 */
export function requesterOf(message: IncomingMessage, caller: Caller, signal?: AbortSignal): Requester {
  const readsOnly = siteOf(message) === 'READER';
  const wantsCost = message.headers['x-cost'] === '1';
  return { origin: originOf(message), requestId: requestIdOf(message), caller, readsOnly, wantsCost, signal };
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

/** Pages of any site can make a browser send a GET: what they make the server compute is refused. @throws HttpError */
export function refuseOtherPages(message: IncomingMessage): void {
  const { headers } = message;
  const site = siteOf(message);
  const isOfOtherPage = site === 'FOREIGN' || (site === 'NONE' && headers['sec-fetch-site'] === 'cross-site');
  if (isOfOtherPage && headers['apollo-require-preflight'] === undefined)
    throw new HttpError(
      'FORBIDDEN',
      'Ask from a page of this server, or by a program: this came from a page of another site.',
    );
}
