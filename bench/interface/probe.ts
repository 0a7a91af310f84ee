/** What runs in the page: it notes when something was drawn, what a page costs, and how long an action takes. */
import type { Browser, Page } from 'playwright-core';

/** What a page notes about itself while it loads. */
export interface LoadTimes {
  /** from the navigation until what was waited for was on the screen, ms */
  readonly drawn: number;
  /** largest contentful paint, ms */
  readonly lcp: number;
  /** cumulative layout shift */
  readonly cls: number;
  /** the parts of all tasks beyond 50 ms, ms */
  readonly blocked: number;
  /** bytes of scripts and styles, as they came over the network */
  readonly bytes: number;
}

/** What an action waits for; `installProbe` says how each is seen. */
export type Condition = 'list' | 'box' | 'slice' | 'sliceAtOnce' | 'answer';

interface Probe {
  lcp: number;
  cls: number;
  tasks: number[];
  frames: number[];
  drawn: Promise<number>;
  until(done: Condition): Promise<number>;
}

declare global {
  interface Window {
    probe: Probe;
  }
}

/** A page of a browser that has loaded nothing before. @param drawnBy selector of what has to be on the screen */
export async function openCold(browser: Browser, origin: string, path: string, drawnBy: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: origin, viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.addInitScript(installProbe, drawnBy);
  await page.goto(path);
  await page.evaluate(() => window.probe.drawn);
  return page;
}

export const closePage = (page: Page): Promise<void> => page.context().close();

/** @returns what the page noted until half a second after it was drawn */
export async function loadTimesOf(page: Page): Promise<LoadTimes> {
  await page.waitForTimeout(500);
  return await page.evaluate(async () => {
    const { probe } = window;
    const files = performance.getEntriesByType('resource').filter(({ name }) => /\.(js|css)(\?|$)/.test(name));
    return {
      drawn: await probe.drawn,
      lcp: probe.lcp,
      cls: probe.cls,
      blocked: probe.tasks.reduce((sum, ms) => sum + Math.max(0, ms - 50), 0),
      bytes: files.reduce((sum, file) => sum + (file as PerformanceResourceTiming).encodedBodySize, 0),
    };
  });
}

/**
 * How long the page takes from an input until a condition holds and the frame after it is drawn.
 *
 * @param act causes one click, key or change; its own time in this process does not count
 * @param done name of the condition, which the page checks in every frame
 * @returns ms
 */
export async function timeOf(page: Page, act: () => Promise<unknown>, done: Condition): Promise<number> {
  const time = page.evaluate((condition) => window.probe.until(condition), done);
  // The page has to listen before the input comes.
  await page.evaluate(() => undefined);
  await act();
  return await time;
}

/** Tasks of over 50 ms since the last call, ms. */
export const takeLongTasks = (page: Page): Promise<number[]> => page.evaluate(() => window.probe.tasks.splice(0));

/** Script times of the viewer's frames since the last call, ms. */
export const takeFrames = (page: Page): Promise<number[]> => page.evaluate(() => window.probe.frames.splice(0));

/** Runs in the page before its own scripts. */
function installProbe(drawnBy: string): void {
  const observe = (type: string, note: (entry: PerformanceEntry) => void): void =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  const afterFrame = (): Promise<number> =>
    new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))));
  const probe: Probe = {
    lcp: 0,
    cls: 0,
    tasks: [],
    frames: [],
    drawn: new Promise((resolve, reject) => {
      const look = (): void => {
        if (document.querySelector(drawnBy)) afterFrame().then(resolve);
        else if (performance.now() > 60_000) reject(new Error(`The page never had ${drawnBy}.`));
        else requestAnimationFrame(look);
      };
      look();
    }),
    async until(done) {
      const start = await new Promise<number>((resolve) => {
        const note = (event: Event): void => {
          for (const type of ['keydown', 'click', 'change']) window.removeEventListener(type, note, true);
          resolve(event.timeStamp);
        };
        for (const type of ['keydown', 'click', 'change']) window.addEventListener(type, note, true);
      });
      // The page's policy allows no eval: conditions are functions here, chosen by their names.
      while (!conditions[done]()) {
        if (performance.now() - start > 60_000) throw new Error(`The page never came to "${done}".`);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      const frame = performance.getEntriesByName('viewer.frame').at(-1);
      // The viewer marks the end of its own drawing, which is before the browser's.
      if (done === 'sliceAtOnce' && frame) return frame.startTime + frame.duration - start;
      return (await afterFrame()) - start;
    },
  };
  window.probe = probe;
  const at = (selector: string): Element | null => document.querySelector(selector);
  let listWasBusy = false;
  let lastBox: string | null | undefined;
  let lastSlice: string | null | undefined;
  const isOtherSlice = (): boolean => {
    const slice = at('.viewer-status')?.textContent?.match(/slice \d+/)?.[0];
    lastSlice ??= slice;
    const isDone = slice !== lastSlice && at('.viewer-panes[aria-busy="false"] canvas') !== null;
    if (isDone) lastSlice = slice;
    return isDone;
  };
  const conditions: Record<Condition, () => boolean> = {
    /** the explorer shows another list, and not the earlier one any more */
    list: () => {
      const isBusy = at('section[aria-label="Lesions that match"]')?.getAttribute('aria-busy') === 'true';
      if (isBusy) listWasBusy = true;
      const isDone = listWasBusy && !isBusy && at('[data-index="0"]:not([aria-label])') !== null;
      if (isDone) listWasBusy = false;
      return isDone;
    },
    /** the review shows another box, and its slice */
    box: () => {
      const box = at('[data-box]')?.getAttribute('data-box');
      lastBox ??= box;
      const isDone = box !== lastBox && at('.viewer-panes[aria-busy="false"] canvas') !== null;
      if (isDone) lastBox = box;
      return isDone;
    },
    /** the viewer shows another slice */
    slice: isOtherSlice,
    /** the same, where the slice is there already and is drawn with the frame of the key */
    sliceAtOnce: isOtherSlice,
    /** GraphiQL shows an answer */
    answer: () => (at('.result-window .CodeMirror-code')?.textContent ?? '').includes('"data"'),
  };
  observe('largest-contentful-paint', ({ startTime }) => {
    probe.lcp = startTime;
  });
  observe('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) probe.cls += value;
  });
  observe('longtask', ({ duration }) => probe.tasks.push(duration));
  observe('measure', ({ name, duration }) => name === 'viewer.frame' && probe.frames.push(duration));
}
