/**
 * Ends a sequence of events as soon as its reader leaves. A generator that waits for its next event would otherwise go on waiting:
 * `return` of a generator is queued behind the `next` that is under way.
 *
 * @param start begins the sequence; the signal fires when the reader leaves
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
