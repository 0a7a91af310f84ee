import { type BrowserBed, NARROW } from '../bed';

export function homeStories(bed: () => BrowserBed): void {
  describe('the first page', () => {
    it('shows the data sets with their sizes, the detectors with their accuracy, and the newest runs', async () => {
      const { page, problems, close } = await bed().open('/');
      const demo = page.getByRole('article', { name: /phantom/i });
      await demo.getByText('lesions', { exact: true }).waitFor();
      expect(await page.getByText('Synthetic data').count()).toBe(1);
      await page.getByRole('cell', { name: /phantom-multi/ }).waitFor();
      await page.getByRole('link', { name: 'All runs' }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('leads by keyboard alone from the skip link to the lesions of a data set', async () => {
      const { page, problems, close } = await bed().open('/');
      await page.getByRole('link', { name: 'Explore the lesions' }).first().waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
      await page.keyboard.press('g');
      await page.keyboard.press('l');
      await page.waitForURL(/\/d\/[^/]+\/lesions/);
      expect(problems).toEqual([]);
      await close();
    });

    it('has its pages behind a menu on a phone', async () => {
      const { page, problems, close } = await bed().open('/', { viewport: NARROW, touch: true });
      await page.getByRole('button', { name: 'Menu' }).tap();
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Runs' }).tap();
      await page.waitForURL(/\/runs$/);
      expect(problems).toEqual([]);
      await close();
    });

    it('says what happened while the server is away, and goes on when it is back', async () => {
      const { page, problems, close } = await bed().open('/docs');
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.context().setOffline(true);
      await page.getByRole('link', { name: 'DeepLesion Server' }).click();
      await page.getByRole('alert').getByText('The server does not answer').waitFor();
      await page.context().setOffline(false);
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('link', { name: 'Explore the lesions' }).first().waitFor();
      expect(problems.filter((problem) => !problem.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
      await close();
    });
  });
}
