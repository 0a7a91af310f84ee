// Stops the PostgreSQL servers whose data lie below a folder that is about to be deleted.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How deep below its own folder a test puts the data folder of a database. */
const DEEPEST = 5;

/** Immediate shutdown: the data are not needed any more. */
export function stopDatabasesBelow(folder) {
  for (const file of lockFilesBelow(folder, DEEPEST)) {
    const pid = Number(readText(file).split('\n')[0]);
    if (pid > 1 && isServerOf(pid, dirname(file))) process.kill(pid, 'SIGQUIT');
  }
}

function lockFilesBelow(folder, depth) {
  if (depth === 0) return [];
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return lockFilesBelow(path, depth - 1);
    return entry.name === 'postmaster.pid' ? [path] : [];
  });
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/**
 * Another process may have got the number since. If the system has no /proc, a living process of that number is taken
 * to be the server.
 */
function isServerOf(pid, clusterDir) {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || readlinkSync(`/proc/${pid}/cwd`) === clusterDir;
  } catch {
    return false;
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
