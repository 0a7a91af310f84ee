import type { CategorizationWorkContext } from '../categorization';
import { clusterInThread, failCategorization, workOnCategorization } from '../categorization';
import type { Config } from '../config';
import type { Database, DatabaseOptions } from '../database';
import { type ExportWorkContext, failExport, workOnExport } from '../exports';
import { InferenceHost } from '../inference';
import type { Logger } from '../log';
import { type DetectorRegistry } from '../models';
import { abandonBatch, IDLE_IN_TRANSACTION_MS, type RunWorkContext, type WebhookSettings, workOnBatch } from '../runs';
import { failSubmission, type SubmissionWorkContext, workOnSubmission } from '../submissions';
import { deliverWebhook } from './deliverWebhook';
import { evaluateInThread } from './evaluateInThread';
import { Heartbeat } from './heartbeat';
import type { JobQueue } from './queue';

/** A worker that takes batches from the queue until it is stopped. */
export interface JobWorker {
  /** Ends the current image, requeues the rest of its batch and closes the queue. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  database: Database;
  /** the same database, for the evaluation's own thread */
  databaseUrl: string;
  registry: DetectorRegistry;
  queue: JobQueue;
  config: Pick<Config, 'executionProviders' | 'modelsDir'> &
    Partial<Pick<Config, 'inferenceThreads' | 'inferenceBatchSize'> & WebhookSettings>;
  log: Logger;
  /** where files of detections lie; omitted: this process reads none */
  uploads?: SubmissionWorkContext['uploads'];
  /** where exports are kept, and what reads their filters; omitted: this process keeps none */
  exports?: Pick<ExportWorkContext, 'files' | 'readFilterFor'>;
  /** the inference process is killed if a slice takes longer; ms */
  sliceTimeoutMs?: number;
  /** memory limit of the inference process; bytes */
  memoryLimitBytes?: number;
  /** how long a run that this machine cannot serve is handed off to other workers before it is tried again; ms */
  refusalPauseMs?: number;
}

/** Options of a worker's connections. A statement whose result was lost in the network is given up after a minute. */
export const WORKER_CONNECTIONS: DatabaseOptions = {
  answerTimeoutMs: 60_000,
  idleInTransactionTimeoutMs: IDLE_IN_TRANSACTION_MS,
};

const GIVEN_UP = 'Given up: the worker died or failed in every delivery of this batch.';
const SUBMISSION_GIVEN_UP = 'Given up: the process that read the file died or failed in every delivery.';
const EXPORT_GIVEN_UP = 'Given up: the process that wrote the file died or failed in every delivery.';
const CATEGORIZATION_GIVEN_UP = 'Given up: the worker died or failed in every delivery.';

/** Starts a worker in this process; the models run in a separate process, which starts with the first batch. */
export async function startWorker(options: WorkerOptions): Promise<JobWorker> {
  const { database, databaseUrl, registry, queue, log, sliceTimeoutMs, memoryLimitBytes } = options;
  const { config } = options;
  const { executionProviders, inferenceThreads: threads, inferenceBatchSize: batchSize } = config;
  const host = new InferenceHost({ executionProviders, threads, batchSize, sliceTimeoutMs, memoryLimitBytes });
  // A separate process, because a process has one model at a time, and runs continue while lesions are encoded.
  const encoderHost = new InferenceHost({ executionProviders, threads, sliceTimeoutMs, memoryLimitBytes });
  const evaluate = async (runId: number): Promise<void> => {
    await evaluateInThread(databaseUrl, runId);
  };
  const heartbeat = new Heartbeat(database, log, options.refusalPauseMs);
  const context: RunWorkContext = { database, registry, host, log, evaluate, observer: heartbeat };
  const sorting: CategorizationWorkContext = { database, host: encoderHost, config, log, cluster: clusterInThread };
  const { uploads } = options;
  const submitting = uploads && { uploads, database, log, evaluate };
  const exporting = options.exports && { ...options.exports, database, log };
  const stopping = new AbortController();

  queue.work({
    resting: () => heartbeat.resting(),
    work: (batch) => heartbeat.during(batch, () => workOnBatch(context, batch, stopping.signal)),
    giveUp: ({ runId, imageIds }) => abandonBatch(context, runId, imageIds, GIVEN_UP),
    categorize: (job) => workOnCategorization(sorting, job, stopping.signal),
    giveUpCategorization: (id) => failCategorization(database, id, CATEGORIZATION_GIVEN_UP),
    submit: submitting && ((job) => workOnSubmission(submitting, job, stopping.signal)),
    giveUpSubmission: submitting && ((runId) => failSubmission(database, runId, SUBMISSION_GIVEN_UP)),
    writeExport: exporting && ((job) => workOnExport(exporting, job, stopping.signal)),
    giveUpExport: exporting && ((id) => failExport(database, id, EXPORT_GIVEN_UP)),
    deliverWebhook: sendsWebhooks(config)
      ? (job) => deliverWebhook({ database, settings: config, log }, job)
      : undefined,
  });

  // Outcomes keep only the id.
  const { id: worker, host: machine, processId } = heartbeat.own;
  log.info({ worker, machine, processId }, 'worker started');
  return {
    async stop() {
      stopping.abort();
      await queue.stop();
      await heartbeat.stop();
      host.stop('The worker stops.');
      encoderHost.stop('The worker stops.');
    },
  };
}

/** A worker without the settings leaves the messages to workers that have them. */
function sendsWebhooks(config: Partial<WebhookSettings>): config is WebhookSettings {
  return config.webhookSecret !== undefined && (config.webhookHosts?.length ?? 0) > 0;
}
