import { setImmediate as turn } from 'node:timers/promises';

/** A connection that came so long ago says nothing of others that wait behind it. */
const RECENT_MS = 50;
/** So many turns of the event loop without a new connection: none waits any more. */
const QUIET_TURNS = 2;
/** However many connections come, work goes on. */
const LONGEST_MS = 250;

/**
 * New connections. The event loop accepts one of them in each of its turns: where every turn is full of the work of those who are in already,
 * whoever comes waits for seconds behind all who came before. Work therefore begins only when nobody is at the door, or after a while.
 */
export class Arrivals {
  private count = 0;
  private lastAt = Number.NEGATIVE_INFINITY;

  note(): void {
    this.count++;
    this.lastAt = performance.now();
  }

  /** @returns undefined where no connection is new, so that work begins at once */
  readonly settled = (): Promise<void> | undefined =>
    performance.now() - this.lastAt < RECENT_MS ? this.untilQuiet() : undefined;

  private async untilQuiet(): Promise<void> {
    const deadline = performance.now() + LONGEST_MS;
    let quietTurns = 0;
    while (quietTurns < QUIET_TURNS && performance.now() < deadline) {
      const before = this.count;
      await turn();
      quietTurns = this.count === before ? quietTurns + 1 : 0;
    }
  }
}
