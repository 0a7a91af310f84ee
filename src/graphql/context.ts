import type { Services } from '../services';

/** What the resolvers of one request are given. */
export interface GraphContext {
  services: Services;
}

/** Called once a request. */
export function createContext(services: Services): GraphContext {
  return { services };
}
