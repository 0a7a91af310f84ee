import { isTerminal, type JobStatus } from '../job';

/** The first is processed before the last. */
export const RUN_PRIORITIES = ['INTERACTIVE', 'NORMAL', 'BACKGROUND'] as const;
export type RunPriority = (typeof RUN_PRIORITIES)[number];

export const RUN_COMPLETENESSES = ['COMPLETE', 'PARTIAL'] as const;
/**
 * Whether all images of a finished run have detections (or none was found), or some of them failed or were never
 * processed.
 */
export type RunCompleteness = (typeof RUN_COMPLETENESSES)[number];

/** @returns null while the run has not finished */
export function completenessOf(
  status: JobStatus,
  { completed, total }: { completed: number; total: number },
): RunCompleteness | null {
  if (!isTerminal(status)) return null;
  return completed === total ? 'COMPLETE' : 'PARTIAL';
}
