import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { compiledEntry } from '../../src/compiled';

/** A process of the product, as on a machine of its own. */
export interface Running {
  readonly pid: number;
  signal(name: NodeJS.Signals): void;
  /** Sends the signal and waits for the end. @returns the exit status, or the signal that ended it */
  end(name: NodeJS.Signals): Promise<number | string>;
  readonly hasEnded: boolean;
  /** whether it was us who ended it */
  readonly wasEnded: boolean;
  /** what it printed on standard error */
  log(): string;
}

/** Runs the compiled `deeplesion WORDS` and, where `ready` is given, waits for that on its standard output. */
export async function startCommand(
  words: readonly string[],
  environment: Record<string, string>,
  ready?: RegExp,
): Promise<Running> {
  const commandLine = `require(${JSON.stringify(compiledEntry('cli/main'))}).runCommandLine(${JSON.stringify(words)})`;
  const child = spawn(process.execPath, ['-e', commandLine], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DATABASE_URL: '', EXECUTION_PROVIDERS: 'cpu', LOG_LEVEL: 'warn', ...environment },
  });
  let log = '';
  child.stderr.on('data', (text: Buffer) => {
    log += text.toString();
  });
  const running = describe(child, () => log);
  if (ready) await printed(child, ready, () => log);
  return running;
}

/** @returns the number of the inference process that a worker or server has at present; undefined while it has none */
export function inferenceProcessOf({ pid }: Running): number | undefined {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  for (const line of processes.split('\n')) {
    const [child, parent, ...command] = line.trim().split(/\s+/);
    if (Number(parent) === pid && command.join(' ').includes('inferenceProcess')) return Number(child);
  }
  return undefined;
}

function describe(child: ChildProcess, log: () => string): Running {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  let wasEnded = false;
  return {
    pid: child.pid ?? -1,
    log,
    signal: (name) => void child.kill(name),
    async end(name) {
      wasEnded = !hasEnded();
      // A stopped process takes no signal but these two.
      if (name !== 'SIGKILL') child.kill('SIGCONT');
      const ended = hasEnded() ? undefined : once(child, 'exit');
      child.kill(name);
      await ended;
      return child.exitCode ?? child.signalCode ?? 'unknown';
    },
    get hasEnded() {
      return hasEnded();
    },
    get wasEnded() {
      return wasEnded;
    },
  };
}

function printed(child: ChildProcess, ready: RegExp, log: () => string): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => {
      output += text.toString();
      if (ready.test(output)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`It ended with ${code} before it was ready:\n${log()}`)));
  });
}
