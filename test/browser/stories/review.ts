import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type BrowserBed, NARROW } from '../bed';
import { askGraph } from './graph';

const HOSTILE = 'Dr <script>alert(1)</script> \u202Eabc';

interface Reviewed {
  reviewedDetections: { totalCount: number; nodes: { reviews: { reviewer: string; remark: string | null }[] }[] };
}
const REVIEWED = `query Reviewed($run: ID!, $reviewer: String) { reviewedDetections(run: $run, reviewer: $reviewer, first: 1) {
  totalCount nodes { reviews { reviewer remark } } } }`;
const NEWEST = `{ detectionRuns(first: 1, filter: { dataset: "demo", detector: "phantom-single", status: SUCCEEDED },
  orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id } } }`;

async function demoRun(bed: BrowserBed): Promise<string> {
  const { detectionRuns } = await askGraph<{ detectionRuns: { nodes: { id: string }[] } }>(bed, NEWEST);
  const id = detectionRuns.nodes[0]?.id;
  if (id === undefined) throw new Error('The demo has no run of phantom-single.');
  return id;
}

const boxOf = (page: Page) => page.locator('[data-box]').getAttribute('data-box');
const curveOf = (page: Page) => page.getByRole('region', { name: 'Accuracy with the reviews' });

/** Does something, and waits until another box is shown and every verdict is saved. */
async function untilNextBox(page: Page, act: () => Promise<void>): Promise<void> {
  const before = await boxOf(page);
  await act();
  await page.waitForFunction((id) => document.querySelector('[data-box]')?.getAttribute('data-box') !== id, before);
  await page.locator('.saved-mark[data-saved="true"]').waitFor();
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.keyboard.press('Enter');
  await page.getByText('Reviewer:').waitFor();
}

export function reviewStories(bed: () => BrowserBed): void {
  describe('a review', () => {
    let run: string;
    beforeAll(async () => {
      run = await demoRun(bed());
    });

    it('by keyboard alone: ten verdicts, one taken back, and a curve that moves and is kept with its source', async () => {
      const { page, problems, close } = await bed().open(`/review?run=${run}`);
      await signIn(page, HOSTILE);
      for (const key of ['1', '2', '3', '1', '2', '2', '1', '2', '3', '1']) {
        await untilNextBox(page, () => page.keyboard.press(key));
      }
      await untilNextBox(page, () => page.keyboard.press('u'));
      const counted = await askGraph<Reviewed>(bed(), REVIEWED, { run, reviewer: HOSTILE });
      expect(counted.reviewedDetections.totalCount).toBe(9);

      await page.keyboard.press('e');
      const line = curveOf(page).getByRole('button', { name: /^with \d+ reviews?$/ });
      await line.first().waitFor();
      const before = await line.first().textContent();
      await untilNextBox(page, () => page.keyboard.press('1'));
      await page.keyboard.press('e');
      await curveOf(page)
        .getByRole('button', { name: /^with \d+ reviews?$/ })
        .nth(1)
        .waitFor();
      expect(await line.first().textContent()).not.toBe(before);

      await curveOf(page).getByRole('button', { name: 'Get this' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('dialog').getByRole('button', { name: 'SVG' }).click(),
      ]);
      const svg = readFileSync(await download.path(), 'utf8');
      expect(svg).toContain('synthetic data');
      expect(svg).toMatch(/phantom-single [\d.]+, \d+ lesions, reviews up to \d+/);
      expect(svg).toContain('<metadata');
      expect(svg).not.toContain('var(--');
      expect(problems).toEqual([]);
      await close();
    });

    it('leaves the letters of a remark alone, and saves it with the verdict', async () => {
      const { page, problems, close } = await bed().open(`/review?run=${run}`);
      await signIn(page, 'Dr Remark');
      const box = await boxOf(page);
      await page.keyboard.press('r');
      await page.keyboard.type('u 1 2 3 w');
      expect(await boxOf(page)).toBe(box);
      await page.keyboard.press('Enter');
      await untilNextBox(page, () => page.keyboard.press('3'));
      const { reviewedDetections } = await askGraph<Reviewed>(bed(), REVIEWED, { run, reviewer: 'Dr Remark' });
      expect(reviewedDetections.nodes[0]?.reviews.at(-1)).toEqual({ reviewer: 'Dr Remark', remark: 'u 1 2 3 w' });
      expect(problems).toEqual([]);
      await close();
    });

    it('goes on while the server is away, and saves what was given when it is back', async () => {
      const { page, problems, close } = await bed().open(`/review?run=${run}`);
      await signIn(page, 'Dr Offline');
      await boxOf(page);
      await page.context().setOffline(true);
      await page.keyboard.press('2');
      await page.getByText('1 verdict not saved yet').waitFor();
      await page.context().setOffline(false);
      await page.locator('.saved-mark[data-saved="true"]').waitFor();
      const { reviewedDetections } = await askGraph<Reviewed>(bed(), REVIEWED, { run, reviewer: 'Dr Offline' });
      expect(reviewedDetections.totalCount).toBe(1);
      expect(problems.filter((problem) => !problem.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
      await close();
    });

    it('has three buttons for a finger on a phone, and asks for a name before a verdict', async () => {
      const { page, problems, close } = await bed().open(`/review?run=${run}`, { viewport: NARROW, touch: true });
      await page.getByRole('button', { name: 'Not a lesion' }).tap();
      await page.waitForFunction(() => document.activeElement?.getAttribute('autocomplete') === 'name');
      await signIn(page, 'Dr Touch');
      await untilNextBox(page, () => page.getByRole('button', { name: 'Not a lesion' }).tap());
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(problems).toEqual([]);
      await close();
    });

    it('begins with a run that has something to review', async () => {
      const { page, problems, close } = await bed().open('/review');
      await page.waitForURL(/\/review\?run=[\w-]+/);
      await page.locator('[data-box]').waitFor();
      expect(problems).toEqual([]);
      await close();
    });
  });
}
