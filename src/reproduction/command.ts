import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { Conflict } from '../errors';

/** A program of another language that a stage runs. */
export interface Command {
  program: string;
  args: readonly string[];
  cwd: string;
  /** what it prints is kept here, and named when it fails */
  logFile: string;
  /** in addition to the environment of this process */
  environment?: Record<string, string>;
}

const LAST_LINES = 15;
/** Tells the scripts of training/ that they end when this process is gone: parent.py looks for it. */
const PARENT = 'DEEPLESION_PARENT_PROCESS';

/**
 * Runs a program to its end.
 *
 * @param onLine called with each line that it prints
 * @throws Conflict with the last lines when it fails
 */
export async function runCommand(command: Command, onLine: (line: string) => void = () => {}): Promise<void> {
  await mkdir(dirname(command.logFile), { recursive: true });
  const log = createWriteStream(command.logFile);
  const lines: string[] = [];
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PYTHONUNBUFFERED: '1',
      PYTHONWARNINGS: 'ignore',
      [PARENT]: String(process.pid),
      ...command.environment,
    },
  });
  const stop = (): void => void child.kill();
  process.once('exit', stop);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      lines.push(line);
      if (lines.length > LAST_LINES) lines.shift();
      onLine(line);
    });
  }
  const status = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  }).finally(() => {
    process.off('exit', stop);
    log.end();
  });
  if (status === 0) return;
  throw new Conflict(
    `${[command.program, ...command.args].join(' ')}\nended with ${status}; its output is in ${command.logFile}. ` +
      `Last lines:\n  ${lines.join('\n  ')}`,
  );
}

/** The words of a command as a shell takes them, for the report: programs without their folders, paths as variables. */
export function describeCommand({ program, args }: Command, places: Record<string, string>): string {
  const named = Object.entries(places).sort(([, a], [, b]) => b.length - a.length);
  const short = (word: string): string =>
    named.reduce((text, [name, path]) => (text.startsWith(path) ? name + text.slice(path.length) : text), word);
  return [program.split('/').at(-1) ?? program, ...args.map(short)].join(' ');
}
