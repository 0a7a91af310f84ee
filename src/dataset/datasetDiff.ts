/**
 * What differs between two data set versions. Rows are matched by what they are called in the source: patients by index, studies
 * by patient and index, images by file name. A lesion has no name that outlives its file, since a line that goes moves all
 * others: lesions of an image are matched by their bounding box, and those that are left in the order of the source.
 */
import { type Listing, type Queryable, type SortKey, SqlParameters, type Statement } from '../database';

export const DATASET_CHANGE_KINDS = ['ADDED', 'REMOVED', 'CHANGED'] as const;
export type DatasetChangeKind = (typeof DATASET_CHANGE_KINDS)[number];

/** Row ids of the two versions, the older one first. */
export interface ComparedVersions {
  a: number;
  b: number;
}

/** Rows of one kind by what became of them from the first version to the second. */
export interface DiffCounts {
  added: number;
  removed: number;
  changed: number;
  unchanged: number;
}

/** A lesion of either version that the other lacks or has otherwise. */
export interface LesionChangeRow {
  kind: DatasetChangeKind;
  /** row id in the first version; null if it was added */
  beforeId: number | null;
  /** row id in the second version; null if it was removed */
  afterId: number | null;
  /** fields of `Lesion` in the graph whose values differ; empty unless it was changed */
  fields: string[];
}

/** What is compared: fields of the graph, and the columns behind each. */
type Compared = Readonly<Record<string, readonly string[]>>;

const LESION_FIELDS: Compared = {
  boundingBox: ['x1', 'y1', 'x2', 'y2'],
  longAxis: ['axes[1:4]'],
  shortAxis: ['axes[5:8]'],
  longDiameterMm: ['long_diameter_mm'],
  shortDiameterMm: ['short_diameter_mm'],
  normalizedLocation: ['normalized_x', 'normalized_y', 'normalized_z'],
  coarseType: ['coarse_type'],
  possiblyNoisy: ['possibly_noisy'],
  split: ['split'],
};

const KEYED: Readonly<Record<'images' | 'studies' | 'patients', { from: string; key: string[]; values: string[] }>> = {
  images: {
    from: 'bookmarked_image',
    key: ['file_name'],
    values: [
      ...['slice_index', 'slice_range_first', 'slice_range_last', 'width', 'height', 'pixel_spacing_mm'],
      ...['slice_interval_mm', 'windows', 'split', 'pixel_sha256'],
    ],
  },
  studies: { from: 'study', key: ['patient_index', 'study_index'], values: ['age_years'] },
  patients: { from: 'patient', key: ['patient_index'], values: ['sex'] },
};
/** Kinds of rows that have a name of their own in the source. */
export type KeyedKind = keyof typeof KEYED;

const COUNTED = `(count(*) FILTER (WHERE kind = 'ADDED'))::int4 AS added, (count(*) FILTER (WHERE kind = 'REMOVED'))::int4 AS removed,
  (count(*) FILTER (WHERE kind = 'CHANGED'))::int4 AS changed, (count(*) FILTER (WHERE kind IS NULL))::int4 AS unchanged`;
const NOTHING: DiffCounts = { added: 0, removed: 0, changed: 0, unchanged: 0 };

/** @returns how many images, studies or patients differ */
export async function countKeyedChanges(
  database: Queryable,
  kind: KeyedKind,
  { a, b }: ComparedVersions,
): Promise<DiffCounts> {
  const { from, key, values } = KEYED[kind];
  const of = (alias: string): string => `(${values.map((column) => `${alias}.${column}`).join(', ')})`;
  const rows = await database.query<DiffCounts>({
    name: `diff of ${kind}`,
    text: `SELECT ${COUNTED} FROM (
             SELECT CASE WHEN former.id IS NULL THEN 'ADDED' WHEN latter.id IS NULL THEN 'REMOVED'
                         WHEN ${of('former')} IS DISTINCT FROM ${of('latter')} THEN 'CHANGED' END AS kind
             FROM (SELECT * FROM ${from} WHERE dataset_id = $1) AS former
               FULL JOIN (SELECT * FROM ${from} WHERE dataset_id = $2) AS latter USING (${key.join(', ')})
           ) AS change`,
    values: [a, b],
  });
  return rows[0] ?? NOTHING;
}

