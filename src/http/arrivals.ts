/** A connection that came so long ago says nothing of others that wait behind it. */
const RECENT_MS = 50;
/** So many turns of the event loop without a new connection: none waits any more. */
const QUIET_TURNS = 2;
/** However many connections come, some work goes on: one piece in so many turns. */
const BUSY_TURNS = 5;

/**
 * New connections. The event loop accepts one of them in each of its turns: where every turn is full of the work of those who are in already,
 * whoever comes waits for seconds behind all who came before. Work therefore begins when no one is at the door, one piece in each turn, and
 * seldom as long as connections come.
 */
export class Arrivals {
  private lastAt = Number.NEGATIVE_INFINITY;
  private turnsSinceArrival = 0;
  private turnsSinceWork = 0;
  private readonly waiting = new Set<() => void>();

  note(): void {
    this.lastAt = performance.now();
    this.turnsSinceArrival = 0;
  }

  /** @returns undefined if no connection is new and no one waits, so that work begins at once */
  settled(): Promise<void> | undefined {
    if (this.waiting.size === 0 && performance.now() - this.lastAt >= RECENT_MS) return undefined;
    return new Promise((resolve) => {
      if (this.waiting.size === 0) setImmediate(this.passTurn);
      this.waiting.add(resolve);
    });
  }

  private readonly passTurn = (): void => {
    this.turnsSinceArrival++;
    this.turnsSinceWork++;
    if (this.turnsSinceArrival > QUIET_TURNS || this.turnsSinceWork >= BUSY_TURNS) {
      const [next] = this.waiting;
      if (next) this.waiting.delete(next);
      this.turnsSinceWork = 0;
      next?.();
    }
    if (this.waiting.size > 0) setImmediate(this.passTurn);
  };
}
