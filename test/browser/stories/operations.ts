import { type BrowserBed, NARROW } from '../bed';

export function operationsStories(bed: () => BrowserBed): void {
  describe('operations', () => {
    it('shows whether the server is ready, its workers, its queue and its devices', async () => {
      const { page, problems, close } = await bed().open('/ops');
      await page.getByRole('region', { name: 'State' }).getByText('ready', { exact: true }).waitFor();
      await page.getByRole('region', { name: 'Readiness' }).getByText('database: ok').waitFor();
      await page.getByRole('region', { name: 'Workers' }).getByText('living', { exact: true }).first().waitFor();
      await page.getByRole('region', { name: 'Devices of this machine' }).getByText('cpu', { exact: true }).waitFor();
      await page.getByRole('link', { name: /unfinished run/i }).click();
      await page.waitForURL(/\/runs\?status=unfinished/);
      expect(problems).toEqual([]);
      await close();
    });

    it('keeps the last state in sight while the server is away, and says so', async () => {
      const { page, problems, close } = await bed().open('/ops', { viewport: NARROW });
      await page.getByRole('region', { name: 'Workers' }).waitFor();
      await page.context().setOffline(true);
      await page.getByText('The server does not answer; this was true at').waitFor();
      expect(await page.getByRole('region', { name: 'Workers' }).isVisible()).toBe(true);
      await page.context().setOffline(false);
      await page.getByText(/^As of/).waitFor();
      expect(problems.filter((problem) => !problem.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
      await close();
    });
  });
}
