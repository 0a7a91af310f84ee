import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parsedAnswer } from './cookbook';

/** What the answers of a recipe must say about the demo, whatever language printed them. */
interface RecipeCheck {
  /** what follows the program @param dataDir of the product */
  words?(dataDir: string): string[];
  check(output: string): void;
}

/** @param matcher of the `data` of the answer */
const answers = (matcher: object): RecipeCheck => ({
  check: (output) => expect(parsedAnswer(output)).toMatchObject(matcher),
});

const some = (matcher: object): unknown => expect.arrayContaining([expect.objectContaining(matcher)]);

/** A table or the lines of JSON of which the other programs make one. */
const linesOf = (output: string): string[] => output.trim().split('\n');

const CURVE = expect.arrayContaining([
  {
    iouThreshold: 0.5,
    accuracy: expect.any(Number),
    correct: expect.any(Number),
    total: expect.any(Number),
    ciLow: expect.any(Number),
    ciHigh: expect.any(Number),
  },
]);

export const RECIPE_CHECKS: Readonly<Record<string, RecipeCheck>> = {
  'data-sets': answers({
    datasets: {
      nodes: [{ slug: 'demo', synthetic: true, licence: 'CC0-1.0', counts: { patients: 90, lesions: 275 } }],
    },
  }),
  'largest-lung-lesions': {
    check(output) {
      const { lesions } = parsedAnswer(output) as { lesions: { nodes: { longDiameterMm: number }[] } };
      const sizes = lesions.nodes.map(({ longDiameterMm }) => longDiameterMm);
      expect(sizes).toEqual([...sizes].sort((one, other) => other - one));
      expect(sizes.length).toBeGreaterThan(5);
    },
  },
  'liver-lesions-over-3-cm': {
    check(output) {
      const sizes = [...output.matchAll(/(?:VALIDATION|TEST|TRAIN),([\d.]+)|"longDiameterMm":([\d.]+)/g)];
      expect(sizes.length).toBeGreaterThan(1);
      for (const [, ofTable, ofJson] of sizes) expect(Number(ofTable ?? ofJson)).toBeGreaterThanOrEqual(30);
    },
  },
  'export-liver-lesions': {
    check: (output) => expect(output).toMatch(/^liver-lesions\.csv: [1-9]\d* lesions of demo@1\./),
  },
  filters: answers({
    lesions: { nodes: some({ coarseType: expect.any(String), longDiameterMm: expect.any(Number) }) },
  }),
  statistics: answers({ lesionStatistics: some({ split: 'TRAIN', lesionCount: 196, patientCount: 64 }) }),
  facets: answers({ lesionFacets: some({ field: 'COARSE_TYPE' }), lesionHistograms: some({ field: 'AGE_YEARS' }) }),
  'slice-and-hounsfield-units': {
    check: (output) => expect(output).toMatch(/^picture: [1-9]\d{4,} bytes\ncentre: -?\d{1,4} HU$/m),
  },
  categorizations: answers({
    categorizations: { nodes: [{ clusterCount: 5, pseudoClusters: { nodes: some({ label: 'chest lymph node' }) } }] },
  }),
  'similar-lesions': answers({
    pseudoClusters: { nodes: [{ typicalLesions: [{ similar: some({ distance: expect.any(Number) }) }] }] },
  }),
  detectors: answers({ detectors: { nodes: some({ name: 'phantom-single', ready: true }) } }),
  'start-a-run': {
    check: (output) =>
      expect(parsedResult(output, 'detectionRun')).toMatchObject({
        status: 'SUCCEEDED',
        progress: { failed: 0 },
        evaluations: [{ averagePrecision: expect.any(Number) }],
      }),
  },
  'follow-a-run': {
    check: (output) => expect(linesOf(output).at(-1)).toMatch(/"status": ?"SUCCEEDED"/),
  },
  'detect-in-an-own-image': {
    words(dataDir) {
      const folder = join(dataDir, 'demo', 'Images_png');
      const series = readdirSync(folder).find((name) => existsSync(join(folder, name))) ?? '';
      const [slice = ''] = readdirSync(join(folder, series));
      return [join(folder, series, slice)];
    },
    check: (output) =>
      expect(parsedResult(output, 'uploadDetection')).toMatchObject({
        status: 'SUCCEEDED',
        slices: [{ detections: some({ rank: 1, score: expect.any(Number) }) }],
      }),
  },
  'accuracy-curve': answers({ detectionRuns: { nodes: [{ evaluations: [{ accuracyCurve: CURVE }] }] } }),
  'curves-per-cluster': {
    check(output) {
      const { detectionRuns } = parsedAnswer(output) as {
        detectionRuns: { nodes: { evaluations: { strata: { name: string; accuracyCurve: unknown[] }[] }[] }[] };
      };
      expect(detectionRuns.nodes).toHaveLength(2);
      for (const { evaluations } of detectionRuns.nodes) {
        const clusters = evaluations[0]?.strata.filter(({ name }) => name.startsWith('pseudo-cluster:')) ?? [];
        expect(clusters.map(({ accuracyCurve }) => accuracyCurve.length)).toEqual([19, 19, 19, 19, 19]);
      }
    },
  },
  froc: answers({
    detectionRuns: {
      nodes: [
        {
          evaluations: [
            { froc: [0.5, 1, 2, 4].map((rate) => expect.objectContaining({ falsePositivesPerImage: rate })) },
          ],
        },
      ],
    },
  }),
  'one-false-positive-per-image': answers({
    detectionRuns: {
      nodes: [
        {
          evaluations: [
            {
              operatingPoint: expect.objectContaining({
                scoreThreshold: expect.any(Number),
                sensitivity: expect.any(Number),
                lesionCount: expect.any(Number),
              }),
            },
          ],
        },
      ],
    },
  }),
  'no-worse': answers({
    assertNoWorse: {
      holds: expect.any(Boolean),
      ciLow: expect.any(Number),
      sentence: expect.stringMatching(
        /^(No worse|Not shown to be no worse): sensitivity at 4 false positives per image/,
      ),
    },
  }),
  'who-is-best': answers({
    leaderboard: { entries: some({ standing: 'RANKED', verified: true, coverage: 1, rank: expect.any(Number) }) },
  }),
  'compare-runs': answers({
    compareEvaluations: {
      differences: [{ points: some({ iouThreshold: 0.5, difference: expect.any(Number), ciLow: expect.any(Number) }) }],
    },
  }),
  'errors-of-a-run': { check: (output) => expect(output).toMatch(/MISSED,|"missed":\[\{/) },
  'missed-lesions': answers({
    evaluation: { outcomes: { counts: { hits: expect.any(Number), missed: expect.any(Number) } } },
  }),
  'findings-to-review': answers({
    detectionRuns: { nodes: [{ detections: { nodes: some({ score: expect.any(Number) }) } }] },
  }),
  'review-queue': answers({
    reviewProgress: { candidates: expect.any(Number) },
    reviewQueue: { nodes: some({ score: expect.any(Number) }) },
  }),
  'give-a-verdict': answers({
    reviewDetection: { review: { verdict: 'UNSURE', reviewer: 'cookbook' }, detection: { reviewCount: 1 } },
  }),
  'submit-my-results': {
    words: (dataDir) => [resultsOf(join(dataDir, 'demo'))],
    check(output) {
      const { compareEvaluations } = parsedAnswer(output) as {
        compareEvaluations: { differences: { other: { run: object }; points: { iouThreshold: number }[] }[] };
      };
      const [{ other, points } = { other: null, points: [] }] = compareEvaluations.differences;
      expect(other).toMatchObject({ run: { detector: { name: 'my-detector' } } });
      // Nothing finds more than what has the boxes of the radiologists.
      for (const point of points) expect(point).toMatchObject({ onlyBaseline: 0 });
      expect(points.at(-1)).toMatchObject({ iouThreshold: 0.95, onlyOther: expect.any(Number) });
    },
  },
  citation: answers({ dataset: { slug: 'demo', version: 1, citation: expect.stringContaining('phantoms') } }),
  server: answers({ serverInfo: { limits: { maxPageSize: 500 } } }),
};

/** The programs print the object itself, and curl the answer that it is in. */
function parsedResult(output: string, field: string): unknown {
  const answer = parsedAnswer(output) as Record<string, unknown>;
  return answer[field] ?? answer;
}

/** @returns the path of a file of results that has the lesions of the test split themselves as detections */
function resultsOf(folder: string): string {
  const [head = [], ...rows]: string[][] = parse(readFileSync(join(folder, 'DL_info.csv')));
  const cell = (row: string[], name: string): string => row[head.indexOf(name)] ?? '';
  const lines = rows
    .filter((row) => cell(row, 'Train_Val_Test') === '3')
    .map((row) => `${cell(row, 'File_name')},${cell(row, 'Bounding_boxes').replaceAll(' ', '')},0.9`);
  const file = join(folder, '..', 'cookbook-results.csv');
  writeFileSync(file, ['image,x1,y1,x2,y2,score', ...lines, ''].join('\n'));
  return file;
}
