import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type BrowserBed, NARROW } from '../bed';
import { ABSENT_EVALUATION } from './graph';

const curve = (page: Page) => page.getByRole('figure', { name: /^Sensitivity by false positives per image of/ });
const slider = (page: Page) => curve(page).getByRole('slider');
const figures = (page: Page) => page.getByRole('region', { name: 'The figures at the score threshold' });
const sensitivity = (page: Page) => figures(page).getByRole('row').filter({ hasText: 'Sensitivity' });

export function thresholdStories(bed: () => BrowserBed): void {
  describe('the page of the score threshold', () => {
    it('moves along the curve by keyboard, says the figures with intervals, and is what its address says', async () => {
      const { page, problems, close } = await bed().open('/threshold');
      await slider(page).focus();
      await page.keyboard.press('End');
      await page.waitForURL(/score=/);
      const text =
        (await sensitivity(page)
          .getByText(/ of 31 lesions$/)
          .textContent()) ?? '';
      await sensitivity(page)
        .getByText(/\d to \d+\.\d %/)
        .waitFor();
      await page.keyboard.press('Home');
      await page.waitForFunction((before) => !document.body.innerText.includes(before), text);
      await page.goto(page.url());
      await sensitivity(page)
        .getByText(/\d to \d+\.\d %/)
        .waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('has another evaluation, stratum and overlap, and gives each figure as a file', async () => {
      const { page, problems, close } = await bed().open('/threshold');
      await curve(page).waitFor();
      const choice = page.getByLabel('Evaluation');
      const values = await choice
        .locator('option')
        .evaluateAll((options) => options.map((one) => one.getAttribute('value')));
      const other = values.find((value) => value !== null && value !== values[0]);
      const name = await choice.locator(`option[value="${other}"]`).textContent();
      await choice.selectOption(other ?? '');
      await page.getByText(`What ${name?.replace(/ \(.*/, '')} does`, { exact: false }).waitFor();
      await page.getByLabel('A hit has an overlap of at least').fill('0.3');
      await page.getByText('Average precision at IoU 0.3').waitFor();
      await page.getByLabel('Stratum').selectOption('coarse-type:LUNG');
      await page.getByText('with a lesion of the stratum').waitFor();
      expect(new URL(page.url()).searchParams.get('e')).toBe(other);
      const calibration = page.getByRole('region', { name: 'Calibration' });
      await calibration.getByRole('button', { name: 'Get this' }).click();
      const [csv] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV', exact: true }).click(),
      ]);
      expect(readFileSync(await csv.path(), 'utf8')).toContain('low,high,count,hits,mean_score,hit_share');
      expect(problems).toEqual([]);
      await close();
    });

    it('says that an evaluation is none, on a phone, and leads to the runs', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open(
        `/threshold?e=${ABSENT_EVALUATION}`,
        { viewport: NARROW, touch: true, theme: 'dark' },
      );
      await page.getByText('No evaluation has this id.').waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      await page.getByRole('link', { name: 'All runs' }).tap();
      await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });
  });
}
