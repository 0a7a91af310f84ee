import type { Queryable } from './database';

/** The states of a job, be it a run or a detection in an upload. The legal moves of each kind are kept by its room. */
export const JOB_STATUSES = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** The outcome of one image of a job. */
export const IMAGE_STATES = ['PENDING', 'COMPLETED', 'FAILED'] as const;
export type ImageState = (typeof IMAGE_STATES)[number];

/** How far a run is. */
export interface JobProgress {
  completed: number;
  failed: number;
  total: number;
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
