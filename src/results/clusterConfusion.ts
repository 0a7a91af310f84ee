import type { Queryable } from '../database';
import { type ErrorAnalysis, HIT, type LesionClasses, NOT_COUNTED, type ScoredImages } from '../evaluation';
import type { EvaluationData } from './evaluationData';

/** Pseudo-clusters of lesions, and of what a multi-class detector says; 0: in none. */
export interface DetectedClusters extends LesionClasses {
  /** id outside the database of the categorization whose pseudo-clusters they are; null: the detector has none */
  readonly categorization: string | null;
}

/** How often lesions of a pseudo-cluster are found as which, whatever the class. */
export interface ClusterConfusion {
  readonly categorization: string | null;
  readonly rows: readonly ConfusionRow[];
}

/** The lesions of one pseudo-cluster, or the detections that hit none. */
export interface ConfusionRow {
  /** of the lesions, from 1; 0: lesions in no pseudo-cluster; null: no lesion, the row has the false positives */
  readonly clusterIndex: number | null;
  /** lesions that no detection hits */
  readonly missed: number;
  readonly cells: readonly { readonly clusterIndex: number; readonly count: number }[];
}

/**
 * Reads the pseudo-cluster of each detection, and those of the lesions in the same categorization.
 *
 * @param counted of the same images, with those of the best detections that count
 */
export async function findDetectedClusters(
  database: Queryable,
  runId: number,
  { imageIds, lesions }: EvaluationData,
  counted: ScoredImages,
): Promise<DetectedClusters> {
  const packed = await database.query<{ imageId: number; clusters: Buffer; categorizationId: number | null }>({
    name: 'clusters-of-detections',
    text: `
      SELECT image_id AS "imageId", max(cluster.categorization_id) AS "categorizationId",
        string_agg(int4send(coalesce(cluster.cluster_index, 0)), ''::bytea ORDER BY rank) AS clusters
      FROM detection LEFT JOIN pseudo_cluster AS cluster ON cluster.id = detection.pseudo_cluster_id
      WHERE run_id = $1 GROUP BY image_id`,
    values: [runId],
  });
  const ofImage = new Map(packed.map(({ imageId, clusters }) => [imageId, clusters]));
  const ofDetections = new Int32Array(counted.scores.length);
  for (const [image, id] of imageIds.entries()) {
    const first = counted.detectionOffsets[image]!;
    for (let at = first; at < counted.detectionOffsets[image + 1]!; at++)
      ofDetections[at] = ofImage.get(id)?.readInt32BE(4 * (at - first)) ?? 0;
  }
  const categorizationId = packed.find((one) => one.categorizationId !== null)?.categorizationId ?? null;
  const assigned = await findAssigned(
    database,
    categorizationId,
    lesions.map(({ id }) => id),
  );
  return {
    categorization: assigned[0]?.categorization ?? null,
    ofDetections,
    ofLesions: Int32Array.from(
      lesions,
      (
        (clusterOf) =>
        ({ id }) =>
          clusterOf.get(id) ?? 0
      )(new Map(assigned.map(({ lesionId, clusterIndex }) => [lesionId, clusterIndex]))),
    ),
  };
}

async function findAssigned(
  database: Queryable,
  categorizationId: number | null,
  lesionIds: readonly number[],
): Promise<{ lesionId: number; clusterIndex: number; categorization: string }[]> {
  if (categorizationId === null) return [];
  return database.query({
    name: 'clusters-of-lesions',
    text: `
      SELECT assignment.lesion_id AS "lesionId", cluster.cluster_index AS "clusterIndex", categorization.uuid AS categorization
      FROM cluster_assignment AS assignment
      JOIN pseudo_cluster AS cluster ON cluster.id = assignment.pseudo_cluster_id
      JOIN categorization ON categorization.id = assignment.categorization_id
      WHERE assignment.categorization_id = $1 AND assignment.lesion_id = ANY($2::int4[])`,
    values: [categorizationId, lesionIds],
  });
}

/** @param found errors of a matching that ignores classes */
export function countConfusion(
  { outcome, lesion, hitBy }: ErrorAnalysis,
  { categorization, ofLesions, ofDetections }: DetectedClusters,
): ClusterConfusion {
  const rows = new Map<number | null, { missed: number; cells: Map<number, number> }>();
  const rowOf = (cluster: number | null) => {
    const known = rows.get(cluster) ?? { missed: 0, cells: new Map<number, number>() };
    rows.set(cluster, known);
    return known;
  };
  for (const [at, cluster] of ofLesions.entries()) rowOf(cluster).missed += hitBy[at] === -1 ? 1 : 0;
  for (let detection = 0; detection < outcome.length; detection++) {
    if (outcome[detection] === NOT_COUNTED) continue;
    const { cells } = rowOf(outcome[detection] === HIT ? ofLesions[lesion[detection]!]! : null);
    const predicted = ofDetections[detection]!;
    cells.set(predicted, (cells.get(predicted) ?? 0) + 1);
  }
  return {
    categorization,
    rows: [...rows]
      .sort(([a], [b]) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY))
      .map(([clusterIndex, { missed, cells }]) => ({
        ...{ clusterIndex, missed },
        cells: [...cells].sort(([a], [b]) => a - b).map(([predicted, count]) => ({ clusterIndex: predicted, count })),
      })),
  };
}
