export { evaluateInThread } from './evaluateInThread';
export { type BatchHandlers, createQueue, type JobQueue } from './queue';
export { type JobWorker, startWorker, type WorkerOptions } from './worker';
