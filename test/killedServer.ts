/** The product as a process of its own, for tests that kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { compiledEntry } from '../src/compiled';
import { namedUrl } from './testDatabase';

/** The name of its sessions, for `untilGone`. */
export const KILLED = 'a server that is killed';

/** Starts the product without its demo. @param url of its database */
export function startServer(url: string, dataDir: string): ChildProcess {
  const commandLine = `require(${JSON.stringify(compiledEntry('cli/main'))}).runCommandLine(['serve'])`;
  return spawn(process.execPath, ['-e', commandLine], {
    stdio: 'ignore',
    env: {
      ...process.env,
      ...{ DATABASE_URL: namedUrl(url, KILLED), DATA_DIR: dataDir, PORT: '0', DEMO: 'false' },
      ...{ EXECUTION_PROVIDERS: 'cpu', LOG_LEVEL: 'silent' },
    },
  });
}
