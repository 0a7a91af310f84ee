import { z } from 'zod';
import { BadUserInput } from '../errors';
import { isStorable } from '../storableText';
import type { Vectors } from './featureBytes';

const MAX_TEXT = 10_000;
const MAX_CLUSTERS = 1_000;
const MAX_DIMENSION = 65_536;

/** Text that PostgreSQL can keep. */
const Text = z.string().max(MAX_TEXT).refine(isStorable, 'Expected text without NUL or half a surrogate pair');
const Name = Text.refine((text) => text.trim().length > 0, 'Expected a name');
const WholeNumber = z.number().int().min(0).max(2_147_483_647);

/** NumPy's sums may end a rounding beyond the range. */
const ROUNDING = 1e-9;
const figure = (low: number, high: number) =>
  z
    .number()
    .min(low - ROUNDING)
    .max(high + ROUNDING)
    .transform((value) => Math.min(high, Math.max(low, value)))
    .nullish()
    .transform((value) => value ?? null);
const Share = figure(0, 1);
const Signed = figure(-1, 1);

const Iteration = z.object({
  iteration: WholeNumber,
  nmiToPrevious: Share,
  purityToPrevious: Share,
  silhouette: Signed,
  sizes: z.array(WholeNumber),
  diagnostics: z.object({ nmiToHiddenTypes: Share, purityToHiddenTypes: Share }).nullish(),
});

/** `categorization.json`, as `training/categorize.py` writes it. Unknown fields are ignored. */
const CategorizationFile = z.object({
  formatVersion: z.literal(1),
  name: Name,
  method: Name,
  clusterCount: z.number().int().min(1).max(MAX_CLUSTERS),
  encoder: z.object({ name: Name, version: Name, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  featureDimension: z.number().int().min(1).max(MAX_DIMENSION),
  seed: WholeNumber,
  startWeights: Text,
  command: Text,
  codeVersion: Text,
  dataChecksum: Text,
  createdAt: z.iso.datetime({ offset: true, local: true }).transform((text) => new Date(text)),
  selectionRule: Text,
  chosenIteration: WholeNumber,
  iterations: z.array(Iteration).min(1),
  scan: z.array(
    z.object({ clusterCount: z.number().int().min(1), silhouette: Signed, stability: Signed, chosen: z.boolean() }),
  ),
  /** the mean features of each cluster, by rising clusterIndex */
  centroids: z.array(z.array(z.number())),
  clusters: z.array(z.object({ clusterIndex: z.number().int(), size: WholeNumber })),
});
export type CategorizationFile = z.infer<typeof CategorizationFile>;

/**
 * Parses `categorization.json` and checks what must hold between its parts.
 *
 * @throws BadUserInput naming each field that does not fit
 */
export function parseCategorizationFile(text: string): CategorizationFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BadUserInput(`categorization.json is not JSON: ${(cause as Error).message}`, 'categorization.json', {
      cause,
    });
  }
  const parsed = CategorizationFile.safeParse(json);
  const problems = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.map(({ path, message }) => ({ field: path.join('.') || 'all', message }));
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new BadUserInput(
    `categorization.json does not fit: ${problems.map(({ field, message }) => `${field}: ${message}`).join('; ')}`,
    problems[0]?.field,
  );
}

function contradictions(file: CategorizationFile): { field: string; message: string }[] {
  const { clusterCount, featureDimension, iterations, chosenIteration, centroids, clusters, scan } = file;
  const found: { field: string; message: string }[] = [];
  const expect = (holds: boolean, field: string, message: string): void => {
    if (!holds) found.push({ field, message });
  };
  for (const [i, { sizes }] of iterations.entries())
    expect(
      sizes.length === clusterCount,
      `iterations.${i}.sizes`,
      `expected ${clusterCount} sizes, got ${sizes.length}`,
    );
  const numbers = iterations.map(({ iteration }) => iteration);
  expect(new Set(numbers).size === numbers.length, 'iterations', 'expected each iteration once');
  expect(
    numbers.includes(chosenIteration),
    'chosenIteration',
    `expected one of the iterations, got ${chosenIteration}`,
  );
  expect(centroids.length === clusterCount, 'centroids', `expected ${clusterCount} of them, got ${centroids.length}`);
  for (const [k, centroid] of centroids.entries())
    expect(
      centroid.length === featureDimension,
      `centroids.${k}`,
      `expected ${featureDimension} numbers (featureDimension), got ${centroid.length}`,
    );
  const indices = clusters.map(({ clusterIndex }) => clusterIndex).sort((a, b) => a - b);
  expect(
    indices.length === clusterCount && indices.every((index, i) => index === i + 1),
    'clusters',
    `expected each clusterIndex of 1 … ${clusterCount} once, got ${indices.join(', ')}`,
  );
  const counts = scan.map((one) => one.clusterCount);
  expect(new Set(counts).size === counts.length, 'scan', 'expected each clusterCount once');
  expect(scan.filter(({ chosen }) => chosen).length <= 1, 'scan', 'expected at most one to be chosen');
  return found;
}

/** @returns the mean features of each cluster, by rising cluster index */
export function centroidsOf({ clusterCount, featureDimension, centroids }: CategorizationFile): Vectors {
  return { count: clusterCount, dimension: featureDimension, values: Float32Array.from(centroids.flat()) };
}
