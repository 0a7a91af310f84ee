/**
 * A thread that evaluates one run, or compares evaluations once: thousands of boxes against thousands of lesions take longer than the
 * event loop may stand still.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { type Database, openDatabase } from '../database';
import { BadUserInput, Conflict, NotFound } from '../errors';
import { compareEvaluations, evaluateRun, findDiscordantLesions } from '../results';
import type { EvaluationTask, ThreadAnswer } from './evaluateInThread';

const { databaseUrl, task } = z.object({ databaseUrl: z.string(), task: z.custom<EvaluationTask>() }).parse(workerData);

async function main(): Promise<void> {
  const database = openDatabase(databaseUrl, { maxConnections: 1 });
  try {
    parentPort?.postMessage(await answer(database));
  } finally {
    await database.close();
  }
}

async function answer(database: Database): Promise<ThreadAnswer> {
  try {
    return await work(database);
  } catch (thrown) {
    // A class does not survive the way out of a thread.
    if (thrown instanceof BadUserInput || thrown instanceof NotFound || thrown instanceof Conflict)
      return { kind: 'refused', code: thrown.code, message: thrown.message, argument: thrown.argument };
    throw thrown;
  }
}

async function work(database: Database): Promise<ThreadAnswer> {
  switch (task.kind) {
    case 'evaluate':
      return { kind: 'evaluated', evaluationId: (await evaluateRun(database, task.runId, task.request)).id };
    case 'compare': {
      const comparisons = [];
      for (const firstId of task.firstIds)
        comparisons.push(await compareEvaluations(database, firstId, task.secondId, task.selection));
      return { kind: 'compared', comparisons };
    }
    case 'findDiscordant': {
      const { firstId, secondId, selection } = task;
      return { kind: 'discordant', lesions: await findDiscordantLesions(database, firstId, secondId, selection) };
    }
  }
}

void main();
