import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Database, openDatabase } from '../src/database';

/** A database of its own for one test file, migrated and empty. */
export interface TestDatabase {
  database: Database;
  url: string;
  /** Drops it under those who work with it, and makes an empty one of the same name. */
  replace(): Promise<void>;
  drop(): Promise<void>;
}

/** The environment variable through which test/globalSetup.ts hands over the server of this test run. */
export const TEST_POSTGRES_URL = 'DEEPLESION_TEST_POSTGRES_URL';

/** The environment variable through which it names a folder that the files of this run share. */
export const SHARED_FOLDER = 'DEEPLESION_TEST_SHARED_FOLDER';

/** What fills a template that tests share; its connections end with it. */
export interface Template {
  name: string;
  fill(database: Database): Promise<void>;
}

/**
 * Copies a template; a copy takes some 20 ms.
 *
 * @param template left out: migrated and empty. Another one is made by the first test of the run that wants it.
 */
export async function createTestDatabase(template?: Template): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(async (client) => {
    if (template) await makeTemplate(client, template);
    await copyTemplate(client, name, template);
  });
  const url = urlOf(name);
  const database = openDatabase(url, { maxConnections: 6 });
  return {
    database,
    url,
    async replace() {
      await administer(async (client) => {
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
        await copyTemplate(client, name, template);
      });
    },
    async drop() {
      await database.close();
      await administer((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

/**
 * Copies files, where PostgreSQL by itself would send every page through its log: with the removal of the copy, that
 * takes twice the processor time.
 */
const copyTemplate = (client: Client, name: string, template?: Template): Promise<unknown> =>
  client.query(`CREATE DATABASE ${name} TEMPLATE ${template?.name ?? databaseOf(serverUrl())} STRATEGY FILE_COPY`);

/** Does some work while no other file of this run does work of the same name. */
export const inTurn = (name: string, work: () => Promise<void>): Promise<unknown> =>
  administer(async (client) => {
    await lock(client, name);
    await work();
  });

const lock = (client: Client, name: string): Promise<unknown> =>
  client.query('SELECT pg_advisory_lock(hashtext($1))', [name]);

/** One test makes it while the others wait; it gets its name when it is complete. */
async function makeTemplate(client: Client, { name, fill }: Template): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    (await client.query('SELECT FROM pg_database WHERE datname = $1', [name])).rows.length > 0;
  if (await isThere()) return;
  await lock(client, name);
  if (await isThere()) return;
  const making = `${name}_in_making`;
  await client.query(`DROP DATABASE IF EXISTS ${making} WITH (FORCE)`);
  await copyTemplate(client, making);
  const database = openDatabase(urlOf(making), { maxConnections: 6 });
  try {
    await fill(database);
  } finally {
    await database.close();
  }
  await client.query(`ALTER DATABASE ${making} RENAME TO ${name}`);
}

/** @returns the address for a process that will be killed: `untilGone` finds its connections by the name */
export function namedUrl(url: string, name: string): string {
  const named = new URL(url);
  named.searchParams.set('application_name', name);
  return named.href;
}

/**
 * Waits until PostgreSQL has ended the sessions of a process that was killed. It finishes what it was told before it
 * notices, a COMMIT among it: rows that are looked at earlier may still change.
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

function serverUrl(): string {
  const url = process.env[TEST_POSTGRES_URL];
  if (!url) throw new Error('Expected a test server: run the tests with jest, whose global set-up starts it.');
  return url;
}

const databaseOf = (url: string): string => new URL(url).pathname.slice(1);

function urlOf(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

/** Advisory locks that it takes end with its connection. */
async function administer(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: urlOf('postgres') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
