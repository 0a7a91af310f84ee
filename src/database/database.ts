import { Pool, type PoolClient, types } from 'pg';
import { tracedWithin } from '../tracing';
import { withSessionSettings } from './address';
import { DatabaseIdentity, type Identity } from './identity';
import { type Rewrite, type Rewriting, type Route, type Statement, type Tables, tablesOver } from './prisma';
import { beginReading, cursorRows, type TextRow } from './snapshot';
import { Asker, Canceller, sendUntilLeft } from './untilLeft';

/** Anything that executes statements: the pool or one transaction. */
export interface Queryable {
  /**
   * ordinary reads and writes, with the types of the schema; loaded at the first use, which takes longer than a
   * thread's whole start besides
   */
  readonly prisma: Tables;
  /** statements by hand */
  query<Row>(statement: Statement): Promise<Row[]>;
}

/** A transaction: the same statements on one connection, which is there for COPY and the like. */
export interface Transaction extends Queryable {
  readonly client: PoolClient;
}

/** A read-only view of the database at one moment. */
export interface Snapshot extends Queryable {
  /**
   * The rows of a SELECT, in parts.
   *
   * @param atOnce how many rows a part has
   */
  rows(statement: Omit<Statement, 'name'>, atOnce?: number): AsyncGenerator<TextRow[]>;
}

/**
 * The one way to PostgreSQL: Prisma Client for ordinary reads and writes, statements by hand for the others, over the
 * same pool.
 */
export interface Database extends Queryable {
  readonly pool: Pool;
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * Reads at one moment of the database, over a connection of its own, for work that sees many rows. Its statements by
   * hand are rewritten as those of this database are.
   */
  snapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  /**
   * The same database for someone who may leave. From the moment when the signal fires it sends nothing more, and what
   * PostgreSQL is at for it is cancelled; transactions go on.
   */
  until(signal: AbortSignal): Database;
  /** The same database, each of whose statements is sent when `turn` says so; transactions do not wait. */
  inTurns(turn: Turn): Database;
  /** The same database, each of whose reads is rewritten first, those of Prisma Client too; transactions are not. */
  rewritten(rewriting: Rewriting): Database;
  /** Which database this is at the moment; `keepForDatabase` and cursors go by it. */
  identity(): Promise<Identity>;
  /** Calls `listener` with the text of every statement sent from now on; the returned function ends it. */
  onStatement(listener: (text: string) => void): () => void;
  close(): Promise<void>;
}

/** Says when a statement is sent, by calling `send`. */
export type Turn = <T>(send: () => Promise<T>) => Promise<T>;

export interface DatabaseOptions {
  /** connections in the pool */
  maxConnections?: number;
  /** PostgreSQL cancels a statement that takes longer; 0 is no limit */
  statementTimeoutMs?: number;
  /** a statement and its connection are given up after this time, if the network lost them; 0 waits for ever */
  answerTimeoutMs?: number;
  /**
   * PostgreSQL ends a transaction, and gives its locks back, whose owner says nothing for so long; a minute unless
   * given
   */
  idleInTransactionTimeoutMs?: number;
}

const INT8 = 20;
const NUMERIC = 1700;

