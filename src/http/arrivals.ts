/** A connection of this age does not indicate that others wait behind it. */
const RECENT_MS = 50;
/** After this number of turns of the event loop without a new connection, none is waiting. */
const QUIET_TURNS = 2;
/** However many connections arrive, one piece of work is done in this number of turns. */
const BUSY_TURNS = 5;

/**
 * New connections. The event loop accepts one of them in each of its turns: if every turn is full of the work of
 * accepted connections, a new one waits for seconds behind all earlier ones. Work therefore begins when no connection
 * is waiting, one piece in each turn, and rarely while connections arrive.
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

  /** @returns undefined if no connection is new and none waits, so that work begins at once */
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
