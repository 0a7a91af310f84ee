// The folder in which a test run keeps its databases and files.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux keeps this folder in memory, where a copy of a database takes a tenth of the time that a disk needs. */
const IN_MEMORY = '/dev/shm';
/** A whole run uses at most half of it. */
const NEEDED_BYTES = 4 * 2 ** 30;

/**
 * @returns a new folder of this run: in memory if that has enough space and TMPDIR is not set, else in the folder of
 *   temporary files
 */
export function makeScratch() {
  const folder = (process.env.TMPDIR ? undefined : makeInMemory()) ?? mkdtempSync(join(tmpdir(), 'deeplesion-tests-'));
  // As root, PostgreSQL runs under another account, which reads there.
  chmodSync(folder, 0o755);
  return folder;
}

function makeInMemory() {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    if (Math.min(bavail * bsize, freemem() / 2) < NEEDED_BYTES) return undefined;
    const folder = mkdtempSync(join(IN_MEMORY, 'deeplesion-tests-'));
    if (mayRunPrograms(folder)) return folder;
    rmSync(folder, { recursive: true });
  } catch {
    // Other systems have no such folder.
  }
  return undefined;
}

/** Containers often forbid execution there. */
function mayRunPrograms(folder) {
  const program = join(folder, 'probe');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  const { status } = spawnSync(program);
  rmSync(program);
  return status === 0;
}
