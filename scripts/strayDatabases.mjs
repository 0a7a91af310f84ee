// Stops the PostgreSQL servers whose data lie below a folder that is about to be deleted.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How deep a test puts the data folder of a database below its own one. */
const DEEPEST = 5;

/** Immediate shutdown: nobody wants the data. */
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

/** Somebody else may have got the number since; where the system has no /proc, the lock file is taken at its word if it lives. */
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
