import type { Client } from 'pg';
import { Conflict, messageOf, UserError } from '../errors';
import { outageOf } from '../outages';
import { type Database, openDatabase, type Transaction } from './database';
import { checkDatabase, connectForStart } from './externalDatabase';
import { applyMissing, MIGRATION_LOCK, type MigrationMark, readMigrations } from './migrate';
import { NOTE_FILLED, readRestoreMark, removeRestoreMark, setRestoreMark } from './restoreMark';

/** What is restored: which state of the tables, under which name. */
export interface RestorePlan {
  /** checksum of the backup's manifest */
  backup: string;
  /** those that its database had */
  migrations: readonly MigrationMark[];
  /** fills the empty tables of those migrations, within one transaction */
  fill(transaction: Transaction): Promise<void>;
  /** whatever belongs to the rows outside of the database; begins when they are committed, and may be repeated */
  complete(database: Database): Promise<void>;
  /** the last step, on the tables of this version; it may be repeated */
  conclude?(database: Database): Promise<void>;
}

/**
 * Restores into an empty database. From its first statement to its last the database has a mark, by which servers
 * refuse it; a restore of the same backup continues one that was interrupted.
 *
 * Migrations are committed one by one, because PostgreSQL 15 and 16 cannot use a new value of an enum within the
 * transaction that adds it; all rows come in one transaction.
 *
 * @returns names of the migrations that are newer than the backup and were applied to it
 * @throws Conflict if the database is not empty, or was begun with another backup
 * @throws Conflict if the backup is of a newer version than this one, or of one whose migrations were other ones
 */
export async function restoreInto(url: string, plan: RestorePlan): Promise<string[]> {
  const all = await readMigrations();
  const wanted = checkMigrations(all, plan.migrations);
  const client = await connectForStart(url);
  const database = openDatabase(url, { maxConnections: 2, idleInTransactionTimeoutMs: 0 });
  try {
    await takeLock(client);
    const mark = await enter(client, plan.backup, all);
    if (!mark.isFilled) {
      await applyMissing(client, wanted);
      await database.transaction(async (transaction) => {
        await plan.fill(transaction);
        await transaction.query({ text: NOTE_FILLED });
      });
    }
    await plan.complete(database);
    const newer = await applyMissing(client, all);
    await plan.conclude?.(database);
    await removeRestoreMark(client);
    return newer;
  } catch (thrown) {
    if (thrown instanceof UserError) throw thrown;
    throw outageOf(thrown) ?? new Error(`The backup was not restored: ${messageOf(thrown)}`, { cause: thrown });
  } finally {
    await database.close();
    await client.end().catch(() => undefined);
  }
}

async function takeLock(client: Client): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK]);
  if (!rows[0]?.taken)
    throw new Conflict(
      'Another process restores into this database or starts on it: wait until it has finished.',
      'DATABASE_URL',
    );
}

/** Marks an empty database, or finds the mark of the same backup. */
async function enter(
  client: Client,
  backup: string,
  migrations: readonly MigrationMark[],
): Promise<{ isFilled: boolean }> {
  const mark = await readRestoreMark(client);
  if (mark?.backup === backup) return mark;
  if (mark)
    throw new Conflict(
      'The restore of another backup into this database was interrupted: restore that one again, or make another ' +
        'empty database with createdb.',
      'DATABASE_URL',
    );
  await checkDatabase(
    client,
    migrations.map(({ name }) => name),
  );
  const { rows } = await client.query<{ used: boolean }>(
    `SELECT to_regnamespace('pgboss') IS NOT NULL OR EXISTS (
       SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '_prisma_migrations'
         AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
     ) AS used`,
  );
  if (rows[0]?.used)
    throw new Conflict(
      'Expected an empty database, and this one is used already; nothing was written: make another one with ' +
        'createdb and point DATABASE_URL to it, or set another DATA_DIR.',
      'DATABASE_URL',
    );
  await setRestoreMark(client, backup);
  return { isFilled: false };
}

/**
 * Whether this version can restore the backup of a database in this state, before anything is opened.
 *
 * @throws Conflict as `restoreInto`
 */
export async function checkRestorable(migrations: readonly MigrationMark[]): Promise<void> {
  checkMigrations(await readMigrations(), migrations);
}

/** @returns those that the backup's database had, with their SQL */
function checkMigrations<Known extends MigrationMark>(all: Known[], wanted: readonly MigrationMark[]): Known[] {
  const known = new Map(all.map((migration) => [migration.name, migration]));
  const unknown = wanted.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (unknown.length > 0)
    throw new Conflict(
      `The backup is of a newer version, with migrations that this one does not know (${unknown.join(', ')}): ` +
        'restore it with the version that made it, or a newer one.',
    );
  const changed = wanted.find(({ name, checksum }) => known.get(name)?.checksum !== checksum);
  if (changed) throw new Conflict(`Migration ${changed.name} of the backup is not the one of this version.`);
  const names = new Set(wanted.map(({ name }) => name));
  return all.filter(({ name }) => names.has(name));
}
