import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { type BrowserBed, NARROW } from '../bed';
import { withoutStatus } from './graph';

/** The server's database may hold keys of earlier sittings. */
const MARK = randomUUID().slice(0, 8);

const CREATE = `mutation Create($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }`;
const REVOKE = `mutation Revoke($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } } }`;
const NEWEST_RUN = `{ detectionRuns(first: 1, filter: { dataset: "demo", detector: "phantom-multi", status: SUCCEEDED },
  orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id } } }`;
const REVIEWED = `query Reviewed($run: ID!, $reviewer: String) { reviewedDetections(run: $run, reviewer: $reviewer, first: 1) {
  nodes { reviews { reviewer authenticated } } } }`;

interface Key {
  readonly name: string;
  readonly secret: string;
}

/** The server's graph, as the holder of a key. */
async function askAs<Result>(bed: BrowserBed, key: string, query: string, variables: unknown = {}): Promise<Result> {
  const response = await fetch(`${bed.origin}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** The first key is the command line's. */
async function operatorKey(bed: BrowserBed): Promise<Key> {
  const name = `Operator ${MARK}`;
  const { output } = await bed.runCommand(['key', 'create', '--name', name, '--role', 'operator']);
  const secret = /^dl_[\w-]+$/m.exec(output)?.[0];
  if (secret === undefined) throw new Error(output);
  return { name, secret };
}

async function openSignIn(page: Page): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Key', { exact: true }).waitFor();
}

async function signIn(page: Page, { name, secret }: Key): Promise<void> {
  await openSignIn(page);
  await page.keyboard.insertText(secret);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: `Signed in as ${name}` }).waitFor();
}

/** What this browser keeps. */
const keptKeys = (page: Page) =>
  page.evaluate(() => ({
    inTab: sessionStorage.getItem('deeplesion.key'),
    onDevice: localStorage.getItem('deeplesion.key'),
  }));

/** The operator of this sitting, made once. */
let operatorOfSitting: Promise<Key> | undefined;
export const sharedOperator = (bed: BrowserBed): Promise<Key> => {
  operatorOfSitting ??= operatorKey(bed);
  return operatorOfSitting;
};

export function accessStories(bed: () => BrowserBed): void {
  describe('a key', () => {
    let operator: Key;
    const keyOf = async (role: string, name = `${role} ${MARK}`): Promise<Key & { id: string }> => {
      const input = { name, role };
      const { createApiKey } = await askAs<{ createApiKey: { secret: string; apiKey: { id: string } } }>(
        bed(),
        operator.secret,
        CREATE,
        { input },
      );
      return { id: createApiKey.apiKey.id, name, secret: createApiKey.secret };
    };
    beforeAll(async () => {
      operator = await sharedOperator(bed());
    });

    it('signs in, says who one is and what one may, stays with the tab, and is forgotten by signing out', async () => {
      const { page, problems, close } = await bed().open('/');
      await openSignIn(page);
      expect(await page.getByLabel('Key', { exact: true }).getAttribute('type')).toBe('password');
      await page.getByText('This tab keeps the key until it is closed.').waitFor();
      await page.keyboard.press('Escape');
      await signIn(page, operator);
      await page.reload();
      await page.getByRole('button', { name: `Signed in as ${operator.name}` }).click();
      const panel = page.getByRole('dialog', { name: 'Signed in' });
      await panel.getByText('Start detection runs and detections in uploads, evaluate runs.').waitFor();
      expect(await keptKeys(page)).toEqual({ inTab: operator.secret, onDevice: null });
      await panel.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      expect(await keptKeys(page)).toEqual({ inTab: null, onDevice: null });
      expect(problems).toEqual([]);
      await close();
    });

    it('stays on the device where one says so, also in another tab, and is forgotten in both', async () => {
      const { page, problems, close } = await bed().open('/docs');
      await openSignIn(page);
      await page.getByLabel('Keep me signed in on this device').check();
      await page.getByText('Anyone who uses this browser can then act as you').waitFor();
      await page.getByLabel('Key', { exact: true }).fill(operator.secret);
      await page.keyboard.press('Enter');
      const account = (tab: Page) => tab.getByRole('button', { name: `Signed in as ${operator.name}` });
      await account(page).waitFor();
      const other = await page.context().newPage();
      await other.goto('/docs');
      await account(other).click();
      await other.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor();
      expect(await keptKeys(page)).toEqual({ inTab: null, onDevice: null });
      expect(problems).toEqual([]);
      await close();
    });

    it('that is wrong is refused in the server’s words, and nothing of it is kept', async () => {
      const { page, problems, close } = await bed().open('/');
      await openSignIn(page);
      await page.getByLabel('Key', { exact: true }).fill('dl_WRONG');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByRole('alert').getByText(/key/).waitFor();
      expect(await keptKeys(page)).toEqual({ inTab: null, onDevice: null });
      expect(withoutStatus(problems, 401)).toEqual([]);
      await close();
    });

    it('goes with pictures and slices too, and with nothing to another host', async () => {
      const { page, problems, close } = await bed().open('/d/demo/lesions');
      await signIn(page, operator);
      await page.locator('img.lesion-picture[src^="blob:"]').first().waitFor();
      await page.waitForFunction(() => document.querySelector<HTMLImageElement>('img.lesion-picture')?.naturalWidth);
      expect(problems).toEqual([]);
      await close();
    });

    it('that only reads is not offered what it may not, and is told what is missing', async () => {
      const reader = await keyOf('reader');
      const { page, problems, close } = await bed().open('/runs/new?dataset=demo');
      await signIn(page, reader);
      await page.getByText('Needs the scope detect: sign in with a key that has it.').waitFor();
      expect(await page.getByRole('button', { name: 'Start the run' }).isDisabled()).toBe(true);
      await page.goto('/d/demo/clusters');
      await page.getByText('Naming a cluster needs the scope curate').waitFor();
      expect(await page.getByRole('button', { name: /^(Name it|Rename)/ }).count()).toBe(0);
      await page.goto('/try');
      await page.getByText('Needs the scope upload').waitFor();
      expect(await page.getByRole('button', { name: 'Choose a file' }).isDisabled()).toBe(true);
      await page.goto('/keys');
      await page.getByRole('alert').getByText('Not allowed').waitFor();
      await page.getByRole('button', { name: 'Sign in with another key' }).click();
      await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('signs a review with its own name', async () => {
      const reviewer = await keyOf('reviewer', `Dr Key ${MARK}`);
      const found = await askAs<{ detectionRuns: { nodes: { id: string }[] } }>(bed(), operator.secret, NEWEST_RUN);
      const run = found.detectionRuns.nodes[0]?.id;
      const { page, problems, close } = await bed().open(`/review?run=${run}`);
      await signIn(page, reviewer);
      await page.getByText(`Reviewing as ${reviewer.name}`).waitFor();
      expect(await page.getByLabel('Your name').count()).toBe(0);
      await page.locator('[data-box]').waitFor();
      await page.keyboard.press('2');
      await page.locator('.saved-mark[data-saved="true"]').waitFor();
      const told = await askAs<{ reviewedDetections: { nodes: { reviews: unknown[] }[] } }>(
        bed(),
        operator.secret,
        REVIEWED,
        { run, reviewer: reviewer.name },
      );
      expect(told.reviewedDetections.nodes[0]?.reviews).toContainEqual({
        reviewer: reviewer.name,
        authenticated: true,
      });
      expect(problems).toEqual([]);
      await close();
    });

    it('that is revoked signs its holder out, who reads why', async () => {
      const reader = await keyOf('reader', `Leaver ${MARK}`);
      const { page, problems, close } = await bed().open('/');
      await signIn(page, reader);
      await askAs(bed(), operator.secret, REVOKE, { id: reader.id });
      await page.getByRole('link', { name: 'Operations' }).click();
      await page.getByRole('alert').getByText('You were signed out.').waitFor();
      await page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor();
      expect(await keptKeys(page)).toEqual({ inTab: null, onDevice: null });
      expect(withoutStatus(problems, 401)).toEqual([]);
      await close();
    });

    it('is made, shown once, replaced and revoked on the page of keys, by keyboard alone', async () => {
      const name = `Notebook ${MARK}`;
      const { page, problems, close } = await bed().open('/keys');
      await signIn(page, operator);
      await page.getByRole('button', { name: 'New key' }).focus();
      await page.keyboard.press('Enter');
      await page.getByLabel('Name of the person or program').waitFor();
      await page.keyboard.type(name);
      await page.keyboard.press('Enter');
      const made = page.getByRole('region', { name: `The key of ${name}` });
      const secret = await made.locator('pre').textContent();
      expect(secret).toMatch(/^dl_[A-Z2-7]{8}_[\w-]{43}$/);
      await page.waitForFunction(() => document.activeElement?.textContent?.startsWith('The key of'));
      const row = page.getByRole('row').filter({ hasText: name });
      await row.getByText('reader').waitFor();

      await row.getByRole('button', { name: 'Replace' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Replace the key', exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.waitForFunction((before) => document.querySelector('.made-key pre')?.textContent !== before, secret);
      await made.getByRole('button', { name: 'I have it' }).focus();
      await page.keyboard.press('Enter');
      await made.waitFor({ state: 'detached' });

      await row.nth(1).waitFor();
      await row.first().getByRole('button', { name: 'Revoke' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke the key', exact: true }).focus();
      await page.keyboard.press('Enter');
      await row.nth(1).waitFor({ state: 'detached' });
      await page.getByLabel('Also revoked and expired keys').focus();
      await page.keyboard.press('Space');
      await row.getByText('revoked', { exact: true }).waitFor();
      expect(problems).toEqual([]);
      await close();
    });

    it('signs in on a phone, whose list of keys is as wide as the screen', async () => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open('/keys?all=1', {
        viewport: NARROW,
        touch: true,
        theme: 'dark',
      });
      await page.getByRole('alert').getByText('Not allowed').waitFor();
      await openSignIn(page);
      expect(await findAccessibilityProblems()).toEqual([]);
      await page.keyboard.press('Escape');
      await signIn(page, operator);
      await page.getByRole('table').waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(await findAccessibilityProblems()).toEqual([]);
      expect(problems).toEqual([]);
      await close();
    });
  });
}
