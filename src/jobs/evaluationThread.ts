/** A thread that evaluates one run: thousands of boxes against thousands of lesions take longer than the event loop may stand still. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { openDatabase } from '../database';
import { type EvaluationRequest, evaluateRun } from '../detection';
import { BadUserInput, Conflict, NotFound } from '../errors';
import type { ThreadAnswer } from './evaluateInThread';

const { databaseUrl, runId, request } = z
  .object({ databaseUrl: z.string(), runId: z.number().int(), request: z.custom<EvaluationRequest>() })
  .parse(workerData);

async function main(): Promise<void> {
  const database = openDatabase(databaseUrl, { maxConnections: 1 });
  try {
    parentPort?.postMessage(await evaluate(database));
  } finally {
    await database.close();
  }
}

async function evaluate(database: ReturnType<typeof openDatabase>): Promise<ThreadAnswer> {
  try {
    return { kind: 'evaluated', evaluationId: (await evaluateRun(database, runId, request)).id };
  } catch (thrown) {
    // A class does not survive the way out of a thread.
    if (thrown instanceof BadUserInput || thrown instanceof NotFound || thrown instanceof Conflict)
      return { kind: 'refused', code: thrown.code, message: thrown.message, argument: thrown.argument };
    throw thrown;
  }
}

void main();
