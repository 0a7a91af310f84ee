import { type PlaceBounds, Places } from '../../places';

/** The limits on concurrent operations for all entry points: /graphql, streams and sockets. */
export interface OperationGates {
  readonly queries: Places;
  /**
   * Separate, because some mutations wait for a detection or an evaluation, for which the queries of the same client
   * must not wait.
   */
  readonly mutations: Places;
  /**
   * For queries with a possibly long response, in addition to the limit on queries: during the serialization of one,
   * nothing else runs.
   */
  readonly longAnswers: Places;
  /** Statements of queries: those of one client never occupy all connections of the pool. */
  readonly statements: Places;
}

/**
 * A query takes milliseconds, on one thread and ten connections of the pool: more concurrency would only slow down
 * each query.
 */
const QUERIES: PlaceBounds = {
  atOnce: 12,
  perClient: 4,
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
/**
 * All curves of 20 runs with 50 strata take 0.15 s of one core after compilation and 0.4 s the first time; the
 * longest accepted response, 100,000 boxes, takes 0.6 s. Two at once are no faster than one after the other: the
 * second place is for the time during which one waits.
 */
const LONG_ANSWERS: PlaceBounds = {
  atOnce: 2,
  perClient: 1,
  waitingPerClient: 32,
  waiting: 128,
  longestWaitMs: 10_000,
  usualSeconds: 0.5,
};

/** Connections of the server's pool. */
const CONNECTIONS = 10;
/**
 * Waiting statements belong to admitted operations, so that only their number and the duration of a statement limit
 * the wait.
 */
const STATEMENTS: Omit<PlaceBounds, 'atOnce' | 'perClient'> = {
  waitingPerClient: Number.POSITIVE_INFINITY,
  waiting: Number.POSITIVE_INFINITY,
  longestWaitMs: 30_000,
  usualSeconds: 0.05,
};

/** @param connections number of connections of the pool for queries; one client gets at most 70 % of them */
export function createOperationGates(connections = CONNECTIONS): OperationGates {
  const perClient = Math.max(1, Math.floor(0.7 * connections));
  return {
    queries: new Places(QUERIES, 'queries'),
    mutations: new Places(MUTATIONS, 'mutations'),
    longAnswers: new Places(LONG_ANSWERS, 'queries with long responses'),
    statements: new Places({ ...STATEMENTS, atOnce: connections, perClient }, 'statements'),
  };
}
