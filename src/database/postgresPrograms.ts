import { type ChildProcess, spawn } from 'node:child_process';
import { BadUserInput } from '../errors';
import type { Account, ClusterFiles } from './clusterFiles';
import { type PostgresBinaries, preparePostgresBinaries } from './postgresBinaries';

/** The server's response to our own check while it starts: not the reason why it does not. */
const NOT_YET = /the database system is (?:starting up|shutting down|not yet accepting connections|in recovery mode)/;

/**
 * PostgreSQL's programs on one data folder: how they are started, with which account, and how a failure is reported.
 */
export class PostgresPrograms {
  private found: PostgresBinaries | undefined;
  /** The account of the programs, if that is not ours. */
  account: Account | undefined;
  /** What was started and has not ended, the server among it. */
  private readonly children = new Set<ChildProcess>();

  /** @param signal ends a start that is not wanted any more */
  constructor(
    private readonly files: ClusterFiles,
    private readonly signal?: AbortSignal,
  ) {}

  get binaries(): PostgresBinaries {
    this.found ??= preparePostgresBinaries();
    return this.found;
  }

  /** @returns whether anything that was started here still runs */
  areRunning(): boolean {
    return this.children.size > 0;
  }

  /** @returns whether this process was started here and still runs */
  started(processId: number): boolean {
    return [...this.children].some(({ pid }) => pid === processId);
  }

  interrupt(name: NodeJS.Signals): void {
    for (const child of this.children) child.kill(name);
  }

  /** One sentence for a program that did not do its work. */
  failureOf(program: string, output: string): BadUserInput {
    const { dataDir, logFile } = this.files;
    if (/No space left on device|Disk quota exceeded/.test(output))
      return new BadUserInput(
        `DATA_DIR=${dataDir} cannot be used: its disk is full; make room or set another one.`,
        'DATA_DIR',
      );
    const lines = output
      .trim()
      .split('\n')
      .map((line) => line.trim());
    const fatal =
      lines.findLast((line) => /\b(?:FATAL|PANIC|ERROR|error): /.test(line) && !NOT_YET.test(line)) ??
      lines.at(-1) ??
      '';
    const reason = fatal
      .replace(/^.*?\b(?:FATAL|PANIC|ERROR|error): +/, '')
      .replaceAll('/proc/self/cwd', this.files.folder)
      .replace(/\.$/, '');
    return new BadUserInput(
      `The database in DATA_DIR=${dataDir} does not start (${program}: ${reason}): see ${logFile}, or set ` +
        'another DATA_DIR or DATABASE_URL.',
      'DATA_DIR',
    );
  }

  /**
   * The server's account may be unable to walk to the data folder (a checkout below /root, for example). The working
   * directory is entered as root, before the account changes, and /proc/self/cwd reaches it without the walk.
   */
  folderAsSeen(folder: string): string {
    return this.account && process.platform === 'linux' ? '/proc/self/cwd' : folder;
  }

  /** Starts a program in a process group of its own. */
  spawn(
    program: string,
    flags: string[],
    folder: string,
    stdio: ['ignore' | 'pipe', number | 'pipe', number | 'pipe'],
  ): ChildProcess {
    this.signal?.throwIfAborted();
    const child = spawn(program, flags, {
      cwd: folder,
      detached: true,
      stdio,
      env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' },
      ...this.account,
    });
    this.children.add(child);
    const forget = (): void => {
      this.children.delete(child);
    };
    child.once('exit', forget).once('error', forget);
    return child;
  }

  /** Runs a program to its end. @returns its exit code or signal, and all that it printed */
  async run(
    program: string,
    flags: string[],
    folder: string,
    input = '',
  ): Promise<{ code: number | string; output: string }> {
    const child = this.spawn(program, flags, folder, ['pipe', 'pipe', 'pipe']);
    let output = '';
    child.stdout?.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr?.on('data', (text: Buffer) => (output += text.toString()));
    // A program that ended before it read all says why by itself.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => resolve(status ?? signal ?? 'unknown'));
    });
    return { code, output };
  }
}
