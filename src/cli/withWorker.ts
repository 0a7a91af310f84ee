import { readCodeVersion } from '../codeVersion';
import { createQueue, type JobQueue, startWorker } from '../jobs';
import { createLogger, type Logger } from '../log';
import { createRegistry, type DetectorRegistry } from '../models';
import { startTracing } from '../tracing';
import { Uploads } from '../uploads';
import type { CommandContext } from './database';

/** What a command with a worker of its own works with. */
export interface WorkerContext {
  log: Logger;
  registry: DetectorRegistry;
  queue: JobQueue;
  uploads: Uploads;
  /** aborted by SIGINT and SIGTERM */
  interrupted: AbortSignal;
}

/** Runs a command alongside a worker in this process, so that the command needs no server; the worker stops with it. */
export async function withWorker(
  { config, database, databaseUrl }: CommandContext,
  work: (context: WorkerContext) => Promise<void>,
): Promise<void> {
  const log = createLogger(config.logLevel);
  const stopTracing = await startTracing(config.tracing, log);
  const registry = await createRegistry({ database, config, log });
  const queue = await createQueue({ database, log });
  // Not started: what has expired is deleted by the server that uses the folder.
  const uploads = new Uploads({ config, database, registry, codeVersion: readCodeVersion(), log });
  const worker = await startWorker({ database, databaseUrl, registry, queue, uploads, config, log });
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    await work({ log, registry, queue, uploads, interrupted: interrupted.signal });
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await worker.stop();
    await stopTracing();
  }
}
