import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquirePostgres, type EmbeddedPostgres, migrate } from '../src/database';
import { TEST_POSTGRES_URL } from './testDatabase';

declare global {
  var deeplesionTestPostgres: { server: EmbeddedPostgres; dataDir: string } | undefined;
}

/** Starts one PostgreSQL for the test run; its database is the migrated template of all test databases. */
export default async function setUp(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-test-'));
  const server = await acquirePostgres({ dataDir, durable: false });
  await migrate(server.url);
  process.env[TEST_POSTGRES_URL] = server.url;
  globalThis.deeplesionTestPostgres = { server, dataDir };
}

export async function stopTestPostgres(): Promise<void> {
  const running = globalThis.deeplesionTestPostgres;
  await running?.server.release();
  if (running) rmSync(running.dataDir, { recursive: true, force: true });
}
