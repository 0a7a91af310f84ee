import type { Page } from 'playwright-core';
import type { BrowserBed } from '../bed';

const slider = (page: Page) => page.getByRole('slider', { name: /^Score threshold of/ }).first();

export function errorsStories(bed: () => BrowserBed): void {
  describe('the errors page', () => {
    it('moves its counts with the slider by keyboard, asks once it rests, and is what its address says', async () => {
      const { page, problems, close } = await bed().open('/errors');
      await page.getByRole('list', { name: 'Missed' }).waitFor();
      await page.waitForLoadState('networkidle');
      let requests = 0;
      page.on('request', (request) => {
        if (request.url().includes('/graphql')) requests++;
      });
      await slider(page).focus();
      await page.keyboard.press('Home');
      expect(await slider(page).getAttribute('aria-valuetext')).toContain('0 lesions found, 0 false positives');
      expect(requests).toBe(0);
      await page.waitForURL(/t=1/);
      await page.getByText(/^31 outcomes/).waitFor();
      await page.getByRole('tab', { name: /^Background/ }).click();
      await page.waitForURL(/kind=BACKGROUND/);
      await page.getByText('None at this threshold.').waitFor();
      await page.goto(page.url());
      await page.getByRole('tab', { name: /^Background/, selected: true }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('shows two runs beside one another', async () => {
      const { page, problems, close } = await bed().open('/errors');
      const beside = page.getByLabel('Beside it');
      await beside.waitFor();
      const names = await beside.locator('option').allTextContents();
      const chosen = await page.getByLabel('Evaluation').inputValue();
      const others = await beside
        .locator('option')
        .evaluateAll((options) => options.map((one) => one.getAttribute('value')));
      await beside.selectOption(others.find((value) => value !== '' && value !== chosen) ?? '');
      await page.waitForURL(/e=[^&]+,/);
      await page
        .getByRole('slider', { name: /^Score threshold of/ })
        .nth(1)
        .waitFor();
      expect(names.length).toBeGreaterThan(2);
      expect(problems).toEqual([]);
      await close();
    });
  });
}
