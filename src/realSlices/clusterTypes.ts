import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  agreementOf,
  type CategorizationFile,
  centroidsOf,
  contingencyTable,
  nearestCentroid,
  parseCategorizationFile,
} from '../categorization';
import { COARSE_TYPES, type CoarseType } from '../dataset';
import { BadUserInput } from '../errors';
import { drawWeights, type Interval, intervalOf, seededRandom } from '../evaluation';
import { type EncodingTarget, InferenceHost } from '../inference';
import { findEncoderFolder, type KnownEncoder } from '../models';
import type { BoxedSlices } from './readBoxedSlices';
import { readStatedLesions, type StatedLesion } from './readStatedLesions';

/** Where in the body a lesion lies whose place is not known, as in training/crops.py. */
const UNKNOWN_PLACE = 0.5;
const RESAMPLES = 2_000;
const SEED = 1;

const METRICS = ['nmi', 'purity', 'adjustedRandIndex'] as const;

/** A metric of the agreement of clusters and types. */
export interface ClusterFigure {
  readonly metric: (typeof METRICS)[number];
  readonly value: number;
  /** 95 %, bootstrap over patients; null with fewer than two patients */
  readonly interval: Interval | null;
  /** mean over shuffled types: few lesions in many clusters agree by chance */
  readonly byChance: number;
  /** share of the shuffles that agree at least as well */
  readonly p: number;
}

/** The clusters of lesions beside their coarse types. */
export interface ClusterReport {
  readonly categorization: string;
  readonly encoder: string;
  readonly lesions: number;
  readonly patients: number;
  /** lesions of the folder without a row of known type, spacing and diameters */
  readonly leftOut: number;
  readonly types: readonly CoarseType[];
  /** [cluster][type] lesions; the first row is cluster 1 */
  readonly table: readonly (readonly number[])[];
  readonly figures: readonly ClusterFigure[];
}

/** What a comparison of clusters with types needs. */
interface ClusterRequest {
  /** folder with the encoder that the categorization names */
  readonly modelsDir: string;
  /** folder with categorization.json */
  readonly categorizationDir: string;
  /** files with the columns of DL_info.csv and rows of the lesions */
  readonly csvPaths: readonly string[];
}

async function readCategorization(folder: string): Promise<CategorizationFile> {
  const text = await readFile(join(folder, 'categorization.json'), 'utf8').catch((cause) => {
    throw new BadUserInput(`There is no file categorization.json in ${folder}.`, 'clusters', { cause });
  });
  return parseCategorizationFile(text);
}

function targetOf(imageRoot: string, { slice, row }: StatedLesion): EncodingTarget {
  const { path, width, height } = slice;
  const { x1, y1, x2, y2 } = row.box;
  const [x, y, z] = row.normalizedLocation ?? [UNKNOWN_PLACE, UNKNOWN_PLACE, UNKNOWN_PLACE];
  const scalars = {
    logLongDiameterMm: Math.log(row.longDiameterMm ?? Number.NaN),
    logShortDiameterMm: Math.log(row.shortDiameterMm ?? Number.NaN),
    locationX: x,
    locationY: y,
    locationZ: z,
  };
  return {
    imageRoot,
    fileName: path,
    pixelPath: path,
    width,
    height,
    pixelSha256: null,
    pixelConvention: 'ONE_BASED',
    pixelSpacingMm: row.image.pixelSpacingMm ?? Number.NaN,
    lesions: [{ x1, y1, x2, y2, scalars }],
  };
}

/** @returns the cluster of each lesion, from 0 */
async function clustersOf(
  imageRoot: string,
  lesions: readonly StatedLesion[],
  encoder: KnownEncoder,
  file: CategorizationFile,
): Promise<number[]> {
  const centroids = centroidsOf(file);
  const host = new InferenceHost({ executionProviders: ['cpu'], threads: 1 });
  const clusters: number[] = [];
  try {
    for (const lesion of lesions) {
      const { features } = await host.encode(encoder, targetOf(imageRoot, lesion));
      clusters.push(nearestCentroid(features, centroids));
    }
  } finally {
    host.stop('All lesions are encoded.');
  }
  return clusters;
}

