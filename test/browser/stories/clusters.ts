import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type BrowserBed, NARROW } from '../bed';

const HOSTILE = '<script>alert(1)</script> \u202Eabc " \' &amp; قرحة';

const first = (page: Page) => page.getByRole('article').first();
const nameField = (page: Page) => page.getByRole('textbox', { name: /^Name of pseudo-cluster 1/ });

export function clustersStories(bed: () => BrowserBed): void {
  describe('the clusters', () => {
    it('show what they look like, what is in them, and their lesions', async () => {
      const { page, problems, close } = await bed().open('/d/demo/clusters');
      await first(page)
        .getByRole('img', { name: /^The most typical lesions/ })
        .waitFor();
      await page.getByRole('table', { name: 'Lesions by cluster and coarse type' }).waitFor();
      await first(page).getByText('Typical and border lesions').click();
      await first(page).getByRole('heading', { name: 'Nearest to the centroid' }).waitFor();
      await page.waitForURL(/k=1/);
      await page.reload();
      await first(page).getByRole('heading', { name: 'At the border to another cluster' }).waitFor();
      await first(page)
        .getByRole('link', { name: /lesions?$/ })
        .first()
        .click();
      await page.waitForURL(/\/d\/demo\/lesions\?cluster=/);
      await page.getByRole('list', { name: 'Conditions' }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('are named where they stand, by keyboard alone; Escape restores, and undo takes it back', async () => {
      const { page, problems, close } = await bed().open('/d/demo/clusters');
      const start = first(page).getByRole('button', { name: /^(Name it|Rename)/ });
      await start.waitFor();
      const before = (await first(page).getByRole('heading', { level: 3 }).textContent()) ?? '';
      await start.focus();
      await page.keyboard.press('Enter');
      await nameField(page).waitFor();
      await page.keyboard.type('not this');
      await page.keyboard.press('Escape');
      await first(page).getByRole('heading', { name: before }).waitFor();
      await page.keyboard.press('Enter');
      await nameField(page).waitFor();
      await nameField(page).fill(HOSTILE);
      await page.keyboard.press('Enter');
      await page.getByRole('status').getByText('Named').waitFor();
      await first(page).getByRole('heading', { name: HOSTILE }).waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await first(page).getByRole('heading', { name: before }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('say why a name was not saved, and keep what was typed', async () => {
      const { page, problems, close } = await bed().open('/d/demo/clusters');
      await first(page)
        .getByRole('button', { name: /^(Name it|Rename)/ })
        .click();
      await nameField(page).fill('lung nodule');
      await page.context().setOffline(true);
      await page.keyboard.press('Enter');
      await page.getByText('The name was not saved').waitFor();
      expect(await nameField(page).inputValue()).toBe('lung nodule');
      await page.context().setOffline(false);
      expect(problems.filter((problem) => !problem.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
      await close();
    });

    it('hand out their figures as CSV', async () => {
      const { page, problems, close } = await bed().open('/d/demo/clusters');
      await first(page).waitFor();
      const clusters = await page.getByRole('article').count();
      await page.locator('.page-actions').getByRole('button', { name: 'Get this' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV of the clusters' }).click(),
      ]);
      expect(readFileSync(await download.path(), 'utf8').split('\r\n')).toHaveLength(clusters + 2);
      expect(problems).toEqual([]);
      await close();
    });

    it('stand in one column on a phone', async () => {
      const { page, problems, close } = await bed().open('/d/demo/clusters', { viewport: NARROW, touch: true });
      await first(page).waitFor();
      await first(page).getByText('Typical and border lesions').tap();
      await first(page).getByRole('heading', { name: 'Nearest to the centroid' }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(problems).toEqual([]);
      await close();
    });

    it('are drawn as a map, through which arrows go from lesion to lesion', async () => {
      const { page, problems, close } = await bed().open('/d/demo/clusters');
      const map = page.getByRole('application', { name: /^Map of the lesions/ });
      await map.focus();
      await page.keyboard.press('ArrowRight');
      await page.getByText(/^row \d+$/).waitFor();
      await page.keyboard.press('ArrowUp');
      await page.getByRole('list', { name: 'Clusters of the map' }).getByRole('button').first().click();
      await map.focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/i\/.+\?lesion=.+/);
      expect(problems).toEqual([]);
      await close();
    });

    it('are made again from the page, which follows the work', async () => {
      if (!bed().hasRealData) return;
      const { page, problems, close } = await bed().open('/d/slices/clusters');
      const name = `two of ${Date.now()}`;
      await page.getByRole('button', { name: 'New categorization' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.getByRole('spinbutton', { name: /^Number of clusters/ }).fill('2');
      await page.getByRole('button', { name: 'Sort the lesions' }).click();
      await page.getByRole('heading', { level: 2, name }).waitFor();
      await page.getByRole('heading', { level: 2, name: '2 clusters' }).waitFor({ timeout: 100_000 });
      await page.getByRole('button', { name: 'New categorization' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.getByRole('button', { name: 'Sort the lesions' }).click();
      await page.getByRole('alert').getByText(name).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('say how to make some where there are none, and where an address leads nowhere', async () => {
      if (bed().hasRealData) {
        const { page, problems, close } = await bed().open('/d/validation/clusters');
        await page.getByText('have not been categorized yet').waitFor();
        await page.getByText('npx deeplesion categorize lesions --dataset validation').waitFor();
        expect(problems).toEqual([]);
        await close();
      }
      const { page, problems, close } = await bed().open('/d/nothing/clusters');
      await page.getByText('There is no data set “nothing” here.').waitFor();
      expect(problems).toEqual([]);
      await close();
    });
  });
}
