import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PROJECT_ROOT } from './compiled';

/** The version of package.json. */
export function readPackageVersion(): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')))
    .version;
}

/**
 * What code produced a figure: the package's version and, in a checkout, the commit. Read from git's files, so that no
 * git is needed.
 *
 * @returns e.g. `0.1.0+90b552e1c2d3`
 */
export function readCodeVersion(): string {
  const commit = readCommit();
  return commit ? `${readPackageVersion()}+${commit.slice(0, 12)}` : readPackageVersion();
}

function readCommit(): string | null {
  const git = join(PROJECT_ROOT, '.git');
  const head = read(join(git, 'HEAD'));
  const reference = /^ref: (.+)$/.exec(head)?.[1];
  if (!reference) return head || null;
  const packed = read(join(git, 'packed-refs'))
    .split('\n')
    .find((line) => line.endsWith(` ${reference}`));
  return read(join(git, reference)) || packed?.split(' ')[0] || null;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
