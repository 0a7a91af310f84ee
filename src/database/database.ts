import { Pool, type PoolClient, types } from 'pg';
import { withSessionSettings } from './address';
import type { PrismaClient } from './generated/client';
import { Asker, Canceller, queryUntilLeft } from './untilLeft';

/** One SQL statement. With a `name` it is prepared once per connection and only executed from then on. */
export interface Statement {
  name?: string;
  text: string;
  values?: readonly unknown[];
}

/** Anything that answers statements: the pool or one transaction. */
export interface Queryable {
  query<Row>(statement: Statement): Promise<Row[]>;
}

/** A transaction: the same statements on one connection, which is there for COPY and the like. */
export interface Transaction extends Queryable {
  readonly client: PoolClient;
}

/** The one way to PostgreSQL: Prisma for ordinary writes and reads, prepared statements for the hot ones, over the same pool. */
export interface Database extends Queryable {
  /** made at the first use: loading it takes longer than a thread's whole start besides */
  readonly prisma: PrismaClient;
  readonly pool: Pool;
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * The same database for somebody who may leave. From the moment when the signal fires its `query` sends nothing more, and what
   * PostgreSQL is at for it is cancelled; transactions and Prisma go on.
   */
  until(signal: AbortSignal): Database;
  /** Calls `listener` with the text of every statement sent from now on; the answer ends it. */
  onStatement(listener: (text: string) => void): () => void;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** connections in the pool */
  maxConnections?: number;
  /** PostgreSQL cancels a statement that takes longer; 0 is no limit */
  statementTimeoutMs?: number;
  /** we give up a statement and its connection after so long, where the network swallowed them; 0 waits for ever */
  answerTimeoutMs?: number;
  /** PostgreSQL ends a transaction, and gives its locks back, whose owner says nothing for so long; a minute unless given */
  idleInTransactionTimeoutMs?: number;
}

const INT8 = 20;
const NUMERIC = 1700;

/** Counts and sums come as bigint and numeric, which the driver would hand over as text; all of ours fit a double exactly. */
function typeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8 || oid === NUMERIC) return Number;
  return types.getTypeParser(oid, format as 'text');
}

/**
 * Opens a pool; connections are made when needed, with the settings that our statements rely on.
 *
 * @param url `postgresql://user:password@host:port/database`
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new Pool({
    connectionString: withSessionSettings(url),
    max: options.maxConnections ?? 10,
    statement_timeout: options.statementTimeoutMs ?? 0,
    query_timeout: options.answerTimeoutMs ?? 0,
    keepAlive: true,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 60_000,
    connectionTimeoutMillis: 10_000,
    types: { getTypeParser: typeParser as typeof types.getTypeParser },
  });
  // A connection that dies while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);

  const listeners = new Set<(text: string) => void>();
  const tell = (text: string): void => {
    for (const listener of listeners) listener(text);
  };
  let prisma: PrismaClient | undefined;
  const canceller = new Canceller(url);

  const send = async <Row>(target: Pool | PoolClient, { name, text, values }: Statement): Promise<Row[]> => {
    tell(text);
    const result = await target.query({ name, text, values: values as unknown[] | undefined });
    return result.rows as Row[];
  };

  const database: Database = {
    get prisma() {
      prisma ??= openPrisma(pool, tell);
      return prisma;
    },
    pool,
    query: (statement) => send(pool, statement),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      // A connection that dies fails the statement in hand; without a listener it would end the process besides.
      const died = (failure: Error): void => {
        broken = failure;
      };
      client.on('error', died);
      try {
        await client.query('BEGIN');
        const answer = await work({ client, query: (statement) => send(client, statement) });
        await client.query('COMMIT');
        return answer;
      } catch (thrown) {
        await client.query('ROLLBACK').catch((failure: Error) => {
          broken = failure;
        });
        throw thrown;
      } finally {
        client.off('error', died);
        client.release(broken);
      }
    },
    until(signal) {
      const asker = new Asker(signal);
      const asked: Database = Object.create(database);
      asked.query = <Row>(statement: Statement) =>
        queryUntilLeft(pool, canceller, asker, (client) => send<Row>(client, statement));
      return asked;
    },
    onStatement(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await prisma?.$disconnect();
      await canceller.close();
      if (!pool.ended) await pool.end();
    },
  };
  return database;
}

function openPrisma(pool: Pool, tell: (text: string) => void): PrismaClient {
  // Not imported above: that would load it in every process and thread that only sends statements.
  const { PrismaPg } = require('@prisma/adapter-pg') as typeof import('@prisma/adapter-pg');
  const generated = require('./generated/client') as typeof import('./generated/client');
  const prisma = new generated.PrismaClient({ adapter: new PrismaPg(pool), log: [{ emit: 'event', level: 'query' }] });
  prisma.$on('query', (event) => tell(event.query));
  return prisma;
}
