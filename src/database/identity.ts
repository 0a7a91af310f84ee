/**
 * The identity of a database. Row numbers are valid only within one database: code that keeps them in memory, or in a
 * cursor, compares this.
 */
import type { Pool, PoolClient } from 'pg';

const UNDEFINED_TABLE = '42P01';

export interface Identity {
  /** a UUID, that of the database that this one was copied or restored from, too */
  id: string;
  /** another one for each copy, and after each start of PostgreSQL */
  incarnation: string;
}

/** A database with the pool of its connections. */
interface Identified {
  readonly pool: Pool;
  identity(): Promise<Identity>;
}

/**
 * Caches the identity of the database that a pool's connections lead to. A database that is dropped ends its
 * connections, so each new one is checked.
 */
export class DatabaseIdentity {
  private known: Identity | undefined;

  constructor(private readonly poolOf: () => Pool) {}

  /** For the pool: is called with each new connection before anybody uses it. */
  readonly verify = (client: PoolClient, done: (failure?: Error) => void): void => {
    this.ask(client).then(() => done(), done);
  };

  /** @throws Error if the migrations are not applied */
  async get(): Promise<Identity> {
    if (!this.known) await this.ask(this.poolOf());
    if (!this.known) throw new Error('The database has no identity: its migrations are not applied.');
    return this.known;
  }

  private async ask(client: Pool | PoolClient): Promise<void> {
    try {
      const { rows } = await client.query<Identity>(
        `SELECT own.id, concat_ws(' ', own.id, pg_database.oid, pg_postmaster_start_time()) AS incarnation
         FROM database_identity AS own, pg_database WHERE pg_database.datname = current_database()`,
      );
      this.known = rows[0];
    } catch (thrown) {
      // Before the first migration there is none.
      if (!isUndefinedTable(thrown)) throw thrown;
    }
  }
}

/**
 * Keeps something in memory that row numbers are a part of.
 *
 * @returns a function that answers what was made for a database; another one is made where the database was replaced
 *   meanwhile
 */
export function keepForDatabase<Kept>(make: () => Kept): (database: Identified) => Promise<Kept> {
  const kept = new WeakMap<Pool, { incarnation: string; value: Kept }>();
  return async (database) => {
    const { pool } = database;
    const { incarnation } = await database.identity();
    const known = kept.get(pool);
    if (known?.incarnation === incarnation) return known.value;
    const value = make();
    kept.set(pool, { incarnation, value });
    return value;
  };
}

function isUndefinedTable(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === UNDEFINED_TABLE;
}
