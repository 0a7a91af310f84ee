import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquirePostgres, type EmbeddedPostgres, migrate, openDatabase } from '../src/database';
import { SHARED_FOLDER, TEST_POSTGRES_URL } from './testDatabase';

declare global {
  var deeplesionTestPostgres: { server: EmbeddedPostgres; dataDir: string } | undefined;
}

/** Starts one PostgreSQL for the test run; its database is the migrated template of all test databases. */
export default async function setUp(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-test-'));
  const server = await acquirePostgres({ dataDir, durable: false });
  await migrate(server.url);
  await fixIdentity(server.url);
  await shortenPasswordCheck(server.url);
  process.env[TEST_POSTGRES_URL] = server.url;
  process.env[SHARED_FOLDER] = join(dataDir, 'shared');
  mkdirSync(join(dataDir, 'shared'));
  globalThis.deeplesionTestPostgres = { server, dataDir };
}

/** Cursors hold the identity of their database: those of every test run are the same, as stored answers need them. */
async function fixIdentity(url: string): Promise<void> {
  const database = openDatabase(url);
  await database.query({ text: `UPDATE database_identity SET id = '00000000-0000-4000-8000-000000000000'` });
  await database.close();
}

/**
 * A connection derives its key from the password in thousands of rounds, which is a third of what it takes; the tests
 * open thousands of connections.
 */
async function shortenPasswordCheck(url: string): Promise<void> {
  const { username, password } = new URL(url);
  const database = openDatabase(url, { maxConnections: 1 });
  await database.query({ text: 'SET scram_iterations = 1' });
  await database.query({ text: `ALTER ROLE "${username}" PASSWORD '${password}'` });
  await database.close();
}

export async function stopTestPostgres(): Promise<void> {
  const running = globalThis.deeplesionTestPostgres;
  await running?.server.release();
  if (running) rmSync(running.dataDir, { recursive: true, force: true });
}
