import type { Page } from 'playwright-core';
import { windowToBytes } from '../../../src/imaging';
import { type BrowserBed, NARROW, WIDE } from '../bed';
import { askGraph } from './graph';

/** A key slice of the demo with a result of both runs, and what a story has to know of it. */
interface DemoSlice {
  readonly id: string;
  readonly huUrl: string;
  readonly width: number;
  readonly lesions: readonly { id: string; pseudoCluster: { id: string } | null }[];
  readonly runs: readonly { id: string; detector: { name: string; version: string } }[];
}

const DEMO = `{ bookmarkedImages(first: 200, filter: { dataset: "demo", split: [TEST] }) { nodes {
  id huUrl width lesions { id pseudoCluster { id } } runs { id detector { name version } } } } }`;

async function demoSlice(bed: BrowserBed): Promise<DemoSlice> {
  const { bookmarkedImages } = await askGraph<{ bookmarkedImages: { nodes: DemoSlice[] } }>(bed, DEMO);
  const slice = bookmarkedImages.nodes.find(({ runs }) => runs.length >= 2);
  if (!slice) throw new Error('No slice of the demo has a result of two runs.');
  return slice;
}

async function hounsfieldOf(url: string): Promise<Int16Array> {
  const response = await fetch(url);
  return new Int16Array(await response.arrayBuffer());
}

const stageOf = (page: Page) => page.getByRole('application');
const statusOf = (page: Page) => page.locator('.viewer-status');

/** Waits until the slice is drawn: its window stands in the status line. */
async function untilDrawn(page: Page): Promise<void> {
  await statusOf(page)
    .getByText(/^W \d+ L/)
    .waitFor();
}

/** Waits until the address says so. */
const untilAddress = (page: Page, pattern: RegExp) => page.waitForURL(pattern);

/** Where the middle of a pixel of the slice is on the screen. @param zoom with the middle of the slice in the middle */
async function placeOf(page: Page, column: number, row: number, side: number, zoom: number) {
  const box = await stageOf(page).boundingBox();
  if (!box) throw new Error('There is no stage.');
  const scale = (zoom * Math.min(box.width, box.height)) / side;
  return {
    x: box.x + box.width / 2 + (column + 0.5 - side / 2) * scale,
    y: box.y + box.height / 2 + (row + 0.5 - side / 2) * scale,
  };
}

