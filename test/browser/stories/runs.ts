import type { Page } from 'playwright-core';
import { type BrowserBed, NARROW } from '../bed';
import { askGraph } from './graph';

const choicesOf = (page: Page) => page.getByRole('checkbox', { name: /^Compare/ });
const chosen = (page: Page) => page.getByRole('region', { name: 'Chosen runs' });
const startOf = (page: Page) => page.getByRole('complementary', { name: 'Start' });
const progressOf = (page: Page) => page.getByRole('region', { name: 'Progress' });

const START = `mutation Start($input: RunDetectionInput!) { runDetection(input: $input) { run { id } } }`;
const CANCEL = `mutation Cancel($id: ID!) { cancelJob(input: { id: $id }) { job { id } } }`;

async function startRun(bed: BrowserBed, priority: 'NORMAL' | 'BACKGROUND'): Promise<string> {
  const input = { detector: 'phantom-multi', dataset: 'demo', priority };
  const { runDetection } = await askGraph<{ runDetection: { run: { id: string } } }>(bed, START, { input });
  return runDetection.run.id;
}

export function runsStories(bed: () => BrowserBed): void {
  describe('the runs', () => {
    it('are chosen and compared, and stay chosen when one comes back', async () => {
      const { page, problems, close } = await bed().open('/runs');
      await choicesOf(page).nth(0).click();
      await chosen(page).getByText('1 run chosen').waitFor();
      await choicesOf(page).nth(1).click();
      await chosen(page).getByText('2 runs chosen').waitFor();
      await chosen(page)
        .getByRole('link', { name: /Compare accuracy/ })
        .click();
      await page.waitForURL(/\/accuracy\?e=[\w-]+,[\w-]+/);
      await page.goBack();
      await chosen(page).getByText('2 runs chosen').waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('are chosen and compared by keyboard alone', async () => {
      const { page, problems, close } = await bed().open('/runs');
      await choicesOf(page).nth(1).waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      await chosen(page).getByText('1 run chosen').waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      await chosen(page).getByText('2 runs chosen').waitFor();
      await page.keyboard.press('c');
      await page.waitForURL(/\/accuracy\?e=[\w-]+,[\w-]+/);
      expect(problems).toEqual([]);
      await close();
    });

    it.each(['none', 'RGV0ZWN0aW9uUnVuOjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMA'])(
      'say that there is no run %s, and lead to those that are there',
      async (id) => {
        const { page, findAccessibilityProblems, close } = await bed().open(`/runs/${id}`);
        await page.getByRole('heading', { level: 1, name: 'No such run' }).waitFor();
        expect(await findAccessibilityProblems()).toEqual([]);
        await page.getByRole('link', { name: 'All runs' }).click();
        await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
        await close();
      },
    );

    it('are cards on a phone', async () => {
      const { page, problems, close } = await bed().open('/runs', { viewport: NARROW, touch: true });
      await choicesOf(page).nth(0).tap();
      await chosen(page).getByText('1 run chosen').waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(problems).toEqual([]);
      await close();
    });

    it('say which filter finds none, and take it away', async () => {
      const { page, problems, close } = await bed().open('/runs?detector=phantom-multi&status=failed');
      await page.getByText('No run has this status, this detector.').waitFor();
      await page.getByRole('button', { name: 'Show all runs' }).click();
      await choicesOf(page).nth(0).waitFor();
      expect(problems).toEqual([]);
      await close();
    });
  });

  describe('a new run', () => {
    it('says how many images it has, shows what it sends, and is followed to its accuracy', async () => {
      const { page, problems, close } = await bed().open('/runs/new?dataset=demo&split=TEST');
      await startOf(page)
        .getByRole('status')
        .getByText(/^\d+ images?$/)
        .waitFor();
      await page.getByRole('checkbox', { name: 'Lung' }).click();
      await page.waitForURL(/type=LUNG/);
      await startOf(page).getByText('"coarseType"').waitFor();
      await startOf(page).getByRole('button', { name: 'Start the run' }).click();
      await page.waitForURL(/\/runs\/[\w-]{20,}/);
      await progressOf(page).getByText('succeeded').waitFor({ timeout: 200_000 });
      await page.getByRole('figure', { name: /^Accuracy by IoU/ }).waitFor();
      await page.getByText('deeplesion evaluate').waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('cannot be started where no image fits', async () => {
      const { page, problems, close } = await bed().open('/runs/new?dataset=demo&age=129..');
      await startOf(page).getByText('No image fits all facets').waitFor();
      expect(await startOf(page).getByRole('button', { name: 'Start the run' }).isDisabled()).toBe(true);
      expect(problems).toEqual([]);
      await close();
    });

    it('is cancelled only after a question', async () => {
      // The first one keeps the workers busy, so that the second one waits.
      const first = await startRun(bed(), 'NORMAL');
      const second = await startRun(bed(), 'BACKGROUND');
      const { page, problems, close } = await bed().open(`/runs/${second}`);
      await page.getByRole('button', { name: 'Cancel the run' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Let it go on' }).click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Cancel the run' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel the run' }).click();
      await progressOf(page).getByText('cancelled').waitFor();
      expect(problems).toEqual([]);
      await close();
      await askGraph(bed(), CANCEL, { id: first });
    });
  });
}
