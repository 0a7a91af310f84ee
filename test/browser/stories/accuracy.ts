import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type BrowserBed, NARROW } from '../bed';

const figure = (page: Page) => page.getByRole('figure', { name: /^Accuracy by IoU of/ });
const readOff = (page: Page) => page.getByRole('slider', { name: /Read off at IoU threshold/ });

export function accuracyStories(bed: () => BrowserBed): void {
  describe('the accuracy page', () => {
    it('opens with the newest comparable evaluations, and reads off what the graph says', async () => {
      const { page, problems, close } = await bed().open('/accuracy');
      await figure(page).waitFor();
      const rows = page.getByRole('table').first().getByRole('row');
      expect(await rows.count()).toBe(3);
      expect(await rows.nth(1).textContent()).toMatch(/phantom-\w+ .* on demo@1.*\d+\.\d.*\d+ of 31/);
      await page.getByRole('tab', { name: 'FROC' }).click();
      await page.getByRole('columnheader', { name: 'Sensitivity (%)' }).waitFor();
      await page.getByRole('tab', { name: 'Precision–recall' }).click();
      await page.getByRole('columnheader', { name: 'Precision (%)' }).waitFor();
      await page.getByRole('tab', { name: 'Difference' }).click();
      await page.getByRole('columnheader', { name: 'Difference (percentage points)' }).waitFor();
      expect(page.url()).toContain('plot=diff');
      expect(problems).toEqual([]);
      await close();
    });

    it('is read off by keyboard alone, and the address is what is seen', async () => {
      const { page, problems, close } = await bed().open('/accuracy');
      await readOff(page).focus();
      await page.keyboard.press('Home');
      await page.getByText('Read off at IoU threshold: 0.05').waitFor();
      await page.keyboard.press('ArrowRight');
      await page.getByText('Read off at IoU threshold: 0.1').waitFor();
      await page.getByLabel('Stratum').selectOption('coarse-type:LUNG');
      await page.waitForURL(/s=coarse-type:LUNG/);
      const address = page.url();
      await page.goto(address);
      await page.getByText('Read off at IoU threshold: 0.1').waitFor();
      expect(await page.getByLabel('Stratum').inputValue()).toBe('coarse-type:LUNG');
      expect(address.length).toBeLessThan(2000);
      expect(problems).toEqual([]);
      await close();
    });

    it('gives its figure as SVG with its source line, its numbers as CSV, and its request', async () => {
      const { page, problems, close } = await bed().open('/accuracy');
      await figure(page).waitFor();
      await page.getByRole('button', { name: 'Get this' }).click();
      const [svg] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'SVG' }).click(),
      ]);
      const file = readFileSync(await svg.path(), 'utf8');
      expect(file).toMatch(/demo@1, synthetic data\), 31 lesions/);
      expect(file).toContain('<metadata>');
      expect(file).not.toMatch(/var\(--/);
      const [csv] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'CSV' }).click(),
      ]);
      const lines = readFileSync(await csv.path(), 'utf8').split('\r\n');
      expect(lines[0]).toContain('ci_low');
      expect(lines.length).toBe(1 + 2 * 19 + 1);
      await page.getByRole('tab', { name: 'Python' }).click();
      await page.getByText('import json, urllib.request').waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('stands on a phone without sideways scrolling, and says so when an evaluation is none', async () => {
      const { page, problems, close } = await bed().open('/accuracy', { viewport: NARROW, touch: true });
      await figure(page).waitFor();
      await page.getByRole('tab', { name: 'FROC' }).tap();
      await page.getByRole('columnheader', { name: 'Sensitivity (%)' }).waitFor();
      await page.goto('/accuracy?e=RXZhbHVhdGlvbjowMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDA');
      await page.getByText('No evaluation has one of these ids.').waitFor();
      await page.getByRole('button', { name: 'Show the newest ones' }).tap();
      await figure(page).waitFor();
      expect(problems).toEqual([]);
      await close();
    });
  });

  describe('the figure for other pages', () => {
    it('draws the same lines without the rest of the page, and leads to it', async () => {
      const first = await bed().open('/accuracy');
      await figure(first.page).waitFor();
      await first.page.getByRole('button', { name: 'Choose evaluations' }).click();
      const boxes = first.page.getByRole('dialog').getByRole('checkbox');
      // The address decides what is checked, so that a box changes a moment after the click.
      await boxes.first().click();
      await first.page.waitForURL(/e=/);
      const parameters = new URL(first.page.url()).search;
      await first.close();
      const { page, problems, findAccessibilityProblems, close } = await bed().open(
        `/embed/accuracy${parameters}&theme=dark`,
      );
      await figure(page).waitFor();
      await page.getByText('synthetic data').waitFor();
      expect(await page.getByRole('link', { name: 'DeepLesion Server' }).getAttribute('href')).toContain(
        '/accuracy?e=',
      );
      expect(await findAccessibilityProblems()).toEqual([]);
      expect(problems).toEqual([]);
      await close();
    });
  });

  describe('where two runs differ', () => {
    it('shows the lesions that one run alone found, at any threshold, with the reason', async () => {
      const { page, problems, close } = await bed().open('/differences?iou=0.75');
      const tiles = page.getByRole('list', { name: 'Discordant lesions' }).getByRole('listitem');
      await tiles.first().waitFor();
      await tiles
        .first()
        .getByText(/Found by/)
        .waitFor();
      const before = await tiles.count();
      const [onlyFirst] = await page
        .getByRole('radio')
        .all()
        .then((all) => all.slice(1));
      await onlyFirst?.check();
      await page.waitForURL(/by=first/);
      await page.waitForFunction((count) => document.querySelectorAll('.lesion-tile').length !== count, before);
      expect(problems).toEqual([]);
      await close();
    });
  });
}
