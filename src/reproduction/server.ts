import { randomUUID } from 'node:crypto';
import { AuditTrail, SignedUrls } from '../access';
import { FeatureMaps, FeatureMatrices } from '../categorization';
import { readCodeVersion } from '../codeVersion';
import { type Config, readConfig } from '../config';
import { acquirePostgres, type Database, migrate, openDatabase } from '../database';
import { AnalysisDesk, createQueue, EvaluationDesk, type JobWorker, startWorker } from '../jobs';
import { createLogger } from '../log';
import { createRegistry } from '../models';
import type { Services } from '../services';
import { Uploads } from '../uploads';
import type { Layout } from './layout';

/**
 * Runs work against a server of the reproduction's own: an embedded database below the work folder, the exported
 * models, and a worker a core. Nothing of it touches the installation's data.
 *
 * @param cores workers, and so models that run side by side
 */
export async function withOwnServer<T>(
  layout: Layout,
  cores: number,
  work: (services: Services) => Promise<T>,
): Promise<T> {
  const config: Config = {
    ...readConfig({ ...process.env, DATABASE_URL: undefined, DATABASE_URL_FILE: undefined }),
    dataDir: layout.server,
    modelsDir: layout.models,
  };
  const log = createLogger('error');
  const postgres = await acquirePostgres({ dataDir: config.dataDir });
  const databases: Database[] = [];
  const workers: JobWorker[] = [];
  const open = (maxConnections: number): Database => {
    const database = openDatabase(postgres.url, { maxConnections });
    databases.push(database);
    return database;
  };
  try {
    await migrate(postgres.url);
    const database = open(5);
    const registry = await createRegistry({ database, config, log });
    const codeVersion = readCodeVersion();
    const context = { config, database, databaseUrl: postgres.url, registry, log };
    const queue = await createQueue({ database, log });
    workers.push(await startWorker({ ...context, queue }));
    for (let index = 1; index < cores; index++) {
      const own = open(5);
      workers.push(await startWorker({ ...context, database: own, queue: await createQueue({ database: own, log }) }));
    }
    const evaluations = new EvaluationDesk(postgres.url);
    const analyses = new AnalysisDesk(postgres.url);
    const featureMatrices = new FeatureMatrices(database);
    const featureMaps = new FeatureMaps(database, featureMatrices);
    const uploads = new Uploads({ ...context, codeVersion });
    const audit = new AuditTrail(database, log);
    // No one outside of this process gets an address.
    const urls = new SignedUrls(randomUUID());
    const rooms = { featureMatrices, featureMaps, queue, uploads, evaluations, analyses, audit, urls };
    return await work({ ...context, ...rooms, codeVersion });
  } finally {
    for (const worker of workers) await worker.stop();
    for (const database of databases) await database.close();
    await postgres.release();
  }
}
