/** Prisma Client over our own connections: the caller decides which connection a statement uses. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Pool, type PoolClient } from 'pg';
import { tracedWithin } from '../tracing';
import type { Prisma, PrismaClient } from './generated/client';

type AdapterFactory = NonNullable<Prisma.PrismaClientOptions['adapter']>;
type Adapter = Awaited<ReturnType<AdapterFactory['connect']>>;
type AdapterTransaction = Awaited<ReturnType<Adapter['startTransaction']>>;
type SqlQuery = Parameters<Adapter['queryRaw']>[0];

/** What statements are sent over. */
export type Connection = Pool | PoolClient;

/** One SQL statement. With a `name` it is prepared once per connection and only executed from then on. */
export interface Statement {
  name?: string;
  text: string;
  values?: readonly unknown[];
}

/** Another statement in the place of one. A name stands for one text, so that another text has another name, or none. */
export type Rewrite = (statement: Statement) => Statement;

/** How statements are rewritten at the moment; null: not at all. It is a promise only if that has to be read first. */
export type Rewriting = () => Rewrite | null | Promise<Rewrite | null>;

/** How the statements of one caller reach PostgreSQL. */
export interface Route {
  /** the pool, or the connection of the transaction that the caller is in */
  readonly connection: Connection;
  /** Notifies the listeners of sent statements. */
  tell(text: string): void;
  /** Sends one statement: `work` is given the connection when it is this caller's turn. */
  send<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** how its reads are rewritten; omitted: not at all */
  readonly rewriting?: Rewriting;
}

/**
 * The tables as Prisma Client offers them. `findFirst` takes the place of `findUnique`: Prisma makes one statement of
 * all calls of `findUnique` in one turn of the event loop, by any caller, and a statement has to belong to one
 * caller.
 */
export type Tables = {
  readonly [Name in Uncapitalize<Prisma.ModelName>]: Omit<PrismaClient[Name], 'findUnique' | 'findUniqueOrThrow'>;
};

/** Whose statements those are that Prisma Client sends at the moment. */
const routes = new AsyncLocalStorage<Route>();
let client: PrismaClient | undefined;

/**
 * Prisma Client for one caller.
 *
 * A client of its own for every transaction or pool would take 20 to 130 ms, because each compiles WebAssembly. So
 * there is one a process and an adapter that holds no connection: an extension of the client, which takes 0.03 ms,
 * notes the caller's route in the asynchronous context of each call, and the adapter sends the statement along it.
 * Prisma's own interactive transactions would add 0.5 ms to each of ours, and a time limit.
 */
export function tablesOver(route: Route): Tables {
  client ??= makeClient();
  const routed: unknown = client.$extends({
    query: {
      $allOperations: ({ model, operation, args, query }) =>
        tracedWithin(
          () => `${model ?? 'statement'}.${operation}`,
          {},
          () => along(route, async () => query(args)),
        ),
    },
  });
  // Prisma types an extended client again, in a form that TypeScript cannot compare; this extension changes no
  // arguments and no results.
  return routed as Tables;
}

let callsInFlight = 0;

/**
 * Makes a call whose statements take this route. While an AsyncLocalStorage is in use, Node 20 and 22 track every
 * promise of the process, which takes 6 % of the processor time of a page of patients (Q1 of bench/graphql): it is
 * switched off while no call is in flight.
 */
async function along<T>(route: Route, call: () => Promise<T>): Promise<T> {
  callsInFlight += 1;
  try {
    return await routes.run(route, call);
  } finally {
    callsInFlight -= 1;
    if (callsInFlight === 0) routes.disable();
  }
}

/**
 * Loads Prisma Client and compiles a first query, which takes 0.3 s of the processor, so that the first request does
 * not wait for it.
 */
export async function loadPrisma(): Promise<void> {
  const nowhere = new Error('This statement is compiled and not sent.');
  const route: Route = { connection: new Pool(), tell: () => undefined, send: () => Promise.reject(nowhere) };
  await tablesOver(route)
    .dataset.findFirst()
    .catch((thrown: unknown) => {
      if (thrown !== nowhere) throw thrown;
    });
}

function makeClient(): PrismaClient {
  // Not imported above: that would load it in every process and thread that only sends statements.
  const generated = require('./generated/client') as typeof import('./generated/client');
  return new generated.PrismaClient({ adapter: new RoutedAdapterFactory(), errorFormat: 'minimal' });
}

class RoutedAdapterFactory implements AdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = 'deeplesion-server';

  async connect(): Promise<Adapter> {
    return new RoutedAdapter();
  }
}

