import type { Browser, Page } from 'playwright-core';
import type { Ids } from './demo';
import { closePage, type LoadTimes, loadTimesOf, openCold, takeFrames, takeLongTasks, timeOf } from './probe';
import { median, medianOf, ROUNDS, type Row } from './row';

/** What all measurements are given. */
export interface Server {
  readonly browser: Browser;
  readonly origin: string;
  readonly ids: Ids;
  readonly hasRealData: boolean;
}

const GRAPHIQL_DRAWN = '.graphiql-query-editor .CodeMirror-line';
const CURVE_DRAWN = '.curve-figure path[stroke-width]';

/** How soon pages are drawn in a browser that has loaded nothing before. */
export async function pageRows(server: Server): Promise<Row[]> {
  const home = await coldLoads(server, '/', 'article.card');
  const curve = await coldLoads(server, `/accuracy?e=${server.ids.evaluations.join(',')}`, CURVE_DRAWN);
  const graphiql = await coldLoads(server, '/graphql', GRAPHIQL_DRAWN);
  const row = (what: string, unit: string, budget: number, loads: readonly LoadTimes[], key: keyof LoadTimes): Row => ({
    what,
    unit,
    budget,
    value: median(loads.map((load) => load[key])),
    base: median(graphiql.map((load) => load[key])),
  });
  return [
    row('curve page, cold cache: navigation → drawn', 'ms', 800, curve, 'drawn'),
    row('first page, cold cache: largest contentful paint', 'ms', 1200, home, 'lcp'),
    row('curve page: largest contentful paint', 'ms', 1200, curve, 'lcp'),
    row('first page: total blocking time', 'ms', 100, home, 'blocked'),
    row('curve page: total blocking time', 'ms', 100, curve, 'blocked'),
    row('first page: cumulative layout shift', '', 0.02, home, 'cls'),
    row('curve page: cumulative layout shift', '', 0.02, curve, 'cls'),
  ];
}

async function coldLoads({ browser, origin }: Server, path: string, drawnBy: string): Promise<LoadTimes[]> {
  const loads: LoadTimes[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await openCold(browser, origin, path, drawnBy);
    loads.push(await loadTimesOf(page));
    await closePage(page);
  }
  return loads;
}

const SLICE_DRAWN = '.viewer-panes[aria-busy="false"] canvas';

