import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { BadUserInput, Conflict, messageOf } from '../errors';
import { outageOf } from '../outages';
import { isAlive, isPostgresOf } from '../processes';
import { folderErrorOf, inFolder, systemCodeOf } from '../startErrors';
import { embeddedAddress } from './address';
import { ClusterFiles, type ClusterSettings } from './clusterFiles';
import { PostgresPrograms } from './postgresPrograms';

const DATABASE = 'deeplesion';
const USER = 'deeplesion';
const LOOK_TIMEOUT_MS = 5_000;
const START_TIMEOUT_MS = 60_000;
/** A server that reports that it recovers is awaited: one that is stopped meanwhile starts the recovery again. */
const RECOVERY_TIMEOUT_MS = 600_000;
const STOP_TIMEOUT_MS = 20_000;
/** The sessions of a server that was killed hold its port and its memory until they notice. */
const LEFTOVER_PATIENCE_MS = 20_000;
const LEFT_OVER = /Address already in use|pre-existing shared memory block/;

/** Connections over TCP from this machine, with the password, and no others. */
const HOST_BASED_AUTHENTICATION = `# Written by DeepLesion Server.
host all all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 scram-sha-256
`;

const WRONG_PASSWORD = '28P01';
const STARTING_UP = '57P03';

export interface ClusterOptions {
  /** false gives up safety against a crash of the machine for speed */
  durable: boolean;
  /** whether other processes use the server at the moment, so that it must not be stopped */
  isShared: () => boolean;
  /** called with a sentence about each repair */
  onMended: (what: string) => void;
  /** ends a start that is not wanted any more */
  signal?: AbortSignal;
}

/** One data folder of PostgreSQL and the server on it. */
export class Cluster {
  private readonly files: ClusterFiles;
  private readonly programs: PostgresPrograms;
  private settings: ClusterSettings | undefined;
  private passwordWasMended = false;

  constructor(
    dataDir: string,
    private readonly options: ClusterOptions,
  ) {
    this.files = new ClusterFiles(dataDir);
    this.programs = new PostgresPrograms(this.files, options.signal);
  }

  url(): string {
    const { port, password } = this.settings ?? this.files.readSettings() ?? this.files.refuseMissing();
    return embeddedAddress({ user: USER, password, port, database: DATABASE });
  }

  /** @returns whether the server that holds this folder's lock file lives */
  isRunning(): boolean {
    const pid = this.files.serverPid();
    return pid !== null && isAlive(pid) && isPostgresOf(pid, this.files.folder);
  }

  /**
   * Creates the cluster if there is none, repairs the files next to it, and starts its server unless it runs. Existing
   * files are never removed: if the parts do not fit together, the start is refused.
   *
   * @param portPatienceMs how long a port that is taken is waited for, before another is used
   */
  async ensureRunning(portPatienceMs = 0): Promise<void> {
    const state = inFolder('DATA_DIR', this.files.dataDir, () => this.files.state());
    // The file is read again: another process may have had to take another port.
    const known = this.files.readSettings() ?? this.settings;
    if (state === 'incomplete') this.files.refuseIncomplete();
    if (state === 'absent' && known) this.files.refuseMissing();
    if (state === 'absent') await this.make();
    else await this.enter(known);
    this.passwordWasMended = false;
    if (this.isRunning()) {
      this.take({ port: this.files.serverPort() });
      await this.waitUntilReady(() => undefined, 0);
    } else await this.start(portPatienceMs);
  }

  /**
   * Fast shutdown: sessions are closed, the checkpoint is written. After the time limit, immediate shutdown, which
   * recovers at the next start.
   */
  async stop(): Promise<void> {
    // Its lock file is gone some time before the server itself is.
    const server = this.isRunning() ? this.files.serverPid() : null;
    const isLiving = (): boolean => this.programs.areRunning() || (server !== null && isAlive(server));
    this.signalStop();
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while (isLiving() && Date.now() < deadline) await sleep(10);
    if (isLiving()) this.signal('SIGQUIT', server);
    while (isLiving() && Date.now() < deadline + STOP_TIMEOUT_MS) await sleep(10);
  }

  /** Requests the fast shutdown and does not wait for it. */
  signalStop(): void {
    this.signal('SIGINT');
  }

  /** Interrupts what this process has started itself, and nothing that it shares. */
  interrupt(name: NodeJS.Signals = 'SIGINT'): void {
    this.programs.interrupt(name);
  }

