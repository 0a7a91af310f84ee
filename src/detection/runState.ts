export const RUN_STATUSES = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** The legal moves of a run; the trigger `detection_run_status_move` holds the same table in the database. */
export const LEGAL_MOVES: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  QUEUED: ['RUNNING', 'FAILED', 'CANCELLED'],
  RUNNING: ['SUCCEEDED', 'FAILED', 'CANCELLED'],
  SUCCEEDED: [],
  FAILED: [],
  CANCELLED: [],
};

/** @returns whether a run in this state has ended for good */
export function isTerminal(status: RunStatus): boolean {
  return LEGAL_MOVES[status].length === 0;
}

/** @returns the states from which a run may move to `target` */
export function statesBefore(target: RunStatus): RunStatus[] {
  return RUN_STATUSES.filter((status) => LEGAL_MOVES[status].includes(target));
}

export const RUN_COMPLETENESSES = ['COMPLETE', 'PARTIAL'] as const;
/** Whether all images of an ended run have detections (none among them), or some of them failed or were never looked at. */
export type RunCompleteness = (typeof RUN_COMPLETENESSES)[number];

/** @returns null while the run has not ended */
export function completenessOf(
  status: RunStatus,
  { completed, total }: { completed: number; total: number },
): RunCompleteness | null {
  if (!isTerminal(status)) return null;
  return completed === total ? 'COMPLETE' : 'PARTIAL';
}
