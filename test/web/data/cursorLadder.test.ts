import { CursorLadder, PAGE_ROWS } from '../../../web/app/data/cursorLadder';

/** A list of rows 0, 1, 2 …; the cursor after a row is its number as text. */
function listOf(total: number) {
  const asked: number[] = [];
  const ladder = new CursorLadder(async (after, rows) => {
    asked.push(rows);
    const end = Math.min((after === null ? -1 : Number(after)) + rows, total - 1);
    return after !== null && Number(after) >= total - 1 ? null : String(end);
  });
  return { ladder, asked };
}

describe('the way to a page far down a list', () => {
  it('needs no step for the first page', async () => {
    const { ladder, asked } = listOf(1000);
    expect(await ladder.reach(0)).toBeNull();
    expect(asked).toEqual([]);
  });

  it('takes steps of 500 rows that carry no rows, and knows them afterwards', async () => {
    const { ladder, asked } = listOf(33_000);
    expect(await ladder.reach(12)).toBe(String(12 * PAGE_ROWS - 1));
    expect(asked).toEqual([500, 500, 200]);
    expect(await ladder.reach(10)).toBe(String(10 * PAGE_ROWS - 1));
    expect(asked).toHaveLength(3);
    expect(await ladder.reach(11)).toBe(String(11 * PAGE_ROWS - 1));
    expect(asked).toEqual([500, 500, 200, 100]);
  });

  it('needs no step where the page before was read', async () => {
    const { ladder, asked } = listOf(1000);
    ladder.note(0, '99');
    ladder.note(1, '199');
    expect(await ladder.reach(2)).toBe('199');
    expect(asked).toEqual([]);
  });

  it('shares its steps between pages that are asked for at once', async () => {
    const { ladder, asked } = listOf(33_000);
    const [one, other] = await Promise.all([ladder.reach(20), ladder.reach(21)]);
    expect([one, other]).toEqual(['1999', '2099']);
    expect(asked).toEqual([500, 500, 500, 500, 100]);
  });

  it('stops between two steps when nobody wants the page any more', async () => {
    const gone = new AbortController();
    let steps = 0;
    const ladder = new CursorLadder(async () => {
      steps++;
      gone.abort();
      return '499';
    });
    await expect(ladder.reach(100, gone.signal)).rejects.toThrow('aborted');
    expect(steps).toBe(1);
  });

  it('says so if the list ends before the page, and can be asked again after a failure', async () => {
    const { ladder } = listOf(100);
    await expect(ladder.reach(11)).rejects.toThrow('shorter');
    let isDown = true;
    const other = new CursorLadder(async () => {
      if (isDown) throw new Error('away');
      return '99';
    });
    await expect(other.reach(1)).rejects.toThrow('away');
    isDown = false;
    expect(await other.reach(1)).toBe('99');
  });
});
