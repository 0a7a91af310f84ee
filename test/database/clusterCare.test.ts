import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';
import { acquirePostgres, type EmbeddedPostgres } from '../../src/database';
import { isAlive } from '../../src/processes';
import { type MadeCluster, makeCluster } from './madeCluster';

const IS_ROOT = process.getuid?.() === 0;
const asRoot = IS_ROOT ? it : it.skip;
const Settings = z.object({ port: z.number(), password: z.string() });

const ask = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

/** What must never be lost: one table with one row. */
const KEPT = 'CREATE TABLE kept AS SELECT 42 AS answer';
const readKept = (url: string) => ask(url, 'SELECT answer FROM kept');
const ALL_OF_IT = [{ answer: 42 }];

describe('the files of the embedded database', () => {
  let made: MadeCluster;
  beforeAll(async () => {
    made = await makeCluster((url) => ask(url, KEPT));
  });
  afterAll(() => made.remove());

  let dataDir: string;
  let server: EmbeddedPostgres | undefined;
  let mended: string[];
  const inData = (...names: string[]): string => join(dataDir, ...names);
  const settingsFile = (): string => inData('postgres.json');
  const readSettings = () => Settings.parse(JSON.parse(readFileSync(settingsFile(), 'utf8')));
  const serverPid = (): number => Number(readFileSync(inData('postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-care-'));
    mended = [];
  });
  afterEach(async () => {
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const start = async (): Promise<EmbeddedPostgres> => {
    server = await acquirePostgres({ dataDir, durable: false, onMended: (what) => mended.push(what) });
    return server;
  };
  const stop = async (): Promise<void> => {
    await server?.release();
    server = undefined;
  };
  const fill = (): void => made.copyTo(dataDir);

  it.each<[string, (file: string) => void]>([
    ['missing', (file) => rmSync(file)],
    ['empty', (file) => writeFileSync(file, '')],
    ['torn', (file) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, 20))],
    ['without a password', (file) => writeFileSync(file, '{"port": 4711}')],
  ])('are kept where postgres.json is %s: the password is set again, and that is said', async (_what, spoil) => {
    fill();
    const before = readSettings();
    spoil(settingsFile());
    const { url } = await start();
    expect(await readKept(url)).toEqual(ALL_OF_IT);
    expect(mended).toEqual([expect.stringMatching(/postgres\.json was missing or torn/)]);
    expect(readSettings().password).not.toBe(before.password);
    expect(statSync(settingsFile()).mode & 0o777).toBe(0o600);
  });

  it('are kept where postgres.json has another password than the database', async () => {
    fill();
    writeFileSync(settingsFile(), JSON.stringify({ port: 0, password: "of an 'older' backup @:/" }));
    expect(await readKept((await start()).url)).toEqual(ALL_OF_IT);
    expect(readSettings().password).toBe("of an 'older' backup @:/");
    expect(mended).toEqual([expect.stringMatching(/another password/)]);
  });

  it('get a new postgres.json although a server that was left behind still runs', async () => {
    fill();
    await start();
    rmSync(inData('postgres-users'), { recursive: true });
    rmSync(settingsFile());
    server = undefined;
    expect(await readKept((await start()).url)).toEqual(ALL_OF_IT);
  });

  it('are not touched while others use them: postgres.json is not mended under their feet', async () => {
    fill();
    const first = await start();
    const pid = serverPid();
    rmSync(settingsFile());
    await expect(acquirePostgres({ dataDir, durable: false })).rejects.toThrow(/other processes use.*start again/);
    expect(serverPid()).toBe(pid);
    expect(await readKept(first.url)).toEqual(ALL_OF_IT);
  });

  it('tell the port of a server that was left behind, whatever postgres.json says', async () => {
    fill();
    await start();
    rmSync(inData('postgres-users'), { recursive: true });
    writeFileSync(settingsFile(), JSON.stringify({ ...readSettings(), port: 9 }));
    server = undefined;
    expect(await readKept((await start()).url)).toEqual(ALL_OF_IT);
  });

  it.each([
    ['PG_VERSION', ['PG_VERSION']],
    ['the control file', ['global', 'pg_control']],
  ])('are refused and left alone where %s is missing', async (_what, path) => {
    fill();
    rmSync(inData('postgres', ...path));
    const before = readdirSync(inData('postgres')).sort();
    await expect(start()).rejects.toThrow(/holds no complete database.*restore it from a backup, or move it away/);
    rmSync(settingsFile());
    await expect(start()).rejects.toThrow(/holds no complete database/);
    expect(readdirSync(inData('postgres')).sort()).toEqual(before);
  });

  it('are not made again where postgres.json tells of a folder that is gone, as a disk that is not mounted', async () => {
    fill();
    renameSync(inData('postgres'), inData('elsewhere'));
    await expect(start()).rejects.toThrow(/the folder .*postgres is missing: restore it.*or delete postgres\.json/);
    symlinkSync(inData('not-mounted'), inData('postgres'));
    await expect(start()).rejects.toThrow(/holds no complete database/);
    expect(lstatSync(inData('postgres')).isSymbolicLink()).toBe(true);
  });

  it('may lie behind a link, and are served by one server alone', async () => {
    fill();
    const elsewhere = mkdtempSync(join(tmpdir(), 'deeplesion-elsewhere-'));
    try {
      cpSync(inData('postgres'), join(elsewhere, 'postgres'), { recursive: true });
      if (IS_ROOT) chownTree(join(elsewhere, 'postgres'), statSync(inData('postgres')));
      rmSync(inData('postgres'), { recursive: true });
      symlinkSync(join(elsewhere, 'postgres'), inData('postgres'));
      const first = await start();
      const pid = serverPid();
      const second = await acquirePostgres({ dataDir, durable: false });
      expect(serverPid()).toBe(pid);
      await second.release();
      expect(await readKept(first.url)).toEqual(ALL_OF_IT);
      await stop();
      expect(isAlive(pid)).toBe(false);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it('are made in a folder that was provided for them, and under another name otherwise', async () => {
    mkdirSync(inData('postgres'));
    mkdirSync(inData('postgres.new-1-of-an-interrupted-start'));
    await ask((await start()).url, KEPT);
    await stop();
    expect(await readKept((await start()).url)).toEqual(ALL_OF_IT);
    await stop();
    for (const name of ['postgres', 'postgres.json']) rmSync(inData(name), { recursive: true });
    await start();
    expect(readdirSync(dataDir).filter((name) => name.startsWith('postgres.new'))).toEqual([]);
  });

  it('serve sessions whose settings do not come from the environment', async () => {
    const foreign = {
      PGSSLMODE: 'verify-full',
      PGSSLNEGOTIATION: 'direct',
      PGOPTIONS: '-c search_path=other -c default_transaction_read_only=on',
      PGUSER: 'somebody',
      PGHOST: 'nowhere.invalid',
      PGPORT: '9',
      PGDATABASE: 'other',
      PGPASSWORD: 'other',
      PGCLIENTENCODING: 'LATIN1',
    };
    const before = { ...process.env };
    Object.assign(process.env, foreign);
    try {
      const { url } = await start();
      await ask(url, KEPT);
      expect(await readKept(url)).toEqual(ALL_OF_IT);
      expect(await ask(url, 'SHOW search_path')).toEqual([{ search_path: 'public' }]);
    } finally {
      for (const name of Object.keys(foreign)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  it('are opened again whatever their mode', async () => {
    fill();
    chmodSync(inData('postgres'), 0o777);
    expect(await readKept((await start()).url)).toEqual(ALL_OF_IT);
    expect(statSync(inData('postgres')).mode & 0o077).toBe(0);
  });

  asRoot('are opened again after root has copied them', async () => {
    fill();
    chownTree(inData('postgres'), { uid: 0, gid: 0 });
    expect(await readKept((await start()).url)).toEqual(ALL_OF_IT);
  });

  asRoot('stay those of the user who made them when root starts the server', async () => {
    fill();
    const user = { uid: 12_345, gid: 12_345 };
    chownTree(inData('postgres'), user);
    chownSync(dataDir, user.uid, user.gid);
    expect(await readKept((await start()).url)).toEqual(ALL_OF_IT);
    await stop();
    expect(statSync(inData('postgres', 'base')).uid).toBe(user.uid);
    rmSync(settingsFile());
    chownTree(inData('postgres'), statOf('nobody'));
    expect(await readKept((await start()).url)).toEqual(ALL_OF_IT);
    expect(statSync(settingsFile()).uid).toBe(user.uid);
  });

  it('leave nothing running when their server does not start, and say why', async () => {
    fill();
    writeFileSync(inData('postgres', 'postgresql.auto.conf'), "shared_buffers = '1 elephant'\n");
    await expect(start()).rejects.toThrow(
      /The database in DATA_DIR=.* does not start \(postgres: .*auto\.conf.*\): see .*postgres\.log/,
    );
    expect(readdirSync(inData('postgres-users'))).toEqual([]);
    expect(existsSync(inData('postgres', 'postmaster.pid'))).toBe(false);
  });
});

function chownTree(folder: string, { uid, gid }: { uid: number; gid: number }): void {
  execFileSync('chown', ['-R', `${uid}:${gid}`, folder]);
}

const statOf = (account: string): { uid: number; gid: number } => ({
  uid: Number(execFileSync('id', ['-u', account], { encoding: 'utf8' })),
  gid: Number(execFileSync('id', ['-g', account], { encoding: 'utf8' })),
});
