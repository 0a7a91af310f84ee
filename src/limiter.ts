/** Runs tasks with limited concurrency; the others wait in the order in which they came. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/** @param atOnce how many tasks may run at the same time, 1 or more */
export function createLimiter(atOnce: number): Limiter {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    // A task that ends passes its slot directly to the next, so that a new task cannot take it.
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
