/**
 * What writes a categorization. Assignments and features, one a lesion, are `INSERT … SELECT FROM unnest`, an array a
 * column.
 */
import { type Queryable, toJson } from '../database';
import { BadUserInput } from '../errors';
import { toFeatureBytes, type Vectors, vectorAt } from './featureBytes';

/** What names an encoder. */
export interface EncoderIdentity {
  name: string;
  version: string;
  /** of model.onnx */
  sha256: string;
}

/** The assignment of a lesion. */
export interface StoredAssignment {
  lesionId: number;
  /** index of its cluster, from 1 */
  clusterIndex: number;
  distance: number;
  margin: number | null;
}

const ROWS_AT_ONCE = 5_000;

/**
 * Finds the row of an encoder, or makes it.
 *
 * @param manifest model.json if the model folder is available; it is added to a row that lacks it
 * @returns row id
 * @throws BadUserInput if it is known with another feature dimension
 */
export async function ensureEncoder(
  database: Queryable,
  { name, version, sha256 }: EncoderIdentity,
  featureDimension: number,
  manifest: object | null = null,
): Promise<number> {
  const key = { name, version, modelSha256: sha256 };
  const known = manifest === null ? {} : { manifest: toJson(manifest) };
  const row = await database.prisma.encoder.upsert({
    where: { name_version_modelSha256: key },
    create: { ...key, featureDimension, ...known },
    // The row is always written: its version is also that of the features that are stored next (featureSets.ts).
    update: { name, ...known },
    select: { id: true, featureDimension: true },
  });
  if (row.featureDimension !== featureDimension)
    throw new BadUserInput(
      `Expected featureDimension to be ${row.featureDimension}, as ${name} ${version} has it, got ${featureDimension}.`,
      'featureDimension',
    );
  return row.id;
}

/**
 * Writes the pseudo-clusters 1 … K of a categorization.
 *
 * @param labels names by cluster index; the others have none
 * @returns their row ids by rising cluster index
 */
export async function insertPseudoClusters(
  database: Queryable,
  categorizationId: number,
  centroids: Vectors,
  labels: ReadonlyMap<number, string> = new Map(),
): Promise<number[]> {
  const indices = Array.from({ length: centroids.count }, (_, k) => k + 1);
  const rows = await database.prisma.pseudoCluster.createManyAndReturn({
    data: indices.map((clusterIndex) => ({
      categorizationId,
      clusterIndex,
      label: labels.get(clusterIndex),
      centroid: Uint8Array.from(toFeatureBytes(vectorAt(centroids, clusterIndex - 1))),
    })),
    select: { id: true, clusterIndex: true },
  });
  return rows.sort((a, b) => a.clusterIndex - b.clusterIndex).map(({ id }) => id);
}

/** @param clusterIds row ids by rising cluster index */
export async function insertAssignments(
  database: Queryable,
  categorizationId: number,
  clusterIds: readonly number[],
  assignments: readonly StoredAssignment[],
): Promise<void> {
  for (const some of piecesOf(assignments))
    await database.query({
      text: `INSERT INTO cluster_assignment (categorization_id, lesion_id, pseudo_cluster_id, distance, margin)
             SELECT $1, * FROM unnest($2::int4[], $3::int4[], $4::float8[], $5::float8[])`,
      values: [
        categorizationId,
        some.map(({ lesionId }) => lesionId),
        some.map(({ clusterIndex }) => clusterIds[clusterIndex - 1]),
        some.map(({ distance }) => distance),
        some.map(({ margin }) => margin),
      ],
    });
}

/**
 * Writes the features of lesions by an encoder. Known features of a lesion are kept: an encoder always computes the
 * same.
 *
 * @param features the features of the lesions, in the same order
 * @param onProgress called with the number of written lesions
 */
export async function insertFeatures(
  database: Queryable,
  encoderId: number,
  lesionIds: readonly number[],
  features: Vectors,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  let done = 0;
  for (const some of piecesOf(lesionIds)) {
    const first = done;
    await database.query({
      text: `INSERT INTO lesion_feature (encoder_id, lesion_id, dimension, features)
             SELECT $1, lesion_id, $2, features FROM unnest($3::int4[], $4::bytea[]) AS row (lesion_id, features)
             ON CONFLICT (encoder_id, lesion_id) DO NOTHING`,
      values: [encoderId, features.dimension, some, some.map((_, i) => toFeatureBytes(vectorAt(features, first + i)))],
    });
    done += some.length;
    onProgress(done, lesionIds.length);
  }
}

/** One iteration of features, clustering and fine-tuning; metrics that do not exist are null. */
export interface StoredIteration {
  iteration: number;
  nmiToPrevious: number | null;
  purityToPrevious: number | null;
  silhouette: number | null;
  /** lesions by rising cluster index */
  sizes: number[];
  diagnostics?: { nmiToHiddenTypes: number | null; purityToHiddenTypes: number | null } | null;
}

/** Writes the iterations of a categorization. */
export async function insertIterations(
  database: Queryable,
  categorizationId: number,
  iterations: readonly StoredIteration[],
): Promise<void> {
  await database.prisma.categorizationIteration.createMany({
    data: iterations.map(({ iteration, nmiToPrevious, purityToPrevious, silhouette, sizes, diagnostics }) => ({
      categorizationId,
      iteration,
      nmiToPrevious,
      purityToPrevious,
      silhouette,
      sizes,
      nmiToHiddenTypes: diagnostics?.nmiToHiddenTypes,
      purityToHiddenTypes: diagnostics?.purityToHiddenTypes,
    })),
  });
}

/** One number of clusters that was tried. */
export interface StoredScan {
  clusterCount: number;
  silhouette: number | null;
  /** agreement of the clusterings of several seeds */
  stability: number | null;
  chosen: boolean;
}

/** Writes the numbers of clusters that were tried. */
export async function insertScan(
  database: Queryable,
  categorizationId: number,
  scan: readonly StoredScan[],
): Promise<void> {
  await database.prisma.categorizationScan.createMany({
    data: scan.map(({ clusterCount, silhouette, stability, chosen }) => ({
      categorizationId,
      clusterCount,
      silhouette,
      stability,
      chosen,
    })),
  });
}

/** Gives an imported categorization whose assignments are written the id that the same content has on every server. */
export async function giveUuidOfContent(database: Queryable, categorizationId: number): Promise<void> {
  await database.query({
    text: 'UPDATE categorization SET uuid = imported_categorization_uuid(id) WHERE id = $1',
    values: [categorizationId],
  });
}

/** The planner knows nothing of tables that were filled a moment ago. */
export async function analyzeCategorizations(database: Queryable): Promise<void> {
  await database.query({ text: 'ANALYZE categorization, pseudo_cluster, cluster_assignment, lesion_feature' });
}

function piecesOf<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, i) =>
    rows.slice(i * ROWS_AT_ONCE, (i + 1) * ROWS_AT_ONCE),
  );
}
