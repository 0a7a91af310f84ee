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
import { type BookmarkedImageFilter, imageFilterNamesDataset, imageFilterSql } from './bookmarkedImageFilter';
import { datasetIdSql, latestVersionSql } from './conditions';
import { type ImageContents, imageContentsSql, readImageContents } from './contents';
import { lookUpByKeys } from './keys';
import type { ImageRow } from './rows';
import { imageTable, PATIENT_ABOVE, SERIES_ABOVE, STUDY_ABOVE, type WithoutDetails } from './selectedTables';
import { SPLITS } from './vocabulary';

export const IMAGE_ORDER_FIELDS = ['ID', 'FILE_NAME', 'SPLIT', 'PIXEL_SPACING_MM', 'SLICE_INTERVAL_MM'] as const;
export type ImageOrderField = (typeof IMAGE_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'image.id', type: 'int4' };
const SORT_KEYS: Record<ImageOrderField, SortKey> = {
  ID: UNIQUE,
  // by bytes, so that the order is the same on every server whatever its locale
  FILE_NAME: { expression: 'image.file_name COLLATE "C"', type: 'text' },
  SPLIT: { expression: 'image.split', type: 'split', values: SPLITS },
  PIXEL_SPACING_MM: { expression: 'image.pixel_spacing_mm', type: 'float8', nullable: true },
  SLICE_INTERVAL_MM: { expression: 'image.slice_interval_mm', type: 'float8', nullable: true },
};

/** Which rows above an image come with it in the same statement. `patient` comes with `study`. */
export interface ImageParents extends WithoutDetails {
  study?: boolean;
  series?: boolean;
  patient?: boolean;
}

/**
 * Describes a list of bookmarked images. Without a data set in the filter and without a scope it holds the latest
 * version of every data set.
 *
 * @throws BadUserInput if filter or order do not fit
 */
export function imageListing(
  filter: BookmarkedImageFilter,
  orderBy: readonly OrderBy<ImageOrderField>[],
  company: ImageParents & ImageContents = {},
  scope?: 'dataset',
): Listing<ImageRow> {
  const { columns, joins, read } = imageSelection(company);
  const parameters = new SqlParameters();
  const where = [imageFilterSql(filter, parameters)];
  if (!scope && !imageFilterNamesDataset(filter)) where.push(latestVersionSql('image.dataset_id'));
  return {
    columns: columns + imageContentsSql(company),
    joins,
    from: 'bookmarked_image AS image',
    where,
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: (flat) => {
      const image = read(flat);
      readImageContents(image, flat, company);
      return image;
    },
    parentColumn: scope && 'image.dataset_id',
    ofDataset: true,
  };
}

/** @returns the images with these row ids, in any order; missing ones are omitted */
export function findImages(
  database: Queryable,
  ids: readonly number[],
  parents: ImageParents = {},
): Promise<ImageRow[]> {
  return findBy(database, 'image.id', ids, parents);
}

const BY_KEY = lookUpByKeys<GlobalKeys['BookmarkedImage']>({ fileName: 'text' });

/** @returns the images with these keys, in any order; missing ones are omitted */
export async function findImagesByKey(
  database: Queryable,
  keys: readonly GlobalKeys['BookmarkedImage'][],
  parents: ImageParents = {},
): Promise<ImageRow[]> {
  const { columns, joins, read } = imageSelection(parents);
  const rows = await database.query<Record<string, unknown>>({
    name: `image.key-${flagsOf(parents)}`,
    text: `SELECT ${columns} FROM ${BY_KEY.from}
           JOIN bookmarked_image AS image ON image.dataset_id = dataset.id AND image.file_name = key."fileName" ${joins}`,
    values: BY_KEY.values(keys),
  });
  return rows.map(read);
}

/** @returns all images of these studies, in slice order within a series */
export function findImagesOfStudies(database: Queryable, studyIds: readonly number[]): Promise<ImageRow[]> {
  return findBy(database, 'image.study_id', studyIds, {});
}

/** @returns all images of these series, in slice order */
export function findImagesOfSeries(database: Queryable, seriesIds: readonly number[]): Promise<ImageRow[]> {
  return findBy(database, 'image.series_id', seriesIds, {});
}

/**
 * @param dataset `slug` or `slug@version`
 * @param fileName as in the source, e.g. `000001_01_01_109.png`
 */
export async function findImageByFileName(
  database: Queryable,
  dataset: string,
  fileName: string,
  parents: ImageParents = {},
): Promise<ImageRow | null> {
  const { columns, joins, read } = imageSelection(parents);
  const parameters = new SqlParameters();
  const [row] = await database.query<Record<string, unknown>>({
    text: `SELECT ${columns} FROM bookmarked_image AS image ${joins}
        WHERE image.dataset_id = ${datasetIdSql(dataset, parameters)} AND image.file_name = ${parameters.add(fileName)}`,
    values: parameters.values,
  });
  return row ? read(row) : null;
}

async function findBy(
  database: Queryable,
  column: string,
  ids: readonly number[],
  parents: ImageParents,
): Promise<ImageRow[]> {
  const { columns, joins, read } = imageSelection(parents);
  const rows = await database.query<Record<string, unknown>>({
    name: `${column}-${flagsOf(parents)}`,
    text: `SELECT ${columns} FROM bookmarked_image AS image ${joins} WHERE ${column} = ${ANY_OF_IDS}
        ORDER BY image.series_id, image.slice_index, image.id`,
    values: [ids],
  });
  return rows.map(read);
}

const flagsOf = ({ study, series, patient, withoutDetails }: ImageParents): string =>
  [study, series, patient, withoutDetails].map((flag) => (flag ? 1 : 0)).join('');

/** The columns, joins and reader for images with the wanted rows above them. */
function imageSelection(parents: ImageParents) {
  const { study, series, patient } = parents;
  const own = imageTable(parents);
  const columns = [own.sql];
  const joins: string[] = [];
  if (study) {
    columns.push(STUDY_ABOVE.sql);
    joins.push('JOIN study ON study.id = image.study_id');
  }
  if (study && patient) {
    columns.push(PATIENT_ABOVE.sql);
    joins.push('JOIN patient ON patient.id = study.patient_id');
  }
  if (series) {
    columns.push(SERIES_ABOVE.sql);
    joins.push('JOIN series ON series.id = image.series_id');
  }
  const read = (flat: Record<string, unknown>): ImageRow => {
    const row = own.read(flat);
    if (series) row.series = SERIES_ABOVE.read(flat);
    if (!study) return row;
    row.study = STUDY_ABOVE.read(flat);
    if (patient) row.study.patient = PATIENT_ABOVE.read(flat);
    return row;
  };
  return { columns: columns.join(', '), joins: joins.join(' '), read };
}
