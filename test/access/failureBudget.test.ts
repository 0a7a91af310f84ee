import { FailureBudget } from '../../src/access';

describe('the budget for wrong keys', () => {
  let now = 0;
  const budget = () => new FailureBudget({ burst: 3, refillMs: 1_000, clients: 2 }, () => now);
  const isRefused = (one: FailureBudget, client: string): boolean => {
    try {
      one.check(client);
      return false;
    } catch {
      return true;
    }
  };

  it('refuses after the burst, says when to try again, and then takes one at a time', () => {
    const one = budget();
    for (let wrong = 0; wrong < 3; wrong++) {
      one.check('a');
      one.note('a');
    }
    expect(() => one.check('a')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', retryAfterSeconds: 1 }));
    expect(isRefused(one, 'b')).toBe(false);
    now += 1_000;
    expect(isRefused(one, 'a')).toBe(false);
    one.note('a');
    expect(isRefused(one, 'a')).toBe(true);
  });

  it('is never in debt for longer than one failure, however many came', () => {
    const one = budget();
    for (let wrong = 0; wrong < 1_000; wrong++) one.note('a');
    now += 2_000;
    expect(isRefused(one, 'a')).toBe(false);
  });

  it('remembers a bounded number of clients', () => {
    const one = budget();
    for (let client = 0; client < 100; client++) one.note(`client ${client}`);
    expect(one.size).toBe(2);
  });
});
