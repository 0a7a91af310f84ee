import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type BrowserBed, NARROW } from '../bed';
import { withoutStatus } from './graph';

const rows = (page: Page) => page.getByRole('region', { name: 'Board' }).getByRole('row');

export function boardStories(bed: () => BrowserBed): void {
  describe('the board', () => {
    it('is reached from the accuracy page and the runs, ranks with intervals, and leads to curves and runs', async () => {
      const { page, problems, close } = await bed().open('/runs');
      await page.getByRole('link', { name: 'Board', exact: true }).click();
      await rows(page).nth(2).waitFor();
      await page.getByText(/^This test set \(\d+ images, 31 lesions, \d+ patients\) tells/).waitFor();
      await page.getByRole('img', { name: 'Ranks with their 95 % intervals' }).waitFor();
      expect(await rows(page).nth(1).textContent()).toMatch(/^1.*phantom-\w+ .*\d %.*Computed here/);
      await page.getByRole('link', { name: 'Curves' }).click();
      await page.getByRole('figure', { name: /^Accuracy by IoU of/ }).waitFor();
      await page.getByRole('link', { name: 'Board', exact: true }).click();
      await rows(page).nth(1).getByRole('link').click();
      await page.waitForURL(/\/runs\/.+/);
      await page.getByRole('heading', { level: 1, name: /^phantom-/ }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('takes metric, threshold and lesions by keyboard alone, and its address is what is seen', async () => {
      const { page, problems, close } = await bed().open('/board');
      await rows(page).nth(1).waitFor();
      await page.getByLabel('Metric').focus();
      await page.keyboard.press('ArrowDown');
      await page.waitForURL(/m=froc/);
      await page.getByLabel('False positives per image').focus();
      await page.keyboard.press('ArrowDown');
      await page.waitForURL(/fp=0\.5/);
      await page
        .getByText(/^Sensitivity at IoU 0\.5 and 0\.5 false positives per image/)
        .first()
        .waitFor();
      await page.goto(page.url());
      await rows(page).nth(1).waitFor();
      expect(await page.getByLabel('False positives per image').inputValue()).toBe('0.5');
      await page.getByRole('button', { name: 'Get this' }).focus();
      await page.keyboard.press('Enter');
      const [csv] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV', exact: true }).press('Enter'),
      ]);
      expect(readFileSync(await csv.path(), 'utf8')).toContain('rank,rank_low,rank_high,group');
      expect(problems).toEqual([]);
      await close();
    });

    it('says on a phone that a split has no entries, and that there is no such data set', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/board?split=train', {
        viewport: NARROW,
        touch: true,
      });
      await page.getByText('No detector has a result for this split yet.').waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      await page.getByLabel('Split').selectOption('test');
      await rows(page).nth(1).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await page.goto('/board?d=nothing');
      await page.getByRole('heading', { level: 1, name: 'Board' }).waitFor();
      await page.getByRole('alert').waitFor();
      await page.getByRole('link', { name: 'Board of the newest data set' }).waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      expect(withoutStatus(problems, 404)).toEqual([]);
      await close();
    });
  });
}