/** Two labelings of the same lesions. */
interface Labelings {
  readonly clusters: readonly number[];
  readonly types: readonly number[];
  /** patient of each lesion, 0 … patientCount − 1 */
  readonly patients: readonly number[];
  readonly clusterCount: number;
  readonly typeCount: number;
}

function metricsOf({ clusters, types, clusterCount, typeCount }: Omit<Labelings, 'patients'>): number[] {
  const agreement = agreementOf(contingencyTable(clusters, types, clusterCount, typeCount));
  return METRICS.map((metric) => agreement[metric] ?? Number.NaN);
}

function shuffled(values: readonly number[], random: () => number): number[] {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor((random() / 2 ** 32) * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

/** [metric][resample] of lesions whose patients are drawn with replacement. */
function drawPatients(labelings: Labelings, random: () => number): Float64Array[] {
  const { clusters, types, patients } = labelings;
  const weights = new Int32Array(new Set(patients).size);
  const drawn = METRICS.map(() => new Float64Array(weights.length < 2 ? 0 : RESAMPLES));
  for (let resample = 0; resample < (drawn[0]?.length ?? 0); resample++) {
    drawWeights(random, weights);
    const rows = patients.flatMap((patient, i) => new Array<number>(weights[patient] ?? 0).fill(i));
    const values = metricsOf({
      ...labelings,
      clusters: rows.map((i) => clusters[i]!),
      types: rows.map((i) => types[i]!),
    });
    for (const [m, value] of values.entries()) drawn[m]![resample] = value;
  }
  return drawn;
}

/** The agreement of clusters and types, its interval over patients, and what shuffled types agree by chance. */
export function clusterFigures(labelings: Labelings): ClusterFigure[] {
  const random = seededRandom(SEED);
  const drawn = drawPatients(labelings, random);
  const byChance = Array.from({ length: RESAMPLES }, () =>
    metricsOf({ ...labelings, types: shuffled(labelings.types, random) }),
  );
  return metricsOf(labelings).map((value, m) => ({
    metric: METRICS[m]!,
    value,
    interval: intervalOf(drawn[m]!),
    byChance: byChance.reduce((sum, values) => sum + values[m]!, 0) / RESAMPLES,
    p: (1 + byChance.filter((values) => values[m]! >= value).length) / (1 + RESAMPLES),
  }));
}

/**
 * Puts each lesion of a folder that has a row of DL_info.csv into the nearest cluster of a categorization, and compares
 * the clusters with the coarse types of the rows. Needs no database.
 *
 * @throws BadUserInput if a file does not fit, or no lesion has a row; NotFound if the encoder is not there
 */
export async function compareClustersWithTypes(given: BoxedSlices, request: ClusterRequest): Promise<ClusterReport> {
  const file = await readCategorization(request.categorizationDir);
  const lesions = await readStatedLesions(given, request.csvPaths);
  if (lesions.length === 0)
    throw new BadUserInput(
      'No lesion of the folder has a row of known type, pixel spacing and diameters: give the DL_info.csv of these slices.',
      'csv',
    );
  const encoder = await findEncoderFolder(request.modelsDir, { name: file.encoder.name, sha256: file.encoder.sha256 });
  const clusters = await clustersOf(given.imageRoot, lesions, encoder, file);
  const found = lesions.map(({ row }) => row.coarseType);
  const types = COARSE_TYPES.filter((type) => found.includes(type));
  const names = [...new Set(lesions.map(({ slice }) => slice.patient))];
  const labelings: Labelings = {
    clusters,
    types: found.map((type) => types.indexOf(type)),
    patients: lesions.map(({ slice }) => names.indexOf(slice.patient)),
    clusterCount: file.clusterCount,
    typeCount: types.length,
  };
  return {
    categorization: file.name,
    encoder: `${file.encoder.name}@${file.encoder.version}`,
    lesions: lesions.length,
    patients: names.length,
    leftOut: given.slices.reduce((sum, { boxes }) => sum + boxes.length, 0) - lesions.length,
    types,
    table: contingencyTable(clusters, labelings.types, file.clusterCount, types.length),
    figures: clusterFigures(labelings),
  };
}