  /** @param server its number, if the lock file may be gone already */
  private signal(name: NodeJS.Signals, server = this.files.serverPid()): void {
    const isOwn = server !== null && this.programs.started(server);
    if (server !== null && !isOwn && isAlive(server) && isPostgresOf(server, this.files.folder)) {
      try {
        process.kill(server, name);
      } catch {
        // It has ended between the check and the signal.
      }
    }
    this.interrupt(name);
  }

  /** Writes down what turned out to be otherwise than the settings say. */
  private take({ port }: { port: number | undefined }): void {
    const settings = this.settings ?? this.files.refuseMissing();
    if (port === undefined || port === settings.port) return;
    this.settings = { ...settings, port };
    this.files.writeSettings(this.settings);
  }

  /** Takes a cluster that is there for ours: its owner, its password. */
  private async enter(known: ClusterSettings | undefined): Promise<void> {
    this.programs.account = this.files.own(this.programs.binaries.account);
    if (known) {
      if (this.files.readSettings() === undefined) this.files.writeSettings(known);
      this.settings = known;
      return;
    }
    await this.replacePassword({ port: 0, password: newPassword() });
    this.options.onMended(
      `${this.files.settingsFile} was missing or torn: the database next to it has a new password, and all of its data`,
    );
  }

  /**
   * The cluster is made under another name and becomes ours when it is whole, so that an interrupted making is never
   * taken for one.
   */
  private async make(): Promise<void> {
    this.programs.account = this.programs.binaries.account;
    if (!this.programs.account) requireUserName();
    const settings = { port: 0, password: newPassword() };
    try {
      await this.makeAs(this.files.placeForNew(`${process.pid}-${randomBytes(4).toString('hex')}`), settings.password);
    } catch (thrown) {
      throw folderErrorOf('DATA_DIR', this.files.dataDir, thrown) ?? thrown;
    }
    this.files.writeSettings(settings);
    this.settings = settings;
  }

  private async makeAs(place: string, password: string): Promise<void> {
    mkdirSync(place, { recursive: true, mode: 0o700 });
    try {
      if (this.programs.account) chownSync(place, this.programs.account.uid, this.programs.account.gid);
      await this.initialise(place);
      await this.setPassword(place, password);
      this.files.adopt(place);
    } catch (thrown) {
      if (place !== this.files.folder) rmSync(place, { recursive: true, force: true });
      throw thrown;
    }
  }

  /** No one can connect until the password is set; it is in no file except our own. */
  private async initialise(place: string): Promise<void> {
    const flags = ['-U', USER, '--auth=reject', '--encoding=UTF8', '--locale=C', '--no-instructions'];
    const { code, output } = await this.programs.run(
      this.programs.binaries.initdb,
      ['-D', this.programs.folderAsSeen(place), ...(this.options.durable ? flags : [...flags, '--no-sync'])],
      place,
    );
    if (code !== 0) throw this.programs.failureOf('initdb', output);
    this.files.writeForServer(join(place, 'pg_hba.conf'), HOST_BASED_AUTHENTICATION, this.programs.account);
  }

  /**
   * Sets a password where no one knows the one that holds. PostgreSQL's single-user mode asks for none: anyone
   * who may write the files of the database may do so.
   */
  private async replacePassword(settings: ClusterSettings): Promise<void> {
    if (this.isRunning()) {
      if (this.options.isShared())
        throw new Conflict(
          `${this.files.settingsFile} does not fit the database that other processes use at the moment: stop ` +
            'them and start again, which mends it.',
          'DATA_DIR',
        );
      await this.stop();
    }
    this.files.disownLock(this.programs.account);
    await this.setPassword(this.files.folder, settings.password);
    this.files.writeSettings(settings);
    this.settings = settings;
  }

  private async setPassword(folder: string, password: string): Promise<void> {
    const statement = `ALTER ROLE ${USER} PASSWORD '${password.replaceAll("'", "''")}'\n`;
    const { code, output } = await this.programs.run(
      this.programs.binaries.postgres,
      ['--single', '-D', this.programs.folderAsSeen(folder), 'template1'],
      folder,
      statement,
    );
    if (code !== 0 || /\b(?:ERROR|FATAL|PANIC): /.test(output))
      throw this.programs.failureOf('postgres --single', output);
  }

