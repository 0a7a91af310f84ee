import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, objectStorageOf, readConfig } from '../config';
import { acquirePostgres, type Database, openDatabase } from '../database';
import { messageOf } from '../errors';
import { setObjectStorage } from '../objects';
import { checkAudit } from './auditChecks';
import { checkServer } from './databaseChecks';
import { type Finding, fail, look, ok, warn } from './finding';
import { checkImages } from './imageChecks';
import { checkDisk, checkOrphans } from './machineChecks';
import { checkModels, checkProviders } from './modelChecks';
import { checkQueue, checkWebhooks, checkWorkers } from './workChecks';

/**
 * Looks at every part, with or without a server that runs. Parts that need the database are left out if it cannot be
 * had.
 *
 * @param environment usually `process.env`
 * @param onFinding is told each finding at once
 */
export async function examine(
  environment: Record<string, string | undefined>,
  onFinding: (finding: Finding) => void = () => undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const note = (found: readonly Finding[]): void => {
    findings.push(...found);
    found.forEach(onFinding);
  };
  const config = configOf(environment, note);
  if (!config) return findings;
  setObjectStorage(objectStorageOf(config));
  note(await look('disk', () => checkDisk(config)));
  note(await look('execution providers', () => checkProviders(config)));
  await withServer(config, note, (database, databaseUrl) => examineParts({ config, database, databaseUrl }, note));
  return findings;
}

/** What is needed to look at a server. */
interface RunningParts {
  config: Config;
  database: Database;
  databaseUrl: string;
}

/**
 * Looks at every part from within the server, over its own connections.
 *
 * @returns what was found; a part whose look fails is a finding too
 */
export async function examineRunning(parts: RunningParts): Promise<Finding[]> {
  const { config } = parts;
  const findings: Finding[] = [];
  const note = (found: readonly Finding[]): void => void findings.push(...found);
  note(await look('disk', () => checkDisk(config)));
  note(await look('execution providers', () => checkProviders(config)));
  const failed = await look('database', async () => {
    await examineParts(parts, note);
    return [];
  });
  note(failed);
  return findings;
}

/** Looks at what needs the database. */
async function examineParts(
  { config, database, databaseUrl }: RunningParts,
  note: (found: readonly Finding[]) => void,
): Promise<void> {
  const server = await look('database', () => checkServer(database, databaseUrl));
  note(server);
  const isOurs = !server.some(({ check, status }) => check === 'migrations' && status === 'fail');
  if (!isOurs) return note(await look('models', () => checkModels(null, config)));
  note(await look('images', () => checkImages(database)));
  note(await look('models', () => checkModels(database, config)));
  note(await look('workers', () => checkWorkers(database)));
  note(await look('queue', () => checkQueue(database)));
  note(await look('webhooks', () => checkWebhooks(database, config)));
  // Its table is one of the later ones.
  const isCurrent = server.some(({ check, status }) => check === 'migrations' && status === 'ok');
  if (isCurrent) note(await look('audit trail', () => checkAudit(database)));
  note(await look('orphaned files', () => checkOrphans(database, config)));
}

function configOf(
  environment: Record<string, string | undefined>,
  note: (found: readonly Finding[]) => void,
): Config | undefined {
  try {
    const config = readConfig(environment);
    note([ok('configuration', `The settings fit; DATA_DIR is ${config.dataDir}.`)]);
    return config;
  } catch (thrown) {
    note([fail('configuration', messageOf(thrown), 'Correct these settings; docs/hosting.md lists all of them.')]);
    return undefined;
  }
}

/** The embedded server is started for the time of the look if it does not run; none is made. */
async function withServer(
  config: Config,
  note: (found: readonly Finding[]) => void,
  work: (database: Database, url: string) => Promise<void>,
): Promise<void> {
  if (config.databaseUrl === undefined && !existsSync(join(config.dataDir, 'postgres'))) {
    const cure = 'Start the server, which makes one, or set DATA_DIR or DATABASE_URL to that of the server.';
    note([warn('database', `There is no database in ${config.dataDir} yet.`, cure)]);
    note(await look('models', () => checkModels(null, config)));
    return;
  }
  const failed = await look('database', async () => {
    const embedded = config.databaseUrl ? undefined : await acquirePostgres({ dataDir: config.dataDir });
    const url = config.databaseUrl ?? embedded?.url ?? '';
    const database = openDatabase(url, { maxConnections: 3, statementTimeoutMs: 30_000 });
    try {
      await work(database, url);
    } finally {
      await database.close();
      await embedded?.release();
    }
    return [];
  });
  note(failed);
}
