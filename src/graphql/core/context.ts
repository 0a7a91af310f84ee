import { type Caller, databaseFor, LOCAL_CALLER } from '../../access';
import type { Database, Queryable, Transaction } from '../../database';
import { nameMembers } from '../../dataset';
import type { RateLimited } from '../../errors';
import type { Limiter } from '../../limiter';
import { createLimiter } from '../../limiter';
import type { Places } from '../../places';
import type { Services } from '../../services';
import { createLoaders, type Loaders } from './loaders';

/** The origin of a request. */
export interface Requester {
  /**
   * the address under which the client reaches this server, e.g. `http://127.0.0.1:4000` or
   * `https://data.example.org/deeplesion`, for absolute URLs of pictures; undefined outside HTTP
   */
  origin?: string;
  /** of the request, or of the one that opened its stream or socket; logged with every error; undefined outside HTTP */
  requestId?: string;
  /** who sent it, and what that caller may do */
  caller: Caller;
  /** whether a page of another site sent the request that may only read (CORS_ORIGINS is `*`) */
  readsOnly?: boolean;
  /** whether the response says what it cost (`extensions.cost`) */
  wantsCost?: boolean;
  /** fires if the client disconnects before the response; absent if that cannot be detected */
  signal?: AbortSignal;
}

/** What a mutation says of itself for the audit trail. */
export interface AuditNote {
  /** global id of what it changed or made */
  target?: string;
  /** never texts of people, secrets or addresses of webhooks */
  changes?: Readonly<Record<string, unknown>>;
}

/** The event of a mutation under way; `audit.ts` adds it after the mutation unless a transaction did. */
export interface MutationRecord {
  note(note: AuditNote): void;
  /** Adds the event in the transaction of the change, as its last step. */
  add(transaction: Transaction, note: AuditNote): Promise<void>;
}

/** The context of the resolvers of one request. */
export interface GraphContext extends Requester {
  services: Services;
  /** owner of what the request makes, for fair sharing and limits as well: a key's holder or an address */
  client: string;
  database: Database;
  loaders: Loaders;
  /**
   * Runs operations that need server capacity one after another, so that a request never occupies more than one
   * place.
   */
  inTurn: Limiter;
  /** number of list items in the response, weighted by their selected fields; maintained by listBounds.ts */
  listedFields: number;
  /** why the request has to be made again later, if that is known before the operation is executed */
  refusal?: RateLimited;
  /** what its response cost of the quota `fields`; undefined if the caller has no limit, and before it is known */
  charged?: number;
  /** the mutation that is under way */
  mutation?: MutationRecord;
}

/** Called once per request, and once per event of a subscription. */
export function createContext(services: Services, requester: Requester = { caller: LOCAL_CALLER }): GraphContext {
  const database = databaseFor(services.database, requester.caller);
  const context: GraphContext = {
    services,
    client: requester.caller.owner,
    database,
    loaders: loadersOf(services, () => context),
    inTurn: createLimiter(1),
    listedFields: 0,
    ...requester,
  };
  return context;
}

/** Executors pass a context without knowing its type. */
export function isGraphContext(context: unknown): context is GraphContext {
  return typeof context === 'object' && context !== null && 'services' in context && 'loaders' in context;
}

/**
 * A subscription has one context for all its events, and loaders cache everything: each event starts with new
 * loaders.
 */
export function renewLoaders(context: GraphContext): void {
  context.loaders = loadersOf(context.services, () => context);
  context.listedFields = 0;
}

/**
 * The statements of a query are cancelled when its client disconnects, and are limited per client. The statements of
 * a mutation are not: a mutation that has started is completed.
 */
export function endWithClient(context: GraphContext, statements: Places): void {
  const { services, caller, signal } = context;
  const own = databaseFor(services.database, caller);
  const database = signal ? own.until(signal) : own;
  context.database = database.inTurns((send) => statements.run(context, send));
}

/**
 * @returns the database for statements that end when the client disconnects or at a deadline, whichever comes first;
 *   they wait for capacity like all others
 */
export function untilDeadline(context: GraphContext, statements: Places, deadline: AbortSignal): Database {
  const { services, caller, client } = context;
  const signal = context.signal ? AbortSignal.any([context.signal, deadline]) : deadline;
  return databaseFor(services.database, caller)
    .until(signal)
    .inTurns((send) => statements.run({ client, signal }, send));
}

/** What reading something for a caller takes. */
export type ReadContext = Pick<GraphContext, 'database' | 'loaders' | 'caller'> & {
  readonly services: Pick<Services, 'database' | 'featureMatrices'>;
};

/** @returns loaders for the same caller as if it had accepted all terms, to tell which are missing */
export function loadersAsAccepted({ services: { database, featureMatrices }, caller }: ReadContext): Loaders {
  const reads = databaseFor(database, caller, { asAccepted: true });
  return createLoaders(reads, (members) => nameMembers(database, members, reads), featureMatrices);
}

function loadersOf({ database, featureMatrices }: Services, contextOf: () => GraphContext): Loaders {
  const reads = readsOf(contextOf);
  return createLoaders(reads, (members) => nameMembers(database, members, reads), featureMatrices);
}

/** The database of the context at the time of each statement. */
function readsOf(contextOf: () => GraphContext): Queryable {
  return {
    get prisma() {
      return contextOf().database.prisma;
    },
    query: (statement) => contextOf().database.query(statement),
  };
}
