import {
  ANY_OF_IDS,
  type Listing,
  type OrderBy,
  type Queryable,
  type SortKey,
  SqlParameters,
  sortKeys,
} from '../database';
import type { GlobalKeys } from '../globalId';
import { latestVersionSql } from './conditions';
import { lookUpByKeys } from './keys';
import { type LesionFilter, lesionFilterSql, namesDataset } from './lesionFilter';
import type { LesionRow } from './rows';
import {
  imageTableAbove,
  lesionTable,
  PATIENT_ABOVE,
  SERIES_ABOVE,
  STUDY_ABOVE,
  type WithoutDetails,
} from './selectedTables';
import { COARSE_TYPES, SPLITS } from './vocabulary';

export const LESION_ORDER_FIELDS = [
  'ID',
  'SOURCE_ROW_INDEX',
  'LONG_DIAMETER_MM',
  'SHORT_DIAMETER_MM',
  'COARSE_TYPE',
  'SPLIT',
] as const;
export type LesionOrderField = (typeof LESION_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'lesion.id', type: 'int4' };
const SORT_KEYS: Record<LesionOrderField, SortKey> = {
  ID: UNIQUE,
  SOURCE_ROW_INDEX: { expression: 'lesion.source_row_index', type: 'int4' },
  LONG_DIAMETER_MM: { expression: 'lesion.long_diameter_mm', type: 'float8', nullable: true },
  SHORT_DIAMETER_MM: { expression: 'lesion.short_diameter_mm', type: 'float8', nullable: true },
  COARSE_TYPE: { expression: 'lesion.coarse_type', type: 'coarse_type', values: COARSE_TYPES },
  SPLIT: { expression: 'lesion.split', type: 'split', values: SPLITS },
};

/** Which rows above a lesion come with it in the same statement. `study` and `series` come with `image`. */
export interface LesionParents extends WithoutDetails {
  image?: boolean;
  study?: boolean;
  series?: boolean;
  patient?: boolean;
}

/** What a list of lesions may be inside of. */
export type LesionScope = 'dataset' | 'patient' | 'pseudoCluster';

/**
 * Describes a list of lesions. Without a data set in the filter and without a scope it holds the latest version of
 * every data set.
 *
 * @throws BadUserInput if filter or order do not fit
 */
export function lesionListing(
  filter: LesionFilter,
  orderBy: readonly OrderBy<LesionOrderField>[],
  parents: LesionParents = {},
  scope?: LesionScope,
): Listing<LesionRow> {
  const parameters = new SqlParameters();
  const where = [lesionFilterSql(filter, parameters)];
  if (!scope && !namesDataset(filter)) where.push(latestVersionSql('lesion.dataset_id'));
  return {
    ...lesionSelection(parents),
    from:
      scope === 'pseudoCluster' ? 'cluster_assignment AS member JOIN lesion ON lesion.id = member.lesion_id' : 'lesion',
    where,
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    parentColumn: scope && PARENT_COLUMNS[scope],
    ofDataset: true,
  };
}

const PARENT_COLUMNS: Record<LesionScope, string> = {
  dataset: 'lesion.dataset_id',
  patient: 'lesion.patient_id',
  pseudoCluster: 'member.pseudo_cluster_id',
};

/** @returns the lesions with these row ids, in any order; missing ones are omitted */
export function findLesions(
  database: Queryable,
  ids: readonly number[],
  parents: LesionParents = {},
): Promise<LesionRow[]> {
  return findBy(database, 'lesion.id', ids, parents);
}

const BY_KEY = lookUpByKeys<GlobalKeys['Lesion']>({ sourceRowIndex: 'int4' });

/** @returns the lesions with these keys, in any order; missing ones are omitted */
export async function findLesionsByKey(
  database: Queryable,
  keys: readonly GlobalKeys['Lesion'][],
  parents: LesionParents = {},
): Promise<LesionRow[]> {
  const { columns, joins, read } = lesionSelection(parents);
  const rows = await database.query<Record<string, unknown>>({
    name: `lesion.key-${flagsOf(parents)}`,
    text: `SELECT ${columns} FROM ${BY_KEY.from}
           JOIN lesion ON lesion.dataset_id = dataset.id AND lesion.source_row_index = key."sourceRowIndex" ${joins}`,
    values: BY_KEY.values(keys),
  });
  return rows.map(read);
}

/** @returns all lesions on these images, in the order of their source rows */
export function findLesionsOfImages(database: Queryable, imageIds: readonly number[]): Promise<LesionRow[]> {
  return findBy(database, 'lesion.image_id', imageIds, {});
}

async function findBy(
  database: Queryable,
  column: string,
  ids: readonly number[],
  parents: LesionParents,
): Promise<LesionRow[]> {
  const { columns, joins, read } = lesionSelection(parents);
  const rows = await database.query<Record<string, unknown>>({
    name: `${column}-${flagsOf(parents)}`,
    text: `SELECT ${columns} FROM lesion ${joins} WHERE ${column} = ${ANY_OF_IDS} ORDER BY lesion.dataset_id, lesion.source_row_index`,
    values: [ids],
  });
  return rows.map(read);
}

const flagsOf = ({ image, study, series, patient, withoutDetails }: LesionParents): string =>
  [image, study, series, patient, withoutDetails].map((flag) => (flag ? 1 : 0)).join('');

/** The columns, joins and reader for lesions with the wanted rows above them. */
function lesionSelection(parents: LesionParents) {
  const { image, study, series, patient } = parents;
  const lesionOwn = lesionTable(parents);
  const imageAbove = imageTableAbove(parents);
  const columns = [lesionOwn.sql];
  const joins: string[] = [];
  if (image) {
    columns.push(imageAbove.sql);
    joins.push('JOIN bookmarked_image AS image ON image.id = lesion.image_id');
  }
  if (image && study) {
    columns.push(STUDY_ABOVE.sql);
    joins.push('JOIN study ON study.id = image.study_id');
  }
  if (image && series) {
    columns.push(SERIES_ABOVE.sql);
    joins.push('JOIN series ON series.id = image.series_id');
  }
  if (patient) {
    columns.push(PATIENT_ABOVE.sql);
    joins.push('JOIN patient ON patient.id = lesion.patient_id');
  }
  const read = (flat: Record<string, unknown>): LesionRow => {
    const row = lesionOwn.read(flat);
    if (patient) row.patient = PATIENT_ABOVE.read(flat);
    if (!image) return row;
    row.image = imageAbove.read(flat);
    if (series) row.image.series = SERIES_ABOVE.read(flat);
    if (!study) return row;
    row.image.study = STUDY_ABOVE.read(flat);
    row.image.study.patient = row.patient;
    return row;
  };
  return { columns: columns.join(', '), joins: joins.join(' '), read };
}
