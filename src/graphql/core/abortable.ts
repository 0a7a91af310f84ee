/**
 * Ends a sequence of events as soon as its reader disconnects. Otherwise, a generator that waits for its next event
 * would keep waiting, because `return` of a generator is queued behind a pending `next`.
 *
 * @param start starts the sequence; the signal fires when the reader disconnects
 */
export function abortable<Event>(start: (signal: AbortSignal) => AsyncGenerator<Event>): AsyncIterableIterator<Event> {
  const controller = new AbortController();
  const events = start(controller.signal);
  return {
    next: () => events.next(),
    async return() {
      controller.abort();
      await events.return(undefined);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
