import { setImmediate as nextTurn } from 'node:timers/promises';

import { createLimiter } from '../src/limiter';

describe('createLimiter', () => {
  it('runs no more tasks at once than it may, in their order', async () => {
    const limiter = createLimiter(3);
    let running = 0;
    let most = 0;
    const started: number[] = [];
    const tasks = Array.from({ length: 20 }, (_, i) =>
      limiter(async () => {
        started.push(i);
        most = Math.max(most, ++running);
        await nextTurn();
        running--;
        return i;
      }),
    );
    expect(await Promise.all(tasks)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect([most, running]).toEqual([3, 0]);
    expect(started).toEqual([...started].sort((a, b) => a - b));
  });

  it('goes on when a task fails', async () => {
    const limiter = createLimiter(1);
    const failures = await Promise.allSettled(
      [1, 2, 3].map((i) => limiter(async () => Promise.reject(new Error(`no ${i}`)))),
    );
    expect(failures.map((failure) => failure.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await limiter(async () => 4)).toBe(4);
  });
});
