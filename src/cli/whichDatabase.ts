import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PROJECT_ROOT } from '../compiled';
import type { Config } from '../config';
import type { Database } from '../database';
import { isAlive, lockHolder, startMark } from '../processes';
import { findWorkers } from '../runs';

/** What scripts/checkout.mjs notes of each process that runs from this checkout. */
const RunningProcess = z.object({
  pid: z.number().int(),
  start: z.string(),
  command: z.string(),
  dataDir: z.string().optional(),
});

/** The database of a command, in a form for people: without password and parameters. */
export function nameOfDatabase({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>): string {
  if (databaseUrl === undefined) return `embedded PostgreSQL of DATA_DIR=${dataDir}`;
  // No URL of the browser's kind: the driver takes an address without a host, whose socket stands in its parameters.
  const [address = ''] = databaseUrl.split('?');
  return address.replace(/^(\w+:\/\/[^:@/]*):.*@/, '$1@');
}

/**
 * Whether anyone will see what a command writes.
 *
 * @returns a warning with what to do, or null if a server or worker is there
 */
export async function warningOfUnserved(config: Config, database: Database): Promise<string | null> {
  if (await isServed(config, database)) return null;
  const other = otherDataDir(config);
  if (other === null) return 'no server uses this database at the moment.';
  return (
    `no server uses this database. One of this checkout uses DATA_DIR=${other}: set DATA_DIR to that to ` +
    'work on its data.'
  );
}

async function isServed({ databaseUrl, dataDir }: Config, database: Database): Promise<boolean> {
  if (databaseUrl === undefined) return lockHolder(join(dataDir, 'server.lock')) !== null;
  return (await findWorkers(database)).some(({ alive }) => alive);
}

/** The data folder of a living server of this checkout that has another one. */
function otherDataDir({ databaseUrl, dataDir }: Config): string | null {
  // DATA_DIR says nothing of an external database.
  if (databaseUrl !== undefined) return null;
  const servers = runningProcesses().filter(({ command }) => /^start\.mjs\b|^\S+ serve\b/.test(command));
  return servers.find((server) => server.dataDir !== undefined && server.dataDir !== dataDir)?.dataDir ?? null;
}

function runningProcesses(): z.infer<typeof RunningProcess>[] {
  const folder = join(PROJECT_ROOT, '.running');
  try {
    return readdirSync(folder)
      .map((name) => RunningProcess.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))))
      .filter(({ pid, start }) => isAlive(pid) && startMark(pid) === start);
  } catch {
    // A mark that is just being written or removed: the warning is worth no failure.
    return [];
  }
}
