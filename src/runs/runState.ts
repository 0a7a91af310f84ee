import { JOB_STATUSES, type JobStatus } from '../job';

/** The first is processed before the last. */
export const RUN_PRIORITIES = ['INTERACTIVE', 'NORMAL', 'BACKGROUND'] as const;
export type RunPriority = (typeof RUN_PRIORITIES)[number];

/** The legal moves of a run; the trigger `detection_run_status_move` holds the same table in the database. */
export const LEGAL_MOVES: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  QUEUED: ['RUNNING', 'FAILED', 'CANCELLED'],
  RUNNING: ['SUCCEEDED', 'FAILED', 'CANCELLED'],
  SUCCEEDED: [],
  FAILED: [],
  CANCELLED: [],
};

/** @returns whether a run in this state has ended permanently */
export function isTerminal(status: JobStatus): boolean {
  return LEGAL_MOVES[status].length === 0;
}

/** @returns the states from which a run may move to `target` */
export function statesBefore(target: JobStatus): JobStatus[] {
  return JOB_STATUSES.filter((status) => LEGAL_MOVES[status].includes(target));
}

export const RUN_COMPLETENESSES = ['COMPLETE', 'PARTIAL'] as const;
/**
 * Whether all images of a finished run have detections (or none was found), or some of them failed or were never
 * processed.
 */
export type RunCompleteness = (typeof RUN_COMPLETENESSES)[number];

/** @returns null while the run has not ended */
export function completenessOf(
  status: JobStatus,
  { completed, total }: { completed: number; total: number },
): RunCompleteness | null {
  if (!isTerminal(status)) return null;
  return completed === total ? 'COMPLETE' : 'PARTIAL';
}
