/** Which features a categorization went by, and the reading of all of them at once. */
import { ANY_OF_IDS, type Queryable } from '../database';
import type { FeatureMatrix } from './nearestLesions';

/** The features of the lesions that a categorization sorts. */
export interface FeatureSet {
  categorizationId: number;
  datasetId: number;
  /** null if it is not known, so that there are no features */
  encoderId: number | null;
  /** numbers per lesion; null without an encoder */
  dimension: number | null;
  /** another one as soon as the categorization changes or features of its encoder are stored */
  version: string;
}

// xmin is the transaction that last wrote a row. The statement that stores features writes the encoder's row first
// (`ensureEncoder`), in the same transaction, and stored features are never changed: the versions of both rows stand
// for the features, which would take far longer to count.
const COLUMNS = `categorization.id AS "categorizationId", categorization.dataset_id AS "datasetId", categorization.encoder_id AS "encoderId",
  encoder.feature_dimension AS dimension, concat_ws(' ', categorization.xmin, encoder.xmin) AS version`;
const FROM = 'categorization LEFT JOIN encoder ON encoder.id = categorization.encoder_id';

/** @returns the feature sets of these categorizations, in any order; missing categorizations are omitted */
export function findFeatureSets(database: Queryable, categorizationIds: readonly number[]): Promise<FeatureSet[]> {
  return database.query({
    name: 'feature-set.id',
    text: `SELECT ${COLUMNS} FROM ${FROM} WHERE categorization.id = ${ANY_OF_IDS}`,
    values: [categorizationIds],
  });
}

/**
 * @returns the feature set of each data set's newest succeeded categorization that has features, in any order; others
 *   are omitted
 */
export function findNewestFeatureSets(database: Queryable, datasetIds: readonly number[]): Promise<FeatureSet[]> {
  return database.query({
    name: 'feature-set.newest',
    // OFFSET 0 keeps the planner from joining all features of all categorizations: one row each is enough.
    text: `SELECT newest.* FROM unnest($1::int4[]) AS wanted (id) CROSS JOIN LATERAL (
             SELECT ${COLUMNS} FROM ${FROM}
             WHERE categorization.dataset_id = wanted.id AND categorization.status = 'SUCCEEDED' AND EXISTS (
               SELECT FROM cluster_assignment AS member
               JOIN lesion_feature AS feature ON feature.lesion_id = member.lesion_id AND feature.encoder_id = categorization.encoder_id
               WHERE member.categorization_id = categorization.id OFFSET 0
             )
             ORDER BY categorization.id DESC LIMIT 1
           ) AS newest`,
    values: [datasetIds],
  });
}

/** The features of a thousand neighbouring ids as one field each, both by rising id. */
interface PackedFeatures {
  lesionIds: number[];
  features: Uint8Array;
}

/**
 * Reads the features of all lesions that a categorization sorts, in one statement. Its rows are packs of at most 1,024
 * lesions: a single row of 33,000 lesions × 128 numbers held up the event loop for 120 to 180 ms while the driver took
 * it apart, packs for 10 to 46 ms (2 busy cores, the longest time between two turns in 4 reads each).
 */
export async function loadFeatureMatrix(
  database: Queryable,
  { categorizationId, encoderId, dimension }: FeatureSet,
): Promise<FeatureMatrix> {
  const packs = await database.query<PackedFeatures>({
    name: 'feature-set.load',
    text: `SELECT array_agg(member.lesion_id ORDER BY member.lesion_id) AS "lesionIds",
             string_agg(feature.features, ''::bytea ORDER BY member.lesion_id) AS features
           FROM cluster_assignment AS member
           JOIN lesion_feature AS feature ON feature.lesion_id = member.lesion_id AND feature.encoder_id = $2
           WHERE member.categorization_id = $1
           GROUP BY member.lesion_id / 1024 ORDER BY member.lesion_id / 1024`,
    values: [categorizationId, encoderId],
  });
  return unpack(packs, dimension ?? 0);
}

function unpack(packs: readonly PackedFeatures[], dimension: number): FeatureMatrix {
  const count = packs.reduce((total, { lesionIds }) => total + lesionIds.length, 0);
  const matrix = { count, dimension, lesionIds: new Int32Array(count), values: new Float32Array(count * dimension) };
  const bytes = new Uint8Array(matrix.values.buffer);
  let row = 0;
  for (const { lesionIds, features } of packs) {
    matrix.lesionIds.set(lesionIds, row);
    bytes.set(features, row * dimension * Float32Array.BYTES_PER_ELEMENT);
    row += lesionIds.length;
  }
  return matrix;
}
