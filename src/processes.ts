import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conflict } from './errors';
import { fileVariableOf, SECRETS } from './secretFiles';
import { inFolder } from './startErrors';

/**
 * The environment of a process that reads foreign bytes or runs foreign graphs: ours without its secrets and the names
 * of their files.
 */
export function environmentOfChild(): NodeJS.ProcessEnv {
  const hidden = new Set<string>(SECRETS.flatMap((name) => [name, fileVariableOf(name)]));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !hidden.has(name)));
}

/** @returns whether a process of that number is alive (it may belong to another account) */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Distinguishes a process from a later one with the same number: its start in clock ticks since boot; empty if the
 * system has no /proc.
 */
export function startMark(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/**
 * @returns whether the process is a PostgreSQL server of this data folder, so that no one else's process is ever
 *   signalled
 */
export function isPostgresOf(pid: number, clusterDir: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.includes('postgres') && readlinkSync(`/proc/${pid}/cwd`) === clusterDir;
  } catch (thrown) {
    if (process.platform === 'linux') return false;
    try {
      return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(clusterDir);
    } catch {
      throw thrown;
    }
  }
}

/**
 * A file that one process holds at a time; the file of a dead holder is taken over.
 *
 * @throws Conflict if it is not released in time
 * @throws BadUserInput if its folder, which is DATA_DIR, cannot be written to
 */
export async function withProcessLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 60_000;
  while (!tryLock(file)) {
    if (Date.now() > deadline)
      throw new Conflict(
        `Expected ${file} to be released within 60 s: delete it if no other deeplesion process is starting.`,
        'DATA_DIR',
      );
    await sleep(25);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * Holds a file for as long as this process lives.
 *
 * @returns the way to let go, or the number of the living process that holds it
 */
export function holdProcessLock(file: string): (() => void) | number {
  if (tryLock(file) || tryLock(file)) return () => rmSync(file, { force: true });
  return Number(readIfPresent(file).split(' ')[0]);
}

/** @returns the number of the living process that holds the file, or null */
export function lockHolder(file: string): number | null {
  const mark = readIfPresent(file);
  return mark !== '' && isHeld(file) ? Number(mark.split(' ')[0]) : null;
}

function tryLock(file: string): boolean {
  const own = `${file}.${process.pid}`;
  inFolder('DATA_DIR', dirname(file), () => writeMark(own));
  try {
    // A link appears together with its content, so that no process ever reads a lock without a holder.
    linkSync(own, file);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  } finally {
    rmSync(own, { force: true });
  }
  if (!isHeld(file)) takeFromDead(file);
  return false;
}

/**
 * rename() decides between two processes that both found the holder dead. A live lock that was taken by mistake is put
 * back.
 */
function takeFromDead(file: string): void {
  const grabbed = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, grabbed);
    if (isHeld(grabbed)) linkSync(grabbed, file);
  } catch (thrown) {
    if (!['ENOENT', 'EEXIST'].includes((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown;
  } finally {
    rmSync(grabbed, { force: true });
  }
}

/**
 * Writes the identity of this process, and of the file itself: a copy of the file, for example in a copied data folder,
 * is not valid.
 */
function writeMark(file: string): void {
  writeFileSync(file, '');
  writeFileSync(file, `${process.pid} ${startMark(process.pid)} ${statSync(file).ino}`);
}

/** @returns whether the process that wrote the file lives */
function isHeld(file: string): boolean {
  const [pid, start, inode] = readIfPresent(file).split(' ');
  if (inode !== undefined && inode !== inodeOf(file)) return false;
  return isAlive(Number(pid)) && startMark(Number(pid)) === (start ?? '');
}

function inodeOf(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino.toString();
}

function readIfPresent(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Who uses a shared thing: one file a user in a folder, which names the user's process. */
export class ProcessRoster {
  private readonly entry = `${process.pid}-${randomBytes(4).toString('hex')}`;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  join(): void {
    // It appears together with its content: a process that counts meanwhile must not take it for that of a dead
    // process.
    const draft = join(this.folder, `.${this.entry}`);
    writeMark(draft);
    renameSync(draft, join(this.folder, this.entry));
  }

  /** Removes this process, and those that died without leaving. @returns whether another process remains */
  leave(): boolean {
    rmSync(join(this.folder, this.entry), { force: true });
    return this.living().length > 0;
  }

  /** @returns whether anybody else uses it */
  hasOthers(): boolean {
    return this.living().some((name) => name !== this.entry);
  }

  private living(): string[] {
    const entries = readdirSync(this.folder).filter((name) => !name.startsWith('.'));
    return entries.filter((name) => {
      const lives = isHeld(join(this.folder, name));
      if (!lives) rmSync(join(this.folder, name), { force: true });
      return lives;
    });
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const farewells = new Set<() => void>();

/**
 * Does something when this process ends without a regular stop: by `process.exit`, by an uncaught error, or by a signal
 * without another listener. Only synchronous work is done.
 *
 * @returns the way to forget it, for after an orderly leave
 */
export function onSuddenEnd(farewell: () => void): () => void {
  if (farewells.size === 0) listenForTheEnd();
  farewells.add(farewell);
  return () => {
    farewells.delete(farewell);
    if (farewells.size === 0) stopListening();
  };
}

function listenForTheEnd(): void {
  process.on('exit', sayFarewells);
  for (const signal of SIGNALS) process.on(signal, endBySignal);
}

function stopListening(): void {
  process.off('exit', sayFarewells);
  for (const signal of SIGNALS) process.off(signal, endBySignal);
}

function sayFarewells(): void {
  const all = [...farewells];
  farewells.clear();
  stopListening();
  for (const farewell of all) {
    try {
      farewell();
    } catch {
      // The next one is called nevertheless; there is no one to report the error to.
    }
  }
}

/** Another listener of the signal stops in its own order. */
function endBySignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  sayFarewells();
  process.kill(process.pid, signal);
}
