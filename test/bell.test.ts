import { Bell } from '../src/bell';

const LONG_MS = 600_000;

describe('a bell', () => {
  it('wakes everybody who waits', async () => {
    const bell = new Bell();
    const both = Promise.all([bell.wait(LONG_MS), bell.wait(LONG_MS)]);
    bell.ring();
    await both;
  });

  it('is heard by those who looked before it rang and wait only afterwards, once', async () => {
    const bell = new Bell();
    const heard = bell.heard();
    bell.ring();
    await bell.wait(LONG_MS, heard);
    const next = bell.wait(1, bell.heard());
    await next;
  });

  it('wakes by itself when the time is up', () => new Bell().wait(1));

  it('does not end a sleep before its time, unless it is over', async () => {
    const bell = new Bell();
    let isOver = false;
    let slept = false;
    const sleep = bell
      .sleep(LONG_MS, () => isOver)
      .then(() => {
        slept = true;
      });
    bell.ring();
    await new Promise(setImmediate);
    expect(slept).toBe(false);
    isOver = true;
    bell.ring();
    await sleep;
  });
});
