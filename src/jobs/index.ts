export { evaluateInThread } from './evaluateInThread';
export { type Batch, createQueue, type JobQueue } from './queue';
export { type JobWorker, startWorker, type WorkerOptions } from './worker';
