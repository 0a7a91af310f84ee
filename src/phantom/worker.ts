import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { renderPatientFiles, type WorkerAnswer } from './pool';

const setting = z.object({ seed: z.number(), neighbours: z.number(), imageDir: z.string() }).parse(workerData);

parentPort?.on('message', (message: unknown) => {
  let answer: WorkerAnswer;
  try {
    answer = { records: renderPatientFiles(setting, z.number().int().parse(message)) };
  } catch (error) {
    answer = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  parentPort?.postMessage(answer);
});
