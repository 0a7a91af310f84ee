import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

let bed: TestDatabase;
beforeAll(async () => {
  bed = await createTestDatabase();
});
afterAll(() => bed.drop());

/** Statements of this text that PostgreSQL is at. */
const atWork = async (text: string) =>
  (
    await bed.database.query<{ count: number }>({
      text: `SELECT count(*) AS count FROM pg_stat_activity
             WHERE datname = current_database() AND state = 'active' AND query = $1`,
      values: [text],
    })
  )[0]?.count;

describe('the statements of somebody who leaves', () => {
  it('are cancelled in PostgreSQL, and the connections serve others', async () => {
    const leaving = new AbortController();
    const asked = bed.database.until(leaving.signal);
    const text = 'SELECT pg_sleep(300) AS a';
    const answers = Promise.allSettled([1, 2, 3].map(() => asked.query({ text })));
    while ((await atWork(text)) !== 3) await sleep(10);
    leaving.abort(new Error('left'));
    for (const answer of await answers)
      expect(answer).toMatchObject({ status: 'rejected', reason: { message: 'left' } });
    expect(await atWork(text)).toBe(0);
    const others = Array.from({ length: 20 }, (_, n) =>
      bed.database.query({ text: 'SELECT $1::int4 AS n', values: [n] }),
    );
    expect(await Promise.all(others)).toEqual(Array.from({ length: 20 }, (_, n) => [{ n }]));
  });

  it('are cancelled also where PostgreSQL has not begun with them yet when the asker leaves', async () => {
    for (let round = 0; round < 40; round++) {
      const leaving = new AbortController();
      const asked = bed.database.until(leaving.signal);
      const answers = Promise.allSettled(
        [1, 2, 3, 4].map((n) => asked.query({ text: 'SELECT pg_sleep(300), $1::int', values: [n] })),
      );
      for (let turn = 0; turn < round % 8; turn++) await new Promise((resolve) => setImmediate(resolve));
      leaving.abort(new Error('left'));
      for (const answer of await answers) expect(answer.status).toBe('rejected');
    }
  });

  it('are not sent at all afterwards', async () => {
    const sent: string[] = [];
    const end = bed.database.onStatement((text) => sent.push(text));
    const asked = bed.database.until(AbortSignal.abort(new Error('left')));
    await expect(asked.query({ text: 'SELECT 1' })).rejects.toThrow('left');
    end();
    expect(sent).toEqual([]);
  });

  it('are answered like any others while the asker is there', async () => {
    const asked = bed.database.until(new AbortController().signal);
    expect(await asked.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
    await expect(asked.query({ text: 'SELECT nonsense' })).rejects.toThrow('nonsense');
    expect(await asked.query({ name: 'two', text: 'SELECT 2 AS two' })).toEqual([{ two: 2 }]);
    expect(await asked.transaction((transaction) => transaction.query({ text: 'SELECT 3 AS three' }))).toEqual([
      { three: 3 },
    ]);
  });
});
