import { type BrowserBed, NARROW } from '../bed';

export function cookbookStories(bed: () => BrowserBed): void {
  describe('the cookbook', () => {
    it('runs a recipe, and shows it in other languages', async () => {
      const { page, problems, close } = await bed().open('/docs');
      await page.getByRole('navigation', { name: 'Recipes' }).getByRole('link', { name: 'Filters' }).click();
      await page.waitForURL(/q=filters/);
      const recipe = page.getByRole('article', { name: 'Filters' });
      await recipe.getByRole('button', { name: /^Run it here/ }).click();
      await recipe.getByRole('region', { name: 'Answer' }).getByText('"totalCount"').waitFor();
      await recipe.getByRole('tab', { name: 'Python' }).click();
      await recipe.getByText('urllib.request').first().waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('is read and run by keyboard alone', async () => {
      const { page, problems, close } = await bed().open('/docs');
      await page.getByRole('heading', { level: 2, name: 'Data sets' }).waitFor();
      await page.keyboard.press('j');
      await page.getByRole('heading', { level: 2, name: 'Largest lung lesions' }).waitFor();
      await page.keyboard.press('k');
      await page.getByRole('heading', { level: 2, name: 'Data sets' }).waitFor();
      await page.keyboard.press('r');
      await page.getByRole('region', { name: 'Answer' }).getByText('"demo"').waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('warns of a recipe that changes something, and begins with the first where an address is wrong', async () => {
      const { page, problems, close } = await bed().open('/docs?q=start-a-run', { viewport: NARROW });
      await page.getByText('It changes something on this server.').waitFor();
      await page.goto('/docs?q=%3Cscript%3E');
      await page.getByRole('heading', { level: 2, name: 'Data sets' }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(problems).toEqual([]);
      await close();
    });
  });
}
