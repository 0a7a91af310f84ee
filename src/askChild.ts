import { type ChildLimits, type ChildOptions, SupervisedChild } from './childProcess';

/** How a child ended that had not answered. */
export interface ChildEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** the beginning of its standard error */
  readonly lastWords: string;
}

/** One piece of work for a process of its own. */
export interface ChildWork<Answer> extends Pick<ChildOptions, 'serialization'> {
  readonly request: object;
  /** of JavaScript's own objects, MB; typed arrays and buffers lie outside of it */
  readonly heapMb: number;
  readonly limits: ChildLimits;
  /** ends the process */
  readonly signal: AbortSignal;
  /**
   * @returns the answer, or nothing for a message that is not the last
   * @throws what the work fails with
   */
  receive(message: unknown): { readonly answer: Answer } | undefined;
  /** @returns what the work fails with if the process ended by itself, or was killed by something else */
  ended(end: ChildEnd): Error;
  /** @returns what the work fails with if the process exceeded a limit */
  exceeded(limit: keyof ChildLimits): Error;
  /** @returns what the work fails with if the signal fired */
  aborted(): unknown;
}

/**
 * Has one piece of work done by a process of its own, which is killed when it has answered, exceeds a limit or is not needed
 * any more.
 *
 * @param modulePath below `src/` without ending
 * @throws what the work says; an Error if the process cannot start
 */
export function askChild<Answer>(modulePath: string, work: ChildWork<Answer>): Promise<Answer> {
  const { request, heapMb, limits, signal, serialization } = work;
  return new Promise<Answer>((resolve, reject) => {
    const end = (settle: () => void): void => {
      child.kill();
      signal.removeEventListener('abort', abort);
      settle();
    };
    const fail = (why: unknown): void => end(() => reject(why));
    const abort = (): void => fail(work.aborted());
    const child = new SupervisedChild(
      modulePath,
      {
        message(message) {
          try {
            const received = work.receive(message);
            if (received) end(() => resolve(received.answer));
          } catch (thrown) {
            fail(thrown);
          }
        },
        ended: (how) => fail(work.ended({ ...how, lastWords: child.lastWords })),
        failed: fail,
      },
      { execArgv: [`--max-old-space-size=${heapMb}`], keepsLastWords: true, serialization },
    );
    child.watch(limits, (limit) => fail(work.exceeded(limit)));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else child.send(request);
  });
}
