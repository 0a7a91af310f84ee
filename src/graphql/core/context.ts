import type { Database, Queryable } from '../../database';

import type { Limiter } from '../../limiter';
import { createLimiter } from '../../limiter';
import type { Places } from '../../places';
import type { Services } from '../../services';
import { createLoaders, type Loaders } from './loaders';

/** From whom a request comes. */
export interface Requester {
  /** scheme and host that the client reached, e.g. `http://127.0.0.1:4000`: makes the addresses of pictures absolute; unknown outside HTTP */
  origin?: string;
  /** of the request, or of the one that opened its stream or socket: stands in the log beside every fault; unknown outside HTTP */
  requestId?: string;
  /** who asks, for shares and limits: the address of the request */
  client: string;
  /** fires when whoever asked has left before it was answered; absent where that cannot be seen */
  signal?: AbortSignal;
}

/** What the resolvers of one request are given. */
export interface GraphContext extends Requester {
  services: Services;
  database: Database;
  loaders: Loaders;
  /** Does what waits for a place of the server one after another, so that a request never takes more than one. */
  inTurn: Limiter;
  /** items of lists that were answered, weighed by what is selected of each; kept by listBounds.ts */
  listedFields: number;
}

/** Called once a request, and once an event of a subscription. */
export function createContext(services: Services, requester: Requester = { client: 'local' }): GraphContext {
  const { database } = services;
  const context: GraphContext = {
    services,
    database,
    loaders: createLoaders(
      readsOf(() => context),
      services.featureMatrices,
    ),
    inTurn: createLimiter(1),
    listedFields: 0,
    ...requester,
  };
  return context;
}

/** Executors hand a context on without knowing its type. */
export function isGraphContext(context: unknown): context is GraphContext {
  return typeof context === 'object' && context !== null && 'services' in context && 'loaders' in context;
}

/** A subscription has one context for all its events, and a loader never forgets: each event begins with new ones. */
export function renewLoaders(context: GraphContext): void {
  context.loaders = createLoaders(
    readsOf(() => context),
    context.services.featureMatrices,
  );
  context.listedFields = 0;
}

/**
 * The statements of a query end with its client, and wait for a place among those of all clients. Those of a mutation do not: what it has
 * begun is done to its end.
 */
export function endWithClient(context: GraphContext, statements: Places): void {
  const { services, signal } = context;
  const database = signal ? services.database.until(signal) : services.database;
  context.database = database.inTurns((send) => statements.run(context, send));
}

/**
 * @returns the database for statements that end with the client or at a deadline, whichever comes first; they wait for a place like all
 *   others
 */
export function untilDeadline(context: GraphContext, statements: Places, deadline: AbortSignal): Queryable {
  const { services, client } = context;
  const signal = context.signal ? AbortSignal.any([context.signal, deadline]) : deadline;
  return services.database.until(signal).inTurns((send) => statements.run({ client, signal }, send));
}

/** The context's database as it is at each statement. */
function readsOf(contextOf: () => GraphContext): Queryable {
  return {
    get prisma() {
      return contextOf().database.prisma;
    },
    query: (statement) => contextOf().database.query(statement),
  };
}
