import type { Queryable } from './database';

/** The states of a job: a run, a detection in an upload, a categorization or an export. */
export const JOB_STATUSES = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** The legal moves of a job; the trigger `check_job_status_move` holds the same table in the database. */
export const LEGAL_MOVES: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  QUEUED: ['RUNNING', 'FAILED', 'CANCELLED'],
  RUNNING: ['SUCCEEDED', 'FAILED', 'CANCELLED'],
  SUCCEEDED: [],
  FAILED: [],
  CANCELLED: [],
};

/** @returns whether a job of this status has finished */
export function isTerminal(status: JobStatus): boolean {
  return LEGAL_MOVES[status].length === 0;
}

/** @returns the states from which a job may move to `target` */
export function statesBefore(target: JobStatus): JobStatus[] {
  return JOB_STATUSES.filter((status) => LEGAL_MOVES[status].includes(target));
}

/** The outcome of one image of a job. */
export const IMAGE_STATES = ['PENDING', 'COMPLETED', 'FAILED'] as const;
export type ImageState = (typeof IMAGE_STATES)[number];

/** How far a job is: images of a run, slices of an upload, lesions of a categorization, files of an export. */
export interface JobProgress {
  completed: number;
  failed: number;
  total: number;
}

/** The position of an unfinished job in the queue, and its estimated end. */
export interface JobOutlook {
  /** how many jobs of the same queue wait before it, from 0; null unless it is queued */
  queuePosition: number | null;
  /** null where no speed was measured */
  estimatedEndAt: Date | null;
}

/** The right to work on a job of the queue. */
export interface Lease {
  /**
   * Prolongs the right, on the database's clock.
   *
   * @returns false if another worker has it by now: then nothing may be written
   */
  renew(queryable: Queryable): Promise<boolean>;
  /** aborts when the lease is lost */
  lost: AbortSignal;
}
