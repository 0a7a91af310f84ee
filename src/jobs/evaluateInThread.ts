import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { compiledEntry } from '../compiled';
import type { EvaluationRequest } from '../detection';
import { userErrorOf } from '../errors';

/** What the thread answers: the row id of the evaluation, or an error that is meant for people. */
export const ThreadAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('evaluated'), evaluationId: z.number().int() }),
  z.object({
    kind: z.literal('refused'),
    code: z.enum(['BAD_USER_INPUT', 'NOT_FOUND', 'CONFLICT']),
    message: z.string(),
    argument: z.string().optional(),
  }),
]);
export type ThreadAnswer = z.infer<typeof ThreadAnswer>;

/**
 * Evaluates a run off the event loop, by its own settings unless the request says otherwise.
 *
 * @returns row id of the evaluation
 * @throws what the evaluation throws
 */
export function evaluateInThread(databaseUrl: string, runId: number, request: EvaluationRequest = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(compiledEntry('jobs/evaluationThread'), { workerData: { databaseUrl, runId, request } });
    thread.once('message', (message: unknown) => {
      const answer = ThreadAnswer.parse(message);
      if (answer.kind === 'evaluated') resolve(answer.evaluationId);
      else reject(userErrorOf(answer.code, answer.message, answer.argument));
    });
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`The evaluation thread ended with ${code} and without an answer.`)));
  });
}
