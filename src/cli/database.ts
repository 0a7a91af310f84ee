import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, readConfig } from '../config';
import { acquirePostgres, type Database, type DatabaseOptions, migrate, openDatabase } from '../database';
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
 * which one that is.
 */
export async function withDatabase<T>(
  work: (context: CommandContext) => Promise<T>,
  options: DatabaseOptions = {},
): Promise<T> {
  const config = readConfig(process.env);
  const isNew = config.databaseUrl === undefined && !existsSync(join(config.dataDir, 'postgres'));
  process.stderr.write(`database: ${nameOfDatabase(config)}${isNew ? ', which is made now' : ''}\n`);
  const onMended = (what: string): void => void process.stderr.write(`${what}\n`);
  const embedded = config.databaseUrl ? undefined : await acquirePostgres({ dataDir: config.dataDir, onMended });
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? '';
  try {
    await migrate(databaseUrl);
    const database = openDatabase(databaseUrl, { maxConnections: 5, ...options });
    try {
      const warning = await warningOfUnserved(config, database);
      if (warning !== null) process.stderr.write(`warning: ${warning}\n`);
      return await work({ config, database, databaseUrl });
    } finally {
      await database.close();
    }
  } finally {
    await embedded?.release();
  }
}
