import { ANY_OF_IDS, type Queryable, selectColumns } from '../database';
import { SERIES_COLUMNS, type SeriesRow } from './rows';

const COLUMNS = selectColumns(SERIES_COLUMNS, 'series');

/** @returns the series with these row ids, in any order; missing ones are left out */
export function findSeries(database: Queryable, ids: readonly number[]): Promise<SeriesRow[]> {
  return database.query({
    name: 'series.id',
    text: `SELECT ${COLUMNS} FROM series WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** @returns all series of these studies, in the order of their series index */
export function findSeriesOfStudies(database: Queryable, studyIds: readonly number[]): Promise<SeriesRow[]> {
  return database.query({
    name: 'series.study_id',
    text: `SELECT ${COLUMNS} FROM series WHERE study_id = ${ANY_OF_IDS} ORDER BY study_id, series_index`,
    values: [studyIds],
  });
}
