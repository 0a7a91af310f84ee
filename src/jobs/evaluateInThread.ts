import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { compiledEntry } from '../compiled';
import { BadUserInput, userErrorOf } from '../errors';
import type {
  ComparisonSelection,
  DiscordantLesion,
  DiscordantSelection,
  EvaluationComparison,
  EvaluationRequest,
} from '../results';

/** What the thread can be asked for. */
export type EvaluationTask =
  | { kind: 'evaluate'; runId: number; request: EvaluationRequest }
  | { kind: 'compare'; firstIds: number[]; secondId: number; selection: ComparisonSelection }
  | { kind: 'findDiscordant'; firstId: number; secondId: number; selection: DiscordantSelection };

/** What the thread answers, or an error that is meant for people. */
export const ThreadAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('evaluated'), evaluationId: z.number().int() }),
  z.object({ kind: z.literal('compared'), comparisons: z.array(z.custom<EvaluationComparison>()) }),
  z.object({ kind: z.literal('discordant'), lesions: z.array(z.custom<DiscordantLesion>()) }),
  z.object({
    kind: z.literal('refused'),
    code: z.enum(['BAD_USER_INPUT', 'NOT_FOUND', 'CONFLICT']),
    message: z.string(),
    argument: z.string().optional(),
  }),
]);
export type ThreadAnswer = z.infer<typeof ThreadAnswer>;
type Outcome = Exclude<ThreadAnswer, { kind: 'refused' }>;

/** 30,000 images with 100 boxes each take a third of it; the numbers of the bootstrap are bounded beside it (results/metricPoints.ts). */
const MAX_HEAP_MIB = 768;
/** Ten thousand resamples of the whole of DeepLesion take a tenth of it. */
const MAX_MINUTES = 10;

/**
 * Evaluates a run off the event loop, by its own settings unless the request says otherwise.
 *
 * @param signal ends the thread and rejects with the signal's reason
 * @returns row id of the evaluation
 * @throws what the evaluation throws
 */
export async function evaluateInThread(
  databaseUrl: string,
  runId: number,
  request: EvaluationRequest = {},
  signal?: AbortSignal,
): Promise<number> {
  const answer = await inEvaluationThread(databaseUrl, { kind: 'evaluate', runId, request }, signal);
  if (answer.kind !== 'evaluated') throw new Error(`The evaluation thread answered ${answer.kind}.`);
  return answer.evaluationId;
}

/**
 * Does one task in a thread of its own, within bounds of memory and time.
 *
 * @throws what the task throws
 * @throws BadUserInput where it is too large for the bounds
 */
export function inEvaluationThread(databaseUrl: string, task: EvaluationTask, signal?: AbortSignal): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const thread = new Worker(compiledEntry('jobs/evaluationThread'), {
      workerData: { databaseUrl, task },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    });
    const end = (reason: unknown): void => {
      reject(reason);
      // PostgreSQL rolls back what its connection had begun.
      void thread.terminate();
    };
    const leave = (): void => end(signal?.reason);
    const timer = setTimeout(() => end(tooLarge(`${MAX_MINUTES} minutes`)), MAX_MINUTES * 60_000).unref();
    signal?.addEventListener('abort', leave, { once: true });
    thread.once('message', (message: unknown) => {
      const answer = ThreadAnswer.parse(message);
      if (answer.kind === 'refused') reject(userErrorOf(answer.code, answer.message, answer.argument));
      else resolve(answer);
    });
    thread.once('error', (failure: NodeJS.ErrnoException) =>
      reject(failure.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(`${MAX_HEAP_MIB} MiB of memory`) : failure),
    );
    thread.once('exit', (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      reject(new Error(`The evaluation thread ended with ${code} and without an answer.`));
    });
  });
}

function tooLarge(bound: string): BadUserInput {
  return new BadUserInput(
    `The evaluation took more than ${bound}: ask for fewer resamples, IoU thresholds or topK, or use "deeplesion evaluate".`,
  );
}
