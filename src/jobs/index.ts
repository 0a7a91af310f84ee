/** The queue and the worker that takes from it. */
export { type Analyses, AnalysisDesk } from './analysisDesk';
export { type FinishedBatch, findFinishedBatches, findQueueDepth, type QueueDepth } from './bossJobs';
export { evaluateInThread } from './evaluateInThread';
export { EvaluationDesk, type Evaluations } from './evaluationDesk';
export { createQueue, type JobHandlers, type JobQueue } from './queue';
export { countWebhooks } from './webhooks';
export { type JobWorker, startWorker, WORKER_CONNECTIONS, type WorkerOptions } from './worker';
