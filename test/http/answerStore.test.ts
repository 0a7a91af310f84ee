import fc from 'fast-check';
import { AnswerStore } from '../../src/http/answerStore';

describe('the store of answers', () => {
  it('keeps an answer from the second request on', () => {
    const store = new AnswerStore<string>(100_000);
    expect(store.find('a')).toBeUndefined();
    expect(store.find('a')).toBe('SEEN');
    store.keep('a', 'answer', 10);
    expect(store.find('a')).toBe('answer');
  });

  it('keeps no answer that would push out many others', () => {
    const store = new AnswerStore<string>(8_000);
    store.find('a');
    store.keep('a', 'long', 1_001);
    expect(store.find('a')).toBe('SEEN');
  });

  it('lets go of what was not used for the longest time', () => {
    const store = new AnswerStore<string>(4 * 600);
    for (const key of ['a', 'b', 'c', 'd']) store.keep(key, key, 90);
    expect(store.find('a')).toBe('a');
    store.keep('e', 'e', 90);
    expect(store.find('b')).toBeUndefined();
    expect(store.find('a')).toBe('a');
  });

  it('never holds more bytes than it may, and counts them right', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'cc', 'ddd'), bytes: fc.nat(800), keeps: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const store = new AnswerStore<string>(3_000);
        for (const { key, bytes, keeps } of steps) {
          if (keeps) store.keep(key, 'x', bytes);
          else store.find(key);
          expect(store.bytes).toBeLessThanOrEqual(3_000);
          expect(store.bytes).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
