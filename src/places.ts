import { setMaxListeners } from 'node:events';
import { RateLimited } from './errors';

/** Limits on the work in progress and on the queue. */
export interface PlaceBounds {
  /** in progress, of all clients */
  atOnce: number;
  /** in progress, of one client: other clients find capacity */
  perClient: number;
  /** waiting, of one client */
  waitingPerClient: number;
  /** waiting, of all clients */
  waiting: number;
  /** longest wait, after which it is refused */
  longestWaitMs: number;
  /** usual duration of a piece of work, for the time to retry */
  usualSeconds: number;
}

/** The client for whom something is done. */
export interface Asker {
  /** its address; `local` if clients are not distinguished */
  client?: string;
  /** fires when the client has disconnected */
  signal?: AbortSignal;
}

/** Releases the slot. */
type Release = () => void;

interface Waiter {
  begin(): void;
  refuse(): void;
}

/**
 * The slots for work in progress. Work without a slot waits; clients take turns, so that a client with many requests
 * does not delay one with a single request, and a client that disconnects while it waits costs nothing.
 */
export class Places {
  private taken = 0;
  private isClosed = false;
  private waiting = 0;
  /** slots that were released, and whose next holder is not yet called */
  private uncalled = 0;
  private readonly takenBy = new Map<string, number>();
  /** by client; a Map walks its keys in the order in which they were put in, which are the turns */
  private readonly queues = new Map<string, Set<Waiter>>();

  constructor(
    private readonly bounds: PlaceBounds,
    /** what is in progress, for the message: `queries`, `evaluations` */
    private readonly what: string,
  ) {}

  /**
   * @returns a function that releases the slot
   * @throws RateLimited if too many wait already, or after too long a wait
   * @throws the reason of the signal if the client disconnects while it waits
   */
  enter({ client = 'local', signal }: Asker): Release | Promise<Release> {
    signal?.throwIfAborted();
    if (this.isClosed) throw this.refusal();
    if (this.isFree(client) && !this.queues.has(client)) return this.take(client);
    const { waiting, waitingPerClient } = this.bounds;
    if (this.waiting >= waiting || (this.queues.get(client)?.size ?? 0) >= waitingPerClient) throw this.refusal();
    return this.wait(client, signal);
  }

  /** Does a piece of work in a slot. @throws as `enter` */
  async run<T>(asker: Asker, work: () => Promise<T>): Promise<T> {
    const release = await this.enter(asker);
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Refuses all waiting work, and all that comes from now on. */
  close(): void {
    this.isClosed = true;
    for (const queue of this.queues.values()) for (const waiter of queue) waiter.refuse();
  }

  private isFree(client: string): boolean {
    return this.taken + this.uncalled < this.bounds.atOnce && (this.takenBy.get(client) ?? 0) < this.bounds.perClient;
  }

  private take(client: string): Release {
    this.taken++;
    this.takenBy.set(client, (this.takenBy.get(client) ?? 0) + 1);
    return () => this.leave(client);
  }

  private leave(client: string): void {
    this.taken--;
    const rest = (this.takenBy.get(client) ?? 1) - 1;
    if (rest > 0) this.takenBy.set(client, rest);
    else this.takenBy.delete(client);
    if (this.waiting > 0 && this.uncalled++ === 0) setImmediate(this.callInTurn);
  }

  /**
   * One in each turn of the event loop: connections are accepted and health checks answered between one piece of work
   * and the next.
   */
  private readonly callInTurn = (): void => {
    this.uncalled--;
    this.callNext();
    if (this.uncalled > 0) setImmediate(this.callInTurn);
  };

  private callNext(): void {
    for (const [client, queue] of this.queues) {
      if (!this.isFree(client)) continue;
      const [next] = queue;
      if (!next) continue;
      // Its client's next turn comes after those of the others.
      this.queues.delete(client);
      this.queues.set(client, queue);
      next.begin();
      return;
    }
  }

  private wait(client: string, signal?: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', left);
        this.remove(client, waiter);
      };
      const waiter: Waiter = {
        begin: () => {
          end();
          resolve(this.take(client));
        },
        refuse: () => {
          end();
          reject(this.refusal());
        },
      };
      const left = (): void => {
        end();
        reject(signal?.reason);
      };
      const timer = setTimeout(waiter.refuse, this.bounds.longestWaitMs).unref();
      if (signal) {
        // All statements of one request may wait; Node takes more than ten listeners for a leak.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', left, { once: true });
      }
      this.waiting++;
      this.queues.set(client, (this.queues.get(client) ?? new Set()).add(waiter));
    });
  }

  private remove(client: string, waiter: Waiter): void {
    const queue = this.queues.get(client);
    if (!queue?.delete(waiter)) return;
    this.waiting--;
    if (queue.size === 0) this.queues.delete(client);
  }

  private refusal(): RateLimited {
    const { atOnce, perClient, waitingPerClient, usualSeconds } = this.bounds;
    const seconds = Math.max(1, Math.ceil(((this.waiting + 1) / atOnce) * usualSeconds));
    if (this.isClosed) return new RateLimited('The server is stopping: ask again.', seconds);
    const waiting = Number.isFinite(waitingPerClient) ? `, and ${waitingPerClient} of a client may wait` : '';
    return new RateLimited(
      `Too many ${this.what}: at most ${perClient} of one client and ${atOnce} in all run at once${waiting}. ` +
        `Try again in ${seconds} s, with fewer at a time.`,
      seconds,
    );
  }
}
