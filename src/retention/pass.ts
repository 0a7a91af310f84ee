import { type AuditActor, addEvent } from '../access';
import type { Database } from '../database';
import { deleteDetectionRun } from '../deletion';
import { Conflict, messageOf, NotFound } from '../errors';
import { toGlobalId } from '../globalId';
import type { Logger } from '../log';
import { type ExpiredRun, findExpiredRuns, isExpiredRun } from '../results';

/** The rules, from the settings. */
export interface RetentionRules {
  /** detection runs that finished more days ago are deleted, if nothing rests on them; undefined: none ever */
  runsDays?: number;
}

const DAY_MS = 86_400_000;
/** A mistake in a setting becomes visible before it has deleted everything. */
const RUNS_AT_ONCE = 100;
const ACTOR: AuditActor = { keyId: null, keyName: null, address: 'retention' };

/** @param now the present time @returns when a run that is deleted must have finished; null without such a rule */
export function runsBefore({ runsDays }: RetentionRules, now: Date): Date | null {
  return runsDays === undefined ? null : new Date(now.getTime() - runsDays * DAY_MS);
}

/** A run that a pass would delete. */
export interface DueRun extends Omit<ExpiredRun, 'uuid'> {
  globalId: string;
}

/** @returns the runs that a pass at this time would delete, the oldest first; at most as many as a pass deletes */
export async function dueRuns(database: Database, rules: RetentionRules, now: Date): Promise<DueRun[]> {
  const before = runsBefore(rules, now);
  if (before === null) return [];
  const runs = await findExpiredRuns(database, before, RUNS_AT_ONCE);
  return runs.map(({ uuid, ...run }) => ({ ...run, globalId: toGlobalId('DetectionRun', { uuid }) }));
}

export interface PassOptions {
  database: Database;
  rules: RetentionRules;
  log: Pick<Logger, 'info' | 'warn'>;
  now: Date;
  /** ends the pass after the run that is being deleted */
  signal?: AbortSignal;
}

/**
 * Deletes what the rules say, at most 100 runs: each in a transaction of its own, with a tombstone and an event of the
 * audit trail. Whether a run may go is checked again under its lock.
 *
 * @returns the number of runs that were deleted
 */
export async function passOnce({ database, rules, log, now, signal }: PassOptions): Promise<number> {
  const before = runsBefore(rules, now);
  if (before === null) return 0;
  let deleted = 0;
  for (const { id, globalId } of await dueRuns(database, rules, now)) {
    if (signal?.aborted) break;
    try {
      await deleteDetectionRun(database, id, {
        reason: `Finished more than ${rules.runsDays} days ago, and nothing rests on it (RETENTION_RUNS_DAYS).`,
        deletedBy: 'RETENTION',
        dryRun: false,
        cascade: false,
        isStillWanted: (transaction) => isExpiredRun(transaction, id, before),
        async keep(transaction, { counts }) {
          const changes = Object.fromEntries(counts.map(({ what, count }) => [what, count]));
          await addEvent(transaction, {
            ...{ actor: ACTOR, action: 'retention', target: globalId },
            ...{ outcome: 'DONE', code: null, requestId: null, changes },
          });
        },
      });
      deleted += 1;
      log.info({ run: globalId }, 'a detection run was deleted by its age');
    } catch (thrown) {
      // Somebody keeps it now, or has deleted it: the next pass sees it again.
      if (!(thrown instanceof Conflict || thrown instanceof NotFound)) throw thrown;
      log.warn({ run: globalId, reason: messageOf(thrown) }, 'a detection run was not deleted by its age');
    }
  }
  return deleted;
}
