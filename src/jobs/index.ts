export { evaluateInThread } from './evaluateInThread';
export { createQueue, type JobHandlers, type JobQueue } from './queue';
export { type FinishedBatch, findFinishedBatches, findQueueDepth, type QueueDepth } from './queueDepth';
export { ANSWER_TIMEOUT_MS, type JobWorker, startWorker, type WorkerOptions } from './worker';
