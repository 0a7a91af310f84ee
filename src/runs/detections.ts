import {
  ANY_OF_IDS,
  type Columns,
  columnReader,
  type Listing,
  type OrderBy,
  type Queryable,
  type SortKey,
  SqlParameters,
  selectColumns,
  sortKeys,
} from '../database';

/** One scored box of a run. */
export interface DetectionRow {
  id: number;
  runId: number;
  imageId: number;
  /** 1 is the best of its image */
  rank: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  score: number;
  classIndex: number;
  pseudoClusterId: number | null;
}

export const DETECTION_COLUMNS: Columns<DetectionRow> = {
  id: 'id',
  runId: 'run_id',
  imageId: 'image_id',
  rank: 'rank',
  x1: 'x1',
  y1: 'y1',
  x2: 'x2',
  y2: 'y2',
  score: 'score',
  classIndex: 'class_index',
  pseudoClusterId: 'pseudo_cluster_id',
};
const COLUMNS = selectColumns(DETECTION_COLUMNS, 'detection');

export const DETECTION_ORDER_FIELDS = ['IMAGE_AND_RANK', 'SCORE', 'ID'] as const;
export type DetectionOrderField = (typeof DETECTION_ORDER_FIELDS)[number];
const UNIQUE: SortKey = { expression: 'detection.id', type: 'int4' };

const SORT_KEYS: Record<DetectionOrderField, SortKey> = {
  // Ids of one image grow with the rank, so the image alone is the first key.
  IMAGE_AND_RANK: { expression: 'detection.image_id', type: 'int4' },
  SCORE: { expression: 'detection.score', type: 'float8' },
  ID: UNIQUE,
};

/** Which detections of a run. */
export interface DetectionFilter {
  imageIds?: readonly number[] | null;
  scoreAtLeast?: number | null;
  rankAtMost?: number | null;
}

/** Describes a list of detections inside runs (`parentColumn` is the run). */
export function detectionListing(
  filter: DetectionFilter,
  orderBy: readonly OrderBy<DetectionOrderField>[],
): Listing<DetectionRow> {
  const parameters = new SqlParameters();
  const where: string[] = [];
  if (filter.imageIds) where.push(`detection.image_id = ANY(${parameters.add(filter.imageIds)}::int4[])`);
  if (typeof filter.scoreAtLeast === 'number')
    where.push(`detection.score >= ${parameters.add(filter.scoreAtLeast)}::float8`);
  if (typeof filter.rankAtMost === 'number') where.push(`detection.rank <= ${parameters.add(filter.rankAtMost)}::int4`);
  return {
    columns: COLUMNS,
    from: 'detection',
    where,
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: columnReader(DETECTION_COLUMNS, ''),
    parentColumn: 'detection.run_id',
  };
}

/** @returns the detections that exist, in no order */
export function findDetections(database: Queryable, ids: readonly number[]): Promise<DetectionRow[]> {
  return database.query({
    name: 'detections-by-id',
    text: `SELECT ${COLUMNS} FROM detection WHERE detection.id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}
