import type { Database } from '../database';
import type { Services } from '../services';
import { createLoaders, type Loaders } from './loaders';

/** What the resolvers of one request are given. */
export interface GraphContext {
  services: Services;
  database: Database;
  loaders: Loaders;
  /** scheme and host that the client reached, without a slash at the end; unknown outside HTTP */
  origin?: string;
  /** who asks, for shares and limits: the address of the request */
  client: string;
}

/**
 * Called once a request, and once an event of a subscription.
 *
 * @param origin scheme and host that the client reached, e.g. `http://127.0.0.1:4000`: makes the addresses of pictures absolute
 * @param client who asks
 */
export function createContext(services: Services, origin?: string, client = 'local'): GraphContext {
  const { database } = services;
  return { services, database, loaders: createLoaders(database, services.featureMatrices), origin, client };
}

/** A subscription has one context for all its events, and a loader never forgets: each event begins with new ones. */
export function renewLoaders(context: GraphContext): void {
  context.loaders = createLoaders(context.database, context.services.featureMatrices);
}