export function sliceStories(bed: () => BrowserBed): void {
  describe('a slice', () => {
    let slice: DemoSlice;
    beforeAll(async () => {
      slice = await demoSlice(bed());
    });

    it('shows the exact Hounsfield value under the cursor, and draws it as the server does', async () => {
      const { page, problems, close } = await bed().open(`/i/${slice.id}?w=350&l=40&z=8&x=256&y=256`);
      await untilDrawn(page);
      const hounsfield = await hounsfieldOf(slice.huUrl);
      const [column, row] = [250, 262];
      const value = hounsfield[row * slice.width + column] ?? 0;
      const place = await placeOf(page, column, row, slice.width, 8);
      await page.mouse.move(place.x, place.y);
      // DeepLesion counts its pixels from 1.
      await statusOf(page)
        .getByText(`x ${column + 1} y ${row + 1}`)
        .waitFor();
      const text = `${value} HU`.replace('-', '−');
      await statusOf(page).getByText(text).waitFor();
      const pixel = await page.evaluate(({ x, y }) => {
        const canvas = document.querySelector('canvas');
        const { left, top } = canvas?.getBoundingClientRect() ?? { left: 0, top: 0 };
        return [...(canvas?.getContext('2d')?.getImageData(x - left, y - top, 1, 1).data ?? [])];
      }, place);
      const one = { width: 1, height: 1, hounsfield: Int16Array.of(value) };
      const [grey] = windowToBytes(one, { center: 40, width: 350 });
      expect(pixel).toEqual([grey, grey, grey, 255]);
      expect(problems).toEqual([]);
      await close();
    });

    it('changes its window while the mouse is dragged, without asking the server, and keeps it in the address', async () => {
      const { page, problems, close } = await bed().open(`/i/${slice.id}`);
      await untilDrawn(page);
      await page.waitForLoadState('networkidle');
      const width = Number(await page.getByLabel('Window width in HU').inputValue());
      const asked: string[] = [];
      page.on('request', (request) => {
        // The browser looks at its icon whenever the address changes.
        if (!request.url().endsWith('.svg')) asked.push(request.url());
      });
      const { x, y } = await placeOf(page, 256, 256, slice.width, 1);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 10, y, { steps: 5 });
      await page.mouse.move(x + 50, y, { steps: 20 });
      await page.mouse.up();
      await statusOf(page)
        .getByText(`W ${width + 200} `)
        .waitFor();
      await untilAddress(page, new RegExp(`w=${width + 200}`));
      const frames = await page.evaluate(() => performance.getEntriesByName('viewer.frame').length);
      expect(frames).toBeGreaterThan(0);
      expect(asked).toEqual([]);
      await page.reload();
      await statusOf(page)
        .getByText(`W ${width + 200} `)
        .waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('goes to its neighbours by the wheel and zooms at the pointer with Ctrl', async () => {
      const { page, problems, close } = await bed().open(`/i/${slice.id}`);
      await untilDrawn(page);
      const { x, y } = await placeOf(page, 300, 200, slice.width, 1);
      await page.mouse.move(x, y);
      await page.mouse.wheel(0, 120);
      await statusOf(page)
        .getByText(/key slice \+1/)
        .waitFor();
      await page.mouse.wheel(0, -120);
      await statusOf(page)
        .getByText(/, key slice$/)
        .waitFor();
      const under = await statusOf(page)
        .getByText(/^x \d+ y \d+/)
        .textContent();
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -120);
      await page.keyboard.up('Control');
      await untilAddress(page, /z=1\.41/);
      expect(
        await statusOf(page)
          .getByText(/^x \d+ y \d+/)
          .textContent(),
      ).toBe(under);
      expect(problems).toEqual([]);
      await close();
    });

    it('measures in mm between two points, and a double click shows the whole slice again', async () => {
      const { page, problems, close } = await bed().open(`/i/${slice.id}?z=4&x=256&y=256`);
      await untilDrawn(page);
      await page.getByRole('button', { name: 'Measure' }).click();
      const from = await placeOf(page, 240, 256, slice.width, 4);
      const to = await placeOf(page, 280, 256, slice.width, 4);
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y, { steps: 5 });
      await page.mouse.up();
      await statusOf(page)
        .getByText(/measured \d+\.\d mm/)
        .waitFor();
      await page.mouse.dblclick(to.x, to.y);
      await page.getByRole('button', { name: /^Zoom 1\.0;/ }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('shows what one or two runs found, from a score on, and points a box out by its row', async () => {
      const { page, problems, close } = await bed().open(`/i/${slice.id}?t=0`);
      const [first, second] = slice.runs;
      await page.getByRole('combobox', { name: 'Run', exact: true }).selectOption(first?.id ?? '');
      const boxes = page.getByRole('heading', { name: new RegExp(`^Boxes of ${first?.detector.name}`) });
      await boxes.waitFor();
      await page.getByRole('combobox', { name: 'Second run' }).selectOption(second?.id ?? '');
      await page.getByRole('heading', { name: new RegExp(`^Boxes of ${second?.detector.name}`) }).waitFor();
      await untilAddress(page, /run2=/);
      const row = page.getByRole('rowheader', { name: '1', exact: true }).first();
      await row.getByRole('button').click();
      // The address decides what is pointed out, so that the button changes a moment after the click.
      await row.getByRole('button', { pressed: true }).waitFor();
      await page.locator('[data-focused="true"]').waitFor({ state: 'attached' });
      await page.getByLabel('Side by side').check();
      await stageOf(page).nth(1).waitFor();
      await page.getByLabel('Lowest score that is shown').fill('1');
      await page
        .getByText(/^0 boxes from score 1\.00; \d+ box(es)? with a lower score/)
        .first()
        .waitFor();
      await untilAddress(page, /t=1(&|$)/);
      expect(problems).toEqual([]);
      await close();
    });

    it('is worked by keyboard alone', async () => {
      const [run] = slice.runs;
      const { page, problems, close } = await bed().open(`/i/${slice.id}?run=${run?.id}&t=0`);
      await untilDrawn(page);
      await page.getByRole('heading', { name: /^Boxes of/ }).waitFor();
      await page.keyboard.press('5');
      await statusOf(page).getByText('W 1500 L -600').waitFor();
      await page.keyboard.press('ArrowDown');
      await statusOf(page)
        .getByText(/key slice \+1/)
        .waitFor();
      await page.keyboard.press('n');
      await statusOf(page)
        .getByText(/, key slice$/)
        .waitFor();
      await page.keyboard.press('f');
      await untilAddress(page, /z=\d/);
      await page.keyboard.press('0');
      await page.keyboard.press('w');
      await page.waitForURL((url) => !url.search.includes('z=') && !url.search.includes('w='));
      // A slider that has the focus keeps its arrows, and presets still work there.
      await page.getByLabel('Slice', { exact: true }).focus();
      await page.keyboard.press('ArrowLeft');
      await statusOf(page)
        .getByText(/key slice −1/)
        .waitFor();
      await page.keyboard.press('1');
      await statusOf(page).getByText('W 400 L 50').waitFor();
      await stageOf(page).focus();
      await page.keyboard.press('Shift+ArrowRight');
      await statusOf(page)
        .getByText(/^x 258 y 257/)
        .waitFor();
      await page.keyboard.press('x');
      for (let step = 0; step < 10; step++) await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('x');
      await statusOf(page)
        .getByText(/measured \d+\.\d mm/)
        .waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('a');
      await page.waitForURL(/\/accuracy/);
      expect(problems).toEqual([]);
      await close();
    });

    it('goes to the other key slices of the patient with the arrows', async () => {
      const query = `{ patients(first: 100, filter: { dataset: "demo" }) { nodes { studies { images { id } } } } }`;
      const { patients } = await askGraph<{
        patients: { nodes: { studies: { images: { id: string }[] }[] }[] };
      }>(bed(), query);
      const images = patients.nodes
        .map(({ studies }) => studies.flatMap((study) => study.images))
        .find((all) => all.length > 1);
      const { page, problems, close } = await bed().open(`/i/${images?.[0]?.id}`);
      await page.getByText(/key slices, in time order/).waitFor();
      await page.keyboard.press('ArrowRight');
      await page.waitForURL((url) => !url.pathname.endsWith(String(images?.[0]?.id)));
      await untilDrawn(page);
      expect(problems).toEqual([]);
      await close();
    });

    it('is pinched on a phone, and the page does not scroll sideways', async () => {
      const { page, problems, close } = await bed().open(`/i/${slice.id}`, { viewport: NARROW, touch: true });
      await untilDrawn(page);
      const middle = await placeOf(page, 256, 256, slice.width, 1);
      const session = await page.context().newCDPSession(page);
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', reach: number) =>
        session.send('Input.dispatchTouchEvent', {
          type,
          touchPoints:
            type === 'touchEnd'
              ? []
              : [
                  { x: middle.x - reach, y: middle.y, id: 0 },
                  { x: middle.x + reach, y: middle.y, id: 1 },
                ],
        });
      await touch('touchStart', 30);
      for (const reach of [40, 50, 60]) await touch('touchMove', reach);
      await touch('touchEnd', 60);
      await page.getByRole('button', { name: /^Zoom (1\.9|2\.0|2\.1);/ }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
        0,
      );
      expect(problems).toEqual([]);
      await close();
    });

    it('says why a slice does not come, and goes on when it is asked again', async () => {
      const { page, close } = await bed().open('/');
      await page.route('**/*.hu*', (route) => route.abort());
      await page.goto(`/i/${slice.id}`);
      await page.getByRole('alert').getByText('The server does not answer').waitFor();
      await page.unroute('**/*.hu*');
      await page.getByRole('button', { name: 'Try again' }).click();
      await untilDrawn(page);
      await close();
    });

    it('has a page that says so if there is no such slice', async () => {
      const { page, problems, close } = await bed().open(`/i/${slice.lesions[0]?.id}`);
      await page.getByRole('heading', { level: 1, name: 'No such slice' }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('shows names that users gave as texts, however long and from whichever side they run', async () => {
      const cluster = slice.lesions[0]?.pseudoCluster?.id;
      const label = `<script>alert(1)</script> \u202E${'a'.repeat(150)}`;
      const name = (to: string | null) =>
        askGraph(
          bed(),
          `mutation ($id: ID!, $to: String) { labelPseudoCluster(input: { pseudoClusterId: $id, label: $to }) {
            pseudoCluster { id label } } }`,
          { id: cluster, to },
        );
      const before = await askGraph<{ node: { label: string | null } }>(
        bed(),
        'query ($id: ID!) { node(id: $id) { ... on PseudoCluster { label } } }',
        { id: cluster },
      );
      await name(label);
      try {
        const { page, problems, close } = await bed().open(`/i/${slice.id}`, { viewport: NARROW });
        await page.getByText('<script>alert(1)</script>').first().waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
          0,
        );
        expect(problems).toEqual([]);
        await close();
      } finally {
        await name(before.node.label);
      }
    });

    it.each([
      ['wide and light', { viewport: WIDE, theme: 'light' }],
      ['narrow and dark', { viewport: NARROW, theme: 'dark' }],
    ] as const)('is accessible: %s', async (_name, look) => {
      const [run, other] = slice.runs;
      const path = `/i/${slice.id}?run=${run?.id}&run2=${other?.id}&t=0`;
      const { page, problems, findAccessibilityProblems, close } = await bed().open(path, look);
      await untilDrawn(page);
      await page.waitForLoadState('networkidle');
      expect(await findAccessibilityProblems()).toEqual([]);
      expect(problems).toEqual([]);
      await close();
    });
  });

  describe('a slice without pixels', () => {
    it('shows its measurements to scale, its lesions and the patient’s studies', async () => {
      if (!bed().hasRealData) return;
      const { bookmarkedImages } = await askGraph<{ bookmarkedImages: { nodes: { id: string }[] } }>(
        bed(),
        '{ bookmarkedImages(first: 1, filter: { dataset: "validation" }) { nodes { id } } }',
      );
      const { page, problems, findAccessibilityProblems, close } = await bed().open(
        `/i/${bookmarkedImages.nodes[0]?.id}`,
      );
      await page.getByText('The pixels of this slice are not on this server').waitFor();
      await page.locator('[data-mark="LESION"]').first().waitFor({ state: 'attached' });
      await page.getByRole('rowheader', { name: 'L1' }).waitFor();
      await page.getByText(/in time order/).waitFor();
      await page.getByText('A detector needs its pixels').waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      expect(problems).toEqual([]);
      await close();
    });
  });
}
