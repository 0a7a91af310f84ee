import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { type BrowserBed, NARROW } from '../bed';
import { askGraph } from './graph';

const ONE_IMAGE = '{ bookmarkedImages(first: 1, filter: { dataset: "demo" }) { nodes { id } } }';
const NEW_RUN = `mutation Run($image: ID!) {
  runDetection(input: { detector: "phantom-single", dataset: "demo", imageIds: [$image] }) { run { id } } }`;
const STATUS = 'query Status($id: ID!) { detectionRun(id: $id) { finishedAt } }';

/** A run over one slice that has ended. @returns its id */
async function makeRun(bed: BrowserBed): Promise<string> {
  const { bookmarkedImages } = await askGraph<{ bookmarkedImages: { nodes: { id: string }[] } }>(bed, ONE_IMAGE);
  const image = bookmarkedImages.nodes[0]?.id;
  const { runDetection } = await askGraph<{ runDetection: { run: { id: string } } }>(bed, NEW_RUN, { image });
  const { id } = runDetection.run;
  for (let finishedAt: string | null = null; finishedAt === null; ) {
    await sleep(200);
    const found = await askGraph<{ detectionRun: { finishedAt: string | null } }>(bed, STATUS, { id });
    finishedAt = found.detectionRun.finishedAt;
  }
  return id;
}

/** The dialog puts the keyboard where it is needed first. */
async function fillIn(page: Page, reason: string, name: string): Promise<void> {
  await page.getByRole('dialog').getByLabel(/^Why/).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT');
  await page.keyboard.type(reason);
  await page.keyboard.press('Tab');
  await page.keyboard.type(name);
}

/** @param operator the key of an operator, which the stories of keys make */
export function operatorStories(
  bed: () => BrowserBed,
  operator: () => Promise<{ name: string; secret: string }>,
): void {
  const signIn = async (page: Page): Promise<void> => {
    const { name, secret } = await operator();
    await page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Key', { exact: true }).fill(secret);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: `Signed in as ${name}` }).waitFor();
  };

  describe('an operator', () => {
    it('reads who did what, asks for some of it by keyboard, and gets it as a file and a command', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/audit');
      await page.getByRole('alert').getByText('Not allowed').waitFor();
      await signIn(page);
      await page.getByRole('table').waitFor();
      await page.getByLabel('Action').focus();
      await page.keyboard.type('key create');
      await page.keyboard.press('Enter');
      await page.waitForURL(/action=key\+create/);
      // The list of before stays in sight until the one that was asked for is there.
      const others = page
        .getByRole('row')
        .filter({ has: page.locator('code') })
        .filter({ hasNotText: 'key create' });
      await others.first().waitFor({ state: 'detached' });
      await page.getByRole('row').filter({ hasText: 'command line' }).first().getByText('done').waitFor();
      await page.getByRole('button', { name: 'Get this' }).click();
      await page.getByText('npx deeplesion audit export --out audit.ndjson').waitFor();
      await page.keyboard.press('Escape');
      await page.setViewportSize(NARROW);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(await findAccessibilityProblems()).toEqual([]);
      expect(problems).toEqual([]);
      await close();
    });

    it('sees what the doctor finds, and the keys that are bound to a data set', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/ops');
      const doctor = page.getByRole('region', { name: 'Doctor' });
      await doctor.getByText(/parts? in order/).click();
      await doctor.getByText('detector phantom-single', { exact: false }).first().waitFor();
      expect(await doctor.textContent()).not.toMatch(/\/(tmp|dev|home|work)\//);
      await page.getByRole('link', { name: 'Versions and rights' }).click();
      await signIn(page);
      await page
        .getByRole('row')
        .filter({ hasText: 'demo@1' })
        .getByText(/keys? for all data sets/)
        .waitFor();
      await page.setViewportSize(NARROW);
      expect(await findAccessibilityProblems()).toEqual([]);
      expect(problems).toEqual([]);
      await close();
    });

    it('sees who sees a data set, and what a change needs, by keyboard, on a phone in the dark', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/datasets');
      const row = page.getByRole('row').filter({ hasText: 'demo@1' });
      await row.getByText('public', { exact: true }).waitFor();
      await page.setViewportSize(NARROW);
      await page.emulateMedia({ colorScheme: 'dark' });
      await row.getByRole('button', { name: /^Change/ }).focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      const change = dialog.getByRole('button', { name: 'Change it' });
      expect(await change.isDisabled()).toBe(true);
      await dialog.getByLabel(/^public/).focus();
      await page.keyboard.press('ArrowDown');
      await dialog.getByLabel('Version').waitFor();
      expect(await change.isDisabled()).toBe(false);
      expect(await findAccessibilityProblems()).toEqual([]);
      // Others look at the demo: it stays as it is.
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(problems).toEqual([]);
      await close();
    });

    it('deletes a run after its counts were read and its name was typed, by keyboard alone', async () => {
      const run = await makeRun(bed());
      const { page, problems, findAccessibilityProblems, close } = await bed().open(`/runs/${run}`);
      await page.getByRole('button', { name: /^Delete/ }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('region', { name: 'What is deleted' }).getByText('run images').waitFor();
      await fillIn(page, 'It was a trial.', 'phantom-single');
      const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete the run' });
      expect(await confirm.isDisabled()).toBe(true);
      expect(await findAccessibilityProblems()).toEqual([]);
      await page.getByLabel(/to confirm$/).fill((await page.getByRole('heading', { level: 1 }).textContent()) ?? '');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/runs$/);
      const { node, errors } = await askForGone(bed(), run);
      expect(node).toBeNull();
      expect(JSON.stringify(errors)).toContain('It was a trial.');
      expect(problems).toEqual([]);
      await close();
    });
  });
}

async function askForGone({ origin }: BrowserBed, id: string): Promise<{ node: unknown; errors: unknown }> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id } }),
  });
  const { data, errors } = await response.json();
  return { node: data?.node ?? null, errors };
}
