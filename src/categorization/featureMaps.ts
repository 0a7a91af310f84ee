import type { Queryable } from '../database';
import { createLimiter } from '../limiter';
import { askOnce } from '../threads';
import { type Vectors, vectorAt } from './featureBytes';
import type { FeatureMatrices } from './featureMatrices';
import type { FeatureSet } from './featureSets';
import type { FeatureMatrix } from './nearestLesions';
import type { PrincipalPlane } from './principalPlane';

/** Points of a map, as many as a page can draw and a list of the graph may have. */
export const MAX_MAP_POINTS = 5_000;
/** Longer features would take a thread for minutes. */
const MAX_DIMENSION = 1_024;
/** Maps that are kept, of some 200 kB each. */
const KEPT_MAPS = 50;

/** The lesions of a categorization as points of a plane, parallel arrays by rising row id of the lesions. */
export interface FeatureMap {
  /** lesions with features; every `stride`-th of them is a point */
  readonly lesionCount: number;
  readonly stride: number;
  readonly explained: readonly [number, number];
  /** of each point, its lesion's row in the source */
  readonly sourceRows: readonly number[];
  readonly clusterIndexes: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** The maps that were requested last, one for the process. A map is computed in a thread, one after another. */
export class FeatureMaps {
  /** by categorization and version of its features, in the order of their last use */
  private readonly maps = new Map<string, Promise<FeatureMap | null>>();
  private readonly inTurn = createLimiter(1);

  constructor(
    private readonly database: Queryable,
    private readonly matrices: FeatureMatrices,
  ) {}

  /** @returns null if the categorization has no features, or features of more than 1,024 numbers */
  mapOf(set: FeatureSet): Promise<FeatureMap | null> {
    const { encoderId, dimension, categorizationId, version } = set;
    if (encoderId === null || dimension === null || dimension > MAX_DIMENSION) return Promise.resolve(null);
    const key = `${categorizationId} ${version}`;
    const map = this.maps.get(key) ?? this.inTurn(() => this.compute(set));
    this.maps.delete(key);
    this.maps.set(key, map);
    // Waiting callers get the error; the next one tries again.
    map.catch(() => this.maps.get(key) === map && this.maps.delete(key));
    for (const oldest of this.maps.keys()) {
      if (this.maps.size <= KEPT_MAPS) break;
      this.maps.delete(oldest);
    }
    return map;
  }

  private async compute(set: FeatureSet): Promise<FeatureMap | null> {
    const matrix = await this.matrices.matrixOf(set);
    if (matrix.count === 0) return null;
    const { points, stride } = everyNth(matrix, MAX_MAP_POINTS);
    const places = await this.placesOf(set.categorizationId, points.lesionIds);
    const { x, y, explained } = await askOnce<Vectors, PrincipalPlane>('categorization/featureMapThread', {
      count: points.count,
      dimension: points.dimension,
      values: points.values,
    });
    const known = [...points.lesionIds].flatMap((id, row) => {
      const place = places.get(id);
      return place ? [{ ...place, x: x[row] ?? 0, y: y[row] ?? 0 }] : [];
    });
    return {
      lesionCount: matrix.count,
      stride,
      explained,
      sourceRows: known.map(({ sourceRowIndex }) => sourceRowIndex),
      clusterIndexes: known.map(({ clusterIndex }) => clusterIndex),
      x: known.map((point) => point.x),
      y: known.map((point) => point.y),
    };
  }

  private async placesOf(
    categorizationId: number,
    lesionIds: Int32Array,
  ): Promise<Map<number, { sourceRowIndex: number; clusterIndex: number }>> {
    const rows = await this.database.query<{ id: number; sourceRowIndex: number; clusterIndex: number }>({
      name: 'feature-map.places',
      text: `SELECT lesion.id, lesion.source_row_index AS "sourceRowIndex", cluster.cluster_index AS "clusterIndex"
             FROM cluster_assignment AS member JOIN lesion ON lesion.id = member.lesion_id
             JOIN pseudo_cluster AS cluster ON cluster.id = member.pseudo_cluster_id
             WHERE member.categorization_id = $1 AND member.lesion_id = ANY($2::int4[])`,
      values: [categorizationId, [...lesionIds]],
    });
    return new Map(rows.map(({ id, ...place }) => [id, place]));
  }
}

/** @returns the first, and every n-th after it, with the least n that leaves at most `most` */
function everyNth(matrix: FeatureMatrix, most: number): { points: FeatureMatrix; stride: number } {
  const stride = Math.ceil(matrix.count / most);
  const { dimension } = matrix;
  const count = Math.ceil(matrix.count / stride);
  const points = { count, dimension, lesionIds: new Int32Array(count), values: new Float32Array(count * dimension) };
  for (let point = 0; point < count; point++) {
    points.lesionIds[point] = matrix.lesionIds[point * stride]!;
    points.values.set(vectorAt(matrix, point * stride), point * dimension);
  }
  return { points, stride };
}
