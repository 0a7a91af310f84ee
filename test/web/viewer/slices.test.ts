import { aheadOf, type FetchSlice, type LoadedSlice, SliceStore } from '../../../web/app/viewer/slices';

const slice = (pixels = 4): LoadedSlice => ({
  width: pixels,
  height: 1,
  hounsfield: new Int16Array(pixels),
  hasChanged: false,
});

/** A source that answers when the test says so. */
function source() {
  const asked: string[] = [];
  const aborted: string[] = [];
  const waiting = new Map<string, { resolve: (slice: LoadedSlice) => void; reject: (error: Error) => void }>();
  const fetchOne: FetchSlice = (url, signal) => {
    asked.push(url);
    signal.addEventListener('abort', () => aborted.push(url));
    return new Promise((resolve, reject) => waiting.set(url, { resolve, reject }));
  };
  return { asked, aborted, waiting, fetchOne };
}

describe('the slices of a viewer', () => {
  it('asks for what is shown first, then ahead, and for each slice once', async () => {
    const { asked, waiting, fetchOne } = source();
    const store = new SliceStore(fetchOne);
    const shown = store.show('a', ['b', 'c']);
    void store.show('a', ['b']);
    expect(asked).toEqual(['a', 'b', 'c']);
    waiting.get('a')?.resolve(slice());
    await expect(shown).resolves.toMatchObject({ width: 4 });
    await store.show('a', []);
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('gives up what is not wanted any more, and asks again if it is', async () => {
    const { asked, aborted, waiting, fetchOne } = source();
    const store = new SliceStore(fetchOne);
    void store.show('a', ['b']);
    void store.show('b', ['c']);
    expect(aborted).toEqual(['a']);
    // Its answer comes too late to be kept.
    waiting.get('a')?.resolve(slice());
    await Promise.resolve();
    expect(store.peek('a')).toBeUndefined();
    void store.show('a', []);
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });

  it('keeps the slices that were shown last', async () => {
    const store = new SliceStore(async () => slice(10), 40);
    for (const url of ['a', 'b', 'a', 'c']) await store.show(url, []);
    expect(['a', 'b', 'c'].map((url) => store.peek(url) !== undefined)).toEqual([true, false, true]);
  });

  it('asks again for a slice that failed', async () => {
    let tries = 0;
    const store = new SliceStore(async () => {
      if (tries++ === 0) throw new Error('gone');
      return slice();
    });
    await expect(store.show('a', [])).rejects.toThrow('gone');
    await expect(store.show('a', [])).resolves.toMatchObject({ width: 4 });
  });

  it('fetches two neighbours on each side, the nearest first, in the direction of travel first', () => {
    const all = ['0', '1', '2', '3', '4', '5'];
    expect(aheadOf(all, 2)).toEqual(['3', '1', '4', '0']);
    expect(aheadOf(all, 2, -1)).toEqual(['1', '3', '0', '4']);
    expect(aheadOf(all, 5)).toEqual(['4', '3']);
  });
});