/** @returns how many lesions differ */
export async function countLesionChanges(database: Queryable, { a, b }: ComparedVersions): Promise<DiffCounts> {
  const statement: Statement = {
    name: 'diff of lesions',
    text: `SELECT ${COUNTED} FROM ${lesionChangesSql('$1', '$2')}`,
    values: [a, b],
  };
  const [counts = NOTHING] = await database.query<DiffCounts>(statement);
  return counts;
}

const ORDER: SortKey[] = [
  { expression: 'change.file_name COLLATE "C"', type: 'text' },
  { expression: 'change.source_row_index', type: 'int4' },
  { expression: 'coalesce(change.latter_id, 0)', type: 'int4' },
  { expression: 'coalesce(change.former_id, 0)', type: 'int4' },
];

/**
 * Describes the list of lesions that differ, by file name and source row.
 *
 * @param kinds those that are listed
 */
export function lesionChangeListing(
  { a, b }: ComparedVersions,
  kinds: readonly DatasetChangeKind[],
): Listing<LesionChangeRow> {
  const parameters = new SqlParameters();
  const from = lesionChangesSql(parameters.add(a), parameters.add(b));
  return {
    columns:
      'change.kind AS "kind", change.former_id AS "beforeId", change.latter_id AS "afterId", change.fields AS "fields"',
    from,
    where: [`change.kind = ANY(${parameters.add(kinds)}::text[])`],
    order: ORDER,
    parameters,
    // The columns of the select list are those of the row.
    read: (flat) => ({
      kind: flat.kind as DatasetChangeKind,
      beforeId: flat.beforeId as number | null,
      afterId: flat.afterId as number | null,
      fields: flat.fields as string[],
    }),
  };
}

/** @returns every lesion of either version once, as `change`; `kind` is null for those that are the same in both */
function lesionChangesSql(a: string, b: string): string {
  const lesionsOf = (dataset: string): string =>
    `SELECT lesion.*, image.file_name,
       row_number() OVER (PARTITION BY image.file_name, x1, y1, x2, y2 ORDER BY lesion.source_row_index) AS twin
     FROM lesion JOIN bookmarked_image AS image ON image.id = lesion.image_id WHERE lesion.dataset_id = ${dataset}::int4`;
  const leftOf = (side: string): string =>
    `SELECT id, file_name, row_number() OVER (PARTITION BY file_name ORDER BY source_row_index) AS place FROM ${side}
     WHERE NOT EXISTS (SELECT FROM same_box WHERE ${side}_id = id)`;
  const columnsOf = (alias: string, columns: readonly string[]): string =>
    `ROW(${columns.map((column) => `${alias}.${column}`).join(', ')})`;
  const differing = Object.entries(LESION_FIELDS).map(
    ([field, columns]) =>
      `CASE WHEN ${columnsOf('former', columns)} IS DISTINCT FROM ${columnsOf('latter', columns)} THEN '${field}' END`,
  );
  return `(
    WITH former AS MATERIALIZED (${lesionsOf(a)}), latter AS MATERIALIZED (${lesionsOf(b)}),
    same_box AS MATERIALIZED (
      SELECT former.id AS former_id, latter.id AS latter_id FROM former JOIN latter USING (file_name, x1, y1, x2, y2, twin)
    ),
    pair AS (
      SELECT former_id, latter_id FROM same_box
      UNION ALL
      SELECT f.id, l.id FROM (${leftOf('former')}) AS f FULL JOIN (${leftOf('latter')}) AS l USING (file_name, place)
    ),
    compared AS (
      SELECT pair.former_id, pair.latter_id, coalesce(latter.file_name, former.file_name) AS file_name,
        coalesce(latter.source_row_index, former.source_row_index) AS source_row_index,
        CASE WHEN pair.former_id IS NULL OR pair.latter_id IS NULL THEN '{}'
             ELSE array_remove(ARRAY[${differing.join(', ')}], NULL) END AS fields
      FROM pair LEFT JOIN former ON former.id = pair.former_id LEFT JOIN latter ON latter.id = pair.latter_id
    )
    SELECT *, CASE WHEN former_id IS NULL THEN 'ADDED' WHEN latter_id IS NULL THEN 'REMOVED'
                   WHEN cardinality(fields) > 0 THEN 'CHANGED' END AS kind
    FROM compared
  ) AS change`;
}
