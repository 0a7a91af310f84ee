import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, objectStorageOf, readConfig } from '../config';
import { acquirePostgres, type Database, type DatabaseOptions, migrate, openDatabase } from '../database';
import { BadUserInput } from '../errors';
import { setObjectStorage } from '../objects';
import { nameOfDatabase, warningOfUnserved } from './whichDatabase';

/** What a command works with. */
export interface CommandContext {
  config: Config;
  database: Database;
  databaseUrl: string;
}

/**
 * Runs a command on the product's database: the external one of DATABASE_URL, or the embedded one of DATA_DIR, which is
 * shared with a running server and started for the time of the command where there is none. It says on standard error
 * which one that is, and brings it to this version.
 */
export function withDatabase<T>(
  work: (context: CommandContext) => Promise<T>,
  options: DatabaseOptions = {},
): Promise<T> {
  return withDatabaseAddress(async ({ config, databaseUrl }) => {
    await migrate(databaseUrl);
    return withOpenDatabase({ config, databaseUrl }, work, options);
  });
}

/**
 * As `withDatabase`, and leaves the database as it is: it may be of an earlier version, or empty.
 *
 * @param mustExist refuse to make an embedded database
 */
export async function withDatabaseAddress<T>(
  work: (context: Omit<CommandContext, 'database'>) => Promise<T>,
  { mustExist = false } = {},
): Promise<T> {
  const config = readConfig(process.env);
  setObjectStorage(objectStorageOf(config));
  const isNew = config.databaseUrl === undefined && !existsSync(join(config.dataDir, 'postgres'));
  if (isNew && mustExist)
    throw new BadUserInput(
      `There is no database in DATA_DIR=${config.dataDir}: set DATA_DIR or DATABASE_URL to that of the server.`,
      'DATA_DIR',
    );
  process.stderr.write(`database: ${nameOfDatabase(config)}${isNew ? ', which is made now' : ''}\n`);
  const onMended = (what: string): void => void process.stderr.write(`${what}\n`);
  const embedded = config.databaseUrl ? undefined : await acquirePostgres({ dataDir: config.dataDir, onMended });
  try {
    return await work({ config, databaseUrl: config.databaseUrl ?? embedded?.url ?? '' });
  } finally {
    await embedded?.release();
  }
}

/** Opens the database for the time of the work, and warns if no server uses it. */
async function withOpenDatabase<T>(
  { config, databaseUrl }: Omit<CommandContext, 'database'>,
  work: (context: CommandContext) => Promise<T>,
  options: DatabaseOptions,
): Promise<T> {
  const database = openDatabase(databaseUrl, { maxConnections: 5, ...options });
  try {
    const warning = await warningOfUnserved(config, database);
    if (warning !== null) process.stderr.write(`warning: ${warning}\n`);
    return await work({ config, database, databaseUrl });
  } finally {
    await database.close();
  }
}

/** Runs work that a person may end by Ctrl-C, so that it tidies up; a second signal ends the process. */
export async function interruptible<T>(work: (interrupted: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new BadUserInput('Interrupted: nothing was left behind.'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await work(interrupted.signal);
  } catch (thrown) {
    throw interrupted.signal.aborted ? interrupted.signal.reason : thrown;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
