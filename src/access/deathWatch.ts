import { messageOf } from '../errors';
import type { Logger } from '../log';

/** Something open that ends when what it was opened with has died. */
interface Watched<Id> {
  id: Id;
  end(): void;
}

/**
 * Ends what is open (streams, sockets, uploads) soon after the key or the session that it was opened with has died: one
 * look at a time for all of them together.
 */
export class DeathWatch<Id> {
  private readonly watched = new Set<Watched<Id>>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param findLiving those of some ids that are alive
   * @param everyMs between two looks
   */
  constructor(
    private readonly findLiving: (ids: readonly Id[]) => Promise<readonly Id[]>,
    private readonly everyMs: number,
    private readonly log: Logger,
  ) {}

  /** Calls `end` once it has died. @returns the way to stop watching */
  watch(id: Id, end: () => void): () => void {
    const watched: Watched<Id> = { id, end };
    this.watched.add(watched);
    this.timer ??= setInterval(() => void this.endDead(), this.everyMs).unref();
    return () => {
      this.watched.delete(watched);
      if (this.watched.size === 0) this.stopTimer();
    };
  }

  /** What is watched is not ended any more. */
  close(): void {
    this.watched.clear();
    this.stopTimer();
  }

  private stopTimer(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** While the database is away nothing is ended: no one can revoke anything there either. */
  private async endDead(): Promise<void> {
    const ids = [...new Set([...this.watched].map(({ id }) => id))];
    try {
      const alive = new Set(await this.findLiving(ids));
      const asked = new Set(ids);
      for (const watched of this.watched) {
        if (!asked.has(watched.id) || alive.has(watched.id)) continue;
        this.watched.delete(watched);
        watched.end();
      }
    } catch (failure) {
      this.log.warn({ err: failure }, `it was not checked who is still signed in: ${messageOf(failure)}`);
    }
    if (this.watched.size === 0) this.stopTimer();
  }
}
