import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BadUserInput, Conflict } from '../errors';
import { inFolder, systemCodeOf } from '../startErrors';

/** A user of the system, by numbers. */
export interface Account {
  uid: number;
  gid: number;
}

const Settings = z.object({
  port: z.number().int().min(0).max(65_535),
  // It is sent as one line to PostgreSQL, if it has to be set again.
  password: z.string().regex(/^[\x20-\x7e]+$/),
});

/** The content of the file next to a cluster: the last address of its server, and the password. */
export type ClusterSettings = z.infer<typeof Settings>;

/** `absent`: there is no folder, or an empty one. `incomplete`: there is something, but not a complete cluster. */
export type ClusterState = 'absent' | 'incomplete' | 'complete';

const DRAFT_PREFIX = 'postgres.new-';

/** The files of the embedded database below DATA_DIR. None of these functions ever removes a file of a cluster. */
export class ClusterFiles {
  readonly settingsFile: string;
  readonly logFile: string;
  private readonly path: string;

  constructor(readonly dataDir: string) {
    this.path = join(dataDir, 'postgres');
    this.settingsFile = join(dataDir, 'postgres.json');
    this.logFile = join(dataDir, 'postgres.log');
  }

  /** The folder of the cluster; if it is a link, the target. */
  get folder(): string {
    try {
      return realpathSync(this.path);
    } catch {
      return this.path;
    }
  }

  /** @throws BadUserInput if another user owns the folder and we are not root */
  state(): ClusterState {
    if (lstatSync(this.path, { throwIfNoEntry: false }) === undefined) return 'absent';
    const folder = statSync(this.path, { throwIfNoEntry: false });
    if (!folder?.isDirectory()) return 'incomplete';
    const user = process.getuid?.() ?? 0;
    if (user !== 0 && folder.uid !== user) throw this.foreignOwner(this.path, folder.uid, user);
    if (readdirSync(this.path).length === 0) return 'absent';
    const isThere = (...names: string[]): boolean => existsSync(join(this.path, ...names));
    return isThere('PG_VERSION') && isThere('global', 'pg_control') ? 'complete' : 'incomplete';
  }

  /** @throws Conflict if the parts do not fit together: nothing is created over what may be a part of a database */
  refuseIncomplete(): never {
    throw new Conflict(
      `${this.path} holds no complete database (PG_VERSION or global/pg_control is missing): restore it from a ` +
        'backup, or move it away to begin with an empty one.',
      'DATA_DIR',
    );
  }

  /** @throws Conflict always; see `refuseIncomplete` */
  refuseMissing(): never {
    throw new Conflict(
      `${this.settingsFile} tells of a database, but the folder ${this.path} is missing: restore it (or mount ` +
        'its disk), or delete postgres.json to begin with an empty database.',
      'DATA_DIR',
    );
  }

  /** @returns the folder in which a cluster is created: under another name, unless an empty folder exists */
  placeForNew(suffix: string): string {
    if (existsSync(this.path)) return this.folder;
    this.removeDrafts();
    return join(this.dataDir, `${DRAFT_PREFIX}${suffix}`);
  }

  /** Makes a cluster that is whole the one of this folder; from then on it is never taken for a draft. */
  adopt(place: string): void {
    if (place !== this.folder) renameSync(place, this.path);
  }

  /** Of starts that were interrupted; no one has ever written to them. */
  private removeDrafts(): void {
    for (const name of readdirSync(this.dataDir).filter((one) => one.startsWith(DRAFT_PREFIX)))
      rmSync(join(this.dataDir, name), { recursive: true, force: true });
  }

