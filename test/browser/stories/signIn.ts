import type { BrowserBed } from '../bed';

/** The provider is another host by intention, and its own page loads what it likes. */
const withoutProvider = (problems: readonly string[], issuer: string): string[] =>
  problems.filter(
    (problem) => !problem.includes(issuer) && !/^console: Failed to load|fonts\.googleapis\.com/.test(problem),
  );

export function signInStories(bed: () => BrowserBed): void {
  describe('a person', () => {
    it('signs in with the provider of the host, is named, and signs out of both', async () => {
      const { issuer } = bed();
      // A server that runs already has its own provider, or none.
      if (issuer === null) return;
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/runs?status=succeeded');
      await page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: 'Sign in with Example Lab' }).waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      await page.getByRole('link', { name: 'Sign in with Example Lab' }).click();
      await page.locator('input[name=login]').fill('another-ada');
      await page.locator('input[name=password]').fill('any');
      await page.keyboard.press('Enter');
      await page.waitForURL(`${bed().origin}/runs?status=succeeded`);
      await page.getByRole('button', { name: 'Signed in as Ada Example' }).click();
      const panel = page.getByRole('dialog', { name: 'Signed in' });
      await panel.getByText('another-ada').waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      await page.goto('/review');
      await page.getByText('Reviewing as Ada Example').waitFor();
      await page.getByRole('button', { name: 'Signed in as Ada Example' }).click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL(new RegExp(`^${issuer}`));
      await page.getByRole('button', { name: /yes, sign me out/i }).click();
      await page.waitForURL(`${bed().origin}/`);
      await page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor();
      expect(withoutProvider(problems, issuer)).toEqual([]);
      await close();
    });
  });
}