/**
 * Counts and sums come as bigint and numeric, which the driver would hand over as text; all of ours fit a double
 * exactly.
 */
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
  const identity = new DatabaseIdentity(() => pool);
  const pool: Pool = new Pool({
    verify: identity.verify,
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

  return new PooledDatabase({ pool, identity, listeners: new Set(), canceller: new Canceller(url) }, (work) =>
    work(pool),
  );
}

/** What a database and the views of it have in common. */
interface Shared {
  pool: Pool;
  identity: DatabaseIdentity;
  listeners: Set<(text: string) => void>;
  canceller: Canceller;
}

/** A statement without a name is told by its kind: its text may contain values. */
const firstWordOf = (text: string): string => /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'STATEMENT';

const STATEMENT_SPAN = { kind: 'CLIENT', attributes: { 'db.system.name': 'postgresql' } } as const;

/** Sends statements of both kinds along one route. */
class RoutedQueryable implements Queryable {
  private tables: Tables | undefined;

  constructor(private readonly route: Route) {}

  get prisma(): Tables {
    this.tables ??= tablesOver(this.route);
    return this.tables;
  }

  readonly query = <Row>(statement: Statement): Promise<Row[]> => {
    // Before a connection is taken: it may be another one that reads what the rewriting depends on.
    const rewrite = this.route.rewriting?.();
    if (rewrite instanceof Promise) return rewrite.then((found) => this.send(found ? found(statement) : statement));
    return this.send(rewrite ? rewrite(statement) : statement);
  };

  private send<Row>({ name, text, values }: Statement): Promise<Row[]> {
    return tracedWithin(
      () => name ?? firstWordOf(text),
      STATEMENT_SPAN,
      () =>
        this.route.send(async (connection) => {
          this.route.tell(text);
          const result = await connection.query({ name, text, values: values as unknown[] | undefined });
          return result.rows as Row[];
        }),
    );
  }
}

class RoutedTransaction extends RoutedQueryable implements Transaction {
  constructor(
    readonly client: PoolClient,
    tell: (text: string) => void,
  ) {
    super({ connection: client, tell, send: (work) => work(client) });
  }
}

class RoutedSnapshot extends RoutedQueryable implements Snapshot {
  private cursors = 0;

  constructor(
    private readonly transaction: Transaction,
    private readonly tell: (text: string) => void,
    private readonly rewrite: Rewrite | null,
  ) {
    const rewriting = rewrite ? () => rewrite : undefined;
    super({ connection: transaction.client, tell, send: (work) => work(transaction.client), rewriting });
  }

  rows({ text, values }: Omit<Statement, 'name'>, atOnce?: number): AsyncGenerator<TextRow[]> {
    const statement = this.rewrite?.({ text, values }) ?? { text, values };
    this.tell(text);
    return cursorRows(this.transaction.client, `rows_${++this.cursors}`, statement, atOnce);
  }
}

class PooledDatabase extends RoutedQueryable implements Database {
  readonly pool: Pool;
  private readonly tell: (text: string) => void;

  /** @param toPool how statements outside of transactions reach the pool */
  constructor(
    private readonly shared: Shared,
    private readonly toPool: Route['send'],
    private readonly rewriting?: Rewriting,
  ) {
    const tell = (text: string): void => {
      for (const listener of shared.listeners) listener(text);
    };
    super({ connection: shared.pool, tell, send: toPool, rewriting });
    this.pool = shared.pool;
    this.tell = tell;
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    // A connection that dies fails the current statement; without a listener it would also end the process.
    const died = (failure: Error): void => {
      broken = failure;
    };
    client.on('error', died);
    try {
      await client.query('BEGIN');
      const answer = await work(new RoutedTransaction(client, this.tell));
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
  }

  async snapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    // What the caller sees when it begins: the snapshot is one moment of the rows as well.
    const rewrite = (await this.rewriting?.()) ?? null;
    return this.transaction(async (transaction) => {
      await beginReading(transaction);
      return work(new RoutedSnapshot(transaction, this.tell, rewrite));
    });
  }

  until(signal: AbortSignal): Database {
    const asker = new Asker(signal);
    const { pool, canceller } = this.shared;
    return new PooledDatabase(this.shared, (work) => sendUntilLeft(pool, canceller, asker, work), this.rewriting);
  }

  inTurns(turn: Turn): Database {
    return new PooledDatabase(this.shared, (work) => turn(() => this.toPool(work)), this.rewriting);
  }

  rewritten(rewriting: Rewriting): Database {
    return new PooledDatabase(this.shared, this.toPool, rewriting);
  }

  identity(): Promise<Identity> {
    return this.shared.identity.get();
  }

  onStatement(listener: (text: string) => void): () => void {
    this.shared.listeners.add(listener);
    return () => this.shared.listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.shared.canceller.close();
    if (!this.pool.ended) await this.pool.end();
  }
}
