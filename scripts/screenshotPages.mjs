// The pages of docs/interface.md: where each stands, and the state in which it is worth a look.

const FACTS = `{
  detectionRuns(first: 2, filter: { dataset: "demo", status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: ASC }) {
    nodes { id evaluations { id } } }
  bookmarkedImages(first: 200, filter: { dataset: "demo", split: TEST }) { nodes { id runs { id } lesions { id } } }
}`;

/** Ids of the demo that the addresses need. @param ask sends a query to the server and gives its data */
export async function findDemo(ask) {
  const { detectionRuns, bookmarkedImages } = await ask(FACTS);
  const image = bookmarkedImages.nodes.find(({ runs, lesions }) => runs.length > 1 && lesions.length > 0);
  return {
    runs: detectionRuns.nodes.map(({ id }) => id),
    evaluations: detectionRuns.nodes.flatMap(({ evaluations }) => evaluations.slice(0, 1).map(({ id }) => id)),
    image: image.id,
    lesion: image.lesions[0].id,
  };
}

const shown = (page, text) => page.getByText(text).first().waitFor();

/**
 * @param demo what `findDemo` found
 * @returns name, address, whether an operator is signed in, and how the page is brought to what is shown of it
 */
export function pagesOf({ runs, evaluations, image, lesion }) {
  const chosen = evaluations.join(',');
  return [
    { name: 'home', path: '/', phone: true, ready: (page) => shown(page, 'Newest runs') },
    {
      name: 'lesions',
      path: '/d/demo/lesions',
      phone: true,
      ready: (page) => page.locator('[data-index="0"]:not([aria-label])').waitFor(),
    },
    {
      name: 'lesions-table',
      path: '/d/demo/lesions?view=table&split=TEST',
      ready: (page) => page.locator('[data-index="0"]').first().waitFor(),
    },
    {
      name: 'slice',
      path: `/i/${image}?lesion=${lesion}&run=${runs[0]}`,
      phone: true,
      ready: (page) =>
        page
          .locator('.viewer-status')
          .getByText(/^W \d+ L/)
          .waitFor(),
    },
    { name: 'clusters', path: '/d/demo/clusters', ready: (page) => page.locator('article img').first().waitFor() },
    { name: 'runs', path: '/runs', ready: (page) => page.getByRole('table').waitFor() },
    { name: 'new-run', path: '/runs/new?dataset=demo&split=TEST', ready: (page) => shown(page, 'mutation') },
    { name: 'run', path: `/runs/${runs[0]}`, ready: (page) => page.locator('.slice-strip img').first().waitFor() },
    { name: 'accuracy', path: `/accuracy?e=${chosen}`, phone: true, ready: (page) => shown(page, 'Read off at') },
    { name: 'froc', path: `/accuracy?e=${chosen}&plot=froc`, ready: (page) => shown(page, 'Read off at') },
    {
      name: 'threshold',
      path: `/threshold?e=${evaluations[0]}`,
      ready: (page) => shown(page, 'Expected calibration error'),
    },
    { name: 'errors', path: `/errors?e=${chosen}`, ready: (page) => page.locator('.error-tile img').first().waitFor() },
    {
      name: 'differences',
      path: `/differences?e=${chosen}&iou=0.75`,
      ready: (page) => page.getByRole('list', { name: 'Discordant lesions' }).getByRole('listitem').first().waitFor(),
    },
    {
      name: 'board',
      path: '/board',
      phone: true,
      ready: (page) => page.getByRole('table').getByRole('row').nth(1).waitFor(),
    },
    {
      name: 'review',
      path: `/review?run=${runs[0]}`,
      phone: true,
      ready: async (page) => {
        await page.locator('[data-box]').waitFor();
        await page
          .locator('.viewer-status')
          .getByText(/^W \d+ L/)
          .waitFor();
        await page.locator('.curve-figure').waitFor();
      },
    },
    {
      name: 'try',
      path: '/try',
      ready: async (page) => {
        await page.getByRole('button', { name: 'Abdomen' }).click();
        await page.getByRole('button', { name: 'Boxes as CSV' }).waitFor();
      },
    },
    { name: 'keys', path: '/keys', hasKey: true, ready: (page) => page.getByRole('table').waitFor() },
    { name: 'audit', path: '/audit', hasKey: true, ready: (page) => page.getByRole('table').waitFor() },
    {
      name: 'datasets',
      path: '/datasets',
      hasKey: true,
      ready: (page) => shown(page, 'for all data sets'),
    },
    { name: 'operations', path: '/ops', ready: (page) => shown(page, 'Version and limits') },
    { name: 'cookbook', path: '/docs', ready: (page) => page.getByRole('heading', { level: 1 }).waitFor() },
    { name: 'embed', path: `/embed/accuracy?e=${chosen}`, ready: (page) => shown(page, 'Read off at') },
  ];
}

/** Waits until nothing moves any more: pictures that are in sight have come, and fonts too. */
export async function untilStill(page) {
  await page.waitForFunction(() => !document.querySelector('.skeleton, .waiting, [aria-busy="true"]'));
  await page.evaluate(async () => {
    await document.fonts.ready;
    const seen = [...document.images].filter((image) => {
      const { top, bottom } = image.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    await Promise.all(seen.map((image) => image.decode().catch(() => undefined)));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}
