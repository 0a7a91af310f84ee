import type { Database } from '../database';
import type { Services } from '../services';
import { createLoaders, type Loaders } from './loaders';

/** From whom a request comes. */
export interface Requester {
  /** scheme and host that the client reached, e.g. `http://127.0.0.1:4000`: makes the addresses of pictures absolute; unknown outside HTTP */
  origin?: string;
  /** of the request, or of the one that opened its stream or socket: stands in the log beside every fault; unknown outside HTTP */
  requestId?: string;
  /** who asks, for shares and limits: the address of the request */
  client: string;
}

/** What the resolvers of one request are given. */
export interface GraphContext extends Requester {
  services: Services;
  database: Database;
  loaders: Loaders;
}

/** Called once a request, and once an event of a subscription. */
export function createContext(services: Services, requester: Requester = { client: 'local' }): GraphContext {
  const { database, featureMatrices } = services;
  return { services, database, loaders: createLoaders(database, featureMatrices), ...requester };
}

/** A subscription has one context for all its events, and a loader never forgets: each event begins with new ones. */
export function renewLoaders(context: GraphContext): void {
  context.loaders = createLoaders(context.database, context.services.featureMatrices);
}
