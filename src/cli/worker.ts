import { once } from 'node:events';
import type { Command } from 'commander';
import { findExecutionProviders } from '../inference';
import { WORKER_CONNECTIONS } from '../jobs';
import { withDatabase } from './database';
import { withWorker } from './withWorker';

/** `deeplesion worker`: takes batches of detection runs until it is stopped, on this machine or another one. */
export function registerWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('work on the queue of DATABASE_URL, or of the server on the same DATA_DIR, until SIGINT or SIGTERM')
    .action(() =>
      withDatabase(
        (context) =>
          withWorker(context, async ({ log, interrupted }) => {
            void findExecutionProviders().then((providers) =>
              log.info({ providers }, 'execution providers of this machine'),
            );
            await once(interrupted, 'abort');
          }),
        WORKER_CONNECTIONS,
      ),
    );
}
