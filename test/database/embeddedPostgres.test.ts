import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { acquirePostgres, type EmbeddedPostgres } from '../../src/database';
import { type MadeCluster, makeCluster } from './madeCluster';

const ask = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

const waitFor = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition().catch(() => false))) await sleep(50);
};

describe('the embedded PostgreSQL', () => {
  let made: MadeCluster;
  beforeAll(async () => {
    made = await makeCluster((url) => ask(url, 'CREATE TABLE kept AS SELECT 42 AS answer'));
  });
  afterAll(() => made.remove());

  let dataDir: string;
  let server: EmbeddedPostgres | undefined;
  const serverPid = (): number =>
    Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };

  beforeEach(() => {
    // mkdtemp makes a folder that only its owner may enter, as a clone below /root is.
    dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-pg-'));
  });
  afterEach(async () => {
    await server?.release();
    server = undefined;
    rmSync(dataDir, { recursive: true, force: true });
  });
  const start = async (): Promise<EmbeddedPostgres> => {
    server = await acquirePostgres({ dataDir, durable: false });
    return server;
  };

  it('starts in a folder that only its owner may enter, and is gone after its release', async () => {
    const { url } = await start();
    expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const pid = serverPid();
    await server?.release();
    server = undefined;
    expect(isGone(pid)).toBe(true);
  });

  it('keeps its data over a restart', async () => {
    await ask((await start()).url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await server?.release();
    expect(await ask((await start()).url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is shared by two users and stops with the last', async () => {
    made.copyTo(dataDir);
    const first = await start();
    const pid = serverPid();
    const second = await acquirePostgres({ dataDir, durable: false });
    expect(second.url).toBe(first.url);
    expect(serverPid()).toBe(pid);
    await second.release();
    expect(await ask(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('adopts a server that a killed process left running', async () => {
    made.copyTo(dataDir);
    await start();
    const pid = serverPid();
    rmSync(join(dataDir, 'postgres-users'), { recursive: true });
    server = undefined;
    const adopted = await start();
    expect(serverPid()).toBe(pid);
    expect(await ask(adopted.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await adopted.release();
    server = undefined;
    expect(isGone(pid)).toBe(true);
  });

  it('starts over a lock file whose number now belongs to somebody else', async () => {
    made.copyTo(dataDir);
    writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n/nowhere\n`);
    writeFileSync(join(dataDir, 'postgres.lock'), '999999 1');
    expect(await ask((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('brings a killed server back on the same address with nothing lost', async () => {
    made.copyTo(dataDir);
    const { url } = await start();
    await ask(url, 'CREATE TABLE written AS SELECT 42 AS answer');
    await ask(url, 'CHECKPOINT');
    process.kill(serverPid(), 'SIGKILL');
    await waitFor(async () => (await ask(url, 'SELECT answer FROM written')).length === 1);
  });
});
