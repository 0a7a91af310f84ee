import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Database, openDatabase } from '../src/database';

/** A database of its own for one test file, migrated and empty. */
export interface TestDatabase {
  database: Database;
  url: string;
  drop(): Promise<void>;
}

/** The environment variable through which test/globalSetup.ts hands over the server of this test run. */
export const TEST_POSTGRES_URL = 'DEEPLESION_TEST_POSTGRES_URL';

/** Copies the migrated template; a copy takes some 30 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const templateUrl = process.env[TEST_POSTGRES_URL];
  if (!templateUrl) throw new Error('Expected a test server: run the tests with jest, whose global set-up starts it.');
  const template = new URL(templateUrl).pathname.slice(1);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(templateUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(templateUrl);
  url.pathname = `/${name}`;
  const database = openDatabase(url.href, { maxConnections: 6 });
  return {
    database,
    url: url.href,
    async drop() {
      await database.close();
      await administer(templateUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** @returns the address for a process that will be killed: `untilGone` finds its connections by the name */
export function namedUrl(url: string, name: string): string {
  const named = new URL(url);
  named.searchParams.set('application_name', name);
  return named.href;
}

/**
 * Waits until PostgreSQL has ended the sessions of a process that was killed. It finishes what it was told before it notices, a COMMIT
 * among it: rows that are looked at earlier may still change.
 */
export async function untilGone(database: Database, name: string): Promise<void> {
  for (;;) {
    const sessions = await database.query({
      text: 'SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()',
      values: [name],
    });
    if (sessions.length === 0) return;
    await sleep(10);
  }
}

async function administer(templateUrl: string, sql: string): Promise<void> {
  const url = new URL(templateUrl);
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