  /**
   * @returns undefined if the file is missing or torn
   * @throws BadUserInput if it may not be read
   */
  readSettings(): ClusterSettings | undefined {
    let text: string;
    try {
      text = readFileSync(this.settingsFile, 'utf8');
    } catch (thrown) {
      if (systemCodeOf(thrown) === 'ENOENT') return undefined;
      throw new BadUserInput(
        `${this.settingsFile} cannot be read (${systemCodeOf(thrown)}): give it to the user that starts the ` +
          'server (chown), or move it away.',
        'DATA_DIR',
        { cause: thrown },
      );
    }
    try {
      return Settings.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all, and on the disk when this returns. */
  writeSettings(settings: ClusterSettings): void {
    inFolder('DATA_DIR', this.dataDir, () => {
      const draft = `${this.settingsFile}.draft`;
      rmSync(draft, { force: true });
      writeFileSync(draft, `${JSON.stringify(settings)}\n`, { mode: 0o600, flush: true });
      const { uid, gid } = statSync(this.dataDir);
      // The owner of the data folder can start the server again after root has.
      if (process.getuid?.() === 0) lchownSync(draft, uid, gid);
      renameSync(draft, this.settingsFile);
    });
  }

  /** @returns the number in the lock file of the server, or null if there is none */
  serverPid(): number | null {
    const pid = Number(this.lockLines()[0]);
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  }

  /** @returns the port in the lock file */
  serverPort(): number | undefined {
    const port = Number(this.lockLines()[3]);
    return Number.isInteger(port) && port > 0 ? port : undefined;
  }

  /**
   * Puts our own number in place of that of a server that is gone. PostgreSQL takes a lock file of another living
   * process, which may have got the number since, for its own; that of its parent it knows for left over, and still
   * looks whether sessions of the old server live.
   */
  disownLock(account: Account | undefined): void {
    const [first, ...rest] = this.lockLines();
    if (first !== undefined) this.writeForServer(this.lockFile, [process.pid, ...rest].join('\n'), account);
  }

  /**
   * Whole or not at all, and never through a link: the folder belongs to the server's account, and root may be the one
   * who writes.
   */
  writeForServer(path: string, text: string, account: Account | undefined): void {
    const draft = `${path}.new`;
    rmSync(draft, { force: true });
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    if (account) lchownSync(draft, account.uid, account.gid);
    renameSync(draft, path);
  }

  private get lockFile(): string {
    return join(this.folder, 'postmaster.pid');
  }

  private lockLines(): string[] {
    try {
      return lstatSync(this.lockFile).isFile() ? readFileSync(this.lockFile, 'utf8').split('\n') : [];
    } catch {
      return [];
    }
  }

  /** The current end of the log, for `logSince`. */
  logEnd(): number {
    return statSync(this.logFile, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** @returns what was logged from a place on */
  logSince(place: number): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile).subarray(place).toString('utf8') : '';
  }

  /**
   * Makes owner and mode what PostgreSQL insists on: a copy made by root, a restore, a chmod of all of DATA_DIR.
   *
   * @param account with which root starts the server, if the folder is root's own
   * @returns the account of the server: the owner of its files
   * @throws BadUserInput if another user owns them and we are not root
   */
  own(account: Account | undefined): Account | undefined {
    const user = process.getuid?.();
    if (user === undefined) return account;
    const { uid, gid, mode } = statSync(this.folder);
    const owner = user === 0 ? (uid === 0 ? account : { uid, gid }) : { uid: user, gid };
    if (owner === undefined) return account;
    inFolder('DATA_DIR', this.dataDir, () => {
      for (const path of entriesBelow(this.folder)) {
        const entry = lstatSync(path, { throwIfNoEntry: false });
        if (entry === undefined || entry.uid === owner.uid) continue;
        if (user !== 0) throw this.foreignOwner(path, entry.uid, user);
        lchownSync(path, owner.uid, owner.gid);
      }
      if ((mode & 0o077) !== 0) chmodSync(this.folder, 0o700);
    });
    return user === 0 ? owner : account;
  }

  private foreignOwner(path: string, owner: number, user: number): BadUserInput {
    return new BadUserInput(
      `${path} belongs to the user ${owner}, and the server is started by the user ${user}: start it as its ` +
        `owner, or run "chown -R ${user} ${this.dataDir}" as root.`,
      'DATA_DIR',
    );
  }
}

/** @returns a folder and all that is below it; links are named and never followed */
function* entriesBelow(folder: string): Generator<string> {
  yield folder;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* entriesBelow(path);
    else yield path;
  }
}
