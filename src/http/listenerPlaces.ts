import { RateLimited, type RefusedForNow, Unavailable } from '../errors';
import { isLoopback } from './network';

/** Limits on concurrent listeners: each holds a connection and usually a watch in the database. */
export interface ListenerBounds {
  total: number;
  perClient: number;
  /** of one address of this machine, where a proxy may forward many clients; others find capacity even then */
  perLoopback: number;
}

const BOUNDS: ListenerBounds = { total: 500, perClient: 200, perLoopback: 400 };
const RETRY_SECONDS = 10;

/**
 * The capacity for listeners, which stay as long as they like: there is no queue, because no one knows when one ends.
 */
export class ListenerPlaces {
  private readonly bounds: ListenerBounds;
  private readonly byClient = new Map<string, number>();
  private taken = 0;

  /**
   * @param what the plural for the message: `open streams`
   * @param bounds other than the defaults
   */
  constructor(
    private readonly what: string,
    bounds: Partial<ListenerBounds> = {},
  ) {
    this.bounds = { ...BOUNDS, ...bounds };
  }

  get count(): number {
    return this.taken;
  }

  /** @returns why the client is refused; undefined if it is accepted */
  refusalOf(client: string): RefusedForNow | undefined {
    const { total, perClient, perLoopback } = this.bounds;
    if (this.taken >= total)
      return new Unavailable(`Expected at most ${total} ${this.what}: try again later.`, RETRY_SECONDS);
    const own = isLoopback(client) ? perLoopback : perClient;
    if ((this.byClient.get(client) ?? 0) >= own)
      return new RateLimited(
        `Expected at most ${own} ${this.what} of one client: close some, or try again later.`,
        RETRY_SECONDS,
      );
    return undefined;
  }

  /** @returns a function that releases the capacity, once */
  take(client: string): () => void {
    this.taken++;
    this.byClient.set(client, (this.byClient.get(client) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.taken--;
      const rest = (this.byClient.get(client) ?? 1) - 1;
      if (rest > 0) this.byClient.set(client, rest);
      else this.byClient.delete(client);
    };
  }
}
