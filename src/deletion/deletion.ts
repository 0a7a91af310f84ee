import { type Database, leaveTombstones, type NewGrave, type Transaction } from '../database';
import { BadUserInput, Conflict } from '../errors';
import { isTerminal, type JobStatus } from '../job';
import { isStorable } from '../storableText';

export const COUNTED_THINGS = [
  'PATIENTS',
  'IMAGES',
  'LESIONS',
  'COHORTS',
  'COHORT_LESIONS',
  'DETECTION_RUNS',
  'RUN_IMAGES',
  'DETECTIONS',
  'EVALUATIONS',
  'REVIEWS',
  'RETRIES',
  'CATEGORIZATIONS',
  'PSEUDO_CLUSTERS',
  'ASSIGNMENTS',
  'ASSIGNED_CATEGORIZATIONS',
] as const;
export type CountedThing = (typeof COUNTED_THINGS)[number];

/** Rows of one kind that a deletion concerns. */
export interface DeletionCount {
  what: CountedThing;
  count: number;
  /** whether they exist apart from what is deleted, so that it is deleted only with `cascade` */
  isDependent: boolean;
}

export interface DeletionRequest {
  /** 1 to 1,000 characters */
  reason: string;
  deletedBy: string;
  /** only count */
  dryRun: boolean;
  /** delete what depends on it too */
  cascade: boolean;
  /** asked again once a run is locked: false leaves it. Omitted: true */
  isStillWanted?(transaction: Transaction): Promise<boolean>;
  /** given what was, or would be, deleted, as the last step of the transaction */
  keep?(transaction: Transaction, deletion: Deletion): Promise<void>;
}

/** What was, or would be, deleted. */
export interface Deletion {
  deleted: boolean;
  /** why it is not deleted; null if it is, or would be */
  refusal: string | null;
  counts: DeletionCount[];
}

/** What is to be deleted, as the transaction found and locked it. */
export interface DeletionPlan {
  /** such as `Detection run 1c…` */
  name: string;
  /** each gets a tombstone */
  graves: NewGrave[];
  counts: DeletionCount[];
  /** what still works on it, a sentence; null if nothing does */
  work: string | null;
  remove(): Promise<void>;
}

const LONGEST_REASON = 1_000;
/** Rows by the hundred thousand go with a large data set. */
const TIMEOUT = `SET LOCAL statement_timeout = '10min'`;

/**
 * Deletes in one transaction, or counts what a deletion would delete.
 *
 * @throws BadUserInput if the reason does not fit
 * @throws NotFound if it is gone
 * @throws Conflict if something works on it, or depends on it without `cascade`; a dry run says so in its result
 */
export function deletePlanned(
  database: Database,
  request: DeletionRequest,
  makePlan: (transaction: Transaction) => Promise<DeletionPlan>,
): Promise<Deletion> {
  const { reason, deletedBy, dryRun, cascade } = request;
  if (!isStorable(reason) || reason.trim() === '' || reason.length > LONGEST_REASON)
    throw new BadUserInput(`Expected a reason of 1 to ${LONGEST_REASON} characters, got ${reason.length}.`, 'reason');
  return database.transaction(async (transaction) => {
    await transaction.query({ text: TIMEOUT });
    const plan = await makePlan(transaction);
    const refusal = plan.work ?? (cascade ? null : dependentsText(plan));
    if (refusal !== null && !dryRun) throw new Conflict(refusal, 'id');
    const { counts } = plan;
    if (!dryRun) {
      await plan.remove();
      await leaveTombstones(transaction, plan.graves, { deletedBy, reason, counts: countsByThing(counts) });
    }
    const deletion = { deleted: !dryRun, refusal, counts };
    await request.keep?.(transaction, deletion);
    return deletion;
  });
}

/** @returns the counts by what they are of */
export function countsByThing(counts: readonly DeletionCount[]): Record<string, number> {
  return Object.fromEntries(counts.map(({ what, count }) => [what, count]));
}

function dependentsText({ name, counts }: DeletionPlan): string | null {
  const dependents = counts.filter(({ isDependent, count }) => isDependent && count > 0);
  if (dependents.length === 0) return null;
  const list = dependents.map(({ what, count }) => `${count} ${what.toLowerCase().replaceAll('_', ' ')}`).join(', ');
  return `${name} was not deleted, because something depends on it (${list}): set cascade to delete it all the same.`;
}

/** @returns a sentence about the jobs that have not finished, or null */
export function workText(what: string, jobs: readonly { status: JobStatus }[]): string | null {
  const open = jobs.filter(({ status }) => !isTerminal(status)).length;
  return open === 0 ? null : `Nothing was deleted, because ${open} ${what} not finished: cancel or await them first.`;
}

export const part = (what: CountedThing, count: number): DeletionCount => ({ what, count, isDependent: false });
export const dependent = (what: CountedThing, count: number): DeletionCount => ({ what, count, isDependent: true });
