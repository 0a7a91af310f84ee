import { availableParallelism } from 'node:os';
import type { BoardContent, MeasureRequest, RunMeasurer } from '../results';
import { Thread } from '../threads';

/** More would read from one PostgreSQL faster than it answers. */
const MOST_HELPERS = 3;
/** JavaScript's own objects of one run's boxes at a time. */
const HEAP_MIB = 512;

/** Threads that measure runs of large boards: one for each core but the caller's. They start when they are asked for. */
export class BoardHelpers {
  private threads: Thread<MeasureRequest, BoardContent>[] = [];

  /** @param count of threads; as many as there are cores to use unless given */
  constructor(
    private readonly databaseUrl: string,
    private readonly count = Math.min(MOST_HELPERS, availableParallelism() - 1),
  ) {}

  /** @returns the helpers, started if they are not, or no longer, there */
  open(): RunMeasurer[] {
    while (this.threads.length < this.count) this.threads.push(this.start());
    return this.threads.map((thread) => ({ measure: (request) => thread.ask(request) }));
  }

  async close(): Promise<void> {
    const ended = this.threads;
    this.threads = [];
    await Promise.all(ended.map((thread) => thread.close()));
  }

  private start(): Thread<MeasureRequest, BoardContent> {
    const thread = new Thread<MeasureRequest, BoardContent>('jobs/boardThread', {
      data: { databaseUrl: this.databaseUrl },
      heapMib: HEAP_MIB,
      died: () => {
        this.threads = this.threads.filter((one) => one !== thread);
      },
    });
    return thread;
  }
}
