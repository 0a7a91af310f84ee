import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { compiledEntry } from './compiled';
import { environmentOfChild } from './processes';
import { residentBytes } from './processMemory';

/** What a child is allowed while it works on something. */
export interface ChildLimits {
  timeoutMs: number;
  /** resident memory; on Linux only */
  memoryBytes: number;
}

/** Events for the owner. Nothing follows after `kill`. */
export interface ChildEvents {
  message(message: unknown): void;
  /** It ended by itself, or something other than its owner killed it. */
  ended(end: { status: number | null; signal: NodeJS.Signals | null }): void;
  /** It could not be started, or not be sent a message. */
  failed(failure: Error): void;
}

export interface ChildOptions extends Pick<ForkOptions, 'serialization' | 'execArgv'> {
  /** in addition to those that every child has */
  environment?: Record<string, string>;
  /** keeps the beginning of its standard error */
  keepsLastWords?: boolean;
}

const MEMORY_LOOK_MS = 100;
const MAX_LAST_WORDS = 4_000;

/**
 * A process of its own for a module of ours, which can be killed at any moment: by its owner, or for breaking a limit.
 */
export class SupervisedChild {
  private readonly child: ChildProcess;
  private isOver = false;
  private stopWatching: () => void = () => undefined;
  lastWords = '';

  /** @param modulePath below `src/` without ending */
  constructor(
    modulePath: string,
    private readonly events: ChildEvents,
    { environment = {}, keepsLastWords = false, ...options }: ChildOptions = {},
  ) {
    const child = fork(compiledEntry(modulePath), [], {
      execArgv: [],
      ...options,
      stdio: ['ignore', 'ignore', keepsLastWords ? 'pipe' : 'ignore', 'ipc'],
      env: { ...environmentOfChild(), ...environment },
    });
    this.child = child;
    child.on('message', (message) => {
      if (!this.isOver) events.message(message);
    });
    child.on('error', (failure) => this.fail(failure));
    child.stderr?.on('data', (text: Buffer) => {
      this.lastWords = `${this.lastWords}${text.toString()}`.slice(0, MAX_LAST_WORDS);
    });
    // Not at its exit: messages and output from before may still be on the way.
    child.once('close', (status, signal) => {
      if (this.isOver) return;
      this.kill();
      events.ended({ status, signal });
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  send(message: object): void {
    this.child.send(message, (failure) => {
      // A process that is gone cannot receive messages; its end is reported by the event.
      if (failure && !hasEnded(failure)) this.fail(failure);
    });
  }

  /** Applies limits from now on, in place of the previous ones; the owner decides what follows when it exceeds one. */
  watch({ timeoutMs, memoryBytes }: ChildLimits, exceeded: (limit: keyof ChildLimits) => void): void {
    this.stopWatching();
    const late = setTimeout(() => exceeded('timeoutMs'), timeoutMs);
    const memory = setInterval(() => {
      if ((residentBytes(this.pid ?? -1) ?? 0) > memoryBytes) exceeded('memoryBytes');
    }, MEMORY_LOOK_MS);
    this.stopWatching = () => {
      clearTimeout(late);
      clearInterval(memory);
    };
  }

  /** Lets it rest without limits, since it has nothing to do. */
  unwatch(): void {
    this.stopWatching();
  }

  kill(): void {
    this.isOver = true;
    this.stopWatching();
    this.child.kill('SIGKILL');
  }

  private fail(failure: Error): void {
    if (!this.isOver) this.events.failed(failure);
  }
}

const hasEnded = (failure: NodeJS.ErrnoException): boolean =>
  failure.code === 'EPIPE' || failure.code === 'ECONNRESET' || failure.code === 'ERR_IPC_CHANNEL_CLOSED';
