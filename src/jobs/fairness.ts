import type { Queryable } from '../database';
import type { Flow, RunPriority } from '../runs';
import { findPriorityRange } from './bossJobs';

/** How much of a client's turn an image takes. */
const WEIGHTS: Record<RunPriority, number> = { INTERACTIVE: 1, NORMAL: 4, BACKGROUND: 16 };
/** pg-boss keeps an int4; a queue that is never empty for so long goes on first come, first served. */
const LAST_TURN = 2_000_000_000;

/**
 * Places for new batches in the queue, by self-clocked fair queueing (Golestani 1994). Each batch has a finish: where its flow would be
 * after it if all flows that wait were served alike, image by image. The one with the smallest finish comes first; a flow that comes
 * again begins where the others are now, and not where they were when they began, so that no one is starved by newcomers either. The
 * places of one flow rise with what it has waiting, so that a thousand runs of one client stand behind one run of another.
 *
 * The clock is what waits: the smallest finish in the queue, and 0 once the queue is empty. Runs are accepted one after another
 * (`expectRoom`), so that no two see the same clock.
 *
 * @param sizes images of the batches, one after another
 * @returns pg-boss's priority of each batch: its finish, negated, because pg-boss takes the largest first
 */
export async function findTurns(transaction: Queryable, flow: Flow, sizes: readonly number[]): Promise<number[]> {
  const { now, last } = await findPriorityRange(transaction, flow);
  let finish = Math.max(now, last);
  return sizes.map((size) => {
    finish = Math.min(LAST_TURN, finish + size * WEIGHTS[flow.priority]);
    return -finish;
  });
}
