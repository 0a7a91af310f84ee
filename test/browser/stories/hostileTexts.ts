import type { Page } from 'playwright-core';
import { type BrowserBed, NARROW, WIDE } from '../bed';
import { askGraph } from './graph';

/** What would run, if a page took a stored text for markup, or would turn the words after it round. */
const MARKUP = '<script>window.ran = true</script><img src=x onerror="window.ran = true">';
const HOSTILE = `${MARKUP} javascript:window.ran=true {{7*7}} \u202Eabc \u2066 " ' &amp; قرحة `;

/** A hostile text of that length, which ends in one endless word. */
const ofLength = (length: number): string => HOSTILE.padEnd(length, 'x').slice(0, length);

interface Known {
  dataset: { name: string; licence: string; citation: string; description: string };
  categorizations: { nodes: { pseudoClusters: { nodes: { id: string; label: string | null }[] } }[] };
  detectionRuns: {
    nodes: {
      id: string;
      evaluations: { id: string }[];
      detections: { nodes: { id: string; image: { id: string } }[] };
    }[];
  };
}

const KNOWN = `{
  dataset(slug: "demo") { name licence citation description }
  categorizations(filter: { dataset: "demo", status: SUCCEEDED }, first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { pseudoClusters(first: 1) { nodes { id label } } } }
  detectionRuns(first: 1, filter: { dataset: "demo", status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { id evaluations { id } detections(first: 1) { nodes { id image { id } } } } }
}`;

const NAME_CLUSTER = `mutation Name($id: ID!, $label: String) {
  labelPseudoCluster(input: { pseudoClusterId: $id, label: $label }) { pseudoCluster { id } } }`;
const REVIEW = `mutation Review($id: ID!, $reviewer: String!, $remark: String!) {
  reviewDetection(input: { detectionId: $id, reviewer: $reviewer, remark: $remark, verdict: UNSURE }) { review { reviewer } } }`;
const CATEGORIZE = `mutation Categorize($name: String!) {
  categorizeLesions(input: { dataset: "demo", name: $name, clusterCount: 2 }) { categorization { id } } }`;

/** Stores hostile texts wherever a user can store one, as long as each may be; `restore` takes back what can be. */
async function plantHostileTexts(bed: BrowserBed) {
  const known = await askGraph<Known>(bed, KNOWN);
  const [cluster] = known.categorizations.nodes[0]?.pseudoClusters.nodes ?? [];
  const [run] = known.detectionRuns.nodes;
  const [detection] = run?.detections.nodes ?? [];
  if (!cluster || !run || !detection) throw new Error('The demo has no cluster, no run or no detection.');
  const { dataset } = known;
  const long = ofLength(10_000);
  await editDemo(bed, { name: ofLength(300), licence: long, citation: long, description: long });
  await askGraph(bed, NAME_CLUSTER, { id: cluster.id, label: ofLength(200) });
  await askGraph(bed, REVIEW, { id: detection.id, reviewer: ofLength(200), remark: ofLength(5_000) });
  // On a server that runs already these two may be there from the last time.
  const now = Date.now();
  await askGraph(bed, CATEGORIZE, { name: `${ofLength(180)} ${now}` });
  const detector = ['--external', `hostile@1.0.${now % 1e9}`, '--architecture', ofLength(200), '--citation', long];
  await succeed(bed, ['model', 'register', ...detector]);
  return {
    runId: run.id,
    evaluationId: run.evaluations[0]?.id,
    imageId: detection.image.id,
    async restore() {
      await editDemo(bed, dataset);
      await askGraph(bed, NAME_CLUSTER, { id: cluster.id, label: cluster.label });
    },
  };
}

const editDemo = (bed: BrowserBed, texts: Known['dataset']): Promise<void> =>
  succeed(bed, [
    ...['dataset', 'edit', 'demo', '--name', texts.name, '--licence', texts.licence],
    ...['--citation', texts.citation, '--description', texts.description, '--by', ofLength(200)],
  ]);

async function succeed(bed: BrowserBed, words: string[]): Promise<void> {
  const { code, output } = await bed.runCommand(words);
  if (code !== 0) throw new Error(output);
}

/** What a page made of the texts: nothing but text, and no wider than the screen. */
const lookAt = (page: Page) =>
  page.evaluate(() => ({
    ran: 'ran' in window,
    elements: document.querySelectorAll('body script:not([src]), [onerror], a[href^="javascript:"]').length,
    overflow: Math.max(0, document.documentElement.scrollWidth - innerWidth),
  }));

export function hostileTextStories(bed: () => BrowserBed): void {
  describe('hostile texts', () => {
    let planted: Awaited<ReturnType<typeof plantHostileTexts>>;
    beforeAll(async () => {
      planted = await plantHostileTexts(bed());
    });
    afterAll(() => planted?.restore());

    /** The last one says whether the page has such a text from the start. */
    const pages: readonly [string, () => string, boolean][] = [
      ['the first page', () => '/', true],
      ['the explorer', () => '/d/demo/lesions', true],
      ['the table of lesions', () => '/d/demo/lesions?view=table', true],
      ['the clusters', () => '/d/demo/clusters', true],
      ['a slice', () => `/i/${planted.imageId}?run=${planted.runId}`, true],
      ['a run', () => `/runs/${planted.runId}`, false],
      ['the runs', () => '/runs', false],
      ['a new run', () => '/runs/new?dataset=demo', true],
      ['the review', () => `/review?run=${planted.runId}`, false],
      ['the accuracy', () => '/accuracy', true],
      ['the frame for other pages', () => `/embed/accuracy?e=${planted.evaluationId}`, true],
      ['the differences', () => '/differences', false],
      ['the operations', () => '/ops', false],
      ['an address with markup', () => `/d/${encodeURIComponent(MARKUP)}/lesions?cluster=${MARKUP}`, true],
    ];

    it.each(pages)('are text on %s, on a laptop and on a phone', async (_page, path, hasText) => {
      const { page, problems, close } = await bed().open(path());
      await page.locator(':is(h1, figure)').first().waitFor();
      if (hasText) await page.waitForFunction(() => document.body.innerText.includes('<script>window.ran'));
      for (const viewport of [WIDE, NARROW]) {
        await page.setViewportSize(viewport);
        expect({ viewport, ...(await lookAt(page)) }).toEqual({ viewport, ran: false, elements: 0, overflow: 0 });
      }
      expect(problems).toEqual([]);
      await close();
    });
  });
}
