import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../e2e/product';

/** A checkout with the real scripts and next to nothing to install and build, so that both take a second. */
export interface SmallCheckout {
  root: string;
  path(...parts: string[]): string;
  write(file: string, text: string): void;
  start(script: string, words?: string[], options?: StartOptions): Running;
  remove(): Promise<void>;
}

export interface StartOptions {
  environment?: Record<string, string>;
  /** the number of another account to run as; takes root */
  uid?: number;
}

export interface Running {
  process: ChildProcess;
  output(): string;
  /** resolves when it printed that */
  says(pattern: RegExp): Promise<void>;
  ended: Promise<{ code: number | null; output: string }>;
}

/**
 * Waits for the file BUILD_GATE, where one is named, and says that it does. What it makes: a command line that says
 * what it was built of, and goes on until it is stopped when it is told to.
 */
const BUILD = `import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
if (process.env.BUILD_GATE) writeFileSync(process.env.BUILD_GATE + '.reached', '');
while (process.env.BUILD_GATE && !existsSync(process.env.BUILD_GATE)) await new Promise((resolve) => setTimeout(resolve, 20));
if (process.env.SLOW_BUILD) await new Promise((resolve) => setTimeout(resolve, Number(process.env.SLOW_BUILD)));
for (const folder of ['dist/cli', 'dist/database/generated', 'dist/imaging', 'dist/http/graphiql', 'dist/http/web',
  'src/database/generated']) mkdirSync(folder, { recursive: true });
for (const file of ['src/database/generated/client.ts', 'dist/database/generated/client.js', 'dist/imaging/kernels.wasm',
  'dist/documents.json', 'dist/http/graphiql/graphiql.js', 'dist/http/web/index.html']) writeFileSync(file, '');
copyFileSync('src/cli/main.ts', 'dist/cli/main.js');
`;

const COMMAND_LINE = (text: string): string => `exports.runCommandLine = (words) => {
  console.log(${JSON.stringify(text)}, words.join(' '));
  if (words.includes('wait')) setInterval(() => undefined, 1000);
};
`;

export function makeSmallCheckout(name = 'deeplesion-checkout-'): SmallCheckout {
  const root = mkdtempSync(join(tmpdir(), name));
  chmodSync(root, 0o755);
  const path = (...parts: string[]): string => join(root, ...parts);
  const started: ChildProcess[] = [];
  const write = (file: string, text: string): void => {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(path(file), text);
  };
  cpSync(join(ROOT, 'scripts'), path('scripts'), { recursive: true });
  const manifest = { name: 'small', version: '1.0.0', dependencies: { part: 'file:part' } };
  write('part/package.json', JSON.stringify({ name: 'part', version: '1.0.0' }));
  write('package.json', JSON.stringify({ ...manifest, scripts: { start: 'exec node scripts/start.mjs' } }));
  write(
    'package-lock.json',
    JSON.stringify({
      ...manifest,
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': manifest,
        'node_modules/part': { resolved: 'part', link: true },
        part: { version: '1.0.0' },
      },
    }),
  );
  write('.npmrc', 'audit=false\nfund=false\nupdate-notifier=false\n');
  write('tsconfig.json', '{}');
  write('prisma/schema.prisma', '');
  write('web/main.tsx', '');
  write('examples/order.json', '[]');
  write('scripts/compile.mjs', BUILD);
  write('src/cli/main.ts', COMMAND_LINE('first build'));
  return {
    root,
    path,
    write,
    start(script, words = [], { environment = {}, uid } = {}) {
      const child = spawn(process.execPath, [path('scripts', script), ...words], {
        cwd: tmpdir(),
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        uid,
      });
      started.push(child);
      return follow(child);
    },
    async remove() {
      for (const child of started) if (child.exitCode === null && child.signalCode === null) await end(child);
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The text of a command line that was changed by a pull. */
export const changedCommandLine = (): string => COMMAND_LINE('second build');

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function follow(child: ChildProcess): Running {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  return {
    process: child,
    output: () => output,
    async says(pattern) {
      while (!pattern.test(output)) {
        if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${output}`);
        await sleep(20);
      }
    },
    ended,
  };
}

/** What a command of a build says first. */
export function isPrepared({ path }: SmallCheckout): boolean {
  return existsSync(path('node_modules', '.deeplesion-install')) && existsSync(path('dist', '.deeplesion-build'));
}
