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
import { imageIdsSql } from '../dataset';
import type { GlobalKeys } from '../globalId';

/** One scored box of a run. */
export interface DetectionRow {
  id: number;
  runId: number;
  /** id of the run outside the database */
  runUuid: string;
  imageId: number;
  imageFileName: string;
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

const OWN_COLUMNS: Columns<Omit<DetectionRow, 'runUuid' | 'imageFileName'>> = {
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
/** How detections are selected: the select list, the joins that it needs and the reader of a row. */
export const DETECTION_SELECTION = {
  columns: [
    selectColumns(OWN_COLUMNS, 'detection'),
    'run_of.uuid AS "runUuid"',
    'image_of.file_name AS "imageFileName"',
  ].join(', '),
  joins: `JOIN detection_run AS run_of ON run_of.id = detection.run_id
    JOIN bookmarked_image AS image_of ON image_of.id = detection.image_id`,
  read: columnReader<DetectionRow>({ ...OWN_COLUMNS, runUuid: 'uuid', imageFileName: 'file_name' }, ''),
};
const { columns: COLUMNS, joins: JOINS } = DETECTION_SELECTION;

export const detectionKey = ({ runUuid, rank, imageFileName }: DetectionRow): GlobalKeys['Detection'] => ({
  run: runUuid,
  rank,
  fileName: imageFileName,
});

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
  imageIds?: readonly GlobalKeys['BookmarkedImage'][] | null;
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
  if (filter.imageIds) where.push(`detection.image_id IN ${imageIdsSql(filter.imageIds, parameters)}`);
  if (typeof filter.scoreAtLeast === 'number')
    where.push(`detection.score >= ${parameters.add(filter.scoreAtLeast)}::float8`);
  if (typeof filter.rankAtMost === 'number') where.push(`detection.rank <= ${parameters.add(filter.rankAtMost)}::int4`);
  return {
    ...DETECTION_SELECTION,
    from: 'detection',
    where,
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    parentColumn: 'detection.run_id',
    keptCounts: { table: 'run_pending_images', parentColumn: 'run_id', column: 'detections' },
  };
}

/** @returns the detections that exist, in no order */
export function findDetections(database: Queryable, ids: readonly number[]): Promise<DetectionRow[]> {
  return database.query({
    name: 'detections-by-id',
    text: `SELECT ${COLUMNS} FROM detection ${JOINS} WHERE detection.id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/**
 * @param scoreThreshold 0 to 1; detections below are left out
 * @returns what a run has found on one image, best first; null if it has no result for the image
 */
export async function findDetectionsOfRunImage(
  database: Queryable,
  runId: number,
  imageId: number,
  scoreThreshold: number,
): Promise<DetectionRow[] | null> {
  const image = await database.prisma.runImage.findFirst({ where: { runId, imageId }, select: { state: true } });
  if (image?.state !== 'COMPLETED') return null;
  return database.query({
    name: 'detections-of-run-image',
    text: `SELECT ${COLUMNS} FROM detection ${JOINS}
           WHERE detection.run_id = $1 AND detection.image_id = $2 AND detection.score >= $3 ORDER BY detection.rank`,
    values: [runId, imageId, scoreThreshold],
  });
}

/** @returns those of the detections of a run that exist, in no order. @param places image and rank of each */
export function findDetectionsAt(
  database: Queryable,
  runId: number,
  places: readonly Pick<DetectionRow, 'imageId' | 'rank'>[],
): Promise<DetectionRow[]> {
  return database.query({
    name: 'detections-by-place',
    text: `SELECT ${COLUMNS} FROM unnest($2::int4[], $3::int4[]) AS wanted (image_id, rank)
           JOIN detection ON detection.run_id = $1 AND detection.image_id = wanted.image_id AND detection.rank = wanted.rank ${JOINS}`,
    values: [runId, places.map(({ imageId }) => imageId), places.map(({ rank }) => rank)],
  });
}

/** @returns the detections that exist, in no order */
export function findDetectionsByKey(
  database: Queryable,
  keys: readonly GlobalKeys['Detection'][],
): Promise<DetectionRow[]> {
  return database.query({
    name: 'detections-by-key',
    text: `SELECT ${COLUMNS} FROM unnest($1::uuid[], $2::int4[], $3::text[]) AS key (run, rank, file_name)
           JOIN detection_run AS run_of ON run_of.uuid = key.run
           JOIN bookmarked_image AS image_of ON image_of.dataset_id = run_of.dataset_id AND image_of.file_name = key.file_name
           JOIN detection ON detection.run_id = run_of.id AND detection.image_id = image_of.id AND detection.rank = key.rank`,
    values: [keys.map(({ run }) => run), keys.map(({ rank }) => rank), keys.map(({ fileName }) => fileName)],
  });
}
