import { type Queryable, SqlParameters } from '../database';
import type { CategorizationJob } from './categorizationJob';
import { lesionsOfRequestSql } from './categorizationRequest';
import { fromFeatureBytes, type Vectors } from './featureBytes';

/** The features of the lesions of a request that have any, by rising row id, in one statement with two fields. */
export async function readFeatures(
  database: Queryable,
  job: CategorizationJob,
): Promise<{ lesionIds: number[]; features: Vectors }> {
  const parameters = new SqlParameters();
  const where = lesionsOfRequestSql(job.datasetId, job.request.filter, parameters);
  const encoder = parameters.add(job.encoderId);
  const [row] = await database.query<{ ids: number[] | null; packed: Buffer | null; dimension: number | null }>({
    text: `SELECT array_agg(lesion.id ORDER BY lesion.id) AS ids, string_agg(f.features, ''::bytea ORDER BY lesion.id) AS packed,
             min(f.dimension) AS dimension
           FROM lesion JOIN lesion_feature AS f ON f.lesion_id = lesion.id AND f.encoder_id = ${encoder}::int4
           WHERE ${where}`,
    values: parameters.values,
  });
  const lesionIds = row?.ids ?? [];
  const values = fromFeatureBytes(row?.packed ?? Buffer.alloc(0));
  return { lesionIds, features: { count: lesionIds.length, dimension: row?.dimension ?? 0, values } };
}

/** The centroids of a categorization and the names of its clusters by cluster index, from 1. */
export async function readCentroids(
  database: Queryable,
  categorizationId: number,
): Promise<{ centroids: Vectors; labels: Map<number, string> }> {
  const rows = await database.prisma.pseudoCluster.findMany({
    where: { categorizationId },
    orderBy: { clusterIndex: 'asc' },
    select: { clusterIndex: true, label: true, centroid: true },
  });
  const values = fromFeatureBytes(Buffer.concat(rows.flatMap(({ centroid }) => centroid ?? [])));
  const labels = rows.flatMap(({ clusterIndex, label }) => (label === null ? [] : [[clusterIndex, label] as const]));
  return { centroids: { count: rows.length, dimension: values.length / rows.length, values }, labels: new Map(labels) };
}
