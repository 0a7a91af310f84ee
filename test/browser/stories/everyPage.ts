import { type BrowserBed, NARROW, type OpenOptions, WIDE } from '../bed';

/** Every page that opens without an id, with what stands on it once it has its data. */
const PAGES: readonly { path: string; heading: string | RegExp; hasStream?: boolean }[] = [
  { path: '/', heading: 'Data sets' },
  { path: '/accuracy', heading: 'Accuracy' },
  { path: '/differences', heading: 'Where two runs differ' },
  { path: '/d/demo/lesions', heading: 'Lesions' },
  { path: '/d/demo/lesions?view=table&sel=1,2', heading: 'Lesions' },
  { path: '/d/demo/clusters', heading: 'Clusters' },
  { path: '/runs', heading: 'Runs', hasStream: true },
  { path: '/runs/new?dataset=demo', heading: 'New run' },
  { path: '/review', heading: 'Review' },
  { path: '/try', heading: 'Try it' },
  { path: '/ops', heading: 'Operations' },
  { path: '/docs', heading: 'Cookbook' },
];

const LOOKS: readonly (OpenOptions & { name: string })[] = [
  { name: 'wide and light', viewport: WIDE, theme: 'light' },
  { name: 'wide and dark', viewport: WIDE, theme: 'dark' },
  { name: 'narrow and light', viewport: NARROW, theme: 'light' },
  { name: 'narrow and dark', viewport: NARROW, theme: 'dark' },
];

export function everyPageStories(bed: () => BrowserBed): void {
  describe.each(PAGES)('$path', ({ path, heading, hasStream }) => {
    it.each(LOOKS)('is accessible, quiet and as wide as the screen: $name', async (look) => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open(path, look);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      // A page that follows a stream keeps its connection: it is quiet when its table is there.
      await (hasStream ? page.getByRole('table').waitFor() : page.waitForLoadState('networkidle'));
      expect(await findAccessibilityProblems()).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
        0,
      );
      expect(problems).toEqual([]);
      await close();
    });
  });

  it('answers an address that is none with a page that says so, and the API as before', async () => {
    const wrong = await fetch(`${bed().origin}/lesion`, { headers: { accept: 'text/html' } });
    expect(wrong.status).toBe(404);
    const deep = await fetch(`${bed().origin}/runs/nothing`, { headers: { accept: 'text/html' } });
    expect(deep.headers.get('content-type')).toContain('text/html');
  });
}
