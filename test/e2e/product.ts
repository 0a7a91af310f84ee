import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');
const START_TIMEOUT_MS = 240_000;

/** The product as a user starts it. */
export interface RunningProduct {
  /** e.g. http://127.0.0.1:40123 */
  origin: string;
  /** what it printed on standard error until now */
  log(): string;
  /** what was started: npm, or the server itself */
  process: ChildProcess;
  /** number of the server's process */
  serverPid: number;
  /** number of the embedded PostgreSQL's process */
  postgresPid: number;
  query<Data>(text: string, variables?: Record<string, unknown>): Promise<Data>;
  /** sends the signal to what was started and waits for its end */
  stop(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/**
 * Starts the server as a user does and waits for the `ready` line.
 *
 * @param command `npm start` unless said otherwise; it gets a process group of its own, as in a terminal
 */
export async function startProduct(
  environment: { DATA_DIR: string } & Record<string, string>,
  [program, ...words]: readonly [string, ...string[]] = ['npm', 'start'],
): Promise<RunningProduct> {
  const child = spawn(program, words, {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let log = '';
  child.stderr.on('data', (text: Buffer) => {
    log += text.toString();
  });
  const origin = await readyOrigin(child, () => log).catch((failure: unknown) => {
    // Otherwise it would go on, and jest would wait for the end of its output.
    killGroup(child);
    throw failure;
  });
  return {
    origin,
    process: child,
    serverPid: firstNumber(join(environment.DATA_DIR, 'server.lock')),
    postgresPid: firstNumber(join(environment.DATA_DIR, 'postgres', 'postmaster.pid')),
    log: () => log,
    async query<Data>(text: string, variables?: Record<string, unknown>): Promise<Data> {
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: text, variables }),
      });
      const body = (await response.json()) as { data: Data; errors?: unknown };
      if (body.errors) throw new Error(JSON.stringify(body.errors));
      return body.data;
    },
    async stop(signal) {
      const ended = once(child, 'exit');
      child.kill(signal);
      const [code, by] = await ended;
      return { code, signal: by };
    },
  };
}

/** A database that it has started ends by itself. */
function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGTERM');
}

/** Lock files begin with the number of the process that holds them. */
function firstNumber(file: string): number {
  return Number.parseInt(readFileSync(file, 'utf8'), 10);
}

async function readyOrigin(child: ChildProcess, log: () => string): Promise<string> {
  let output = '';
  return new Promise((resolveOrigin, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`not ready within ${START_TIMEOUT_MS / 1000} s:\n${log()}`)),
      START_TIMEOUT_MS,
    );
    child.stdout?.on('data', (text: Buffer) => {
      output += text.toString();
      const origin = /^ready (http:\/\/\S+)\/graphql$/m.exec(output)?.[1];
      if (!origin) return;
      clearTimeout(timer);
      resolveOrigin(origin);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code} before it was ready:\n${log()}`));
    });
  });
}

/** Runs `deeplesion WORDS` and gives its exit status and what it printed. */
export async function runCommand(
  words: string[],
  environment: Record<string, string>,
): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, ['scripts/deeplesion.mjs', ...words], {
    cwd: ROOT,
    env: { ...process.env, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      output += text.toString();
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}
