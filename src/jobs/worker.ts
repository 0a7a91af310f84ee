import type { Config } from '../config';
import type { Database } from '../database';
import { abandonBatch, type DetectorRegistry, InferenceHost, type RunWorkContext, workOnBatch } from '../detection';
import type { Logger } from '../log';
import { evaluateInThread } from './evaluateInThread';
import type { Batch, JobQueue } from './queue';

/** A worker that takes batches from the queue until it is stopped. */
export interface JobWorker {
  /** Ends the image in hand, puts the rest of its batch back and lets go of the queue. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  database: Database;
  /** the same database, for the evaluation's own thread */
  databaseUrl: string;
  registry: DetectorRegistry;
  queue: JobQueue;
  config: Pick<Config, 'executionProviders'>;
  log: Logger;
  /** a slice that takes longer ends with the inference process killed; ms */
  sliceTimeoutMs?: number;
}

/** Starts a worker in this process; the networks run in a process of their own, which starts with the first batch. */
export async function startWorker(options: WorkerOptions): Promise<JobWorker> {
  const { database, databaseUrl, registry, queue, log } = options;
  const host = new InferenceHost({
    executionProviders: options.config.executionProviders,
    sliceTimeoutMs: options.sliceTimeoutMs,
  });
  const context: RunWorkContext = {
    database,
    registry,
    host,
    log,
    evaluate: (runId) => evaluateInThread(databaseUrl, runId),
  };
  const stopping = new AbortController();

  await queue.work({
    async work({ runId, imageIds }: Batch) {
      const rest = await workOnBatch(context, runId, imageIds, stopping.signal);
      if (rest.length > 0) await queue.sendBack({ runId, imageIds: rest });
    },
    async giveUp({ runId, imageIds }: Batch) {
      await abandonBatch(
        context,
        runId,
        imageIds,
        'Given up: the worker was lost or failed in every delivery of this batch.',
      );
    },
  });

  return {
    async stop() {
      stopping.abort();
      await queue.stop();
      host.kill('The worker stops.');
    },
  };
}
