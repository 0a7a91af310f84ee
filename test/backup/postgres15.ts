import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../proxy/nginx';

/** A server as a hospital has one: of a major version that our own programs are not, and stopped by the test alone. */
export interface ForeignServer {
  /** of its database `postgres`, as its superuser */
  url: string;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

/** Folders that may hold programs of PostgreSQL 15: what `.ci/run` fetched from npm, and Debian 12's own. */
const PLACES = [process.env.POSTGRES_15_BIN, '/usr/lib/postgresql/15/bin'];

/** @returns the folder of the programs of PostgreSQL 15, if this machine has them */
export const postgres15Folder = (): string | undefined =>
  PLACES.find((folder) => {
    if (!folder) return false;
    const program = join(folder, 'postgres');
    if (!existsSync(program)) return false;
    return /\b15\.\d+/.test(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout);
  });

/** Makes a cluster in a temporary folder and starts its server. */
export async function startPostgres15(programs: string): Promise<ForeignServer> {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-postgres15-'));
  const account = process.getuid?.() === 0 ? accountOf('nobody') : undefined;
  if (account) chownSync(folder, account.uid, account.gid);
  // The account may be unable to walk to the folder, and is there already when it begins.
  const data = account ? '/proc/self/cwd' : folder;
  const options = { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...account };
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'hospital', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...options, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'fsync=off'];
  const flags = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawn(join(programs, 'postgres'), flags, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (text: Buffer) => {
    log += text.toString();
  });
  const ended = once(server, 'exit');
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!log.includes('ready to accept connections')) {
    if (server.exitCode !== null || Date.now() > deadline) throw new Error(`PostgreSQL 15 does not start: ${log}`);
    await sleep(10);
  }
  return {
    url: `postgresql://hospital@127.0.0.1:${port}/postgres`,
    async stop() {
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function accountOf(name: string): { uid: number; gid: number } {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
  if (!uid || !gid) throw new Error(`This machine has no account ${name}.`);
  return { uid: Number(uid), gid: Number(gid) };
}
