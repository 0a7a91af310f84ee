import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, Unavailable } from '../errors';
import type { HeldPixels, PlacedSlice } from '../imaging';
import type { Logger } from '../log';
import { InferenceStopped } from './inferenceLosses';

/** Pauses before a store that is away is asked again; ms. */
const PAUSE_MS = { first: 500, longest: 15_000 };
/** How often it is checked meanwhile whether the work is still needed; ms. */
const CHECK_MS = 250;

export interface TargetsHereOptions {
  /** whether the slices are not needed any more */
  isUnwanted(): boolean;
  log: Logger;
}

/**
 * The slices of a batch as the inference process can read them: files of this machine. If the object storage is away,
 * or refuses this server, the work waits as it does for the database: no image fails for that.
 */
export class TargetsHere<Target extends PlacedSlice> {
  private turn: Promise<unknown> = Promise.resolve();
  private isTold = false;

  constructor(
    private readonly held: HeldPixels<Target>,
    private readonly options: TargetsHereOptions,
  ) {}

  /**
   * Targets that are brought here are returned in the order of the calls, so that requests keep their order.
   *
   * @throws NotFound, InvalidImage for the slice, InferenceStopped if it is not needed any more
   */
  take(target: Target): Target | Promise<Target> {
    const here = this.held.hold(target);
    if (!(here instanceof Promise)) return here;
    const arrived = this.untilHere(target);
    const taken = this.turn.then(() => arrived);
    this.turn = taken.catch(() => undefined);
    return taken;
  }

  /** Begins to bring a target here that is taken later. @returns null while it is not here yet */
  prepare(target: Target): Target | null {
    const here = this.held.hold(target);
    return here instanceof Promise ? this.held.present(target) : here;
  }

  release(target: Pick<Target, 'fileName'>): Promise<void> {
    return this.held.release(target);
  }

  close(): Promise<void> {
    return this.held.close();
  }

  private async untilHere(target: Target): Promise<Target> {
    for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.longest)) {
      try {
        return await this.held.hold(target);
      } catch (thrown) {
        if (!(thrown instanceof Unavailable)) throw thrown;
        if (!this.isTold) this.options.log.warn({ reason: messageOf(thrown) }, 'the work waits for pixel files');
        this.isTold = true;
      }
      for (let waited = 0; waited < pauseMs; waited += CHECK_MS) {
        if (this.options.isUnwanted()) throw new InferenceStopped('The slice is not needed any more.');
        await sleep(Math.min(CHECK_MS, pauseMs));
      }
    }
  }
}
