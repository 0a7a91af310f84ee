import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const START_TIMEOUT_MS = 240_000;

/** The product as a user starts it. */
export interface RunningProduct {
  /** e.g. http://127.0.0.1:40123 */
  origin: string;
  /** what it printed on standard error until now */
  log(): string;
  process: ChildProcess;
  query<Data>(text: string, variables?: Record<string, unknown>): Promise<Data>;
  /** sends the signal and waits for the end */
  stop(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Runs the start script and waits for the `ready` line. */
export async function startProduct(environment: Record<string, string>): Promise<RunningProduct> {
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (text: Buffer) => {
    log += text.toString();
  });
  const origin = await readyOrigin(child, () => log);
  return {
    origin,
    process: child,
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