  /** Waits until the port and the memory of the last sessions of a killed server are released. */
  private async start(portPatienceMs: number): Promise<void> {
    const settings = this.settings ?? this.files.refuseMissing();
    this.files.disownLock(this.programs.account);
    const portDeadline = Date.now() + portPatienceMs;
    while ((await freePort(settings.port)) !== settings.port && Date.now() < portDeadline) await sleep(50);
    for (const deadline = Date.now() + LEFTOVER_PATIENCE_MS; ; await sleep(100)) {
      const logEnd = this.files.logEnd();
      try {
        await this.spawnServer(logEnd);
        return;
      } catch (thrown) {
        await this.stop();
        if (Date.now() > deadline || !LEFT_OVER.test(this.files.logSince(logEnd))) throw thrown;
      }
    }
  }

  private async spawnServer(logEnd: number): Promise<void> {
    const settings = this.settings ?? this.files.refuseMissing();
    const port = await freePort(settings.port);
    this.take({ port });
    const { folder } = this.files;
    const flags = ['-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
    const speed = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
    const all = ['-D', this.programs.folderAsSeen(folder), ...flags, ...(this.options.durable ? [] : speed)];
    const log = inFolder('DATA_DIR', this.files.dataDir, () => openSync(this.files.logFile, 'a'));
    const server = this.programs.spawn(this.programs.binaries.postgres, [...all, '-c', 'max_connections=80'], folder, [
      'ignore',
      log,
      log,
    ]);
    closeSync(log);
    let end: string | undefined;
    server.once('exit', (code, signal) => {
      end = `it ended with ${code ?? signal}`;
    });
    server.once('error', (failure) => {
      end = failure.message;
    });
    server.unref();
    await this.waitUntilReady(() => end, logEnd);
  }

  /** @param end says how the server ended, once it has */
  private async waitUntilReady(end: () => string | undefined, logEnd: number): Promise<void> {
    const begun = Date.now();
    for (;;) {
      this.options.signal?.throwIfAborted();
      const failure = await this.look();
      if (failure === undefined) return;
      const code = systemCodeOf(failure);
      if (code === WRONG_PASSWORD && !this.passwordWasMended) return this.mendPassword();
      const ended = end();
      const patience = code === STARTING_UP ? RECOVERY_TIMEOUT_MS : START_TIMEOUT_MS;
      if (ended !== undefined) throw this.programs.failureOf('postgres', this.files.logSince(logEnd) || ended);
      if (Date.now() - begun > patience)
        throw this.programs.failureOf('postgres', `no answer within ${patience / 1000} s (${messageOf(failure)})`);
      await sleep(20);
    }
  }

  /** @returns why the server cannot be used yet; undefined once it can */
  private async look(): Promise<unknown> {
    const { port, password } = this.settings ?? this.files.refuseMissing();
    const client = new Client({
      connectionString: embeddedAddress({ user: USER, password, port, database: 'postgres' }),
      connectionTimeoutMillis: LOOK_TIMEOUT_MS,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (thrown) {
      await client.end().catch(() => undefined);
      return thrown;
    }
    try {
      const { rows } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
      if (rows.length === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
      return undefined;
    } catch (thrown) {
      const isFull = outageOf(thrown)?.code === 'INSUFFICIENT_STORAGE';
      throw this.programs.failureOf('postgres', isFull ? 'No space left on device' : messageOf(thrown));
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /**
   * The file has another password than the database, as after a restore of only one of them; that of the file is as
   * good as any.
   */
  private async mendPassword(): Promise<void> {
    this.passwordWasMended = true;
    await this.replacePassword(this.settings ?? this.files.refuseMissing());
    this.options.onMended(
      `${this.files.settingsFile} had another password than the database: now both have that of the file`,
    );
    await this.start(0);
  }
}

const newPassword = (): string => randomBytes(24).toString('hex');

/** initdb looks up the name of its user, which a container that was given only a number does not have. */
function requireUserName(): void {
  try {
    userInfo();
  } catch (cause) {
    const uid = process.getuid?.() ?? '?';
    throw new BadUserInput(
      `The user ${uid} has no name on this machine, and PostgreSQL wants one to make a database: add a line such ` +
        `as "deeplesion:x:${uid}:${process.getgid?.() ?? 0}::/:/bin/false" to /etc/passwd, start as a user with a ` +
        'name, or set DATABASE_URL.',
      'DATABASE_URL',
      { cause },
    );
  }
}

/** @returns `wanted` if it is free, any free port otherwise */
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
