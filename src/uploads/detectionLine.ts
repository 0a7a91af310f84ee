import type { InferenceHost } from '../inference';
import type { JobOutlook } from '../job';

/** A detection that is being processed or waits. */
interface Entry {
  id: string;
  /** slices without an outcome */
  slicesLeft: number;
  /** resolves when it has finished */
  end: Promise<void>;
}

/** How much of the measured time of a slice the newest one makes. */
const NEWEST_SHARE = 0.2;

/**
 * One line of work: one inference process, which is asked one thing at a time, in the order in which it was asked for.
 */
export class DetectionLine {
  private readonly clients = new Map<string | null, number>();
  private readonly entries: Entry[] = [];
  private atWork: string | null = null;
  private msPerSlice: number | null = null;
  private last: Promise<void> = Promise.resolve();

  /** @param places of all clients */
  constructor(
    readonly host: InferenceHost,
    readonly places: number,
  ) {}

  /** What is being processed or waits, of all clients. */
  get count(): number {
    return [...this.clients.values()].reduce((sum, own) => sum + own, 0);
  }

  /** The same of one client. */
  of(client: string | null): number {
    return this.clients.get(client) ?? 0;
  }

  /**
   * Takes a place. No one waits any more for what an earlier server left: its client is null.
   *
   * @returns what gives it back
   */
  take(client: string | null): () => void {
    this.set(client, this.of(client) + 1);
    return () => this.set(client, this.of(client) - 1);
  }

  /** Has `work` done after all that was put into the line before. @returns when it is done; `work` must not throw */
  put(id: string, slices: number, work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(async () => {
      this.atWork = id;
      await work();
      this.atWork = null;
      this.entries.shift();
    });
    this.entries.push({ id, slicesLeft: slices, end: this.last });
    return this.last;
  }

  /** @returns when a detection of this line has finished; at once for any other */
  endOf(id: string): Promise<void> {
    return this.entries.find((entry) => entry.id === id)?.end ?? Promise.resolve();
  }

  /** Notified of the outcome of a slice of the detection that is being processed. */
  sliceDone(milliseconds: number): void {
    const entry = this.entries[0];
    if (entry) entry.slicesLeft--;
    this.msPerSlice =
      this.msPerSlice === null ? milliseconds : this.msPerSlice + NEWEST_SHARE * (milliseconds - this.msPerSlice);
  }

  /**
   * Notified that a detection was cancelled: no one waits for it any more, and the slice in hand ends if it belongs to
   * it.
   */
  cancel(id: string): void {
    const entry = this.entries.find((one) => one.id === id);
    if (entry) entry.slicesLeft = 0;
    if (this.atWork === id) this.host.stop('The detection was cancelled.');
  }

  /** @returns null where the detection is not in this line */
  outlookOf(id: string): JobOutlook | null {
    const index = this.entries.findIndex((entry) => entry.id === id);
    if (index < 0) return null;
    const isAtWork = this.atWork === id;
    const before = this.entries.slice(0, index);
    const slices = this.entries.slice(0, index + 1).reduce((sum, { slicesLeft }) => sum + slicesLeft, 0);
    return {
      queuePosition: isAtWork
        ? null
        : before.filter(({ id: other, slicesLeft }) => other !== this.atWork && slicesLeft > 0).length,
      estimatedEndAt: this.msPerSlice === null ? null : new Date(Date.now() + slices * this.msPerSlice),
    };
  }

  /** Ends the process; resolves once nothing of the line is at work. */
  async stop(reason: string): Promise<void> {
    this.host.stop(reason);
    await this.last;
  }

  private set(client: string | null, own: number): void {
    if (own > 0) this.clients.set(client, own);
    else this.clients.delete(client);
  }
}
