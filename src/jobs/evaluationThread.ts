/**
 * A thread that evaluates a run or compares evaluations: matching thousands of boxes with thousands of lesions would
 * block the event loop too long.
 */
import { type Database, openDatabase } from '../database';
import { compareMetrics, compareWithBaseline, evaluateRun, findDiscordantLesions } from '../results';
import { answerRequests } from '../threads';
import type { EvaluationAnswer, EvaluationTask, EvaluationThreadRequest } from './evaluateInThread';

async function work(database: Database, task: EvaluationTask): Promise<EvaluationAnswer> {
  switch (task.kind) {
    case 'evaluate':
      return { kind: 'evaluated', evaluationId: (await evaluateRun(database, task.runId, task.request)).id };
    case 'compare': {
      const { firstIds, secondId, selection } = task;
      return { kind: 'compared', comparisons: await compareWithBaseline(database, firstIds, secondId, selection) };
    }
    case 'compareMetrics': {
      const { firstIds, secondId, metrics, stratum } = task;
      return {
        kind: 'comparedMetrics',
        differences: await compareMetrics(database, firstIds, secondId, metrics, { stratum }),
      };
    }
    case 'findDiscordant': {
      const { firstId, secondId, selection } = task;
      return { kind: 'discordant', lesions: await findDiscordantLesions(database, firstId, secondId, selection) };
    }
  }
}

answerRequests(async ({ databaseUrl, task }: EvaluationThreadRequest) => {
  const database = openDatabase(databaseUrl, { maxConnections: 1 });
  try {
    return await work(database, task);
  } finally {
    await database.close();
  }
});
