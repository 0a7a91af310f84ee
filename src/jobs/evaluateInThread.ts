import { Worker } from 'node:worker_threads';
import { compiledEntry } from '../compiled';

/**
 * Evaluates a run by its own settings, off the event loop.
 *
 * @throws what the evaluation throws
 */
export function evaluateInThread(databaseUrl: string, runId: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(compiledEntry('jobs/evaluationThread'), { workerData: { databaseUrl, runId } });
    thread.once('error', reject);
    thread.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`The evaluation thread ended with ${code}.`)),
    );
  });
}
