import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { PROJECT_ROOT } from '../compiled';
import { Conflict, InsufficientStorage } from '../errors';
import { outageOf } from '../outages';
import { withSessionSettings } from './address';
import type { Queryable } from './database';
import { checkDatabase, connectForStart } from './externalDatabase';
import { readRestoreMark, refuseMarked } from './restoreMark';

const MIGRATIONS_DIR = join(PROJECT_ROOT, 'prisma', 'migrations');
/** Any fixed number will do: it names this product's migrations among the database's advisory locks. */
export const MIGRATION_LOCK = 1_710_017_66;

/** The table of `prisma migrate deploy`, so that Prisma's own command sees the same history. */
const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
  logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

/** The check of the migrations is for a probe, which does not wait long. */
const LOOK_TIMEOUT_MS = 2_000;

/** The database is reachable and is not the one that this version works with. */
export class MigrationMismatch extends Conflict {}

/** What tells a migration from another, and from itself when it was changed. */
export interface MigrationMark {
  name: string;
  /** SHA-256 of its SQL */
  checksum: string;
}

interface Migration extends MigrationMark {
  sql: string;
}

/** @returns the migrations of prisma/migrations in the order of their names */
export async function readMigrations(): Promise<Migration[]> {
  const entries = await readdir(MIGRATIONS_DIR, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(MIGRATIONS_DIR, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Applies the migrations that the database lacks, each in one transaction. Prisma's own command needs an engine that it
 * downloads when it runs; this does the same work with what is installed. Several servers may start on one database:
 * one migrates, the others wait.
 *
 * @returns names of the migrations that were applied now
 * @throws BadUserInput if the database cannot be reached or is not fit, naming what to do
 * @throws Conflict if it holds tables of another program, or a backup that is not restored completely
 * @throws InsufficientStorage if its disk is full
 * @throws MigrationMismatch if an applied migration was changed since, or when the database is of a newer version
 */
export async function migrate(url: string): Promise<string[]> {
  const migrations = await readMigrations();
  const client = await connectForStart(url);
  try {
    // Before the lock, which a restore holds until it ends, and behind it.
    refuseMarked(await readRestoreMark(client));
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    refuseMarked(await readRestoreMark(client));
    await checkDatabase(
      client,
      migrations.map(({ name }) => name),
    );
    return await applyMissing(client, migrations);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Applies those of the migrations that the database lacks, under the lock of the caller.
 *
 * @param migrations all, or as many of the first as are wanted
 */
export async function applyMissing(client: Client, migrations: Migration[]): Promise<string[]> {
  await client.query('SET client_min_messages = warning');
  await client.query(HISTORY_TABLE);
  const missing = missingMigrations(migrations, await appliedMigrations(client));
  for (const migration of missing) await apply(client, migration);
  return missing.map(({ name }) => name);
}

/**
 * @returns names of the migrations that a database still lacks; all of them if none was ever applied
 * @throws MigrationMismatch as `migrate` does
 * @throws Error if the database does not answer within two seconds
 */
export async function pendingMigrations(url: string): Promise<string[]> {
  const client = new Client({
    connectionString: withSessionSettings(url),
    connectionTimeoutMillis: LOOK_TIMEOUT_MS,
    query_timeout: LOOK_TIMEOUT_MS,
  });
  // Without a listener a connection that dies between two statements would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    refuseMarked(await readRestoreMark(client));
    const { rows } = await client.query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`);
    const applied = rows[0].present ? await appliedMigrations(client) : new Map<string, string>();
    return missingMigrations(await readMigrations(), applied).map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** @returns the applied migrations, in their order; none if the database is not one of ours */
export async function findMigrationMarks(queryable: Queryable): Promise<MigrationMark[]> {
  const [history] = await queryable.query<{ present: boolean }>({
    text: `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`,
  });
  if (!history?.present) return [];
  return queryable.query({
    text: `SELECT migration_name AS name, checksum FROM _prisma_migrations
           WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name COLLATE "C"`,
  });
}

/** @returns checksums by name */
async function appliedMigrations(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row.checksum]));
}

function missingMigrations(known: Migration[], applied: Map<string, string>): Migration[] {
  const names = new Set(known.map(({ name }) => name));
  const foreign = [...applied.keys()].filter((name) => !names.has(name));
  if (foreign.length > 0)
    throw new MigrationMismatch(
      `The database has migrations that this version does not know (${foreign.join(', ')}): start a newer ` +
        'version of the server.',
    );
  for (const { name, checksum } of known) {
    const before = applied.get(name);
    if (before !== undefined && before !== checksum)
      throw new MigrationMismatch(
        `Migration ${name} was changed after it was applied: restore prisma/migrations/${name}/migration.sql.`,
      );
  }
  return known.filter(({ name }) => !applied.has(name));
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    const outage = outageOf(cause);
    if (outage instanceof InsufficientStorage)
      throw new InsufficientStorage(
        `Migration ${name} was not applied, because the disk of the database is full: make room and start again.`,
        outage.retryAfterSeconds,
        undefined,
        { cause },
      );
    throw new Error(`Migration ${name} failed: ${(cause as Error).message}`, { cause });
  }
}
