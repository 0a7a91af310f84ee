import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '../../src/database';
import { isAlive } from '../../src/processes';
import { type MadeCluster, makeCluster } from '../database/madeCluster';
import { ROOT, type RunningProduct, startProduct } from './product';

/** Waits, as long as the test may take. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(50);
}

/** The living processes that run a program with these words, by their command line. */
function findProcesses(words: RegExp): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => words.test(readCommand(name)))
    .map(Number);
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

jest.setTimeout(120_000);

describe('stopping', () => {
  let made: MadeCluster;
  beforeAll(async () => {
    made = await makeCluster(migrate);
  });
  afterAll(() => made.remove());

  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-stopping-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));

  const hasEnded = ({ serverPid, postgresPid }: RunningProduct): boolean =>
    !isAlive(serverPid) && !isAlive(postgresPid) && !existsSync(join(dataDir, 'postgres', 'postmaster.pid'));

  async function withProduct(
    command: readonly [string, ...string[]],
    work: (product: RunningProduct) => Promise<void>,
  ): Promise<void> {
    made.copyTo(dataDir);
    const product = await startProduct({ DATA_DIR: dataDir, DEMO: '0' }, command);
    try {
      await work(product);
    } finally {
      if (isAlive(product.serverPid)) process.kill(product.serverPid, 'SIGTERM');
      await until(() => hasEnded(product));
    }
  }

  it('of the process that `npm start` is ends server and database, and npm says how it went', () =>
    withProduct(['npm', 'start'], async (product) => {
      expect(await product.stop('SIGTERM')).toEqual({ code: 0, signal: null });
      expect(hasEnded(product)).toBe(true);
    }));

  it('is in order where npm is killed and can pass on nothing', () =>
    withProduct(['npm', 'start'], async (product) => {
      await product.stop('SIGKILL');
      await until(() => hasEnded(product));
    }));

  it('is in order on Ctrl-C, which reaches the server from the terminal and from npm', () =>
    withProduct(['npm', 'start'], async (product) => {
      const ended = once(product.process, 'exit');
      process.kill(-product.process.pid!, 'SIGINT');
      expect(await ended).toEqual([0, null]);
      expect(hasEnded(product)).toBe(true);
    }));

  it('is not begun by a shell that goes away from a server that it started in the background', () =>
    withProduct(['sh', '-c', 'node scripts/start.mjs & wait'], async (product) => {
      await product.stop('SIGKILL');
      process.kill(product.serverPid, 'SIGHUP');
      for (let i = 0; i < 20; i++) {
        expect(await product.query('{ __typename }')).toEqual({ __typename: 'Query' });
        await sleep(100);
      }
    }));

  it.each(['SIGTERM', 'SIGKILL'] as const)('of npx with %s ends the command and its database', async (signal) => {
    made.copyTo(dataDir);
    const npx = spawn('npx', ['deeplesion', 'worker'], {
      cwd: ROOT,
      env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: '', LOG_LEVEL: 'info' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await printed(npx, /execution providers/);
    const worker = Number(readdirSync(join(dataDir, 'postgres-users'))[0]?.split('-')[0]);
    const postmaster = Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    npx.kill(signal);
    await until(() => !isAlive(worker) && !isAlive(postmaster));
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('of `npm test` takes jest, its workers and its database along', async () => {
    chmodSync(dataDir, 0o755);
    const npm = spawn('npm', ['test', '--', 'test/fixtures/endless', '--testMatch', '**/endless.ts'], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (text: Buffer) => (log += text.toString()));
    const hasBegun = (): boolean => {
      if (npm.exitCode !== null) throw new Error(`npm test ended with ${npm.exitCode}:\n${log}`);
      return existsSync(join(scratch(), 'endless-test-runs'));
    };
    const scratch = (): string => join(dataDir, readdirSync(dataDir)[0] ?? 'not made yet');
    await until(hasBegun);
    const [data = ''] = readdirSync(scratch()).filter((name) => name.startsWith('deeplesion-test-'));
    const postmaster = Number.parseInt(readFileSync(join(scratch(), data, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    expect(findProcesses(/endless/).length).toBeGreaterThan(1);
    npm.kill('SIGTERM');
    await until(() => findProcesses(/endless/).length === 0 && !isAlive(postmaster));
    expect(readdirSync(dataDir)).toEqual([]);
  });
});

function printed(child: ChildProcess, pattern: RegExp): Promise<void> {
  let output = '';
  return new Promise((resolve) => {
    child.stderr?.on('data', (text: Buffer) => {
      output += text.toString();
      if (pattern.test(output)) resolve();
    });
  });
}
