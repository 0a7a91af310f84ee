import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type BrowserBed, NARROW } from '../bed';

/** The list of lesions, once its first page is there. */
const firstTile = (page: Page) => page.locator('[data-index="0"]', { hasText: ' mm' });
const conditions = (page: Page) => page.getByRole('list', { name: 'Conditions' });
const search = (page: Page) => new URL(page.url()).searchParams;

/** How many rows the list says it has. */
async function totalOf(page: Page): Promise<number> {
  const text = await page.getByText(/^[\d,]+ in this list$/).textContent();
  return Number((text ?? '').replaceAll(/\D/g, ''));
}

/** Tab after Tab until an element of the list has the focus. */
async function tabToLesions(page: Page): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement?.hasAttribute('data-index'))) return;
  }
  throw new Error('Tab does not lead to the lesions.');
}

/** What is shown, and what has to be typed, is its name; the condition leaves the address with it. */
async function deleteCohort(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Get this' }).click();
  await page.getByText(/^\d+ cohorts? of demo@1/).click();
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete this cohort?' });
  await dialog.getByLabel(/^Why/).fill('It was made for a story.');
  await dialog.getByLabel(/to confirm$/).fill(name);
  await dialog.getByRole('button', { name: 'Delete the cohort' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

export function explorerStories(bed: () => BrowserBed): void {
  describe('the explorer of lesions', () => {
    it('chooses by type, keeps the choice in the address, and opens the slice of a lesion', async () => {
      const { page, problems, close } = await bed().open('/d/demo/lesions');
      await firstTile(page).waitFor();
      const all = await totalOf(page);
      await page.getByRole('group', { name: 'Type' }).getByRole('checkbox').first().check();
      await conditions(page).getByRole('listitem').first().waitFor();
      await page.waitForFunction((before) => !document.body.innerText.includes(`${before} in this list`), all);
      const some = await totalOf(page);
      expect(some).toBeGreaterThan(0);
      expect(some).toBeLessThan(all);
      expect(search(page).get('type')).toMatch(/^[A-Z_]+$/);
      await page.reload();
      await firstTile(page).waitFor();
      expect(await totalOf(page)).toBe(some);
      await firstTile(page).getByRole('link').click();
      await page.waitForURL(/\/i\/.+\?lesion=.+/);
      await page.goBack();
      await firstTile(page).waitFor();
      await conditions(page)
        .getByRole('button', { name: /^Remove the condition/ })
        .click();
      await page.waitForFunction((before) => document.body.innerText.includes(`${before} in this list`), all);
      expect(search(page).size).toBe(0);
      expect(problems).toEqual([]);
      await close();
    });

    it('does everything by keyboard: move, select, copy ids, switch the view, open', async () => {
      const { page, problems, close } = await bed().open('/d/demo/lesions?sort=row');
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await firstTile(page).waitFor();
      await tabToLesions(page);
      await page.keyboard.press('ArrowRight');
      await page.locator('[data-index="1"]:focus').waitFor();
      await page.keyboard.press('x');
      await page.getByText('1 selected.').waitFor();
      expect(search(page).get('sel')).toBe('1');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('x');
      await page.getByText('2 selected.').waitFor();
      expect(search(page).get('sel')).toBe('1..2');
      await page.keyboard.press('c');
      await page.getByText('Copied the 2 ids.').waitFor();
      const ids = await page.evaluate(() => navigator.clipboard.readText());
      expect(ids.split('\n').map((id) => atob(id))).toEqual(['Lesion:demo@1:1', 'Lesion:demo@1:2']);
      await page.keyboard.press('v');
      await page.getByRole('columnheader', { name: 'Long, mm' }).waitFor();
      expect(search(page).get('view')).toBe('table');
      await tabToLesions(page);
      await page.locator('[data-index="2"]:focus').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.locator('[data-index="3"]:focus').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/i\/.+\?lesion=.+/);
      expect(problems).toEqual([]);
      await close();
    });

    it('leaves the second letter of "g c" and "g v" to the pages that they go to', async () => {
      const { page, problems, close } = await bed().open('/d/demo/lesions');
      await firstTile(page).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('c');
      await page.waitForURL(/\/d\/demo\/clusters|\/clusters/);
      expect(problems).toEqual([]);
      await close();
    });

    it('brushes the diameters with the pointer and with two sliders', async () => {
      const { page, problems, close } = await bed().open('/d/demo/lesions');
      await firstTile(page).waitFor();
      const low = page.getByRole('slider', { name: 'Long diameter, mm, at least' });
      await low.focus();
      for (let presses = 0; presses < 4; presses++) await page.keyboard.press('ArrowRight');
      await page.waitForURL(/size=10\.\.(&|$)/);
      expect(await low.getAttribute('aria-valuetext')).toBe('10');
      const bars = page.getByRole('img', { name: /^Long diameter/ });
      const box = await bars.boundingBox();
      if (!box) throw new Error('The histogram has no size.');
      await page.mouse.move(box.x + box.width * 0.2, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.4, box.y + 20, { steps: 5 });
      await page.mouse.up();
      await page.waitForURL(/size=\d+(\.\d)?\.\.\d/);
      await page.getByRole('button', { name: 'Clear Long diameter, mm' }).click();
      await page.waitForFunction(() => !location.search.includes('size='));
      expect(problems).toEqual([]);
      await close();
    });

    it('says which condition to drop where nothing is left', async () => {
      const { page, problems, close } = await bed().open('/d/demo/lesions?size=900..&split=TEST');
      await page.getByText('No lesion fulfils both conditions.').waitFor();
      await page.getByRole('button', { name: /^Without “Long diameter from 900 mm”: [\d,]+$/ }).click();
      await firstTile(page).waitFor();
      expect(search(page).get('size')).toBeNull();
      expect(search(page).get('split')).toBe('TEST');
      expect(problems).toEqual([]);
      await close();
    });

    it('hands out the rows as CSV and the requests behind them, and starts a run with the same choice', async () => {
      const { page, problems, close } = await bed().open('/d/demo/lesions?split=TEST');
      await firstTile(page).waitFor();
      const total = await totalOf(page);
      await page.getByRole('button', { name: 'Get this' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: /^CSV of/ }).click(),
      ]);
      const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
      expect(lines[0]).toContain('dataset,row,lesion_id,coarse_type');
      expect(lines).toHaveLength(total + 2);
      await page.getByText('"split": [').first().waitFor();
      await page.getByRole('button', { name: 'Close' }).click();
      const run = await page.getByRole('link', { name: 'Start a run on this' }).getAttribute('href');
      expect(run).toBe('/runs/new?dataset=demo&split=TEST');
      expect(problems).toEqual([]);
      await close();
    });

    it('keeps a choice as a cohort, whose address shows the same lesions, and cites it', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/d/demo/lesions?split=TEST');
      await firstTile(page).waitFor();
      const total = await totalOf(page);
      await page.getByRole('button', { name: 'Get this' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('heading', { name: 'Citation of this selection' }).waitFor();
      await dialog.getByLabel('Name').fill('Test lesions <of> today');
      await page.keyboard.press('Enter');
      await dialog.getByText(`has ${total} lesions on`, { exact: false }).waitFor();
      await dialog.getByRole('heading', { name: 'Citation of the cohort' }).waitFor();
      await dialog.getByRole('tab', { name: 'BibTeX' }).click();
      const text = dialog.getByRole('region', { name: 'Citation as BibTeX' });
      await text.getByText(/^@\w+\{/).waitFor();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        dialog.getByRole('button', { name: 'Save as a file' }).click(),
      ]);
      expect(file.suggestedFilename()).toMatch(/\.bib$/);
      expect(readFileSync(await file.path(), 'utf8')).toBe(await text.locator('pre').textContent());
      expect(await findAccessibilityProblems()).toEqual([]);
      await dialog.getByRole('link', { name: 'Show its lesions' }).click();
      await page.waitForURL(/\?cohort=/);
      await conditions(page).getByText('Cohort Test lesions <of> today').waitFor();
      await firstTile(page).waitFor();
      expect(await totalOf(page)).toBe(total);
      expect(await page.getByRole('link', { name: 'Start a run on this' }).getAttribute('href')).toContain('cohort=');
      await deleteCohort(page, 'Test lesions <of> today');
      await page.waitForURL((url) => !url.search.includes('cohort='));
      expect(problems).toEqual([]);
      await close();
    });

    it('keeps and cites what is selected by hand, and says of files what the server says, by keyboard on a phone', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/d/demo/lesions?sel=1,2', {
        viewport: NARROW,
        theme: 'dark',
      });
      await firstTile(page).waitFor();
      await page.getByRole('button', { name: 'Cohort or citation' }).focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: '2 lesions selected' });
      await dialog.getByLabel('Name').focus();
      await page.keyboard.type('Two');
      await page.keyboard.press('Enter');
      await dialog.getByText('has 2 lesions on', { exact: false }).waitFor();
      await dialog
        .getByRole('region', { name: 'Citation as Text' })
        .getByText('sourceRowIndex')
        .or(dialog.getByText('cohort'))
        .first()
        .waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Get this' }).focus();
      await page.keyboard.press('Enter');
      await page.getByText('Licence: CC0-1.0').waitFor();
      await page
        .getByText('made on request')
        .or(page.getByRole('button', { name: 'Copy the SHA-256' }))
        .first()
        .waitFor();
      expect(await findAccessibilityProblems()).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(problems).toEqual([]);
      await close();
    });

    it('chooses in a sheet on a phone, without sideways scrolling', async () => {
      const { page, problems, close } = await bed().open('/d/demo/lesions', { viewport: NARROW, touch: true });
      await firstTile(page).waitFor();
      await page.getByRole('button', { name: 'Choose lesions' }).tap();
      await page.getByRole('dialog').getByRole('group', { name: 'Type' }).getByRole('checkbox').first().tap();
      await page.waitForURL(/type=/);
      await page.getByRole('button', { name: /^Show \d/ }).tap();
      await firstTile(page).waitFor();
      await page.getByRole('button', { name: 'Table' }).tap();
      await page.getByRole('columnheader', { name: 'Type' }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(problems).toEqual([]);
      await close();
    });

    it('shows the lesions where the counts cannot be had, and tries again', async () => {
      const { page, problems, close } = await bed().open('/docs');
      await page.route('**/graphql', async (route) => {
        if (!route.request().postData()?.includes('ExplorerCounts')) return route.continue();
        const errors = [{ message: 'The counts took too long.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }];
        return route.fulfill({ json: { errors } });
      });
      await page.goto('/d/demo/lesions');
      await firstTile(page).waitFor();
      await page.getByRole('alert').getByText('The counts took too long.').waitFor();
      await page.unroute('**/graphql');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('group', { name: 'Type' }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('goes to the end of thousands of lesions with few of them on the page, without pixels', async () => {
      if (!bed().hasRealData) return;
      const { page, problems, close } = await bed().open('/d/validation/lesions?sort=row');
      await firstTile(page).waitFor();
      expect(await totalOf(page)).toBe(4889);
      await page.getByText('The pixels of this data set are not on this server.').waitFor();
      await tabToLesions(page);
      await page.keyboard.press('End');
      await page.locator('[data-index="4888"]:focus', { hasText: 'row 4888' }).waitFor();
      expect(await page.locator('[data-index]').count()).toBeLessThanOrEqual(80);
      await page.getByRole('combobox', { name: 'Data set' }).selectOption('demo@1');
      await page.waitForURL(/\/d\/demo\/lesions\?sort=row$/);
      await page.getByText('Synthetic data').waitFor();
      expect(problems).toEqual([]);
      await close();
    });
  });
}
