import { RateLimited } from '../src/errors';
import { Places } from '../src/places';

const bounds = { atOnce: 3, perClient: 2, waitingPerClient: 2, waiting: 3, longestWaitMs: 60_000, usualSeconds: 3 };

/** Says which of the operations have begun, in their order. */
function desk(places: Places) {
  const begun: string[] = [];
  const releases = new Map<string, () => void>();
  return {
    begun,
    come(name: string, client: string, signal?: AbortSignal): Promise<void> {
      const arrival = (async () => {
        releases.set(name, await places.enter({ client, signal }));
        begun.push(name);
      })();
      // Some of a test still wait when it ends.
      arrival.catch(() => undefined);
      return arrival;
    },
    async end(name: string): Promise<void> {
      releases.get(name)?.();
      await new Promise(setImmediate);
    },
  };
}

describe('the places for operations', () => {
  it('are given to so many at once, of all and of one client, and the others wait', async () => {
    const { begun, come, end } = desk(new Places(bounds, 'queries'));
    for (const name of ['a1', 'a2', 'a3', 'a4']) void come(name, 'a');
    for (const name of ['b1', 'b2']) void come(name, 'b');
    await new Promise(setImmediate);
    expect(begun).toEqual(['a1', 'a2', 'b1']);
    await end('b1');
    expect(begun).toEqual(['a1', 'a2', 'b1', 'b2']);
    await end('a2');
    await end('a1');
    expect(begun).toEqual(['a1', 'a2', 'b1', 'b2', 'a3', 'a4']);
  });

  it('are taken in turns by clients, however many operations one has', async () => {
    const { begun, come, end } = desk(new Places({ ...bounds, atOnce: 1, waiting: 10 }, 'queries'));
    for (const name of ['a1', 'a2', 'a3']) void come(name, 'a');
    for (const name of ['b1', 'b2']) void come(name, 'b');
    await new Promise(setImmediate);
    for (const name of ['a1', 'a2', 'b1', 'a3']) await end(name);
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'b2']);
  });

  it('are refused beyond the queue, with a time to come back', async () => {
    const places = new Places(bounds, 'queries');
    const { come } = desk(places);
    for (const name of ['a1', 'a2', 'a3', 'a4']) void come(name, 'a');
    const refused = come('a5', 'a');
    await expect(refused).rejects.toThrow(RateLimited);
    await expect(refused).rejects.toMatchObject({
      retryAfterSeconds: 3,
      message: expect.stringMatching(/Too many queries: at most 2 of one client/),
    });
    await come('b1', 'b');
  });

  it('are refused to all who wait and come when they are closed', async () => {
    const places = new Places({ ...bounds, atOnce: 1 }, 'queries');
    const { come } = desk(places);
    await come('a1', 'a');
    const waiting = come('a2', 'a');
    places.close();
    await expect(waiting).rejects.toThrow('The server is stopping');
    await expect(come('a3', 'a')).rejects.toThrow(RateLimited);
  });

  it('are refused after too long a wait', async () => {
    const places = new Places({ ...bounds, atOnce: 1, longestWaitMs: 5 }, 'queries');
    const { come, begun, end } = desk(places);
    await come('a1', 'a');
    await expect(come('a2', 'a')).rejects.toThrow(RateLimited);
    void come('b1', 'b');
    await end('a1');
    expect(begun).toEqual(['a1', 'b1']);
  });

  it('are not kept for those who leave while they wait', async () => {
    const { begun, come, end } = desk(new Places({ ...bounds, atOnce: 1 }, 'queries'));
    await come('a1', 'a');
    const leaving = new AbortController();
    const left = come('a2', 'a', leaving.signal);
    void come('a3', 'a');
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    await end('a1');
    expect(begun).toEqual(['a1', 'a3']);
    await expect(come('a4', 'a', leaving.signal)).rejects.toThrow('left');
  });
});