/** Sends each statement along the route of the call that it belongs to. */
class RoutedAdapter implements Adapter {
  readonly provider = 'postgres';
  readonly adapterName = 'deeplesion-server';

  async queryRaw(query: SqlQuery): ReturnType<Adapter['queryRaw']> {
    const sent = await rewritten(query);
    return sendQuery(sent, (adapter) => adapter.queryRaw(sent));
  }

  executeRaw(query: SqlQuery): ReturnType<Adapter['executeRaw']> {
    return sendQuery(query, (adapter) => adapter.executeRaw(query));
  }

  async executeScript(): Promise<void> {
    throw new Error('Migrations are not applied by Prisma Client.');
  }

  /** An operation of several statements is one transaction: a part of the caller's, or one of its own. */
  async startTransaction(...options: Parameters<Adapter['startTransaction']>): Promise<AdapterTransaction> {
    const { connection, tell } = currentRoute();
    // Its reads are rewritten as well: the route of the call is the same.
    if (!(connection instanceof Pool)) return openSavepoint(this);
    tell('BEGIN');
    return new ToldTransaction(await (await adapterOf(connection)).startTransaction(...options), tell);
  }

  getConnectionInfo(): ReturnType<NonNullable<Adapter['getConnectionInfo']>> {
    return { supportsRelationJoins: true };
  }

  async dispose(): Promise<void> {
    // Connections belong to the pools.
  }
}

/** A transaction of one operation, whose statements are reported as all others are. */
class ToldTransaction implements AdapterTransaction {
  readonly provider = 'postgres';
  readonly adapterName = 'deeplesion-server';
  readonly options: AdapterTransaction['options'];

  constructor(
    private readonly inner: AdapterTransaction,
    private readonly tell: (text: string) => void,
  ) {
    this.options = inner.options;
  }

  async queryRaw(query: SqlQuery): ReturnType<AdapterTransaction['queryRaw']> {
    const sent = await rewritten(query);
    this.tell(sent.sql);
    return this.inner.queryRaw(sent);
  }

  executeRaw(query: SqlQuery): ReturnType<AdapterTransaction['executeRaw']> {
    this.tell(query.sql);
    return this.inner.executeRaw(query);
  }

  commit(): Promise<void> {
    return this.inner.commit();
  }

  rollback(): Promise<void> {
    return this.inner.rollback();
  }
}

const SAVEPOINT = 'prisma_operation';

/**
 * An operation of several statements within the caller's transaction. Prisma sends them in turn, so that one name is
 * enough.
 */
async function openSavepoint(adapter: Adapter): Promise<AdapterTransaction> {
  const send = async (sql: string): Promise<void> => {
    await adapter.executeRaw({ sql, args: [], argTypes: [] });
  };
  await send(`SAVEPOINT ${SAVEPOINT}`);
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    // Prisma would send COMMIT and ROLLBACK itself otherwise.
    options: { usePhantomQuery: true },
    queryRaw: (query) => adapter.queryRaw(query),
    executeRaw: (query) => adapter.executeRaw(query),
    commit: () => send(`RELEASE SAVEPOINT ${SAVEPOINT}`),
    rollback: () => send(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`),
  };
}

async function rewritten(query: SqlQuery): Promise<SqlQuery> {
  const rewrite = await currentRoute().rewriting?.();
  return rewrite ? { ...query, sql: rewrite({ text: query.sql }).text } : query;
}

function sendQuery<T>({ sql }: SqlQuery, work: (adapter: Adapter) => Promise<T>): Promise<T> {
  const route = currentRoute();
  return route.send(async (connection) => {
    route.tell(sql);
    return work(await adapterOf(connection));
  });
}

function currentRoute(): Route {
  const route = routes.getStore();
  if (!route) throw new Error('Prisma Client is called only through Database.prisma and Transaction.prisma.');
  return route;
}

/**
 * Prisma's own adapter for each connection: it converts arguments and rows, by parsers of its own in every statement.
 */
const adapters = new WeakMap<Connection, Promise<Adapter>>();

function adapterOf(connection: Connection): Promise<Adapter> {
  const known = adapters.get(connection);
  if (known) return known;
  const { PrismaPg } = require('@prisma/adapter-pg') as typeof import('@prisma/adapter-pg');
  const adapter = new PrismaPg(connection instanceof Pool ? connection : poolOf(connection)).connect();
  adapters.set(connection, adapter);
  return adapter;
}

/**
 * The adapter takes only pools: this one never connects, and sends over a connection that was taken from a real pool.
 */
function poolOf(connection: PoolClient): Pool {
  return Object.assign(new Pool({ max: 1 }), { query: connection.query.bind(connection) });
}
