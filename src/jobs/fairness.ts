import type { Queryable } from '../database';
import type { Flow, RunPriority } from '../runs';
import { findPriorityRange } from './bossJobs';

/** The share of a client's turn that an image takes. */
const WEIGHTS: Record<RunPriority, number> = { INTERACTIVE: 1, NORMAL: 4, BACKGROUND: 16 };
/** pg-boss has an int4; a queue that is not empty for so long continues as first come, first served. */
const LAST_TURN = 2_000_000_000;

/**
 * Priorities of new batches in the queue, by self-clocked fair queueing (Golestani 1994). Each batch has a finish time:
 * where its flow would be after it if all waiting flows were served equally, image by image. The batch with the
 * smallest finish time is first. A new flow starts at the current virtual time, so that it neither starves the others
 * nor is starved. The finish times of one flow rise with its waiting batches, so that a thousand runs of one client are
 * behind one run of another.
 *
 * The virtual clock is the smallest finish time in the queue, and 0 once the queue is empty. Runs are accepted one
 * after another (`expectRoom`), so that no two see the same clock.
 *
 * @param sizes images of the batches, one after another
 * @returns pg-boss's priority of each batch: its finish time, negated, because pg-boss takes the largest first
 */
export async function findTurns(transaction: Queryable, flow: Flow, sizes: readonly number[]): Promise<number[]> {
  const { now, last } = await findPriorityRange(transaction, flow);
  let finish = Math.max(now, last);
  return sizes.map((size) => {
    finish = Math.min(LAST_TURN, finish + size * WEIGHTS[flow.priority]);
    return -finish;
  });
}
