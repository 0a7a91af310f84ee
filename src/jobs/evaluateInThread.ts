import { BadUserInput } from '../errors';
import type {
  ChosenMetric,
  ComparisonSelection,
  DiscordantLesion,
  DiscordantSelection,
  EvaluationComparison,
  EvaluationRequest,
  MetricDifference,
} from '../results';
import { askOnce } from '../threads';

/** The tasks of the thread. */
export type EvaluationTask =
  | { kind: 'evaluate'; runId: number; request: EvaluationRequest }
  | { kind: 'compare'; firstIds: number[]; secondId: number; selection: ComparisonSelection }
  | { kind: 'compareMetrics'; firstIds: number[]; secondId: number; metrics: ChosenMetric[]; stratum?: string }
  | { kind: 'findDiscordant'; firstId: number; secondId: number; selection: DiscordantSelection };

/** A task, and its database. */
export interface EvaluationThreadRequest {
  databaseUrl: string;
  task: EvaluationTask;
}

/** The response of the thread. */
export type EvaluationAnswer =
  | { kind: 'evaluated'; evaluationId: number }
  | { kind: 'compared'; comparisons: EvaluationComparison[] }
  | { kind: 'comparedMetrics'; differences: MetricDifference[][] }
  | { kind: 'discordant'; lesions: DiscordantLesion[] };

/**
 * 30,000 images with 100 boxes each take a third of it; the size of the bootstrap is limited separately
 * (results/metricPoints.ts).
 */
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
 * Runs one task in a separate thread, with limits of memory and time.
 *
 * @throws what the task throws
 * @throws BadUserInput if it exceeds the limits
 */
export async function inEvaluationThread(
  databaseUrl: string,
  task: EvaluationTask,
  signal?: AbortSignal,
): Promise<EvaluationAnswer> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooLarge(`${MAX_MINUTES} minutes`)), MAX_MINUTES * 60_000).unref();
  const either = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
  const request: EvaluationThreadRequest = { databaseUrl, task };
  try {
    // PostgreSQL rolls back the open transaction of a thread that was ended.
    return await askOnce('jobs/evaluationThread', request, { heapMib: MAX_HEAP_MIB, signal: either });
  } catch (thrown) {
    const isOutOfMemory = thrown instanceof Error && Reflect.get(thrown, 'code') === 'ERR_WORKER_OUT_OF_MEMORY';
    throw isOutOfMemory ? tooLarge(`${MAX_HEAP_MIB} MiB of memory`) : thrown;
  } finally {
    clearTimeout(timer);
  }
}

function tooLarge(bound: string): BadUserInput {
  return new BadUserInput(
    `The evaluation took more than ${bound}: ask for fewer resamples, IoU thresholds or topK, or use "deeplesion ` +
      'evaluate".',
  );
}
