import { type PlaceBounds, Places } from '../places';

/** The places of all ways in: /graphql, streams and sockets. */
export interface OperationGates {
  readonly queries: Places;
  /** Their own: some wait for a detection or an evaluation, and the queries of their client must not wait for those. */
  readonly mutations: Places;
}

/** A query is at work for milliseconds, on one thread and ten connections of the pool: more at once would only make each of them slower. */
const QUERIES: PlaceBounds = {
  atOnce: 12,
  perClient: 8,
  waitingPerClient: 256,
  waiting: 1_024,
  longestWaitMs: 10_000,
  usualSeconds: 0.05,
};
const MUTATIONS: PlaceBounds = {
  atOnce: 64,
  perClient: 24,
  waitingPerClient: 64,
  waiting: 256,
  longestWaitMs: 10_000,
  usualSeconds: 1,
};

/** @param bounds of queries and mutations; other than the defaults for tests */
export function createOperationGates(
  bounds: { queries?: Partial<PlaceBounds>; mutations?: Partial<PlaceBounds> } = {},
): OperationGates {
  return {
    queries: new Places({ ...QUERIES, ...bounds.queries }, 'queries'),
    mutations: new Places({ ...MUTATIONS, ...bounds.mutations }, 'mutations'),
  };
}