/** The viewer: script of the frames of a drag, and how soon the next slice is there. */
export async function sliceRows(server: Server): Promise<Row[]> {
  const { browser, origin, ids } = server;
  const page = await openCold(browser, origin, `/i/${ids.image}`, SLICE_DRAWN);
  const full = await dragFrames(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const slowed = await dragFrames(page);
  await closePage(page);
  const row = (what: string, unit: string, budget: number, value: number | null): Row => ({
    what,
    unit,
    budget,
    value,
  });
  const prefetched = await nextSlice(server, 'application', 'ArrowDown');
  const cold = await nextSlice(server, 'slider', 'End');
  return [
    row('window drag, 512 × 512: script per frame', 'ms', 4, median(full)),
    row('the same, CPU slowed 4 times', 'ms', 16, median(slowed)),
    row('next slice, fetched ahead: key → on the canvas', 'ms', 16, prefetched),
    row('a slice that was not fetched: key → drawn', 'ms', 150, cold),
  ];
}

/** @returns script times of the frames of a drag with 120 moves, ms */
async function dragFrames(page: Page): Promise<number[]> {
  // The tools come after the slice.
  await page.getByRole('toolbar', { name: 'Viewer' }).waitFor();
  const box = await page.getByRole('application').first().boundingBox();
  if (!box) throw new Error('The viewer has no stage.');
  await takeFrames(page);
  await page.mouse.move(box.x + 100, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + 400, box.y + 300, { steps: 120 });
  const frames = await takeFrames(page);
  await page.mouse.up();
  return frames;
}

/** A key on the stage goes one slice on; on the bar below it, to the end of the series. */
async function nextSlice(
  { browser, origin, ids }: Server,
  role: 'application' | 'slider',
  key: string,
): Promise<number | null> {
  const { realImage } = ids;
  if (realImage === undefined) return null;
  return await medianOf(async () => {
    const page = await openCold(browser, origin, `/i/${realImage}`, SLICE_DRAWN);
    await page.waitForLoadState('networkidle');
    await page.locator('.viewer').getByRole(role).first().focus();
    const condition = role === 'application' ? 'sliceAtOnce' : 'slice';
    const time = await timeOf(page, () => page.keyboard.press(key), condition);
    await closePage(page);
    return time;
  });
}

const LIST_QUERY = `{ lesions(first: 100, filter: { dataset: "validation@1", coarseType: [LUNG] }, orderBy: [{ field: SOURCE_ROW_INDEX }]) {
  totalCount nodes { id sourceRowIndex coarseType longDiameterMm shortDiameterMm patient { sex } image { id study { ageYears } } } } }`;

/** The explorer over the real validation rows. */
export async function explorerRows(server: Server): Promise<Row[]> {
  const row = (what: string, unit: string, budget: number, value: number | null, base?: number): Row => ({
    what: `4,889 lesions: ${what}`,
    unit,
    budget,
    value,
    base,
  });
  const isThere = server.hasRealData;
  const filter = isThere ? await filterTimes(server) : null;
  const base = isThere ? await graphiqlAnswer(server, LIST_QUERY) : undefined;
  const scroll = isThere ? await scrollThrough(server) : null;
  return [
    row('filter → new list drawn', 'ms', 200, filter, base),
    row('scrolled to the end: longest task', 'ms', 50, scroll?.longestTask ?? null),
    row('most tiles in the page', '', 80, scroll?.mostTiles ?? null),
    row('heap after scrolling', 'MB', 150, scroll?.heapMb ?? null),
  ];
}

/** A lesion that has been read: the place of one that is being read has a name of its own. */
const FIRST_LESION = '[data-index="0"]:not([aria-label])';

async function filterTimes({ browser, origin }: Server): Promise<number> {
  const page = await openCold(browser, origin, '/d/validation/lesions?sort=row', FIRST_LESION);
  const boxes = page.getByRole('group', { name: 'Type' }).getByRole('checkbox');
  await boxes.first().waitFor();
  const time = await medianOf(async (round) => await timeOf(page, () => boxes.nth(round).click(), 'list'));
  await closePage(page);
  return time;
}

/** GraphiQL with the same request: from the click on "execute" until the answer is shown. */
async function graphiqlAnswer({ browser, origin }: Server, query: string): Promise<number> {
  return await medianOf(async () => {
    const page = await openCold(browser, origin, `/graphql#${new URLSearchParams({ query })}`, GRAPHIQL_DRAWN);
    await page.waitForLoadState('networkidle');
    const time = await timeOf(page, () => page.locator('.graphiql-execute-button').click(), 'answer');
    await closePage(page);
    return time;
  });
}

async function scrollThrough({ browser, origin }: Server) {
  const page = await openCold(browser, origin, '/d/validation/lesions?sort=row', FIRST_LESION);
  await page.waitForLoadState('networkidle');
  const session = await page.context().newCDPSession(page);
  const longest = await medianOf(async (round) => {
    await page.mouse.move(800, 500);
    await takeLongTasks(page);
    for (let wheel = 0; wheel < 100; wheel++) await page.mouse.wheel(0, round % 2 === 0 ? 800 : -800);
    await page.waitForTimeout(1000);
    return Math.max(0, ...(await takeLongTasks(page)));
  });
  const mostTiles = await page.locator('[data-index]').count();
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await closePage(page);
  return { longestTask: longest, mostTiles, heapMb: usedSize / 1e6 };
}

/** From a verdict to the next picture. */
export async function reviewRow({ browser, origin, ids }: Server): Promise<Row[]> {
  const page = await openCold(browser, origin, `/review?run=${ids.run}`, `[data-box] ${SLICE_DRAWN}`);
  await page.getByLabel('Your name').fill('Bench');
  await page.keyboard.press('Enter');
  await page.getByText('Reviewer:').waitFor();
  await page.waitForLoadState('networkidle');
  const value = await medianOf(async () => {
    const time = await timeOf(page, () => page.keyboard.press('2'), 'box');
    // A reviewer looks at each picture; the next one is fetched meanwhile.
    await page.waitForTimeout(1000);
    return time;
  });
  await closePage(page);
  return [{ what: 'review: verdict → next picture drawn', unit: 'ms', budget: 150, value }];
}

/** Twenty lines and every stratum: from the last answer of the graph until all is drawn. */
export async function figureRow({ browser, origin, ids }: Server): Promise<Row[]> {
  const value = await medianOf(async () => {
    const path = `/accuracy?e=${ids.twenty.join(',')}`;
    const page = await openCold(
      browser,
      origin,
      path,
      '.card:has(.curve-figure path[stroke-width]) ~ .card .strata td',
    );
    const time = await page.evaluate(async () => {
      const drawn = await window.probe.drawn;
      const answers = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      const ends = answers.filter(({ name }) => name.endsWith('/graphql')).map(({ responseEnd }) => responseEnd);
      return drawn - Math.max(...ends.filter((end) => end <= drawn));
    });
    await closePage(page);
    return time;
  });
  return [{ what: '20 evaluations × 15 strata in one figure: last answer → drawn', unit: 'ms', budget: 300, value }];
}
