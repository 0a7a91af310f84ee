import { type BrowserBed, NARROW, WIDE } from '../bed';

/** Every page that opens without an id, with what stands on it once it has its data. */
const PAGES: readonly { path: string; heading: string | RegExp; hasStream?: boolean }[] = [
  { path: '/', heading: 'Data sets' },
  { path: '/accuracy', heading: 'Accuracy' },
  { path: '/differences', heading: 'Where two runs differ' },
  { path: '/threshold', heading: 'Score threshold' },
  { path: '/board', heading: 'Board' },
  { path: '/board?m=froc&fp=4', heading: 'Board' },
  { path: '/errors', heading: 'Errors' },
  { path: '/d/demo/lesions', heading: 'Lesions' },
  { path: '/d/demo/lesions?view=table&sel=1,2', heading: 'Lesions' },
  { path: '/d/demo/clusters', heading: 'Clusters' },
  { path: '/runs', heading: 'Runs', hasStream: true },
  { path: '/runs/new?dataset=demo', heading: 'New run' },
  { path: '/review', heading: 'Review' },
  { path: '/try', heading: 'Try it' },
  { path: '/ops', heading: 'Operations' },
  { path: '/docs', heading: 'Cookbook' },
  { path: '/keys', heading: 'Keys' },
  { path: '/audit', heading: 'Audit trail' },
  { path: '/datasets', heading: 'Versions and rights' },
];

const LOOKS = [WIDE, NARROW].flatMap((viewport) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
);

export function everyPageStories(bed: () => BrowserBed): void {
  it.each(PAGES)(
    '$path is accessible, quiet and as wide as the screen, light and dark, wide and narrow',
    async ({ path, heading, hasStream }) => {
      const { page, problems, findAccessibilityProblems, close } = await bed().open(path);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      // A page that follows a stream keeps its connection: it is quiet when its table is there.
      await (hasStream ? page.getByRole('table').waitFor() : page.waitForLoadState('networkidle'));
      for (const { viewport, colorScheme } of LOOKS) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        const found = { overflow: Math.max(0, overflow), accessibility: await findAccessibilityProblems() };
        expect({ viewport, colorScheme, ...found }).toEqual({ viewport, colorScheme, overflow: 0, accessibility: [] });
      }
      expect(problems).toEqual([]);
      await close();
    },
  );

  it('answers an address that is none with a page that says so, and the API as before', async () => {
    const wrong = await fetch(`${bed().origin}/lesion`, { headers: { accept: 'text/html' } });
    expect(wrong.status).toBe(404);
    const deep = await fetch(`${bed().origin}/runs/nothing`, { headers: { accept: 'text/html' } });
    expect(deep.headers.get('content-type')).toContain('text/html');
  });
}
