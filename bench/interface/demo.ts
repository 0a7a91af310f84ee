import { askGraph } from '../../test/browser/stories/graph';

/** What the measured pages show. */
export interface Ids {
  /** two evaluations of the demo, for a figure with two lines */
  readonly evaluations: readonly string[];
  /** twenty of them, for a figure with twenty lines and every stratum */
  readonly twenty: readonly string[];
  readonly run: string;
  /** a key slice of the demo, 512 × 512 pixels */
  readonly image: string;
  /** a key slice of a series with more slices than are fetched ahead; undefined without the real slices */
  readonly realImage: string | undefined;
}

const RUNS = `{ detectionRuns(first: 2, filter: { dataset: "demo", status: SUCCEEDED }) { nodes { id evaluations { id } } }
  bookmarkedImages(first: 100, filter: { dataset: "demo", split: TEST }) { nodes { id width } }
  datasets { nodes { slug } } }`;
const REAL = '{ bookmarkedImages(first: 1, filter: { dataset: "slices" }) { nodes { id } } }';
const EVALUATE = `mutation ($input: EvaluateDetectionRunInput!) { evaluateDetectionRun(input: $input) { evaluation { id } } }`;

interface Runs {
  detectionRuns: { nodes: { id: string; evaluations: { id: string }[] }[] };
  bookmarkedImages: { nodes: { id: string; width: number }[] };
  datasets: { nodes: { slug: string }[] };
}

/** Finds what the demo has, and evaluates its runs until there are twenty evaluations. */
export async function findIds(origin: string): Promise<Ids> {
  const ask = <Data>(query: string, variables?: unknown) => askGraph<Data>({ origin }, query, variables);
  const { detectionRuns, bookmarkedImages, datasets } = await ask<Runs>(RUNS);
  const [first, second] = detectionRuns.nodes;
  const image = bookmarkedImages.nodes.find(({ width }) => width === 512);
  if (!first || !second || !image) throw new Error('The demo has two runs, and slices of 512 pixels.');
  const real = datasets.nodes.some(({ slug }) => slug === 'slices')
    ? (await ask<Pick<Runs, 'bookmarkedImages'>>(REAL)).bookmarkedImages.nodes[0]?.id
    : undefined;
  const twenty: string[] = [];
  for (let index = 0; index < 20; index++) {
    // Other IoU thresholds are another protocol, and so another evaluation.
    const input = { id: (index % 2 === 0 ? first : second).id, iouThresholds: [0.501 + (index >> 1) / 1000] };
    const { evaluateDetectionRun } = await ask<{ evaluateDetectionRun: { evaluation: { id: string } } }>(EVALUATE, {
      input,
    });
    twenty.push(evaluateDetectionRun.evaluation.id);
  }
  const evaluations = [first, second].flatMap((run) => run.evaluations.slice(0, 1).map(({ id }) => id));
  return { evaluations, twenty, run: first.id, image: image.id, realImage: real };
}
