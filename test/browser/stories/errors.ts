import type { Page } from 'playwright-core';
import type { BrowserBed } from '../bed';

const slider = (page: Page) => page.getByRole('slider', { name: /^Score threshold of/ }).first();

export function errorsStories(bed: () => BrowserBed): void {
  describe('the errors page', () => {
    it('moves its counts with the slider by keyboard without waiting for the server, and is what its address says', async () => {
      const { page, problems, close } = await bed().open('/errors');
      await page.getByRole('list', { name: 'Missed' }).waitFor();
      await page.waitForLoadState('networkidle');
      // What the slider reads does not wait for an answer.
      let answer = (): void => undefined;
      const answering = new Promise<void>((resolve) => {
        answer = resolve;
      });
      await page.route('**/graphql', async (route) => {
        await answering;
        await route.continue();
      });
      await slider(page).focus();
      await page.keyboard.press('Home');
      await page.locator('input[aria-valuetext$=": 0 lesions found, 0 false positives"]').waitFor();
      await page.waitForURL(/t=1/);
      answer();
      await page.getByText(/^31 outcomes/).waitFor();
      await page.getByRole('tab', { name: /^Background/ }).click();
      await page.waitForURL(/kind=BACKGROUND/);
      await page.getByText('None at this threshold.').waitFor();
      await page.goto(page.url());
      await page.getByRole('tab', { name: /^Background/, selected: true }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('shows those of which reviews say something, in the address too, and keeps what errors cost as files', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/errors?kind=BACKGROUND');
      await page.getByRole('list', { name: 'Background' }).waitFor();
      await page.getByLabel('Reviews say').selectOption('lesion');
      await page.waitForURL(/r=lesion/);
      await page.getByText('None at this threshold of which reviews say this.').waitFor();
      await page.getByLabel('Reviews say').selectOption('unseen');
      await page.waitForURL(/r=unseen/);
      await page.getByRole('list', { name: 'Background' }).waitFor();
      const costs = page.getByRole('region', { name: /^What the errors of/ });
      await costs.getByRole('img', { name: /^What mending each kind/ }).waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      await costs.getByRole('button', { name: 'Get this' }).click();
      const dialog = page.getByRole('dialog');
      for (const [label, ending] of [
        ['SVG', '.svg'],
        ['PNG', '.png'],
        ['CSV', '.csv'],
      ] as const) {
        const button = dialog.getByRole('button', { name: label, exact: true });
        const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
        expect(file.suggestedFilename()).toBe(`error-costs${ending}`);
      }
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
