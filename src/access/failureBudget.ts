import { RateLimited } from '../errors';

/** How many wrong keys one client may send. */
export interface FailureBounds {
  /** at once */
  burst: number;
  /** again after this time, each; ms */
  refillMs: number;
  /** clients that are remembered; those who failed longest ago are forgotten first */
  clients: number;
}

/** A person who copies a key wrongly does not notice these; 256 random bits are out of reach of any of it. */
const BOUNDS: FailureBounds = { burst: 100, refillMs: 1_000, clients: 10_000 };

interface Spent {
  failures: number;
  /** by the clock */
  at: number;
}

/**
 * The wrong keys that a client may send: when they are spent, the server no longer asks its database about what the
 * client sends, so that guessing costs it a look into a table in memory.
 */
export class FailureBudget {
  private readonly bounds: FailureBounds;
  /** a Map walks its keys in the order in which they were put in */
  private readonly spent = new Map<string, Spent>();

  /** @param now ms of a clock that only goes forwards */
  constructor(
    bounds: Partial<FailureBounds> = {},
    private readonly now: () => number = () => performance.now(),
  ) {
    this.bounds = { ...BOUNDS, ...bounds };
  }

  /** Clients that are remembered. */
  get size(): number {
    return this.spent.size;
  }

  /** @throws RateLimited with the time to wait if the client has spent its budget */
  check(client: string): void {
    const { burst, refillMs } = this.bounds;
    const failures = this.failuresOf(client);
    if (failures + 1 <= burst) return;
    const seconds = Math.max(1, Math.ceil(((failures + 1 - burst) * refillMs) / 1_000));
    throw new RateLimited(
      `Expected at most ${burst} wrong keys of one address, and one more every ${refillMs / 1_000} s: wait ${seconds} s, ` +
        'and send the key as it was given to you.',
      seconds,
    );
  }

  /** Takes one failure from the budget of a client. */
  note(client: string): void {
    const failures = Math.min(this.failuresOf(client) + 1, this.bounds.burst + 1);
    this.spent.delete(client);
    this.spent.set(client, { failures, at: this.now() });
    if (this.spent.size <= this.bounds.clients) return;
    const oldest = this.spent.keys().next();
    if (!oldest.done) this.spent.delete(oldest.value);
  }

  private failuresOf(client: string): number {
    const known = this.spent.get(client);
    if (!known) return 0;
    return Math.max(0, known.failures - (this.now() - known.at) / this.bounds.refillMs);
  }
}
