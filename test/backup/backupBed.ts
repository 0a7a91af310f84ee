import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { restoreBackup, takeBackup } from '../../src/backup';
import { type Database, openDatabase } from '../../src/database';

/** A database without a single table, on the server of the tests: external, as a host has it. */
export interface EmptyDatabase {
  url: string;
  database: Database;
  drop(): Promise<void>;
}

/**
 * @param admin any database of the server
 * @param owner a role that is no superuser owns it
 */
export async function createEmptyDatabase(
  admin: Database,
  anyUrl: string,
  { owner = false } = {},
): Promise<EmptyDatabase> {
  const name = `empty_${randomBytes(6).toString('hex')}`;
  const url = new URL(anyUrl);
  url.pathname = `/${name}`;
  if (owner) {
    await admin.query({ text: `CREATE ROLE ${name} LOGIN PASSWORD 'x'` });
    Object.assign(url, { username: name, password: 'x' });
  }
  await admin.query({ text: `CREATE DATABASE ${name} TEMPLATE template0 ${owner ? `OWNER ${name}` : ''}` });
  const database = openDatabase(url.href, { maxConnections: 4 });
  return {
    url: url.href,
    database,
    async drop() {
      await database.close();
      await admin.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
      if (owner) await admin.query({ text: `DROP ROLE ${name}` });
    },
  };
}

/** A backup of a database with the files of this data folder. */
export const backUp = (database: Database, dataDir: string, folder: string, withImages = false) =>
  takeBackup({ database, dataDir, folder, withImages, codeVersion: 'test' });

export const restore = (folder: string, url: string, dataDir: string) =>
  restoreBackup({ folder, dataDir, openUrl: async () => url });

/** @returns number of rows of each table, and the last number of each sequence */
export async function contentOf(database: Database): Promise<Record<string, unknown>> {
  const tables = await database.query<{ name: string }>({
    text: `SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
             AND relname NOT IN ('_prisma_migrations', 'worker') ORDER BY 1`,
  });
  const content: Record<string, unknown> = {};
  for (const { name } of tables) {
    const [row] = await database.query<{ count: number; digest: string }>({
      text: `SELECT count(*) AS count, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text COLLATE "C"), '')) AS digest FROM "${name}" AS t`,
    });
    content[name] = row;
  }
  return content;
}

/** Runs a command of backupChild.cjs and kills it when so many tables are done. */
export async function killedAt(tables: number, ...words: string[]): Promise<void> {
  const child = spawn(process.execPath, [join(__dirname, 'backupChild.cjs'), String(tables), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  for await (const _ of createInterface(child.stdout)) child.kill('SIGKILL');
  const [, signal] = await ended;
  if (signal !== 'SIGKILL') throw new Error('The child ended by itself.');
}
