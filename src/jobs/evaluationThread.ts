/** A thread that evaluates one run: thousands of boxes against thousands of lesions take longer than the event loop may stand still. */
import { workerData } from 'node:worker_threads';
import { z } from 'zod';
import { openDatabase } from '../database';
import { evaluateRun } from '../detection';

const { databaseUrl, runId } = z.object({ databaseUrl: z.string(), runId: z.number().int() }).parse(workerData);

async function main(): Promise<void> {
  const database = openDatabase(databaseUrl, { maxConnections: 1 });
  try {
    await evaluateRun(database, runId);
  } finally {
    await database.close();
  }
}

void main();
