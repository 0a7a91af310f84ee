export { evaluateInThread } from './evaluateInThread';
export { createQueue, type JobHandlers, type JobQueue } from './queue';
export { type JobWorker, startWorker, type WorkerOptions } from './worker';
