/** The spans of a run on its worker: they continue the trace of the request that made it. */
import type { Queryable } from '../database';
import type { StageTimes } from '../inference';
import { currentTraceparent, isTracing, noteSpan } from '../tracing';
import type { DetectionRunRow } from './runRows';

/** @returns the W3C traceparent of the request that made a run; null without traces */
export async function findTraceparent(database: Queryable, runId: number): Promise<string | null> {
  if (!isTracing()) return null;
  const run = await database.prisma.detectionRun.findFirst({ where: { id: runId }, select: { traceParent: true } });
  return run?.traceParent ?? null;
}

/** Adds how long a run that begins now has waited for a worker. */
export function noteQueueWait({ createdAt }: Pick<DetectionRunRow, 'createdAt'>): void {
  const now = Date.now();
  // Its clock is the database's.
  noteSpan('queue wait', Math.min(createdAt.getTime(), now), now, { kind: 'CONSUMER' });
}

/** Adds an image and its stages, of which the model tells how long they took. */
export function noteImage({ decodeMs, prepareMs, networkMs, postprocessMs }: StageTimes): void {
  if (!isTracing()) return;
  const end = Date.now();
  const stages = [
    ['prepare', decodeMs + prepareMs],
    ['inference', networkMs],
    ['postprocess', postprocessMs],
  ] as const;
  let at = end - stages.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
  const parent = noteSpan('image', at, end, { parent: currentTraceparent() });
  for (const [name, milliseconds] of stages) {
    noteSpan(name, at, at + milliseconds, { parent });
    at += milliseconds;
  }
}
