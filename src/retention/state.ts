import type { Queryable } from '../database';
import { countExpiredRuns } from '../results';
import { type RetentionRules, runsBefore } from './pass';

const PASS_SECONDS = 3_600;

/** What the rules do and did. */
export interface RetentionState {
  /** when the next pass may begin; null without rules */
  nextRunAt: Date | null;
  /** when the last pass began; null before the first */
  lastRunAt: Date | null;
  /** how many runs the last pass deleted */
  lastDeleted: number;
  /** how many runs the rules concern now; a pass deletes 100 at most */
  wouldDelete: number;
}

export async function findRetentionState(
  database: Queryable,
  rules: RetentionRules,
  now: Date,
): Promise<RetentionState> {
  const last = await database.prisma.retentionPass.findFirst();
  const before = runsBefore(rules, now);
  const nextMs = Math.max(now.getTime(), last === null ? 0 : last.beganAt.getTime() + PASS_SECONDS * 1_000);
  return {
    nextRunAt: before === null ? null : new Date(nextMs),
    lastRunAt: last?.beganAt ?? null,
    lastDeleted: last?.deleted ?? 0,
    wouldDelete: before === null ? 0 : await countExpiredRuns(database, before),
  };
}

/**
 * Claims the pass of this hour, on the database's clock: of several servers one has it, and one that dies leaves it to
 * the next hour.
 */
export async function claimPass(database: Queryable): Promise<boolean> {
  const rows = await database.query({
    text: `INSERT INTO retention_pass (began_at) VALUES (clock_timestamp())
           ON CONFLICT (id) DO UPDATE SET began_at = clock_timestamp(), ended_at = NULL, deleted = 0
             WHERE retention_pass.began_at < clock_timestamp() - make_interval(secs => $1)
           RETURNING id`,
    values: [PASS_SECONDS],
  });
  return rows.length > 0;
}

export async function endPass(database: Queryable, deleted: number): Promise<void> {
  await database.query({
    text: 'UPDATE retention_pass SET ended_at = clock_timestamp(), deleted = $1',
    values: [deleted],
  });
}
