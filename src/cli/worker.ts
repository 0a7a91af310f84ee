import { once } from 'node:events';
import type { Command } from 'commander';
import { findExecutionProviders } from '../inference';
import { createQueue, startWorker, WORKER_CONNECTIONS } from '../jobs';
import { createLogger } from '../log';
import { createRegistry } from '../models';
import { withDatabase } from './database';

/** `deeplesion worker`: takes batches of detection runs until it is stopped, on this machine or another one. */
export function registerWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('work on the queue of DATABASE_URL, or of the server on the same DATA_DIR, until SIGINT or SIGTERM')
    .action(() =>
      withDatabase(async ({ config, database, databaseUrl }) => {
        const log = createLogger(config.logLevel);
        const registry = await createRegistry({ database, config, log });
        const queue = await createQueue({ database, log });
        const worker = await startWorker({ database, databaseUrl, registry, queue, config, log });
        void findExecutionProviders().then((providers) =>
          log.info({ providers }, 'execution providers of this machine'),
        );
        await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
        await worker.stop();
      }, WORKER_CONNECTIONS),
    );
}
